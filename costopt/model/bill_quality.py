"""What an ingest found in a bill: one line a column, and what may be wrong with the whole."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from costopt.model.bill import PeriodBill


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnQuality:
    """One column over all rows of a delivery."""

    column: str
    """Its name."""
    nulls: int
    """Rows in which it is not there."""
    total: Decimal | None
    """Sum, of costs exact; None for columns of text and time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillQuality:
    """The data-quality table of one ingest."""

    rows: int
    """Rows kept."""
    rows_set_aside: int
    """Lines not kept, because they would count twice."""
    columns: tuple[ColumnQuality, ...]
    """Every column that any row fills, in canonical order; those that are empty throughout are left out."""
    empty_columns: tuple[str, ...]
    """Canonical columns that no row fills."""
    first_charge: datetime
    """Earliest ChargePeriodStart, UTC."""
    last_charge: datetime
    """Latest ChargePeriodEnd, UTC."""
    unknown_services: tuple[str, ...]
    """Services whose category is not known (`Other`), sorted; at most a hundred."""
    unknown_lines: tuple[str, ...]
    """The source's kinds of line that the mapping does not know and books as adjustments, sorted."""
    missing_days: tuple[str, ...]
    """Days without usage between the first and the last day that have some, `YYYY-MM-DD`."""
    outside_period: int
    """Rows whose charge begins outside their billing period: late lines and corrections."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """How an ingest ended."""

    source: str
    """The source's name in the store."""
    unchanged: bool
    """True where the same delivery was there already; nothing was written."""
    bills: tuple[PeriodBill, ...]
    """The billing periods that are now in the store from it."""
    replaced: tuple[PeriodBill, ...]
    """What stood there before."""
    quality: BillQuality | None
    """The table; None where unchanged or where the delivery has no rows."""
