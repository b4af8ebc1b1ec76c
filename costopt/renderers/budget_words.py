"""What a check of budgets says, in sentences that its renderers share. Names in them are strangers' until escaped."""

import shlex
from datetime import datetime, time, timedelta
from decimal import Decimal

from costopt.model.budget import Measure, Threshold
from costopt.model.budget_check import BudgetCheck
from costopt.model.budget_status import Anomaly, AnomalyKind, BudgetState, BudgetStatus, Contribution, Mover
from costopt.renderers.formats import amount, counted, day, percent

STATES = {
    BudgetState.BREACHED: "BREACHED",
    BudgetState.AT_RISK: "AT RISK",
    BudgetState.UNKNOWN: "UNKNOWN",
    BudgetState.FINE: "FINE",
}
"""States as they are shown, the worst first."""
_DIMENSIONS = {"ServiceName": "service", "SubAccountId": "account", "SkuId": "SKU", "ResourceId": "resource"}
_CALLED_BY_NAME = ("ServiceName",)
"""Dimensions whose values speak for themselves."""
_LEAST_SHARE = Decimal("0.01")
"""Of the amount; a smaller change explains nothing."""


def headline(check: BudgetCheck) -> str:
    """What matters, in one line."""
    if not check.has_bill:
        return "There is no current bill: no budget could be judged"
    found = [
        (check.count(BudgetState.BREACHED), "breached"),
        (check.count(BudgetState.AT_RISK), "at risk"),
        (check.count(BudgetState.UNKNOWN), "unknown"),
        (check.count(BudgetState.FINE), "fine"),
    ]
    states = ", ".join(f"{number:,} {word}" for number, word in found if number)
    ended = f" and {counted(len(check.closed), 'period')} that ended" if check.closed else ""
    budgets = f"{counted(len(check.budgets), 'budget')}{ended}: {states}" if check.budgets else "No budgets"
    parts = [budgets, counted(len(check.anomalies), "anomaly", "anomalies")]
    if check.commitments:
        parts.append(counted(len(check.commitments), "commitment issue"))
    return " · ".join(parts)


def reach(check: BudgetCheck) -> str:
    """How far the bill is complete."""
    live = [one for one in check.sources if not one.ended]
    if not live:
        return "no bill"
    until = min(one.complete_until for one in live) - timedelta(days=1)
    return f"bill complete through {day(until)} UTC, checked {check.now:%Y-%m-%d %H:%M} UTC"


def worst_first(check: BudgetCheck) -> list[BudgetStatus]:
    """By state, then as in the settings; periods that have ended after those that run."""
    order = list(STATES)
    return sorted((*check.budgets, *check.closed), key=lambda one: order.index(one.state))


def spent(status: BudgetStatus) -> str:
    """`$26,000.00 of $25,000.00 (104%) spent after 19 of 30 days`."""
    limit = amount(status.amount, status.budget.currency)
    if status.spent is None:
        return f"of {limit}: what is spent is not known"
    days = (status.end - status.start).days
    fresh = status.freshness
    over = min(max(((fresh.complete_until or status.start) - status.start).days - fresh.missing_days, 0), days)
    share = percent(status.spent / status.amount)
    known = f"{'at least ' if fresh.missing_days else ''}{amount(status.spent, status.budget.currency)}"
    return f"{known} of {limit} ({share}) spent, {over} of {days} days complete"


def forecast(status: BudgetStatus) -> str:
    """What is expected at the end, how sure that is, and when the amount is exceeded."""
    expected, currency = status.forecast, status.budget.currency
    if expected is None:
        return "no forecast: there is no cost to tell it from"
    until = status.freshness.complete_until
    if until is not None and until >= status.end:
        exceeded = f"; exceeded on {day(status.breach_day)}" if status.breach_day else ""
        return f"ended at {amount(expected.expected, currency)}{exceeded}"
    parts = [
        f"forecast {amount(expected.expected, currency)} ({percent(expected.expected / status.amount)}), "
        f"80% between {amount(expected.low, currency)} and {amount(expected.high, currency)}"
    ]
    if status.state is BudgetState.BREACHED and status.breach_day:
        parts.append(f"exceeded on {day(status.breach_day)}")
    elif status.breach_probability is not None and status.state is not BudgetState.UNKNOWN:
        when = f", on {day(status.breach_day)}" if status.breach_day else ""
        parts.append(f"{percent(status.breach_probability)} likely to be exceeded{when}")
    return "; ".join(parts)


