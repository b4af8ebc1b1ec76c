"""Google's export in BigQuery: the lines of some invoice months, in a file as if they had been exported there.

Nothing is read before a dry run has said how many bytes it will be billed, and nothing above the limit.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from costopt.collectors.faults import printable
from costopt.collectors.gcp.bill_address import TableAddress
from costopt.collectors.gcp.bill_lines import write_lines
from costopt.collectors.gcp.bill_months import Missing, missing_parts, remarks, spelled, wanted_months
from costopt.collectors.gcp.bill_query import (
    MonthPart,
    lines_question,
    month_part,
    most_lines_question,
    survey_question,
)
from costopt.collectors.gcp.bill_table import ExportTable, describe
from costopt.collectors.gcp.export_query import LimitedTable, dry_run, limit_of, require_undiminished
from costopt.errors import BillError

if TYPE_CHECKING:
    from google.cloud import bigquery

_ADVICE: Final = "Ask for fewer or newer months by --month, or raise --max-gib-billed (engine.max_gib_billed)."

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
        survey_bytes=dry_run(client, address, survey_question(table, wanted[0])),
        lines_bytes=dry_run(client, address, most_lines_question(table, wanted)),
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
        UsageError: a month is malformed, or the limit is none.
    """
    wanted = wanted_months(months, now)
    table = describe(client, address)
    limited = LimitedTable(
        client=client,
        address=address,
        is_partitioned=table.partition is not None,
        limit=limit_of(max_gib_billed),
        advice=_ADVICE,
    )
    question = survey_question(table, wanted[0])
    billed = limited.admit(question)
    parts = [month_part(row) for row in limited.rows(question)]
    chosen = _chosen(parts, wanted, address)
    question = lines_question(table, chosen)
    billed += limited.admit(question, before=billed)
    counted = sum(part.lines for part in chosen)
    announce(counted, billed)
    file = folder / f"{address.table}.jsonl.gz"
    lines = write_lines(file, (row[0] for row in limited.rows(question)))
    require_undiminished(address, counted=counted, sent=lines)
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


def _notes(table: ExportTable) -> list[str]:
    """Where a table is divided otherwise than Google does it, what that costs."""
    if table.partition is None:
        return [f"{table.address} has no partitions: every query reads all of it, whatever the months"]
    if not table.partition.follows_export:
        column = table.partition.column
        return [f"{table.address} is partitioned by {column}, so that the survey reads all of its partitions"]
    return []
