"""From paths to deliveries: real files, exports with manifests, loose files, and what is refused."""

import gzip
import hashlib
import json
import os
import shutil
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from costopt.billing.intake.ingest import ingest
from costopt.collectors.files.discover import discover, discovery
from costopt.errors import BillError
from costopt.model.bill import BillKind, Delivery, FileForm
from tests.collectors.files.conftest import GUID_A, GUID_B, Writer
from tests.oracles.bill_files import FOCUS_LINE, csv_file, parquet_file

FOCUS, CUR, GCP = BillKind.FOCUS, BillKind.CUR, BillKind.GCP_EXPORT
GCP_A = "gcp__202011_30c31bca571d9b7f3b2c8459dd8bc34a_2020-11-08_2020-11-11.csv"


def said(value: object) -> str:
    """Names of cases without their bytes, of which gzip's hold the time."""
    return value if isinstance(value, str) else "bytes"


def only(paths: list[Path], kind: BillKind, source: str | None = None) -> Delivery:
    (delivery,) = discover(paths, kind, source=source)
    return delivery


def names(delivery: Delivery) -> list[str]:
    return [Path(file.path).name for file in delivery.files]


# Real files.


@pytest.mark.parametrize(
    ("file", "kind", "form", "columns", "source"),
    [
        ("focus/focus_sample_1000.csv", FOCUS, FileForm.CSV, 44, "focus-e712d728"),
        ("aws-cur/sample-anonymous-aws-export-dataset.csv.gz", CUR, FileForm.CSV_GZ, 94, "cur-123412340534"),
        ("billing-koku/aws__2022-07-01-alt-columns.csv", CUR, FileForm.CSV, 154, "cur-999999"),
        ("billing-koku/aws__2023-06-01-not-final.csv", CUR, FileForm.CSV, None, "cur-9999999999999"),
        ("billing-koku/aws__2023-06-01.csv", CUR, FileForm.CSV, None, "cur-0099999999999"),
        ("billing-koku/aws__empty_frame.csv", CUR, FileForm.CSV, 201, "cur"),
        ("billing-koku/data__test_cur.csv", CUR, FileForm.CSV, None, "cur-6838635603105"),
        (f"billing-koku/{GCP_A}", GCP, FileForm.CSV, 29, None),
        ("billing-koku/gcp__2022-08-01_5.csv", GCP, FileForm.CSV, 31, None),
    ],
)
def test_real_bills_are_found(
    shared_data: Path, file: str, kind: BillKind, form: FileForm, columns: int | None, source: str | None
) -> None:
    delivery = only([shared_data / file], kind)
    assert (delivery.kind, delivery.version, delivery.periods, delivery.declared_rows) == (kind, None, (), None)
    assert delivery.files[0].form is form
    assert columns is None or len(delivery.files[0].columns) == columns
    assert source is None or delivery.source == source
    content = hashlib.sha256((shared_data / file).read_bytes()).hexdigest()
    assert delivery.fingerprint == hashlib.sha256(f"{kind.value}\n{content}".encode()).hexdigest()
    for other in {FOCUS, CUR, GCP} - {kind}:
        with pytest.raises(BillError, match=f"not a bill of kind {other.value}"):
            discover([shared_data / file], other, source=None)


def test_a_folder_of_a_real_bill_leaves_its_licence(shared_data: Path) -> None:
    found = discovery([shared_data / "focus"], FOCUS, source=None)
    assert [names(one) for one in found.deliveries] == [["focus_sample_1000.csv"]]
    assert [(one.path.name, one.reason) for one in found.left_out] == [("license.md", "no file of a bill")]


def test_a_folder_of_several_sorts_is_refused(shared_data: Path) -> None:
    with pytest.raises(BillError, match="is a Google Cloud billing export") as refused:
        discover([shared_data / "billing-koku"], CUR, source=None)
    assert "costopt collect gcp-export " in refused.value.hint


