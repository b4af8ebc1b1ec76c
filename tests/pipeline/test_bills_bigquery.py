"""Google's export from an emulated BigQuery: the same table as from files of the same lines, to the last digit.

The emulator takes the time of the query for `_PARTITIONTIME`, and bills nothing: which partitions are read, and how
many bytes that is, tests/collectors/gcp/test_bill_export.py holds against a server that answers like Google.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from costopt.billing.lake import Lake
from costopt.config.settings import BillingSettings, Settings
from costopt.errors import BillError
from costopt.model.bill import BillKind
from costopt.pipeline.bills import Collected, collect_bill
from costopt.pipeline.bills_google import GoogleRequest, estimate_google_bill
from costopt.pipeline.reconcile import reconcile
from tests.oracles.bigquery_export import load_export, rows_of
from tools.bills.company import Made, make_bill

bigquery = pytest.importorskip("google.cloud.bigquery", reason="google-cloud-bigquery is not installed")

pytestmark = pytest.mark.xdist_group("bigquery")
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
MONTHS = ("2026-09", "2026-10")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make_bill(tmp_path_factory.mktemp("made"), form="gcp", file="jsonl.gz", lines=300, months=2, seed=5)


@pytest.fixture(scope="module")
def client(emulator: Any, made: Made) -> Any:
    """The same lines in three tables, each divided otherwise."""
    rows = rows_of(made)
    load_export(emulator, "detailed", rows, partition=bigquery.TimePartitioning())
    load_export(emulator, "by_usage", rows, partition=bigquery.TimePartitioning(field="usage_start_time"))
    load_export(emulator, "standard", rows, without=("resource", "price"))
    return emulator


@pytest.fixture(scope="module")
def from_files(tmp_path_factory: pytest.TempPathFactory, made: Made) -> Path:
    store = tmp_path_factory.mktemp("files") / "s"
    collect_bill(BillKind.GCP_EXPORT, [str(made.folder)], store, now=NOW)
    return store


def collect(client: Any, table: str, store: Path, **asked: Any) -> Collected:
    request = GoogleRequest(endpoint_url=client._connection.API_BASE_URL, **{"months": MONTHS, **asked})
    return collect_bill(BillKind.GCP_EXPORT, [f"bigquery://payer-1.billing.{table}"], store, google=request, now=NOW)


def rows_in(store: Path, columns: str = "*") -> list[tuple[Any, ...]]:
    files = [str(store / file.path) for bill in Lake(store).catalog().bills for file in bill.files]
    return sorted(duckdb.sql(f"SELECT {columns} FROM read_parquet({files})").fetchall(), key=repr)


@pytest.mark.parametrize("table", ["detailed", "by_usage"])
def test_a_table_gives_what_its_lines_give_as_files(
    client: Any, from_files: Path, made: Made, tmp_path: Path, table: str
) -> None:
    collected = collect(client, table, tmp_path)
    assert collected.gaps == 0
    assert rows_in(tmp_path) == rows_in(from_files)
    bills = Lake(tmp_path).catalog().bills
    assert [sum(one.billed_cost for one in bill.accounts) for bill in bills] == [
        total.invoice_total for total in made.totals
    ]
    # Under the same name, so that files of the next month join it.
    assert {bill.source for bill in bills} == {bill.source for bill in Lake(from_files).catalog().bills}


def test_a_standard_export_has_the_same_costs_and_no_resources(client: Any, from_files: Path, tmp_path: Path) -> None:
    collected = collect(client, "standard", tmp_path)
    costs = "BilledCost, EffectiveCost, ListCost, SkuId, Tags, ChargePeriodStart"
    assert rows_in(tmp_path, costs) == rows_in(from_files, costs)
    assert {row[0] for row in rows_in(tmp_path, "ResourceId")} == {None}
    assert any("has no partitions" in note for note in collected.notes)


def test_what_came_from_a_table_reconciles_with_it(client: Any, tmp_path: Path) -> None:
    collect(client, "detailed", tmp_path)
    found = reconcile(Settings(billing=BillingSettings(store=str(tmp_path))))
    assert [(one.billing_period, one.unexplained) for one in found] == [("2026-09", 0), ("2026-10", 0)]


def test_only_the_months_that_are_asked_for_come(client: Any, tmp_path: Path, made: Made) -> None:
    collected = collect(client, "by_usage", tmp_path, months=("2026-09",))
    (bill,) = Lake(tmp_path).catalog().bills
    assert bill.billing_period == "2026-09"
    assert bill.rows == made.totals[0].total.rows
    # Its export goes on, so that nothing is late.
    assert collected.gaps == 0


def test_a_month_without_a_line_is_a_gap_and_never_an_empty_month(client: Any, tmp_path: Path) -> None:
    collected = collect(client, "detailed", tmp_path, months=("2026-08", "2026-09"))
    assert [bill.billing_period for bill in Lake(tmp_path).catalog().bills] == ["2026-09"]
    assert collected.gaps == 1
    assert "not read: 2026-08: the export has no line of it" in collected.notes
    with pytest.raises(BillError, match="has no line of 2026-08: it has 2026-09 to 2026-10"):
        collect(client, "detailed", tmp_path, months=("2026-08",))


def test_an_estimate_reads_no_line(client: Any) -> None:
    request = GoogleRequest(endpoint_url=client._connection.API_BASE_URL)
    found = estimate_google_bill("bigquery://payer-1.billing.detailed", request, now=NOW)
    # At noon UTC of 1 November it is November in California, too.
    assert found.months == ("2026-09", "2026-10", "2026-11")
    assert found.is_detailed
