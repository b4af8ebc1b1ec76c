"""The whole days of a bill whose charges are held against a snapshot."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from costopt.model.bill import Catalog, PeriodBill
from costopt.model.period import Period

WINDOW_DAYS = 30
"""Whole days of charges that are asked for: about a month, so that weekends and month ends weigh as they do."""
MOST_LAG_DAYS = 45
"""A bill that ends longer before the snapshot says nothing of it: a month's bill is complete some two weeks after its
end. Source: https://docs.aws.amazon.com/cur/latest/userguide/what-is-cur.html (finalised bills)."""


def bills_by_source(catalog: Catalog) -> Mapping[str, Sequence[PeriodBill]]:
    """Bills of each source, both in order."""
    sources: dict[str, list[PeriodBill]] = defaultdict(list)
    for bill in sorted(catalog.bills, key=lambda bill: bill.key):
        sources[bill.source].append(bill)
    return sources


def charge_window(bills: Sequence[PeriodBill], collected_at: datetime, *, days: int = WINDOW_DAYS) -> Period | str:
    """The whole days before a source's last good day of which its charges are asked for, or why there are none.

    The last good day itself is left out, since its late hours may still come, and so is what follows the snapshot. The
    window is shorter than `days` where days are missing in it.

    Args:
        bills: billing periods of one source, sorted.
        collected_at: when the snapshot was taken, UTC.
        days: length of the window.
    """
    today = collected_at.date()
    dated = [bill for bill in bills if bill.last_good_day and bill.first_usage and bill.first_usage.date() < today]
    if not dated:
        return "holds no usage from before the snapshot"
    end = min(date.fromisoformat(dated[-1].last_good_day), today)
    if (today - end).days > MOST_LAG_DAYS:
        return f"ends on {end}, more than {MOST_LAG_DAYS} days before the snapshot"
    start = max(end - timedelta(days=days), _unbroken_since(dated))
    if start >= end:
        return "holds no whole day from before the snapshot"
    return Period(start=_midnight(start), end=_midnight(end))


def _unbroken_since(bills: Sequence[PeriodBill]) -> date:
    """First day from which on no day of usage is missing up to the last bill's good day."""
    *earlier, last = [(bill.first_usage.date(), bill.last_good_day) for bill in bills if bill.first_usage]
    first = last[0]
    for start, good in reversed(earlier):
        if date.fromisoformat(good) < first - timedelta(days=1):
            break
        first = start
    return first


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
