"""Files that would be read wrong without a word: each is read right, or refused."""

import gzip
import json
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from costopt.billing.duckdb_engine import open_duckdb
from costopt.billing.intake.ingest import ingest
from costopt.billing.lake import CATALOG, Lake
from costopt.errors import BillError, StoreError
from costopt.model.bill import BillFile, BillKind, FileForm
from tests.oracles.bill_files import CUR_LINE, FOCUS_LINE, Row, csv_file, delivery, parquet_file

NOW = datetime(2026, 11, 3, tzinfo=UTC)
GCP: dict[str, object] = {
    "billing_account_id": "0A-1",
    "service": {"id": "6F8", "description": "Compute Engine"},
    "sku": {"id": "1-2", "description": "N1 Core"},
    "usage_start_time": "2026-10-05T00:00:00Z",
    "usage_end_time": "2026-10-05T01:00:00Z",
    "cost": 0,
    "currency": "USD",
    "invoice": {"month": "202610"},
    "credits": [],
}


def total(store: Path) -> Decimal:
    with open_duckdb(Lake(store)) as engine:
        return engine.query("SELECT SUM(BilledCost) AS t FROM cost").to_pylist()[0]["t"]


def lines_file(path: Path, lines: list[str]) -> BillFile:
    text = "\n".join(lines) + "\n"
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
        return BillFile(path=str(path), form=FileForm.JSONL_GZ, columns=tuple(GCP))
    path.write_text(text)
    return BillFile(path=str(path), form=FileForm.JSONL, columns=tuple(GCP))


@pytest.mark.parametrize("name", ["g.jsonl", "g.jsonl.gz"])
def test_json_lines_keep_their_cents_however_late_the_first_comes(name: str, tmp_path: Path) -> None:
    whole, part = json.dumps(GCP), json.dumps({**GCP, "cost": 0.4, "credits": [{"type": "DISCOUNT", "amount": -0.1}]})
    file = lines_file(tmp_path / name, [whole] * 20_600 + [part] * 100)
    (bill,) = ingest(delivery(BillKind.GCP_EXPORT, file), tmp_path / "s", now=NOW).bills
    assert total(tmp_path / "s") == 30
    assert [(one.lines, one.cost) for one in bill.file_totals] == [(20_700, 30)]


def test_a_line_of_nested_brackets_ends_in_a_refusal_and_not_in_a_crash(tmp_path: Path) -> None:
    deep = json.dumps({**GCP, "d": "X"}).replace('"X"', "[" * 100_000 + "]" * 100_000)
    lines_file(tmp_path / "g.jsonl", [json.dumps(GCP), deep])
    script = f"""
from datetime import UTC, datetime
from pathlib import Path
from costopt.billing.intake.ingest import ingest
from costopt.errors import BillError
from costopt.model.bill import BillFile, BillKind, FileForm
from tests.oracles.bill_files import delivery
file = BillFile(path={str(tmp_path / "g.jsonl")!r}, form=FileForm.JSONL, columns=("cost",))
try:
    print(len(ingest(delivery(BillKind.GCP_EXPORT, file), Path({str(tmp_path / "s")!r}), now=datetime.now(UTC)).bills))
except BillError as error:
    print("refused")
"""
    root = Path(__file__).resolve().parents[3]
    ended = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-500:]
    assert ended.stdout.strip() in ("1", "refused")


def test_a_column_named_like_the_readers_own_is_refused(tmp_path: Path) -> None:
    fee: Row = {"line_item_line_item_type": "RIFee", "line_item_unblended_cost": "10",
                "reservation_unused_recurring_fee": "4", "is_part": "0"}  # fmt: skip
    file = csv_file(tmp_path / "r.csv", [fee], base=CUR_LINE)
    ingest(delivery(BillKind.CUR, file), tmp_path / "s", now=NOW)
    assert total(tmp_path / "s") == 10
    file = csv_file(tmp_path / "r.csv", [{**fee, "X_Costopt_Part": "0"}], base=CUR_LINE)
    with pytest.raises(BillError, match="needs for itself"):
        ingest(delivery(BillKind.CUR, file), tmp_path / "s", now=NOW)


def test_names_of_folders_are_no_columns(tmp_path: Path) -> None:
    folder = tmp_path / "BilledCost=0" / "BillingCurrency=EUR"
    folder.mkdir(parents=True)
    file = csv_file(folder / "b.csv", [{"BilledCost": "15"}], base=FOCUS_LINE)
    ingest(delivery(BillKind.FOCUS, file), folder / "s", now=NOW)
    assert total(folder / "s") == 15


