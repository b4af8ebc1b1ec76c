"""Files are written all or not at all."""

import os
from pathlib import Path

import pytest

from costopt.errors import TerraformError
from costopt.terraform.patch.writing import write_files

FILES = {"a.tf": (b"1", b"2"), "b.tf": (b"1", b"2")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, (before, _) in FILES.items():
        (tmp_path / name).write_bytes(before)
    return tmp_path


def test_files_get_their_new_content_and_keep_their_permissions(folder: Path) -> None:
    (folder / "a.tf").chmod(0o640)
    write_files(folder, FILES)
    assert [(folder / name).read_bytes() for name in FILES] == [b"2", b"2"]
    assert (folder / "a.tf").stat().st_mode & 0o777 == 0o640


def test_a_file_that_changed_meanwhile_stops_everything(folder: Path) -> None:
    (folder / "b.tf").write_bytes(b"edited by somebody")
    with pytest.raises(TerraformError, match="has changed since it was read"):
        write_files(folder, FILES)
    assert (folder / "a.tf").read_bytes() == b"1"


def test_a_file_that_is_gone_stops_everything(folder: Path) -> None:
    (folder / "b.tf").unlink()
    with pytest.raises(TerraformError, match="has changed since it was read"):
        write_files(folder, FILES)
    assert (folder / "a.tf").read_bytes() == b"1"


def test_what_was_written_before_a_failure_is_put_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "b.tf" and allowed(path, mode))
    with pytest.raises(TerraformError, match="cannot be written: it is read-only"):
        write_files(folder, FILES)
    assert [(folder / name).read_bytes() for name in FILES] == [b"1", b"1"]
