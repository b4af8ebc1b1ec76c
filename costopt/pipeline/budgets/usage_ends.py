"""Up to when a source really tells usage, where lines are stamped ahead of it.

A subscription that is billed in advance, or a line that a provider dates to the end of the month, stands on a day whose
other lines have not arrived. Taken for the end of the bill it would make complete days of those before it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from statistics import median

from costopt.billing.duckdb_engine import open_duckdb
from costopt.billing.lake import Lake
from costopt.config.settings import BillingSettings
from costopt.model.bill import PeriodBill
from costopt.model.period import Period
from costopt.pipeline.budgets.freshness import in_utc
from costopt.pipeline.costs import CostRequest, costs_of

DAY = timedelta(days=1)
LOOKED_AT = timedelta(days=62)
"""Before the moment: two months, of which a usual day is told."""
USUAL_DAYS = 28
"""Days whose median number of lines is a usual day's."""
SPARSE = 2
"""Days for each with lines from which days without any are how a bill runs."""
USAGE = ("ChargeCategory=Usage", "ChargeClass=")
"""Usage without corrections, as `daily_series` has it."""


def usage_ends(path: Path, bills: Sequence[PeriodBill], now: datetime) -> dict[str, datetime]:
    """The last moment of usage of each source of a store whose catalog alone does not tell it.

    Args:
        path: of the store.
        bills: of its catalog.
        now: aware time.
    """
    found = {}
    for name in sorted({bill.source for bill in bills if bill.first_usage is not None}):
        known = [bill for bill in bills if bill.source == name and bill.first_usage is not None]
        if _is_unbroken(known):
            continue
        taken_in = max(in_utc(bill.ingested_at) for bill in known)
        end = last_of(_lines(path, name, min(taken_in, now)))
        if end is not None:
            found[name] = end
    return found


def _is_unbroken(bills: Sequence[PeriodBill]) -> bool:
    """Whether the last two billing periods have usage on every day up to the last, and none from after they came."""
    *_, last = ordered = sorted(bills, key=lambda one: one.billing_period)
    before = ordered[-2:-1]
    if last.first_usage is None or last.last_usage is None or in_utc(last.last_usage) >= in_utc(last.ingested_at):
        return False
    follows = all(_last_good(one) + DAY >= in_utc(last.first_usage).date() for one in before)
    return follows and _last_good(last) == in_utc(last.last_usage).date()


def _last_good(bill: PeriodBill) -> date:
    return date.fromisoformat(bill.last_good_day) if bill.last_good_day else date.min


def _lines(path: Path, source: str, until: datetime) -> dict[datetime, int]:
    """Number of lines of usage by the start of their charge period, UTC."""
    period = Period(start=until - LOOKED_AT, end=until)
    with open_duckdb(Lake(path), source=source) as engine:
        request = CostRequest(by=("hour",), where=USAGE, period=period)
        table = costs_of(engine, BillingSettings(), request).table
    lines: Counter[datetime] = Counter()
    for hour, count in zip(table.column("hour").to_pylist(), table.column("line_items").to_pylist(), strict=True):
        lines[in_utc(hour)] += count
    return lines


def last_of(lines: Mapping[datetime, int]) -> datetime | None:
    """The last moment that is no line stamped ahead; None where there is no line.

    What stands behind days without any line, and is less than one usual day in all, is stamped ahead; not so in a
    bill that has lines on few days anyway, such as one by the month.

    Args:
        lines: number of lines by moment, UTC.
    """
    of_day: Counter[date] = Counter()
    for moment, count in lines.items():
        of_day[moment.date()] += count
    days = sorted(of_day)
    for number in range(len(days) - 1, 0, -1):
        if days[number] - days[number - 1] == DAY:
            continue
        before = days[max(0, number - USUAL_DAYS) : number]
        is_sparse = (before[-1] - before[0]).days >= SPARSE * len(before)
        if is_sparse or sum(of_day[day] for day in days[number:]) >= median(of_day[day] for day in before):
            break
        days = days[:number]
    end = datetime.combine(days[-1] + DAY, time(), UTC) if days else None
    return max((moment for moment in lines if end is not None and moment < end), default=None)
