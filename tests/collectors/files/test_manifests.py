"""Manifests of both sorts, their files found, and hostile ones."""

import json
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.collectors.files.bounds import MAX_FILES, MAX_MANIFEST_BYTES
from costopt.collectors.files.manifests import locate, read_manifest
from costopt.errors import BillError
from tests.collectors.files.conftest import GUID_A, GUID_B, Writer


def manifest_of(path: Path, **fields: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(fields))
    return path


def test_a_legacy_report_is_understood(legacy_report: Writer, tmp_path: Path) -> None:
    found = read_manifest(legacy_report(period="2026-12"))
    assert found is not None
    assert (found.name, found.owner, found.version, found.period) == ("Daily", "111111111111/bucket", GUID_A, "2026-12")
    assert found.keys == tuple(
        PurePosixPath(f"prefix/Daily/20261201-20270101/{GUID_A}/Daily-0000{n}.csv.gz") for n in (1, 2)
    )
    assert found.export_folder == tmp_path / "bucket" / "prefix" / "Daily"


def test_a_data_export_is_understood_and_its_period_is_where_it_lies(data_export: Writer, tmp_path: Path) -> None:
    found = read_manifest(data_export("2026-09"))
    assert found is not None
    assert (found.name, found.version, found.period) == ("Org FOCUS", GUID_A, "2026-09")
    assert found.owner.startswith("arn:aws:bcm-data-exports:")
    assert found.export_folder == tmp_path / "exports" / "Org FOCUS"


def test_a_manifest_of_something_else_is_none(tmp_path: Path) -> None:
    assert read_manifest(manifest_of(tmp_path / "manifest.json", schema_version=3, files={})) is None


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b"\xff\xfe", b'{"reportKeys": {}}', b'{"dataFiles": [1]}', b"[" * 200_000]
)
def test_a_damaged_manifest_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a-Manifest.json"
    path.write_bytes(content)
    with pytest.raises(BillError, match=r"manifest of a bill|is empty"):
        read_manifest(path)


def test_a_manifest_too_large_or_with_too_many_files_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a-Manifest.json"
    path.write_bytes(b" " * (MAX_MANIFEST_BYTES + 1))
    with pytest.raises(BillError, match="larger than"):
        read_manifest(path)
    names = [f"a/{number}.csv" for number in range(MAX_FILES + 1)]
    assert read_manifest(manifest_of(path, reportKeys=names[:-1])) is not None
    with pytest.raises(BillError, match="names 10,001 files"):
        read_manifest(manifest_of(path, reportKeys=names))


HOSTILE = [
    "../../etc/passwd",
    "a/../../b.csv",
    "a/./b.csv",
    "s3://bucket/../x.csv",
    "file:///etc/passwd",
    "https://example.org/a.csv",
    "a\\..\\b.csv",
    "C:/Windows/a.csv",
    "a/\x00.csv",
    "a/\n.csv",
    "",
    "/",
    "s3://bucket/",
    "x/" * 600 + "a.csv",
    "x" * 1_025,
]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("field", ["reportKeys", "dataFiles"])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, field: str, name: str) -> None:
    path = manifest_of(tmp_path / "a-Manifest.json", **{field: ["good/a.csv", name]})
    with pytest.raises(BillError, match=r"no place inside its export|more than a key of S3"):
        read_manifest(path)


