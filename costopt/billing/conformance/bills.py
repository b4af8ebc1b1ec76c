"""What the bills of a store hold, counted anew from its files with the same functions as when they were taken in."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import duckdb

from costopt.billing.duckdb_engine import connect, path_list
from costopt.billing.intake.quality import assess
from costopt.billing.lake import Lake
from costopt.billing.sql_text import quoted
from costopt.errors import EngineError, StoreError
from costopt.model.bill import Catalog, PeriodBill
from costopt.model.conformance import StoredQuality
from costopt.model.focus import COLUMNS, ColumnType

MONEY = tuple(column.name for column in COLUMNS if column.type is ColumnType.MONEY)
"""Columns that are summed, each currency for itself."""


def assess_bills(lake: Lake, catalog: Catalog) -> tuple[StoredQuality, ...]:
    """Count every bill of a store.

    Raises:
        StoreError: a file has other rows than the catalog says.
        EngineError: a file cannot be read.
        BillError: rows lack what every total needs.
    """
    with connect(lake.path) as connection:
        return tuple(_assess(connection, lake, bill) for bill in catalog.bills)


def _assess(connection: Any, lake: Lake, bill: PeriodBill) -> StoredQuality:
    aside = sum(account.rows for account in bill.accounts if account.set_aside)
    name = f"{bill.source} {bill.billing_period}"
    try:
        quality = assess(connection, lake.files(bill), bill.extra_columns, set_aside=aside)
        totals = _totals(connection, lake, bill)
    except duckdb.Error as error:
        raise EngineError(f"{name} cannot be read: {error}", hint="Collect it anew.") from error
    if quality is None or quality.rows != bill.rows:
        found = 0 if quality is None else quality.rows
        raise StoreError(f"{name} has {found:,} rows, the catalog says {bill.rows:,}", hint="Collect it anew.")
    return StoredQuality(bill=bill, quality=quality, totals=totals)


def _totals(connection: Any, lake: Lake, bill: PeriodBill) -> Mapping[str, Mapping[str, Decimal | None]]:
    sums = ", ".join(f"sum({quoted(name)})" for name in MONEY)
    source = f"read_parquet({path_list(lake.files(bill))}, union_by_name = true)"
    query = f"SELECT BillingCurrency, {sums} FROM {source} GROUP BY ALL ORDER BY ALL"  # noqa: S608 - escaped paths
    rows = connection.execute(query).fetchall()
    return {currency: dict(zip(MONEY, found, strict=True)) for currency, *found in rows}
