"""The store held against what the sources and the user say was charged."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from costopt.billing.duckdb_engine import open_duckdb
from costopt.billing.lake import Lake
from costopt.billing.query import load
from costopt.billing.reconcile import Booked, against_files, against_totals
from costopt.config.settings import Settings
from costopt.model.bill import BillKind, Catalog
from costopt.model.reconciliation import Reconciliation
from costopt.pipeline.engines import store_path

_OF_AWS = (BillKind.CUR, BillKind.COST_EXPLORER, BillKind.FOCUS)
"""What Cost Explorer can be held against; a FOCUS bill may be AWS's."""
Invoices = Mapping[tuple[str, str], Decimal]
"""Billing period, `YYYY-MM`, and currency to what was invoiced."""


def reconcile(
    settings: Settings,
    *,
    store: Path | None = None,
    invoices: Invoices | None = None,
    cost_explorer: Invoices | None = None,
) -> list[Reconciliation]:
    """Hold every billing period of the store against the files that it came from, and against given totals.

    The store's side is summed from its files now, not taken from its catalog.

    Args:
        settings: the user's settings.
        store: directory of the store; the settings' otherwise.
        invoices: what the user was invoiced.
        cost_explorer: what Cost Explorer says.

    Raises:
        StoreError: no store there, or a damaged one.
    """
    lake = Lake(store_path(settings, store))
    catalog = lake.catalog()
    booked = _booked(lake, catalog)
    found = against_files(catalog.bills, booked)
    found += against_totals(invoices or {}, catalog.bills, booked, against="invoice")
    found += against_totals(cost_explorer or {}, catalog.bills, booked, against="Cost Explorer", kinds=_OF_AWS)
    return found


def _booked(lake: Lake, catalog: Catalog) -> Booked:
    booked: dict[tuple[str, str, str], dict[str, Decimal]] = defaultdict(dict)
    for source in sorted({bill.source for bill in catalog.bills}):
        with open_duckdb(lake, source=source) as engine:
            for row in engine.query(load("bill_periods").bind()).to_pylist():
                # By the middle of the month, as the ingest has it: elsewhere a month begins on the day before.
                period = f"{row['billing_period_start'] + timedelta(days=14):%Y-%m}"
                amounts = booked[source, period, row["BillingCurrency"]]
                category = row["ChargeCategory"]
                amounts[category] = amounts.get(category, Decimal(0)) + row["billed_cost"]
    return booked