def test_an_absolute_name_is_only_sought_below_the_folder(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\n")
    manifest = read_manifest(manifest_of(tmp_path / "in" / "a-Manifest.json", reportKeys=[str(secret), "/etc/passwd"]))
    assert manifest is not None
    with pytest.raises(BillError, match="which is not there"):
        locate(manifest, tmp_path / "in")


@given(st.lists(st.text(max_size=40), min_size=1, max_size=5))
def test_no_name_leads_out_of_the_folder(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    folder = tmp_path_factory.mktemp("any")
    try:
        manifest = read_manifest(manifest_of(folder / "a-Manifest.json", reportKeys=names))
    except BillError:
        return
    assert manifest is not None
    for key in manifest.keys:
        assert not key.is_absolute()
        assert ".." not in key.parts
        assert (folder / key).resolve().is_relative_to(folder.resolve())


def test_a_link_is_not_followed_for_a_manifest(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a,b\n")
    inside = tmp_path / "in"
    manifest = read_manifest(manifest_of(inside / "a-Manifest.json", reportKeys=["x/a.csv"]))
    assert manifest is not None
    (inside / "a.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(BillError, match="is a link"):
        locate(manifest, inside)
    (inside / "a.csv").unlink()
    (inside / "x").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a.csv").write_text("a,b\n")
    with pytest.raises(BillError, match="is a link"):
        locate(manifest, inside)


def test_files_are_found_in_the_layout_of_the_bucket(legacy_report: Writer, data_export: Writer) -> None:
    for path in (legacy_report(), legacy_report(GUID_B, top=False), data_export(), data_export(edition="e1")):
        manifest = read_manifest(path)
        assert manifest is not None
        found = locate(manifest, None)
        assert [one.name for one in found] == [key.name for key in manifest.keys]
        assert all(one.is_relative_to(manifest.export_folder) for one in found)


def test_legacy_parquet_lies_beside_the_folder_of_its_manifest(tmp_path: Path) -> None:
    key = "pre/Daily/Daily/year=2026/month=10/Daily-00001.snappy.parquet"
    data = tmp_path / key
    data.parent.mkdir(parents=True)
    data.write_text("x")
    path = manifest_of(tmp_path / "pre/Daily/20261001-20261101/Daily-Manifest.json", reportKeys=[key])
    manifest = read_manifest(path)
    assert manifest is not None
    assert locate(manifest, None) == (data,)


def test_files_copied_beside_their_manifest_are_found(tmp_path: Path) -> None:
    (tmp_path / "a-1.csv").write_text("x")
    manifest = read_manifest(manifest_of(tmp_path / "a-Manifest.json", reportKeys=["p/a/20261001-20261101/g/a-1.csv"]))
    assert manifest is not None
    assert locate(manifest, tmp_path) == (tmp_path / "a-1.csv",)


def test_a_file_of_another_month_with_the_same_name_is_not_taken(data_export: Writer) -> None:
    october, november = data_export("2026-10"), data_export("2026-11")
    manifest = read_manifest(november)
    assert manifest is not None
    locate(manifest, None)[0].unlink()
    assert read_manifest(october) is not None
    with pytest.raises(BillError, match=r"BILLING_PERIOD=2026-11/Org FOCUS-00001.csv.gz, which is not there"):
        locate(manifest, manifest.export_folder.parent)


def test_a_report_packed_with_zip_is_read_where_it_was_unpacked(tmp_path: Path) -> None:
    manifest = read_manifest(manifest_of(tmp_path / "a-Manifest.json", reportKeys=["p/a-1.csv.zip"]))
    assert manifest is not None
    with pytest.raises(BillError, match="not there"):
        locate(manifest, None)
    (tmp_path / "a-1.csv.zip").write_bytes(b"PK\x03\x04")
    assert locate(manifest, None) == (tmp_path / "a-1.csv.zip",)
    (tmp_path / "a-1.csv").write_text("a,b\n")
    assert locate(manifest, None) == (tmp_path / "a-1.csv",)


def test_a_file_named_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x")
    with pytest.raises(BillError, match="twice"):
        read_manifest(manifest_of(tmp_path / "a-Manifest.json", reportKeys=["x/a.csv", "/x/a.csv"]))
    manifest = read_manifest(manifest_of(tmp_path / "a-Manifest.json", reportKeys=["x/a.csv", "y/a.csv"]))
    assert manifest is not None
    with pytest.raises(BillError, match="twice"):
        locate(manifest, tmp_path)


def test_periods_come_from_the_manifest_before_the_folder(tmp_path: Path) -> None:
    def period(start: str | None, key: str) -> str:
        fields = {} if start is None else {"billingPeriod": {"start": start, "end": "x"}}
        path = manifest_of(tmp_path / "billing_period=2026-05" / "a-Manifest.json", dataFiles=[key], **fields)
        found = read_manifest(path)
        assert found is not None
        return found.period

    assert period("20261001T000000.000Z", "BILLING_PERIOD=2026-11/a.csv") == "2026-10"
    assert period("2026-10-01T00:00:00Z", "a.csv") == "2026-10"
    assert period("20261301T000000.000Z", "BILLING_PERIOD=2026-11/a.csv") == "2026-11"
    assert period(None, "billing_period=2026-12/a.csv") == "2026-12"
    assert period(None, "a.csv") == "2026-05"


def test_files_of_several_periods_in_one_manifest_are_refused(tmp_path: Path) -> None:
    keys = [f"BILLING_PERIOD=2026-{month}/a.csv" for month in (10, 11)]
    with pytest.raises(BillError, match="several billing periods: 2026-10, 2026-11"):
        read_manifest(manifest_of(tmp_path / "a-Manifest.json", dataFiles=keys))


def test_an_id_that_is_none_is_refused(tmp_path: Path) -> None:
    path = manifest_of(tmp_path / "a-Manifest.json", dataFiles=["a.csv"], executionId="a\x1b[2J")
    with pytest.raises(BillError, match="id of its edition"):
        read_manifest(path)
