"""What is taken from a folder, what is left there, and folders that are refused."""

import os
from pathlib import Path

import pytest

from costopt.collectors.files import folders
from costopt.collectors.files.folders import listing, summary
from costopt.collectors.files.recognition import FORMS
from costopt.errors import BillError
from costopt.model.bill import BillKind


def touch(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")


def names(paths: list[Path], root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in paths)


def test_files_of_bills_and_manifests_are_found_and_all_else_is_left_with_its_reason(tmp_path: Path) -> None:
    touch(tmp_path, "a.csv", "B.CSV.GZ", "deep/er/c.snappy.parquet", "g.json", "R-Manifest.json", "x/manifest.json")
    touch(tmp_path, "license.md", "old.csv.zip", ".hidden.csv", "_SUCCESS", ".git/a.csv", "_temporary/b.csv")
    touch(tmp_path, "report/cost_and_usage_data_status/cost_and_usage_data_status.parquet", "metadata/columns.csv")
    found = listing(tmp_path, FORMS[BillKind.CUR])
    assert names(found.files, tmp_path) == ["B.CSV.GZ", "a.csv", "deep/er/c.snappy.parquet"]
    assert names(found.manifests, tmp_path) == ["R-Manifest.json", "x/manifest.json"]
    left = {one.path.relative_to(tmp_path).as_posix(): one.reason for one in found.left_out}
    assert left == {
        "license.md": "no file of a bill",
        "g.json": "no file of a bill",
        "report/cost_and_usage_data_status/cost_and_usage_data_status.parquet": "no file of a bill",
        "metadata/columns.csv": "no file of a bill",
        "old.csv.zip": "packed: unpack it first",
        ".hidden.csv": "a hidden file",
        "_SUCCESS": "a hidden file",
        ".git": "a hidden folder",
        "_temporary": "a hidden folder",
    }
    assert summary(found.left_out) == (
        "2 left out (a hidden file), 2 left out (a hidden folder), 4 left out (no file of a bill), "
        "1 left out (packed: unpack it first)"
    )


def test_nothing_left_out_is_said_by_nothing() -> None:
    assert summary([]) == ""


def test_json_is_taken_of_google_only(tmp_path: Path) -> None:
    touch(tmp_path, "a.json", "b.jsonl.gz")
    assert names(listing(tmp_path, FORMS[BillKind.GCP_EXPORT]).files, tmp_path) == ["a.json", "b.jsonl.gz"]
    assert listing(tmp_path, FORMS[BillKind.FOCUS]).files == []


def test_links_and_special_files_in_a_folder_are_not_touched(tmp_path: Path) -> None:
    touch(tmp_path, "outside/secret.csv", "bills/a.csv")
    bills = tmp_path / "bills"
    (bills / "b.csv").symlink_to(tmp_path / "outside" / "secret.csv")
    (bills / "all").symlink_to(tmp_path / "outside", target_is_directory=True)
    (bills / "loop").symlink_to(bills, target_is_directory=True)
    os.mkfifo(bills / "pipe.csv")
    found = listing(bills, FORMS[BillKind.FOCUS])
    assert names(found.files, bills) == ["a.csv"]
    assert sorted((one.path.name, one.reason) for one in found.left_out) == [
        ("all", "a link"),
        ("b.csv", "a link"),
        ("loop", "a link"),
        ("pipe.csv", "no ordinary file"),
    ]


@pytest.mark.parametrize(
    ("marker", "what"),
    [
        ("t/_delta_log/00000000000000000000.json", "Delta Lake"),
        ("t/.hoodie/hoodie.properties", "Hudi"),
        ("t/metadata/v3.metadata.json", "Iceberg"),
        ("t/metadata/version-hint.text", "Iceberg"),
    ],
)
def test_a_table_with_versions_is_refused_since_old_rows_would_count(tmp_path: Path, marker: str, what: str) -> None:
    touch(tmp_path, "t/data/a.parquet", marker)
    with pytest.raises(BillError, match=f"/t is an? {what} table"):
        listing(tmp_path, FORMS[BillKind.FOCUS])


def test_a_search_that_would_not_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, *(f"{number}.csv" for number in range(4)), "d/5.csv")
    monkeypatch.setattr(folders, "MAX_ENTRIES", 6)
    assert len(listing(tmp_path, FORMS[BillKind.FOCUS]).files) == 5
    monkeypatch.setattr(folders, "MAX_ENTRIES", 5)
    with pytest.raises(BillError, match="more than 5 files"):
        listing(tmp_path, FORMS[BillKind.FOCUS])


def test_folders_deeper_than_any_export_are_refused(tmp_path: Path) -> None:
    touch(tmp_path, "/".join(["d"] * 32) + "/a.csv")
    assert len(listing(tmp_path, FORMS[BillKind.FOCUS]).files) == 1
    touch(tmp_path, "/".join(["d"] * 33) + "/a.csv")
    with pytest.raises(BillError, match="deeper than 32"):
        listing(tmp_path, FORMS[BillKind.FOCUS])


def test_a_folder_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    touch(tmp_path, "a.csv")
    with pytest.raises(BillError, match="cannot be read: Not a directory"):
        listing(tmp_path / "a.csv", FORMS[BillKind.FOCUS])
