"""Google's export in BigQuery: the lines of some invoice months, in a file as if they had been exported there.

Nothing is read before a dry run has said how many bytes it will be billed, and nothing above the limit.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from costopt.collectors.faults import printable
from costopt.collectors.gcp.bill_access import READ_TABLE, RUN_QUERY, telling
from costopt.collectors.gcp.bill_address import TableAddress
from costopt.collectors.gcp.bill_lines import write_lines
from costopt.collectors.gcp.bill_months import Missing, missing_parts, remarks, spelled, wanted_months
from costopt.collectors.gcp.bill_query import (
    MonthPart,
    Question,
    lines_question,
    month_part,
    most_lines_question,
    survey_question,
)
from costopt.collectors.gcp.bill_table import ExportTable, describe
from costopt.errors import BillError

if TYPE_CHECKING:
    from google.cloud import bigquery

SECONDS: Final = 900
"""How long a query may take."""
GIB: Final = 2**30

Announce = Callable[[int, int], None]
"""Told of the number of lines and the bytes that BigQuery says reading them is billed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFetch:
    """How a fetch ended."""

    file: Path
    """The lines, packed JSON lines."""
    lines: int
    """How many."""
    accounts: tuple[str, ...]
    """Billing accounts in them, sorted."""
    bytes_billed: int
    """What the two queries were billed, by the dry runs' estimate."""
    gaps: tuple[Missing, ...]
    """Months without a line, and an export that is behind."""
    notes: tuple[str, ...]
    """What else the user should know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportEstimate:
    """What a fetch would read, by dry runs, which cost nothing."""

    months: tuple[str, ...]
    """Invoice months, `YYYY-MM`."""
    survey_bytes: int
    """Of the question what there is."""
    lines_bytes: int
    """Of the lines: at most so many, for the survey may leave partitions out."""
    is_detailed: bool
    """Whether the export names resources."""


def estimate_export(
    client: "bigquery.Client", address: TableAddress, *, months: Collection[str], now: datetime
) -> ExportEstimate:
    """What `fetch_export` would be billed. Reads no row.

    Raises:
        BillError: it is no export.
        CollectError: the table cannot be read.
        UsageError: a month is malformed.
    """
    wanted = wanted_months(months, now)
    table = describe(client, address)
    return ExportEstimate(
        months=tuple(spelled(month) for month in wanted),
        survey_bytes=_dry_run(client, table, survey_question(table, wanted[0])),
        lines_bytes=_dry_run(client, table, most_lines_question(table, wanted)),
        is_detailed=table.is_detailed,
    )


def fetch_export(
    client: "bigquery.Client",
    address: TableAddress,
    folder: Path,
    *,
    months: Collection[str],
    max_gib_billed: float,
    now: datetime,
    announce: Announce = lambda lines, size: None,
) -> ExportFetch:
    """Writes the lines of some invoice months into `folder`.

    Args:
        client: of BigQuery.
        address: the export's table, or a view of it.
        folder: one that nobody else reads.
        months: invoice months, `YYYY-MM`; none for the last three.
        max_gib_billed: GiB that both queries together may be billed; what is more is refused before it runs.
        now: time of the run, aware.
        announce: told of lines and bytes before the lines are read.

    Raises:
        BillError: no export, no line of these months, above the limit, or an answer that is not whole.
        CollectError: the table cannot be read.
        UsageError: a month is malformed.
    """
    wanted = wanted_months(months, now)
    limit = int(max_gib_billed * GIB)
    table = describe(client, address)
    question = survey_question(table, wanted[0])
    surveying = _bounded(client, table, question, limit)
    with telling(f"table {address}", RUN_QUERY):
        parts = [month_part(row) for row in _rows(client, question, limit)]
    chosen = _chosen(parts, wanted, address)
    question = lines_question(table, chosen)
    billed = surveying + _bounded(client, table, question, limit, before=surveying)
    announce(sum(part.lines for part in chosen), billed)
    file = folder / f"{address.table}.jsonl.gz"
    lines = _download(client, table, question, limit, file)
    _require_whole(address, lines, sum(part.lines for part in chosen))
    return ExportFetch(
        file=file,
        lines=lines,
        accounts=tuple(sorted({part.account for part in chosen})),
        bytes_billed=billed,
        gaps=tuple(missing_parts(parts, wanted, now)),
        notes=(*remarks(parts, wanted), *_notes(table)),
    )


def _chosen(parts: Sequence[MonthPart], wanted: Sequence[str], address: TableAddress) -> list[MonthPart]:
    """Parts of the months that are wanted.

    Raises:
        BillError: there is none.
    """
    chosen = [part for part in parts if part.month in wanted]
    if chosen:
        return chosen
    there = sorted({part.month for part in parts if part.month})
    has = f"it has {spelled(there[0])} to {spelled(there[-1])} of the partitions read" if there else "it is empty"
    raise BillError(
        f"{address} has no line of {', '.join(spelled(month) for month in wanted)}: {printable(has)}",
        hint="A new export gets its first lines within hours, those of the month before within five days. Name other "
        "months by --month, or the table that Google writes to now.",
    )


def _dry_run(client: "bigquery.Client", table: ExportTable, question: Question) -> int:
    """Bytes that a query would be billed."""
    from google.cloud import bigquery

    settings = bigquery.QueryJobConfig(
        dry_run=True, use_query_cache=False, use_legacy_sql=False, query_parameters=question.parameters()
    )
    with telling(f"table {table.address}", RUN_QUERY):
        job = client.query(question.sql, job_config=settings, timeout=SECONDS)
    return int(job.total_bytes_processed or 0)


def _bounded(client: "bigquery.Client", table: ExportTable, question: Question, limit: int, *, before: int = 0) -> int:
    """Bytes of a query that keeps the limit.

    Raises:
        BillError: it does not.
    """
    size = _dry_run(client, table, question)
    if before + size > limit:
        why = "" if table.partition else f"; {table.address} has no partitions, so that every query reads all of it"
        raise BillError(
            f"reading {table.address} would be billed {(before + size) / GIB:,.2f} GiB, above the limit of "
            f"{limit / GIB:,.6g}{why}",
            hint="Ask for fewer or newer months by --month, or raise --max-gib-billed (engine.max_gib_billed).",
        )
    return size


def _rows(client: "bigquery.Client", question: Question, limit: int) -> Any:
    from google.cloud import bigquery

    settings = bigquery.QueryJobConfig(
        maximum_bytes_billed=limit,
        use_legacy_sql=False,
        job_timeout_ms=SECONDS * 1000,
        query_parameters=question.parameters(),
    )
    return client.query(question.sql, job_config=settings, timeout=SECONDS).result(timeout=SECONDS)


def _download(client: "bigquery.Client", table: ExportTable, question: Question, limit: int, file: Path) -> int:
    """Writes the answer; gives the number of its rows.

    Raises:
        BillError: the answer ends before its end.
    """
    with telling(f"table {table.address}", RUN_QUERY):
        rows = _rows(client, question, limit)
    with telling(f"the answer from {table.address}", READ_TABLE):
        count = write_lines(file, (row[0] for row in rows))
    if rows.total_rows is not None and count != rows.total_rows:
        raise BillError(
            f"BigQuery announced {rows.total_rows:,} lines of {table.address} and sent {count:,}", hint="Repeat it."
        )
    return count


def _require_whole(address: TableAddress, lines: int, surveyed: int) -> None:
    """More lines than a moment ago are new ones; fewer would be a month cut short."""
    if lines < surveyed:
        raise BillError(
            f"{address} had {surveyed:,} lines of these months and gave {lines:,}",
            hint="It changes while it is read, or has lines in no partition. Repeat it in an hour.",
        )


def _notes(table: ExportTable) -> list[str]:
    """Where a table is divided otherwise than Google does it, what that costs."""
    if table.partition is None:
        return [f"{table.address} has no partitions: every query reads all of it, whatever the months"]
    if not table.partition.follows_export:
        column = table.partition.column
        return [f"{table.address} is partitioned by {column}, so that the survey reads all of its partitions"]
    return []
