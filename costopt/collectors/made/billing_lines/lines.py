"""A line of the made bill, and the table of all of them in the columns of FOCUS."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from costopt.collectors.bill_types import arrow_types
from costopt.model.focus import FOCUS_COLUMNS

if TYPE_CHECKING:
    import pyarrow as pa

OWN = ("x_ServiceCode", "x_UsageType", "x_Operation")
"""AWS's own columns in its FOCUS exports.
Source: https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-focus-1-0-aws-columns.html."""

Cells = Mapping[str, object]
"""Columns that many lines have alike: texts, and unit prices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row. The four costs are dollars."""

    cells: Cells
    """What it has in common with others; the same object for all of them."""
    month: datetime
    """First moment of its billing period, UTC."""
    begins: datetime
    """Start of the charge, UTC."""
    ends: datetime
    """End of the charge, exclusive, UTC."""
    billed: Decimal
    """Invoiced."""
    effective: Decimal
    """Amortised."""
    listed: Decimal
    """At public prices."""
    contracted: Decimal
    """At negotiated prices."""
    quantity: Decimal | None = None
    """In the pricing unit."""
    consumed: bool = False
    """Whether the quantity was consumed, too."""
    committed: Decimal | None = None
    """Units or dollars of a commitment."""


def month_after(month: datetime) -> datetime:
    """First moment of the next month."""
    years, before = divmod(month.month, 12)
    return month.replace(year=month.year + years, month=before + 1)


def billed_months(now: datetime) -> list[tuple[datetime, datetime]]:
    """Of the last month and this one the first moment, and the moment after the last day that is over; UTC."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    current = today.replace(day=1)
    before = (current - timedelta(days=1)).replace(day=1)
    return [(before, current), (current, today)] if today > current else [(before, current)]


def table_of(lines: Sequence[Line], *, invoiced: bool) -> "pa.Table":
    """The lines of one month as a table: FOCUS 1.2, then `OWN`; costs as DECIMAL(28,10), times as UTC without a zone.

    Args:
        lines: the rows.
        invoiced: whether the month is over and has an invoice.
    """
    import pyarrow as pa

    types = arrow_types()
    kinds = {column.name: types[column.type] for column in FOCUS_COLUMNS} | dict.fromkeys(OWN, pa.string())
    alike, places = _distinct(lines)
    own = _own_columns(lines, invoiced=invoiced)
    arrays = {}
    for name, kind in kinds.items():
        if name in own:
            arrays[name] = pa.array(own[name], kind)
        else:
            arrays[name] = pa.array([cells.get(name) for cells in alike], kind).take(pa.array(places, pa.int64()))
    return pa.table(arrays)


def _distinct(lines: Sequence[Line]) -> tuple[list[Cells], list[int]]:
    """The cells that lines share, each once, and where each line finds its own."""
    alike: list[Cells] = []
    known: dict[int, int] = {}
    places = []
    for line in lines:
        place = known.setdefault(id(line.cells), len(alike))
        if place == len(alike):
            alike.append(line.cells)
        places.append(place)
    return alike, places


def _own_columns(lines: Sequence[Line], *, invoiced: bool) -> Mapping[str, list[object]]:
    ends = {month: month_after(month) for month in {line.month for line in lines}}
    return {
        "BillingPeriodStart": [line.month.replace(tzinfo=None) for line in lines],
        "BillingPeriodEnd": [ends[line.month].replace(tzinfo=None) for line in lines],
        "ChargePeriodStart": [line.begins.replace(tzinfo=None) for line in lines],
        "ChargePeriodEnd": [line.ends.replace(tzinfo=None) for line in lines],
        "InvoiceId": [f"HL-{line.month:%Y%m}" if invoiced else None for line in lines],
        "BilledCost": [line.billed for line in lines],
        "EffectiveCost": [line.effective for line in lines],
        "ListCost": [line.listed for line in lines],
        "ContractedCost": [line.contracted for line in lines],
        "PricingQuantity": [_number(line.quantity) for line in lines],
        "ConsumedQuantity": [_number(line.quantity) if line.consumed else None for line in lines],
        "CommitmentDiscountQuantity": [_number(line.committed) for line in lines],
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