# Exports with manifests.


def test_a_month_of_a_legacy_report_is_one_delivery(legacy_report: Writer, tmp_path: Path) -> None:
    manifest = legacy_report()
    for place in (manifest, tmp_path / "bucket", manifest.parent, manifest.parent.parent):
        delivery = only([place], CUR)
        assert (delivery.source, delivery.version, delivery.periods) == ("daily", GUID_A, ("2026-10",))
        assert names(delivery) == ["Daily-00001.csv.gz", "Daily-00002.csv.gz"]


def test_months_of_an_export_are_deliveries_of_one_source(data_export: Writer, tmp_path: Path) -> None:
    data_export("2026-11", execution=GUID_B)
    data_export("2026-10")
    found = discovery([tmp_path / "exports"], FOCUS, source=None)
    assert [(one.source, one.version, one.periods) for one in found.deliveries] == [
        ("org-focus", GUID_A, ("2026-10",)),
        ("org-focus", GUID_B, ("2026-11",)),
    ]
    assert found.left_out == ()
    renamed = discover([tmp_path / "exports"], FOCUS, source="mine")
    assert {one.source for one in renamed} == {"mine"}
    assert [one.fingerprint for one in renamed] == [one.fingerprint for one in found.deliveries]


def test_only_the_current_edition_is_taken_and_the_rest_is_said(legacy_report: Writer, tmp_path: Path) -> None:
    legacy_report(GUID_B, amounts=("7.00",), top=False)
    legacy_report(GUID_A)
    found = discovery([tmp_path / "bucket"], CUR, source=None)
    assert [(one.version, len(one.files)) for one in found.deliveries] == [(GUID_A, 2)]
    assert sorted((one.path.name, one.reason) for one in found.left_out) == [
        ("Daily-00001.csv.gz", "no manifest that counts names it"),
        ("Daily-Manifest.json", "a manifest of an older edition"),
    ]


def test_an_edition_that_is_named_is_taken_whatever_lies_beside_it(legacy_report: Writer) -> None:
    older = legacy_report(GUID_B, amounts=("7.00",), top=False)
    legacy_report(GUID_A)
    assert only([older], CUR).version == GUID_B


def test_a_half_written_bill_is_refused_naming_what_is_missing(legacy_report: Writer, tmp_path: Path) -> None:
    manifest = legacy_report()
    (manifest.parent / GUID_A / "Daily-00002.csv.gz").unlink()
    for place in (manifest, tmp_path / "bucket"):
        with pytest.raises(BillError, match=r"Daily-00002\.csv\.gz, which is not there"):
            discover([place], CUR, source=None)


def test_files_without_a_place_in_the_manifest_are_left(legacy_report: Writer, tmp_path: Path) -> None:
    manifest = legacy_report()
    stray = manifest.parent / "Daily-stray.csv.gz"
    shutil.copy(manifest.parent / GUID_A / "Daily-00001.csv.gz", stray)
    found = discovery([tmp_path / "bucket"], CUR, source=None)
    assert len(found.deliveries[0].files) == 2
    assert [one.path for one in found.left_out] == [stray]


def test_a_manifest_without_files_is_left_in_a_folder_and_refused_by_name(data_export: Writer, tmp_path: Path) -> None:
    data_export("2026-10")
    empty = data_export("2026-11")
    empty.write_text(json.dumps({"executionId": GUID_B, "dataFiles": []}))
    found = discovery([tmp_path / "exports"], FOCUS, source=None)
    assert [one.periods for one in found.deliveries] == [("2026-10",)]
    assert "a manifest that names no file" in {one.reason for one in found.left_out}
    with pytest.raises(BillError, match="names no files"):
        discover([empty], FOCUS, source=None)


def test_an_export_of_another_kind_is_refused(data_export: Writer) -> None:
    with pytest.raises(BillError, match="not a bill of kind focus"):
        discover([data_export(kind="cur2")], FOCUS, source=None)