def pace(status: BudgetStatus) -> str | None:
    """How that compares with earlier periods; None where it cannot."""
    if status.pace_fraction is None or status.usual_by_now is None:
        return None
    usual = amount(status.usual_by_now, status.budget.currency)
    return f"pace: {percent(status.pace_fraction)} of the usual {usual} by now"


def crossed(threshold: Threshold) -> str:
    """`80%`, `forecast 100%`, as it is written in the settings."""
    measure = "" if threshold.measure is Measure.ACTUAL else f"{threshold.measure} "
    return f"{measure}{percent(threshold.fraction)}"


def drivers(status: BudgetStatus) -> list[Mover]:
    """What costs more than on the same days before: of each dimension the largest that has a value, largest first."""
    found: dict[str, Mover] = {}
    given = {part.column for part in status.budget.scope if len(part.values) == 1 and not part.exclude}
    for one in sorted(status.movers, key=lambda one: -one.change):
        if one.value is not None and one.dimension not in given and one.change >= _LEAST_SHARE * status.amount:
            found.setdefault(one.dimension, one)
    return list(found.values())


def driver(one: Mover, currency: str) -> str:
    """`Amazon EC2 +$1,234.00 ($2,000.00 before)`."""
    return (
        f"{thing(one.dimension, one.value)} +{amount(one.change, currency)} ({amount(one.previous, currency)} before)"
    )


def open_findings(status: BudgetStatus) -> str | None:
    """What the last audit found in the scope; None where it found nothing or was not given."""
    if not status.findings:
        return None
    saving = sum((one.monthly_saving or Decimal(0) for one in status.findings), Decimal(0))
    worth = amount(saving, status.budget.currency)
    return f"{counted(len(status.findings), 'open finding')} would save {worth} a month"


def next_command(status: BudgetStatus) -> str:
    """A command that shows what the money goes to: within what grew most, by resource; else by service."""
    conditions = status.budget.conditions
    largest = next(iter(drivers(status)), None)
    by = "ServiceName" if largest is None else "ResourceId,SkuId"
    if largest is not None and largest.dimension not in ("ResourceId", "SkuId"):
        conditions += (f"{largest.dimension}={largest.value}",)
    where = "".join(f" --where {shlex.quote(text)}" for text in conditions)
    return f"costopt costs{where} --by {by} --from {day(status.start)}"


def anomaly(one: Anomaly, currency: str | None) -> str:
    """`Amazon EC2: $310.00 a day, not $120.00, since 2026-11-17`."""
    unit = currency or ""
    since = f"since {_when(one.start)}" if one.ongoing else f"from {_when(one.start)} to {_last(one)}"
    before = "new" if one.kind is AnomalyKind.NEW else f"not {amount(one.expected, unit)}"
    return f"{thing(one.dimension, one.value)}: {amount(one.actual, unit)} a day, {before}, {since}"


def _when(start: datetime) -> str:
    return f"{start:%Y-%m-%d}" if start.time() == time() else f"{start:%Y-%m-%d %H:%M} UTC"


def _last(one: Anomaly) -> str:
    """The last day that stood out, or the end of its last hour."""
    return _when(one.end - timedelta(days=1) if one.end.time() == time() else one.end)


def cause(one: Contribution, currency: str | None) -> str:
    """`98% resource i-0123, $186.20 a day`."""
    return (
        f"{percent(min(one.share, 1.0))} {thing(one.dimension, one.value)}, {amount(one.excess, currency or '')} a day"
    )


def causes(one: Anomaly) -> list[Contribution]:
    """The part of each dimension that explains most, best first."""
    found: dict[str, Contribution] = {}
    for part in one.causes:
        found.setdefault(part.dimension, part)
    return list(found.values())


def thing(dimension: str, value: str | None) -> str:
    """A value with what it is, where that does not speak for itself."""
    if not dimension:
        return "the whole bill"
    kind = _DIMENSIONS.get(dimension, dimension.removeprefix("tag:"))
    if value is None:
        return f"no {kind}"
    return value if dimension in _CALLED_BY_NAME else f"{kind} {value}"
