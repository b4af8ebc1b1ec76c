"""The bill of an account without an export: by day, service, account and kind of charge, from AWS Cost Explorer.

One monthly question by kind of charge and service gives the totals to reconcile with, and the kinds that there are. One
daily question by service and account for each group of kinds (`cost_explorer_records`) gives the rows. Both count the
same costs; only the daily ones become rows, so that nothing counts twice. Where their sums differ, the result says so.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from costopt.collectors.aws.bill_access import BillReader, open_reader, telling
from costopt.collectors.aws.cost_explorer_query import COST_EXPLORER_CALLS, CostAnswer, CostQuery, CostRow
from costopt.collectors.aws.cost_explorer_questions import MAX_REQUESTS, Questions
from costopt.collectors.aws.cost_explorer_records import group_of, unknown_kinds
from costopt.collectors.aws.cost_explorer_rows import (
    DailyCosts,
    fingerprint_of,
    lines_of,
    month_of,
    write_lines,
)
from costopt.collectors.aws.hooks import Limits
from costopt.collectors.aws.meter import PER_COST_EXPLORER_REQUEST
from costopt.collectors.aws.sessions import Access
from costopt.collectors.clock import Clock
from costopt.collectors.day_cache import DayCache
from costopt.errors import BillError, UsageError
from costopt.model.bill import BillKind, Delivery

MONTHS_KEPT = 14
"""Months that Cost Explorer has by day: the current one and the thirteen before it.
Source: https://docs.aws.amazon.com/cost-management/latest/userguide/ce-what-is.html"""
_TOLERANCE = Decimal("0.005")
"""Half a cent: less is rounding of the answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindDifference:
    """Where the daily and the monthly answer disagree."""

    period: str
    """Billing period, `YYYY-MM`."""
    group: str
    """Group of kinds of charge, `x_SourceType` of the rows."""
    daily: Decimal
    """Sum of the rows' UnblendedCost."""
    monthly: Decimal
    """What the monthly answer says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostExplorerBill:
    """What Cost Explorer says of an account and its members."""

    delivery: Delivery
    """The rows, written as canonical Parquet files, one a billing period; ready to be taken into the store."""
    currency: str
    """ISO 4217 code of all amounts."""
    totals: Mapping[str, Mapping[str, Decimal]]
    """Billing period to kind of charge to its UnblendedCost. The sum of the rows' `x_SourceCost` is to be the same."""
    kinds: Mapping[str, str]
    """Kind of charge to the `x_SourceType` that its rows have."""
    unknown_kinds: tuple[str, ...]
    """Kinds that are not known here and became adjustments."""
    differences: tuple[KindDifference, ...]
    """Where the rows do not sum to the totals; empty where all is well."""
    net_periods: tuple[str, ...]
    """Billing periods whose rows are net of discounts; those of the others are not."""
    estimated_days: tuple[date, ...]
    """Days that AWS may still change."""
    requests: int
    """Requests that were charged; 0 where all was asked earlier the same day."""
    cost_usd: Decimal
    """What they cost."""


def read_cost_explorer(
    access: Access,
    *,
    start: date,
    end: date,
    now: datetime,
    cache: Path,
    folder: Path,
    max_cost_usd: Decimal | None = None,
    clock: Clock | None = None,
) -> CostExplorerBill:
    """Ask Cost Explorer for whole billing periods and write them as a bill.

    At most `MAX_REQUESTS` requests are sent, and none that was answered earlier on the same UTC day.

    Args:
        access: the way to the account, mostly the management account; it sees its members' costs.
        start: first day of a month, at most 13 months before the current one.
        end: day after the last: the first of a month, or today or tomorrow.
        now: time of the run, UTC.
        cache: folder for the day's answers; made where there is none.
        folder: where the files go; made where there is none.
        max_cost_usd: spend less than `MAX_REQUESTS` would.
        clock: for tests.

    Raises:
        BillError: no costs, more requests needed than allowed, or an answer that makes no sense.
        CollectError: Cost Explorer cannot be asked.
        UsageError: not whole billing periods, too old, or `access` leads to several accounts.
    """
    _check_span(start, end, now.date())
    most = _affordable(max_cost_usd)
    # The meter is the second lock on the door: it counts repeats of a request that broke, too.
    limits = Limits.of(clock=clock, max_cost_usd=most * PER_COST_EXPLORER_REQUEST)
    reader = open_reader(access, limits, COST_EXPLORER_CALLS, now=now)
    questions = Questions(reader, DayCache(cache, now.date(), CostAnswer), most)
    with telling(f"Cost Explorer of account {reader.account}", COST_EXPLORER_CALLS):
        monthly, costs, names = _answers(questions, start, end)
    return _bill(reader, monthly, costs, names, folder)