def test_loose_files_beside_an_export_are_a_bill_of_their_own(data_export: Writer, tmp_path: Path) -> None:
    data_export()
    csv_file(tmp_path / "exports" / "azure.csv", [{"BillingAccountId": "a-1"}], base=FOCUS_LINE)
    found = discover([tmp_path / "exports"], FOCUS, source=None)
    assert [(one.source, one.periods) for one in found] == [("focus-a-1", ()), ("org-focus", ("2026-10",))]
    with pytest.raises(BillError, match="both be kept as 'mine'"):
        discover([tmp_path / "exports"], FOCUS, source="mine")


def test_two_exports_of_one_name_and_month_are_refused(data_export: Writer, tmp_path: Path) -> None:
    data_export(owner="1" * 12, amount="1.00")
    data_export(owner="2" * 12, amount="2.00", root=tmp_path / "other")
    with pytest.raises(BillError, match="both be kept as 'org-focus'") as refused:
        discover([tmp_path / "exports", tmp_path / "other"], FOCUS, source=None)
    assert "--source of its own" in refused.value.hint


def test_a_manifest_named_besides_its_folder_is_the_same_bill(data_export: Writer, tmp_path: Path) -> None:
    manifest = data_export()
    assert only([tmp_path / "exports", manifest], FOCUS) == only([manifest], FOCUS)


