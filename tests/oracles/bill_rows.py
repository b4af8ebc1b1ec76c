"""Canonical rows written by hand, straight into a store: no ingest between the test and the table."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from costopt.billing.lake import Lake, open_writer
from costopt.model.bill import BillKind, PeriodBill, StoredFile
from costopt.model.focus import COLUMNS, ColumnType

NOW = datetime(2026, 11, 3, tzinfo=UTC)
ARROW = {
    ColumnType.TEXT: pa.string(),
    ColumnType.MONEY: pa.decimal128(28, 10),
    ColumnType.NUMBER: pa.float64(),
    ColumnType.TIME: pa.timestamp("us"),
}
SCHEMA = pa.schema([(column.name, ARROW[column.type]) for column in COLUMNS])

Row = dict[str, Any]


def at(month: int, day: int, *clock: int) -> datetime:
    """A time of 2026 as the table holds it: UTC, without a zone."""
    return datetime(2026, month, day, *clock, tzinfo=UTC).replace(tzinfo=None)


START = at(10, 5)
CREDIT: Row = {"ChargeCategory": "Credit", "ListCost": 0, "ContractedCost": 0, "PricingCategory": None}
REFUND: Row = {"ChargeClass": "Correction"}
TAX: Row = {"ChargeCategory": "Tax", "ServiceName": "Tax", "PricingCategory": None}
UNUSED: Row = {
    "CommitmentDiscountStatus": "Unused",
    "PricingCategory": "Committed",
    "ListCost": 0,
    "BilledCost": 0,
}
"""Cells of rows that are no ordinary usage."""


def bill_row(cost: object = 1, /, *, tags: Mapping[str, str] | None = None, hours: int = 1, **cells: Any) -> Row:
    """One hour of usage at 00:00 on 5 October 2026 that costs `cost` in every column; `cells` say what differs.

    Args:
        cost: of all four costs that `cells` does not give.
        tags: become the JSON text in Tags; NULL where None.
        hours: length of the charge period.
        **cells: by column; a cost may be a number or text, None is NULL.
    """
    start = cells.get("ChargePeriodStart", START)
    row: Row = dict.fromkeys(SCHEMA.names)
    row |= {
        "BillingPeriodStart": start.replace(day=1, hour=0, minute=0),
        "BillingPeriodEnd": (start.replace(day=1, hour=0, minute=0) + timedelta(days=32)).replace(day=1),
        "ChargePeriodStart": start,
        "ChargePeriodEnd": start + timedelta(hours=hours),
        **dict.fromkeys(("BilledCost", "EffectiveCost", "ListCost", "ContractedCost", "x_SourceCost"), cost),
        "BillingAccountId": "111111111111",
        "SubAccountId": "222222222222",
        "BillingCurrency": "USD",
        "ChargeCategory": "Usage",
        "PricingCategory": "Standard",
        "ProviderName": "AWS",
        "ServiceName": "Amazon EC2",
        "ServiceCategory": "Compute",
        "x_ServiceCode": "AmazonEC2",
        "RegionId": "us-east-1",
        "Tags": None if tags is None else json.dumps(tags, ensure_ascii=False),
    }
    return row | cells


def bill_table(rows: Sequence[Row]) -> pa.Table:
    """Rows as the canonical table; columns beyond it stand last, as text."""
    extra = sorted({name for row in rows for name in row} - set(SCHEMA.names))
    schema = pa.schema([*SCHEMA, *((name, pa.string()) for name in extra)])
    columns = [pa.array(_typed(field.type, [row.get(field.name) for row in rows]), field.type) for field in schema]
    return pa.table(columns, schema=schema)


def publish(store: Path, rows: Sequence[Row], *, source: str = "made", now: datetime = NOW) -> Lake:
    """Put rows into a store at a time as one bill a billing period, in place of what the source had there."""
    periods: dict[str, list[Row]] = {}
    for row in rows:
        periods.setdefault(f"{row['BillingPeriodStart']:%Y-%m}", []).append(row)
    with open_writer(store, now) as writer:
        bills = []
        for period, its_rows in sorted(periods.items()):
            table = bill_table(its_rows)
            place = writer.place(source, period, uuid4().hex)
            pq.write_table(table, writer.lake.path / place, compression="zstd")
            size = (writer.lake.path / place).stat().st_size
            file = StoredFile(path=place.as_posix(), rows=table.num_rows, bytes=size)
            bills.append(_period_bill(source, period, file, its_rows, now))
        writer.publish(bills)
    return Lake(store)


def _period_bill(source: str, period: str, file: StoredFile, rows: Sequence[Row], now: datetime) -> PeriodBill:
    extra = {name for row in rows for name in row} - set(SCHEMA.names)
    used = [row["ChargePeriodStart"].replace(tzinfo=UTC) for row in rows if row["ChargeCategory"] == "Usage"]
    return PeriodBill(
        source=source,
        kind=BillKind.FOCUS,
        billing_period=period,
        version=None,
        delivered=(period,),
        fingerprint="0" * 64,
        files=(file,),
        rows=file.rows,
        extra_columns=tuple(sorted(extra)),
        billing_accounts=tuple(sorted({row["BillingAccountId"] for row in rows})),
        sub_accounts=tuple(sorted({row["SubAccountId"] or "" for row in rows})),
        first_charge=min(row["ChargePeriodStart"] for row in rows).replace(tzinfo=UTC),
        last_charge=max(row["ChargePeriodEnd"] for row in rows).replace(tzinfo=UTC),
        first_usage=min(used, default=None),
        last_usage=max(used, default=None),
        last_good_day="",
        file_totals=(),
        accounts=(),
        ingested_at=now,
    )


def _typed(kind: pa.DataType, values: list[object]) -> list[object]:
    if not pa.types.is_decimal(kind):
        return values
    return [None if value is None else Decimal(str(value)) for value in values]
