"""One made bill in every form that its provider sends: each normalises to the same table, which is known beforehand.

The truth is booked by the generator from events, not by the mapping that is tested.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from costopt.billing.duckdb_engine import open_duckdb
from costopt.billing.intake.ingest import ingest
from costopt.billing.lake import Lake
from costopt.billing.query import load
from costopt.billing.reconcile import against_files
from costopt.collectors.files.discover import discover
from costopt.model.bill import BillKind
from tools.bills.company import Made, make_bill

pytestmark = pytest.mark.xdist_group("forms")  # each form is made and taken in once
NOW = datetime(2026, 11, 3, tzinfo=UTC)
KINDS = {"focus": BillKind.FOCUS, "cur2": BillKind.CUR, "legacy": BillKind.CUR, "gcp": BillKind.GCP_EXPORT}

FORMS = [
    {"form": "focus"},
    {"form": "focus", "file": "csv.gz"},
    {"form": "focus", "cloud": "gcp"},
    {"form": "cur2"},
    {"form": "cur2", "file": "csv.gz", "split": 3},
    {"form": "legacy"},
    {"form": "legacy", "file": "parquet"},
    {"form": "cur2", "edp": "net"},
    {"form": "legacy", "edp": "lines"},
    {"form": "cur2", "edition": 2},
    {"form": "gcp"},
    {"form": "gcp", "file": "csv"},
    {"form": "gcp", "file": "jsonl.gz", "split": 2},
]

UNSAID: Mapping[str, tuple[str, ...]] = {
    # FOCUS has no kind of line of its own, and its total column is BilledCost.
    "focus": ("x_SourceType", "x_SourceCost"),
    # A legacy report has no names of accounts.
    "legacy": ("BillingAccountName", "SubAccountName"),
    "cur2": (),
    "gcp": (),
}
"""Columns that a form cannot say, or says in words of its own."""
EVERYWHERE = ("x_SourceType",)
"""The unused part of a fee is named after the fee; the truth calls it Unused."""


def take_in(tmp_path: Path, **options: object) -> tuple[Made, Path]:
    made = make_bill(tmp_path / "made", lines=1_200, months=1, seed=3, **options)  # type: ignore[arg-type]
    for one in discover([tmp_path / "made/bill"], KINDS[str(options["form"])], source=None):
        ingest(one, tmp_path / "s", now=NOW)
    return made, tmp_path / "s"


def rows_of(store: Path) -> pa.Table:
    with open_duckdb(Lake(store)) as engine:
        return engine.query("SELECT * FROM cost")


def name_of(options: Mapping[str, object]) -> str:
    return "-".join(str(value) for value in options.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A made bill of one form, taken in; the tests only read its store."""

    options: dict[str, object]
    made: Made
    store: Path


@pytest.fixture(scope="module", params=FORMS, ids=name_of)
def taken(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Taken:
    made, store = take_in(tmp_path_factory.mktemp("form"), **request.param)
    return Taken(options=request.param, made=made, store=store)


def test_a_form_normalises_to_the_truth(taken: Taken) -> None:
    options, made, store = taken.options, taken.made, taken.store
    assert made.truth is not None
    unsaid = {*UNSAID[str(options["form"])], *EVERYWHERE}
    if options.get("edp") == "net":
        # A report does not say what a reserved hour would have cost under the discount; its list cost stands there.
        unsaid.add("ContractedCost")
    if options == {"form": "legacy", "file": "parquet"}:
        # Parquet spells names of columns in small letters, those of cost categories among them.
        unsaid.add("x_CostCategories")
    columns = [name for name in made.truth.column_names if name not in unsaid]
    with duckdb.connect() as connection:
        connection.register("truth", made.truth.select(columns))
        connection.register("found", rows_of(store).select(columns))
        missing = connection.execute("SELECT * FROM truth EXCEPT ALL SELECT * FROM found LIMIT 3").fetchall()
        extra = connection.execute("SELECT * FROM found EXCEPT ALL SELECT * FROM truth LIMIT 3").fetchall()
    assert (missing, extra) == ([], [])


def test_a_form_reconciles_with_the_totals_that_were_known_before(taken: Taken) -> None:
    lake = Lake(taken.store)
    (totals,) = taken.made.totals
    (bill,) = lake.catalog().bills
    assert bill.billing_period == totals.billing_period
    assert bill.rows == totals.total.rows
    with open_duckdb(lake) as engine:
        rows = engine.query(load("bill_periods").bind()).to_pylist()
    for row in rows:
        known = totals.by_category[row["ChargeCategory"]]
        assert (row["billed_cost"], row["effective_cost"]) == (known.billed_cost, known.effective_cost)
    booked = {(bill.source, bill.billing_period, "USD"): {row["ChargeCategory"]: row["billed_cost"] for row in rows}}
    (found,) = against_files([bill], booked)
    # What Google invoices is the sum of costs and credits; the files' column of costs alone is not.
    expected = totals.invoice_total if taken.options["form"] == "gcp" else totals.source_total
    assert found.source_total == expected
    assert found.store_total == totals.invoice_total
    assert found.unexplained == 0


def test_a_restated_month_with_late_lines_replaces_the_first(tmp_path: Path) -> None:
    first, store = take_in(tmp_path / "first", form="cur2", edition=1)
    second = make_bill(tmp_path / "second", form="cur2", lines=1_200, seed=3, edition=2)
    for one in discover([tmp_path / "second/bill"], BillKind.CUR, source=None):
        ended = ingest(one, store, now=NOW)
    assert [bill.rows for bill in ended.replaced] == [first.totals[0].total.rows]
    (bill,) = Lake(store).catalog().bills
    assert bill.rows == second.totals[0].total.rows
    assert sum(account.billed_cost for account in bill.accounts) == second.totals[0].invoice_total
    assert second.totals[0].invoice_total != first.totals[0].invoice_total
