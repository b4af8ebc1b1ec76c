"""Anomalies of the bill by service, account and tag, each event once, with what it comes from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from decimal import Decimal

from costopt.budgets.anomaly import Sensitivity, find_all
from costopt.budgets.cause import explain
from costopt.budgets.conditions import RECENT
from costopt.budgets.echoes import MOST_OF, is_echo, same_direction
from costopt.budgets.series import CostSeries
from costopt.model.budget_status import Anomaly, AnomalyKind
from costopt.pipeline.budgets.bill import BudgetBill
from costopt.pipeline.budgets.movers import FINER
from costopt.pipeline.budgets.spans import JUDGED_HOURS_DAYS, Span, series_of
from costopt.pipeline.budgets.usage_ends import USAGE

MOST_EXPLAINED = 8
"""Events whose causes are looked for."""
CANDIDATES = 12
"""Parts of a dimension that are looked at as a cause: those that changed most."""
DAY = timedelta(days=1)
_MOST_LETTERS = 900
"""Of a value that a question can ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddities:
    """What was found, and what was looked at."""

    anomalies: tuple[Anomaly, ...]
    """Most money a day first."""
    judged: frozenset[str]
    """Values that could be judged."""


def find_oddities(bill: BudgetBill, group_by: Sequence[str], sensitivity: Sensitivity) -> Oddities:
    """Anomalies of the bill's usage that go on or ended lately, by EffectiveCost.

    Args:
        bill: in one currency, or converted to one.
        group_by: columns or tags.
        sensitivity: what is out of the ordinary.
    """
    days, hours = Span.of_days(bill), Span.of_hours(bill)
    by_day = [series for by in group_by for series in series_of(bill, days, by)]
    daily = [one for one in find_all(_large(by_day, sensitivity), sensitivity) if one.end >= bill.now - RECENT]
    found = [(one, days) for one in daily]
    if hours is not None:
        by_hour = [series for by in group_by for series in series_of(bill, hours, by)]
        found += [(one, hours) for one in _bursts(by_hour, daily, sensitivity)]
    events = _events(bill, found, group_by)
    return Oddities(
        anomalies=tuple(sorted(events, key=lambda one: -one.severity)),
        judged=frozenset(one.value or one.dimension for one in by_day),
    )


def _large(many: Sequence[CostSeries], sensitivity: Sensitivity) -> list[CostSeries]:
    """Series that ever cost as much in a step as an anomaly has to be off by."""
    floor = float(sensitivity.floor)
    return [one for one in many if len(one.costs) and one.costs.max() * one.step.value >= floor]


def _bursts(many: Sequence[CostSeries], daily: Sequence[Anomaly], sensitivity: Sensitivity) -> Iterator[Anomaly]:
    """Hours that cost too much and that no day has shown yet.

    Only rises: hours that are still filling look like a drop. An hour has to cost what a day would have to.
    """
    lately = replace(sensitivity, look_back_days=JUDGED_HOURS_DAYS)
    known = {(one.dimension, one.value) for one in daily if one.ongoing}
    for one in find_all(_large(many, sensitivity), lately):
        excess = one.severity * Decimal(repr((one.end - one.start) / DAY))
        if one.kind is not AnomalyKind.DROP and excess >= sensitivity.floor and (one.dimension, one.value) not in known:
            yield one


def _events(bill: BudgetBill, found: Sequence[tuple[Anomaly, Span]], group_by: Sequence[str]) -> Iterator[Anomaly]:
    """Each event once, by the dimension in which it is largest, with its causes; beyond the first few without."""
    spans = {id(one): span for one, span in found}
    left = sorted((one for one, _ in found), key=lambda one: (-one.severity, group_by.index(one.dimension)))
    for number in range(len(left)):
        if not left:
            return
        event = seen = _clearest(left, group_by)
        if number < MOST_EXPLAINED:
            event = explain(event, list(_parts(bill, spans[id(seen)], event, group_by)))
        yield event
        left = [one for one in left if one is not seen and not is_echo(one, event)]


def _clearest(left: Sequence[Anomaly], group_by: Sequence[str]) -> Anomaly:
    """The largest, or what is nearly as large on the same day in a dimension that the settings name earlier."""
    top = left[0]
    alike = (
        one
        for one in left
        if one.start == top.start and same_direction(one, top) and float(one.severity / top.severity) >= MOST_OF
    )
    return min(alike, key=lambda one: group_by.index(one.dimension))


def _parts(bill: BudgetBill, span: Span, event: Anomaly, group_by: Sequence[str]) -> Iterator[CostSeries]:
    """Series of what may be behind an event, in each other dimension the parts that changed most."""
    within = _condition(event.dimension, event.value)
    for by in dict.fromkeys((*group_by, *FINER)):
        if by == event.dimension or within is None:
            continue
        candidates = [_condition(by, value) for value in _changed(bill, event, by, within)]
        asked = [one for one in candidates if one is not None]
        if asked:
            yield from series_of(bill, span, by, (within, *asked))


def _changed(bill: BudgetBill, event: Anomaly, by: str, within: str) -> list[str | None]:
    start, end = event.start.astimezone(UTC), event.end.astimezone(UTC)
    table, (name,) = bill.ask(
        "movers",
        by=[by],
        where=(within, *USAGE),
        previous_start=start - (end - start),
        previous_end=start,
        start=start,
        end=end,
        billed=False,
        count=CANDIDATES,
    )
    return list(dict.fromkeys(table.column(name).to_pylist()))


def _condition(dimension: str, value: str | None) -> str | None:
    """A filter; None for a value that no filter can hold."""
    text = value or ""
    return None if len(text) > _MOST_LETTERS or "\0" in text else f"{dimension}={text}"