@pytest.mark.parametrize(
    ("tags", "read"), [('{"team": "ml"}', '{"team": "ml"}'), ('"team": "ml"', '{"team": "ml"}'), ("{}", "{}")]
)
def test_tags_without_braces_get_them(tags: str, read: str, tmp_path: Path) -> None:
    table = pa.table({**{name: [value] for name, value in FOCUS_LINE.items()}, "Tags": [tags]})
    ingest(delivery(BillKind.FOCUS, parquet_file(tmp_path / "b.parquet", table)), tmp_path / "s", now=NOW)
    with open_duckdb(Lake(tmp_path / "s")) as engine:
        assert engine.query("SELECT Tags AS t FROM cost").to_pylist() == [{"t": read}]


def test_tags_that_no_question_could_read_are_refused_without_their_content(tmp_path: Path) -> None:
    table = pa.table({**{name: [value] for name, value in FOCUS_LINE.items()}, "Tags": ["team=ml, SECRET"]})
    with pytest.raises(BillError, match="neither JSON") as refused:
        ingest(delivery(BillKind.FOCUS, parquet_file(tmp_path / "b.parquet", table)), tmp_path / "s", now=NOW)
    assert "SECRET" not in str(refused.value)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"PricingQuantity": "nan"}, "1 rows whose PricingQuantity makes no sense"),
        ({"ConsumedQuantity": "1e300"}, "ConsumedQuantity makes no sense"),
        ({"ChargeCategory": "usage"}, "ChargeCategory makes no sense"),
        ({"BillingCurrency": "dollars"}, "BillingCurrency makes no sense"),
        ({"BillingCurrency": ""}, "1 lack BillingCurrency"),
    ],
)
def test_values_that_no_total_could_count_are_refused(row: Row, said: str, tmp_path: Path) -> None:
    with pytest.raises(BillError, match=said):
        ingest(
            delivery(BillKind.FOCUS, csv_file(tmp_path / "b.csv", [{}, row], base=FOCUS_LINE)), tmp_path / "s", now=NOW
        )


def test_files_of_one_bill_may_have_different_columns(tmp_path: Path) -> None:
    files = [csv_file(tmp_path / f"{name}.csv", [{name: "1"}], base=FOCUS_LINE) for name in ("x_a", "x_b")]
    ingest(delivery(BillKind.FOCUS, *files), tmp_path / "s", now=NOW)
    with open_duckdb(Lake(tmp_path / "s")) as engine:
        rows = engine.query("SELECT x_a, x_b FROM cost ORDER BY x_a NULLS LAST").to_pylist()
    assert rows == [{"x_a": "1", "x_b": None}, {"x_a": None, "x_b": "1"}]


def test_kinds_of_line_without_number_are_refused_before_they_fill_the_catalog(tmp_path: Path) -> None:
    rows: list[Row] = [{"x_SourceType": f"kind {number}"} for number in range(10_001)]
    with pytest.raises(BillError, match="more than 10,000 kinds of line"):
        ingest(delivery(BillKind.FOCUS, csv_file(tmp_path / "b.csv", rows, base=FOCUS_LINE)), tmp_path / "s", now=NOW)
    with pytest.raises(StoreError):
        Lake(tmp_path / "s").catalog()
    assert not (tmp_path / "s" / CATALOG).exists()


def test_a_month_that_begins_in_another_zone_is_that_month(tmp_path: Path) -> None:
    row = {"BillingPeriodStart": "2026-10-01T00:00:00+08:00", "BillingPeriodEnd": "2026-11-01T00:00:00+08:00"}
    file = csv_file(tmp_path / "b.csv", [row], base=FOCUS_LINE)
    (bill,) = ingest(delivery(BillKind.FOCUS, file), tmp_path / "s", now=NOW).bills
    assert bill.billing_period == "2026-10"


def test_a_refunded_fee_is_no_effective_cost(tmp_path: Path) -> None:
    fee: Row = {
        "line_item_line_item_type": "Fee",
        "line_item_unblended_cost": "120",
        "reservation_reservation_a_r_n": "r",
    }
    back: Row = {**fee, "line_item_line_item_type": "Refund", "line_item_unblended_cost": "-120"}
    ingest(delivery(BillKind.CUR, csv_file(tmp_path / "r.csv", [fee, back], base=CUR_LINE)), tmp_path / "s", now=NOW)
    with open_duckdb(Lake(tmp_path / "s")) as engine:
        rows = engine.query("SELECT SUM(BilledCost) AS b, SUM(EffectiveCost) AS e FROM cost").to_pylist()
    assert rows == [{"b": 0, "e": 0}]
