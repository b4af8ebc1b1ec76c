"""What any table of a billing export is in BigQuery: its sort, by its columns, and how it is divided by time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from costopt.collectors.gcp.bill_address import TableAddress
from costopt.errors import BillError

if TYPE_CHECKING:
    from google.cloud import bigquery

INGESTION: Final = "_PARTITIONTIME"
"""Pseudo-column of a table that is partitioned by the time of loading, as Google makes its exports."""
_SORTABLE = frozenset({"TIMESTAMP", "DATE", "DATETIME"})
_EXPORTED = frozenset({"export_time", "pricing_as_of_time"})
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


class ExportSort(StrEnum):
    """Sorts of Google's export, each with a column that no other sort has.

    Source: https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables.
    """

    FOCUS = "BilledCost"
    PRICES = "list_price"
    USAGE = "usage_start_time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """How a table is divided."""

    column: str
    """`_PARTITIONTIME`, or the column that somebody chose."""
    type: str
    """TIMESTAMP, DATE or DATETIME."""
    unit: str
    """HOUR, DAY, MONTH or YEAR: `_PARTITIONTIME` is the begin of one."""
    follows_export: bool
    """Whether a line lies where the time of its export says, so that none lies before what it tells of."""


def sort_of(fields: Mapping[str, Any]) -> ExportSort | None:
    """What a table with these columns seems to be, None where that cannot be told."""
    return next((sort for sort in ExportSort if sort.value in fields), None)


def lacking(fields: Mapping[str, Any], paths: Iterable[str]) -> list[str]:
    """Those of some paths, such as `sku.id`, that a table does not have."""
    return [path for path in paths if not _holds(fields, path.split("."))]


def require_zones(address: TableAddress, fields: Mapping[str, Any], names: Iterable[str]) -> None:
    """Refuse a copy whose times have lost their zone.

    Raises:
        BillError: one of the columns `names` is no TIMESTAMP.
    """
    odd = [f"{name} is {fields[name].field_type}" for name in names if fields[name].field_type != "TIMESTAMP"]
    if odd:
        raise BillError(
            f"{address} is a changed copy of an export: {', '.join(odd)}, not TIMESTAMP",
            hint="A time without its zone is not guessed. Name Google's own table, or cast them in a view.",
        )


def partition_of(found: "bigquery.Table", fields: Mapping[str, Any]) -> Partition | None:
    """How a table is divided by time, None where it is not.

    Source: https://cloud.google.com/bigquery/docs/querying-partitioned-tables.
    """
    if found.time_partitioning is None:
        return None
    column, unit = found.time_partitioning.field, found.time_partitioning.type_ or "DAY"
    if column is None:
        return Partition(column=INGESTION, type="TIMESTAMP", unit=unit, follows_export=True)
    kind = fields[column].field_type if column in fields else ""
    if kind not in _SORTABLE or not column.isidentifier():
        return None
    return Partition(column=column, type=kind, unit=unit, follows_export=column in _EXPORTED)


def since(part: Partition | None, first: datetime) -> tuple[str, tuple[tuple[str, str, Any], ...]]:
    """Condition and value of the partitions that may hold lines that were exported from `first` (UTC midnight) on."""
    if part is None:
        return "", ()
    if part.unit in ("MONTH", "YEAR"):
        first = first.replace(day=1, month=first.month if part.unit == "MONTH" else 1)
    start = first if part.follows_export else _EVER  # a table may refuse queries without a bound
    bounds = {"DATE": start.date(), "DATETIME": start.replace(tzinfo=None)}
    bound = bounds.get(part.type, start)
    return f"{part.column} >= @since", (("since", part.type, bound),)


def _holds(fields: Mapping[str, Any], path: Sequence[str]) -> bool:
    if path[0] not in fields:
        return False
    return len(path) == 1 or _holds({inner.name: inner for inner in fields[path[0]].fields}, path[1:])
