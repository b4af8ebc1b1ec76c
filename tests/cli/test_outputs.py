"""Where reports are written: whole or not at all, never over what they should leave alone."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from costopt.cli.output import deliver
from costopt.errors import UsageError
from tests.cli.conftest import Run

ROOT = Path(__file__).resolve().parents[2]


def left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_folder_is_no_output_and_nothing_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()
    with pytest.raises(UsageError, match=r"cannot write .*a\.json: Is a directory"):
        deliver([(str(tmp_path / "a.json"), "text")])
    assert left_in(tmp_path) == {"a.json"}


def test_where_one_file_fails_all_keep_what_they_had(tmp_path: Path) -> None:
    kept = tmp_path / "a.json"
    kept.write_text("old")
    with pytest.raises(UsageError, match="no/such"):
        deliver([(str(kept), "new"), (str(tmp_path / "no/such/b.json"), "new")])
    assert kept.read_text() == "old"
    assert left_in(tmp_path) == {"a.json"}


def test_a_link_is_replaced_and_its_target_stays(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("old")
    (tmp_path / "a.json").symlink_to(tmp_path / "precious")
    deliver([(str(tmp_path / "a.json"), "new")])
    assert (tmp_path / "precious").read_text() == "old"
    assert (tmp_path / "a.json").read_text() == "new"
    assert not (tmp_path / "a.json").is_symlink()


def test_a_device_is_written_to_and_stays_one() -> None:
    deliver([(os.devnull, "text")])
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_the_permissions_are_the_users(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        deliver([(str(tmp_path / "new.json"), "x")])
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new.json").stat().st_mode) == 0o600
    old = tmp_path / "old.json"
    old.write_text("x")
    old.chmod(0o640)
    deliver([(str(old), "y")])
    assert stat.S_IMODE(old.stat().st_mode) == 0o640


def test_two_formats_never_share_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "snapshot").mkdir()
    ended = run("audit", "-f", "json", "-o", "a", "-f", "csv", "-o", "a")
    assert ended.code == 2
    assert "two formats for a" in ended.err


def test_a_reader_that_leaves_early_ends_the_command_quietly(volumes: Path) -> None:
    code = "import sys; from costopt.cli.main import main; main()"
    command = [sys.executable, "-c", code, "audit", "--snapshot", str(volumes), "-f", "jsonl"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=volumes
    ) as audit:
        assert audit.stdout is not None
        assert audit.stderr is not None
        audit.stdout.close()
        said = audit.stderr.read().decode()
    assert audit.returncode == 1
    assert "Traceback" not in said
    assert "BrokenPipe" not in said


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_machine_of_another_encoding_still_gets_its_report(encoding: str, volumes: Path) -> None:
    code = "import sys; from costopt.cli.main import main; main()"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding}
    ended = subprocess.run(
        [sys.executable, "-c", code, "audit", "--snapshot", str(volumes)],
        capture_output=True,
        env=environment,
        cwd=volumes,
        check=False,
    )
    assert ended.returncode == 0
    assert "◆" in ended.stdout.decode("utf-8")