def test_a_manifest_may_be_named_from_where_it_lies(data_export: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = data_export()
    monkeypatch.chdir(manifest.parent)
    assert only([Path(manifest.name)], FOCUS) == only([manifest], FOCUS)
    monkeypatch.chdir(manifest.parent.parent.parent)
    assert only([Path()], FOCUS) == only([manifest], FOCUS)


# Loose files.


def test_all_loose_files_of_one_call_are_one_delivery(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    csv_file(tmp_path / "d" / "b.csv", [{"BilledCost": "2.00"}], base=FOCUS_LINE, delimiter=";")
    csv_file(tmp_path / "a.csv.gz", [{}], base=FOCUS_LINE)
    parquet_file(tmp_path / "c", pa.table({name: [value] for name, value in FOCUS_LINE.items()}))
    delivery = only([tmp_path / "d", tmp_path / "c", tmp_path / "a.csv.gz"], FOCUS)
    assert names(delivery) == ["a.csv.gz", "c", "b.csv"]
    assert [file.form for file in delivery.files] == [FileForm.CSV_GZ, FileForm.PARQUET, FileForm.CSV]
    assert [file.delimiter for file in delivery.files] == [",", ",", ";"]
    assert delivery.source == "focus-111111111111"


def test_the_same_content_is_the_same_bill_by_any_name_and_order(tmp_path: Path) -> None:
    for folder, first, second in (("x", "1.csv", "2.csv"), ("y", "b.csv", "a.csv")):
        (tmp_path / folder).mkdir()
        csv_file(tmp_path / folder / first, [{"BilledCost": "1.00"}], base=FOCUS_LINE)
        csv_file(tmp_path / folder / second, [{"BilledCost": "2.00"}], base=FOCUS_LINE)
    one, other = only([tmp_path / "x"], FOCUS), only([tmp_path / "y" / "b.csv", tmp_path / "y" / "a.csv"], FOCUS)
    assert (one.fingerprint, one.source) == (other.fingerprint, other.source)
    csv_file(tmp_path / "y" / "a.csv", [{"BilledCost": "2.01"}], base=FOCUS_LINE)
    assert only([tmp_path / "y"], FOCUS).fingerprint != one.fingerprint


def test_a_file_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    bill = tmp_path / "a.csv"
    csv_file(bill, [{}], base=FOCUS_LINE)
    (tmp_path / "link.csv").symlink_to(bill)
    shutil.copy(bill, tmp_path / "copy.csv")
    for paths in ([bill, bill], [bill, tmp_path / "link.csv"], [bill, tmp_path / "copy.csv"], [tmp_path, bill]):
        with pytest.raises(BillError, match=r"are the same; both would count"):
            discover(paths, FOCUS, source=None)
    assert names(only([tmp_path / "link.csv"], FOCUS)) == ["link.csv"]


def test_equal_files_without_rows_count_nothing_twice(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        csv_file(tmp_path / name, [], base=FOCUS_LINE)
    assert names(only([tmp_path], FOCUS)) == ["a.csv", "b.csv"]


def test_editions_without_a_manifest_are_refused(legacy_report: Writer, tmp_path: Path) -> None:
    for edition in (GUID_A, GUID_B):
        legacy_report(edition, top=False, amounts=(edition[0] + ".00",)).unlink()
    with pytest.raises(BillError, match="several editions"):
        discover([tmp_path / "bucket"], CUR, source=None)
    (edition,) = (tmp_path / "bucket").rglob(GUID_A)
    assert len(only([edition], CUR).files) == 1


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("notes.txt", b"BilledCost,ChargePeriodStart\n1,2\n", "named like no file of a bill"),
        ("bill.csv.zip", b"PK\x03\x04", "is an archive"),
        ("bill.csv", b"PK\x03\x04", "is an archive"),
        ("a-Manifest.json", b'{"files": []}', "names no files of a bill"),
        ("bill.csv", b"", "is empty"),
        ("bill.parquet", b"BilledCost,ChargePeriodStart\n1,2\n", "not what its name says"),
        (
            "bill.csv.gz",
            gzip.compress(b"BilledCost,ChargePeriodStart\n" + os.urandom(3_000).hex().encode())[:-5],
            "cut off",
        ),
        ("bill.csv.gz", gzip.compress(b"BilledCost,ChargePeriodStart\n" + bytes(48) * 200_000), "bytes of zero"),
        ("bill.csv.gz", gzip.compress(b"BilledCost,ChargePeriodStart\n" + b"0" * 10_000_000), "unpacks to more than"),
        ("prices.csv", b"Region,Price\nx,1\n", "looks like no bill"),
    ],
    ids=said,
)
def test_what_is_named_and_is_no_bill_is_refused(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BillError, match=says) as refused:
        discover([tmp_path / name], FOCUS, source=None)
    assert refused.value.hint


def test_nothing_is_not_a_bill(tmp_path: Path) -> None:
    (tmp_path / "license.md").write_text("x")
    with pytest.raises(BillError, match=r"no bill found at .*: 1 left out \(no file of a bill\)"):
        discover([tmp_path], FOCUS, source=None)
    with pytest.raises(BillError, match="No such file"):
        discover([tmp_path / "absent"], FOCUS, source=None)
    with pytest.raises(BillError, match="no ordinary file"):
        discover([Path("/dev/null")], FOCUS, source=None)


def test_a_bad_name_is_refused_before_anything_is_read() -> None:
    with pytest.raises(BillError, match="no name for a bill"):
        discover([Path("/absent")], FOCUS, source="A b")


# On to the store.


def test_a_restated_month_replaces_the_older_one_in_the_store(legacy_report: Writer, tmp_path: Path) -> None:
    now, store = datetime(2026, 11, 3, tzinfo=UTC), tmp_path / "store"
    manifest = legacy_report(GUID_B, amounts=("7.00",))
    ingest(only([tmp_path / "bucket"], CUR), store, now=now)
    manifest.unlink()
    legacy_report(GUID_A, amounts=("1.25", "2.50"))
    delivery = only([tmp_path / "bucket"], CUR)
    ended = ingest(delivery, store, now=now)
    assert [(bill.version, bill.rows) for bill in ended.replaced] == [(GUID_B, 1)]
    assert sum(account.billed_cost for bill in ended.bills for account in bill.accounts) == Decimal("3.75")
    assert ingest(only([manifest], CUR), store, now=now).unchanged
