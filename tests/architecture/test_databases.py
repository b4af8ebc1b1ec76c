"""What every connection to DuckDB is held to, whoever opens it."""

from pathlib import Path

import pytest

from costopt.billing.duckdb_engine import connect
from costopt.store.metrics import _connect

SETTINGS = {
    "enable_progress_bar": False,  # it would be drawn on standard output, among the results
    "autoinstall_known_extensions": False,  # nothing is fetched
    "autoload_known_extensions": False,
    "TimeZone": "UTC",
}


def test_two_connections_never_spill_into_one_folder_and_leave_none(tmp_path: Path) -> None:
    """DuckDB gives its spilled files the same names in every process, so two in one folder overwrite each other."""
    with connect(tmp_path) as first, connect(tmp_path) as second:
        folders = [one.execute("SELECT current_setting('temp_directory')").fetchone()[0] for one in (first, second)]
        assert folders[0] != folders[1]
        assert {Path(folder).parent for folder in folders} == {tmp_path}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", SETTINGS)
def test_a_connection_is_quiet_offline_and_in_utc(name: str, tmp_path: Path) -> None:
    for opened in (connect(tmp_path), _connect()):
        with opened as connection:
            (value,) = connection.execute(f"SELECT current_setting('{name}')").fetchone()
            assert value == SETTINGS[name]