def earliest_start(today: date) -> date:
    """First day that Cost Explorer still has by day."""
    month = today.year * 12 + today.month - MONTHS_KEPT
    return date(month // 12, month % 12 + 1, 1)


def _check_span(start: date, end: date, today: date) -> None:
    """Only whole billing periods: they replace what the store has of them."""
    tomorrow = today + timedelta(days=1)
    is_whole = end.day == 1 or end in (today, tomorrow)
    if start.day != 1 or not start < end <= tomorrow or not is_whole:
        raise UsageError(
            f"{start} to {end} are not whole billing periods",
            hint="Begin on the first of a month, and end before the first of one, today or tomorrow.",
        )
    if start < earliest_start(today):
        raise UsageError(
            f"Cost Explorer has no days as old as {start}", hint=f"Begin on {earliest_start(today)} or later."
        )


def _affordable(max_cost_usd: Decimal | None) -> int:
    if max_cost_usd is None:
        return MAX_REQUESTS
    return min(MAX_REQUESTS, int(max_cost_usd / PER_COST_EXPLORER_REQUEST))


def _answers(
    questions: Questions, start: date, end: date
) -> tuple[tuple[CostRow, ...], list[DailyCosts], dict[str, str]]:
    """The monthly rows by kind and service, the daily ones by group of kinds, and the accounts' names."""
    monthly = questions.ask(
        CostQuery(granularity="MONTHLY", keys=("RECORD_TYPE", "SERVICE"), start=start, end=end), after=1
    ).rows
    members: dict[str, set[str]] = defaultdict(set)
    for row in monthly:
        members[group_of(row.keys[0]).name].add(row.keys[0])
    costs: list[DailyCosts] = []
    names: dict[str, str] = {}
    for number, name in enumerate(sorted(members), start=1):
        kinds = tuple(sorted(members[name]))
        query = CostQuery(
            granularity="DAILY", keys=("SERVICE", "LINKED_ACCOUNT"), start=start, end=end, record_types=kinds
        )
        answer: CostAnswer = questions.ask(query, after=len(members) - number)
        costs.append(DailyCosts(group=group_of(kinds[0]), rows=answer.rows))
        names |= answer.account_names
    return monthly, costs, names


def _bill(
    reader: BillReader,
    monthly: tuple[CostRow, ...],
    costs: list[DailyCosts],
    names: Mapping[str, str],
    folder: Path,
) -> CostExplorerBill:
    daily = [row for one in costs for row in one.rows]
    currency = _one_currency([*monthly, *daily], reader.account)
    net = _net_periods(monthly, daily)
    lines = lines_of(costs, account=reader.account, names=names, net_periods=net)
    charged = reader.connection.limits.meter.cost_usd
    kinds = {row.keys[0]: group_of(row.keys[0]).name for row in monthly}
    totals: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in monthly:
        totals[month_of(row.start)][row.keys[0]] += row.unblended
    return CostExplorerBill(
        delivery=Delivery(
            kind=BillKind.COST_EXPLORER,
            source=f"cost-explorer-{reader.account}",
            files=write_lines(lines, folder),
            fingerprint=fingerprint_of(lines),
            declared_rows=len(lines),
            periods=tuple(sorted({month_of(row.start) for row in daily})),
        ),
        currency=currency,
        totals={period: dict(sorted(sums.items())) for period, sums in sorted(totals.items())},
        kinds=dict(sorted(kinds.items())),
        unknown_kinds=unknown_kinds(kinds),
        differences=_differences(monthly, costs),
        net_periods=net,
        estimated_days=tuple(sorted({row.start for row in daily if row.is_estimated})),
        requests=int(charged / PER_COST_EXPLORER_REQUEST),
        cost_usd=charged,
    )


def _one_currency(rows: Iterable[CostRow], account: str) -> str:
    currencies = sorted({row.currency for row in rows})
    if not currencies:
        raise BillError(
            f"Cost Explorer has no costs of account {account} in these months",
            hint="Choose other months, or the account that pays. New accounts have data after a day.",
        )
    if len(currencies) > 1:
        raise BillError(
            f"Cost Explorer answered in {' and '.join(currencies)}", hint="Read the accounts of each currency apart."
        )
    return currencies[0]


def _net_periods(monthly: Iterable[CostRow], daily: Iterable[CostRow]) -> tuple[str, ...]:
    """Billing periods of which net costs are there, and sum to the same invoice.

    Net costs hold discounts on the lines that they discount, where the others have lines of discount. Both have one
    sum; where they have not, what net means here is not known, and the unblended costs are taken.
    """
    lacking: set[str] = set()
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in monthly:
        sums[month_of(row.start)] += row.unblended - (row.net_unblended or Decimal(0))
    for row in (*monthly, *daily):
        if row.net_unblended is None or row.net_amortized is None:
            lacking.add(month_of(row.start))
    return tuple(sorted(period for period in sums if abs(sums[period]) < _TOLERANCE and period not in lacking))


def _differences(monthly: Iterable[CostRow], costs: Iterable[DailyCosts]) -> tuple[KindDifference, ...]:
    wanted = _sums((row, group_of(row.keys[0]).name) for row in monthly)
    found = _sums((row, one.group.name) for one in costs for row in one.rows)
    return tuple(
        KindDifference(period=period, group=group, daily=found[period, group], monthly=wanted[period, group])
        for period, group in sorted({*wanted, *found})
        if abs(found[period, group] - wanted[period, group]) >= _TOLERANCE
    )


def _sums(rows: Iterable[tuple[CostRow, str]]) -> dict[tuple[str, str], Decimal]:
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row, group in rows:
        sums[month_of(row.start), group] += row.unblended
    return sums
