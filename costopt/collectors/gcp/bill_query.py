"""The two questions that are asked of an export in BigQuery: what it has of each month, and the lines of some months.

A month's lines are loaded from its first day until long after its last: late usage, taxes and corrections carry the
invoice month that they are billed in. So no number of late days is guessed. The **survey** reads five narrow columns of
every partition since the oldest month and says in which partitions each month has lines; the **lines** are then read
from exactly those. Both are bounded by `_PARTITIONTIME`, which is what makes BigQuery leave the other days out.
Source: https://cloud.google.com/bigquery/docs/querying-partitioned-tables#query_an_ingestion-time_partitioned_table.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from costopt.collectors.gcp.bill_table import COLUMNS, ExportTable
from costopt.collectors.gcp.export_query import Question
from costopt.collectors.gcp.export_table import Partition, since

if TYPE_CHECKING:
    from google.cloud import bigquery

EARLY_DAYS: Final = 3
"""Days before a month in which its lines are sought as well. None is exported before it begins; the margin is for
partitions in UTC of months in Pacific time, and for whoever loads the table anew by day."""
_DAY = timedelta(days=1)
_MONTHS = "months"


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPart:
    """What an export has of one month, billing account and currency."""

    month: str
    """Invoice month, `YYYYMM`."""
    account: str
    """Billing account."""
    currency: str
    """ISO 4217 code of its costs."""
    lines: int
    """How many."""
    first_usage: datetime | None
    """Earliest start of usage, UTC; None where no line has one."""
    last_export: datetime | None
    """When the newest line was exported, UTC; None where no line says."""
    first_partition: Any = None
    """Partition of its first line, of the type of the table's partitions; None without partitions."""
    last_partition: Any = None
    """Of its last."""


def survey_question(table: ExportTable, oldest: str) -> Question:
    """What there is of each month from `oldest` (`YYYYMM`) on."""
    part = table.partition
    spans = f", MIN({part.column}) AS first_partition, MAX({part.column}) AS last_partition" if part else ""
    condition, bounds = _from(part, oldest)
    where = f" WHERE {condition}" if condition else ""
    sql = (
        # Names and table are checked, values are parameters.
        "SELECT invoice.month AS month, billing_account_id AS account, currency AS currency, "  # noqa: S608
        "COUNT(*) AS line_count, MIN(usage_start_time) AS first_usage, "
        f"MAX(export_time) AS last_export{spans} FROM `{table.address}`{where} GROUP BY 1, 2, 3"
    )
    return Question(sql=sql, values=bounds)


def month_part(row: "bigquery.Row") -> MonthPart:
    """One row of the survey's answer."""
    return MonthPart(
        month=row["month"] or "",
        account=row["account"] or "",
        currency=row["currency"] or "",
        lines=row["line_count"],
        first_usage=row["first_usage"],
        last_export=row["last_export"],
        first_partition=row.get("first_partition"),
        last_partition=row.get("last_partition"),
    )


def lines_question(table: ExportTable, parts: Collection[MonthPart]) -> Question:
    """Every line of the months of `parts`, from the partitions that the survey found them in."""
    part = table.partition
    months = tuple(sorted({one.month for one in parts}))
    ends = [end for one in parts for end in (one.first_partition, one.last_partition) if end is not None]
    if part is None or not ends:
        return Question(sql=_lines_sql(table, ""), texts=((_MONTHS, months),))
    # A day later is after the last partition, or at most some partitions of an hour too many.
    bounds = (("first", part.type, min(ends)), ("after", part.type, max(ends) + _DAY))
    condition = f"{part.column} >= @first AND {part.column} < @after"
    return Question(sql=_lines_sql(table, condition), values=bounds, texts=((_MONTHS, months),))


def most_lines_question(table: ExportTable, months: Collection[str]) -> Question:
    """As `lines_question` before anything is read: from the oldest month on, so never less."""
    chosen = tuple(sorted(months))
    condition, bounds = _from(table.partition, chosen[0])
    return Question(sql=_lines_sql(table, condition), values=bounds, texts=((_MONTHS, chosen),))


def _lines_sql(table: ExportTable, condition: str) -> str:
    """One JSON object a line, made by BigQuery: the client takes rows of this width apart ten times as slowly."""
    columns = ", ".join(_column(name, inner) for name, inner in table.fields.items())
    where = f"invoice.month IN UNNEST(@{_MONTHS})" + (f" AND {condition}" if condition else "")
    return f"SELECT TO_JSON_STRING(STRUCT({columns})) AS line FROM `{table.address}` WHERE {where}"  # noqa: S608


def _column(name: str, fields: tuple[str, ...]) -> str:
    if not COLUMNS[name]:
        return f"{name} AS {name}"
    return f"STRUCT({', '.join(f'{name}.{field} AS {field}' for field in fields)}) AS {name}"


def _from(part: Partition | None, oldest: str) -> tuple[str, tuple[tuple[str, str, Any], ...]]:
    """Condition and value of the partitions that may hold lines of a month and of later ones."""
    return since(part, datetime(int(oldest[:4]), int(oldest[4:]), 1, tzinfo=UTC) - EARLY_DAYS * _DAY)
