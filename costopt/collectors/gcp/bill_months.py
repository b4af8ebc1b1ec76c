"""Which invoice months are wanted of an export, and what is missing of them. They are months of Pacific time."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from costopt.collectors.faults import printable
from costopt.collectors.gcp.bill_query import MonthPart
from costopt.errors import UsageError

PACIFIC: Final = ZoneInfo("America/Los_Angeles")
"""Source: https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/standard-usage (invoice.month)."""
DEFAULT_MONTHS: Final = 3
"""The current month and the two before, of which the older may still get late lines."""
LATE: Final = timedelta(hours=48)
"""An export that is further behind has stopped or is late. Google loads it several times a day and promises nothing;
two days are more than its services take. Source: https://cloud.google.com/billing/docs/how-to/export-data-bigquery."""
_BEGUN = timedelta(days=2)
"""First usage so long after a month's begin tells that the export was switched on during it, or of a new project."""
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Something that was asked for and is not there."""

    period: str
    """Invoice month, `YYYY-MM`; empty where it is not known."""
    reason: str
    """What is wrong."""


def wanted_months(given: Collection[str], now: datetime) -> tuple[str, ...]:
    """Invoice months, `YYYYMM`, oldest first: those that were given as `YYYY-MM`, or the last three.

    Raises:
        UsageError: one is malformed, or has not begun.
    """
    here = now.astimezone(PACIFIC)
    current = here.year * 12 + here.month - 1
    if not given:
        return tuple(f"{n // 12}{n % 12 + 1:02}" for n in range(current - DEFAULT_MONTHS + 1, current + 1))
    found = set()
    for month in given:
        match = _MONTH.fullmatch(month)
        if match is None:
            raise UsageError(f"no month: {printable(month)[:40]!r}", hint="A month looks like 2026-01.")
        if int(match[1]) * 12 + int(match[2]) - 1 > current:
            raise UsageError(f"{month} has not begun in California", hint="Google bills months of Pacific time.")
        found.add(match[1] + match[2])
    return tuple(sorted(found))


def spelled(month: str) -> str:
    """`YYYY-MM` of Google's `YYYYMM`."""
    return f"{month[:4]}-{month[4:]}"


def missing_parts(parts: Sequence[MonthPart], wanted: Sequence[str], now: datetime) -> list[Missing]:
    """Months without a line, and days at the end that are not exported though they should be.

    Args:
        parts: all of the survey, months that are not wanted among them.
        wanted: `YYYYMM`, oldest first.
        now: time of the run, aware.
    """
    there = {part.month for part in parts}
    gaps = [
        Missing(period=spelled(month), reason="the export has no line of it")
        for month in wanted
        if month not in there and now - _first_moment(month) > LATE
    ]
    if lost := sum(part.lines for part in parts if not part.month):
        gaps.append(Missing(period="", reason=f"{lost:,} lines without an invoice month"))
    last = max((part.last_export for part in parts if part.last_export), default=None)
    if last is not None and wanted[-1] in there:
        due = min(now, _first_moment(_following(wanted[-1])))
        if due - last > LATE:
            days = (due - last).days
            reason = f"the export is {days} days behind: its newest line is of {last:%Y-%m-%d %H:%M} UTC"
            gaps.append(Missing(period=spelled(wanted[-1]), reason=reason))
    return gaps


def remarks(parts: Sequence[MonthPart], wanted: Sequence[str]) -> list[str]:
    """What the user should know of the lines that are read."""
    chosen = [part for part in parts if part.month in wanted]
    currencies = sorted({part.currency for part in chosen})
    said = [f"billed in {', '.join(printable(one) for one in currencies)}"] if currencies != ["USD"] else []
    for month in wanted:
        first = min((part.first_usage for part in chosen if part.month == month and part.first_usage), default=None)
        if first is not None and first - _first_moment(month) > _BEGUN:
            said.append(
                f"{spelled(month)}: the first usage is of {first:%Y-%m-%d}; where the export was switched on during "
                "the month, it is not whole"
            )
    return said


def _first_moment(month: str) -> datetime:
    """Midnight in California, in UTC."""
    return datetime(int(month[:4]), int(month[4:]), 1, tzinfo=PACIFIC).astimezone(UTC)


def _following(month: str) -> str:
    number = int(month[:4]) * 12 + int(month[4:])
    return f"{number // 12}{number % 12 + 1:02}"
