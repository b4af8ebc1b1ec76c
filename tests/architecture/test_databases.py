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


@pytest.mark.parametrize("name", SETTINGS)
def test_a_connection_is_quiet_offline_and_in_utc(name: str, tmp_path: Path) -> None:
    for opened in (connect(tmp_path), _connect()):
        with opened as connection:
            (value,) = connection.execute(f"SELECT current_setting('{name}')").fetchone()
            assert value == SETTINGS[name]
