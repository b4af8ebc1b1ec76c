"""Anomalies of the bill by service, account and tag, each event once, with what it comes from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from costopt.budgets.anomaly import Sensitivity, find_all
from costopt.budgets.cause import explain
from costopt.budgets.conditions import RECENT
from costopt.budgets.echoes import MOST_OF, is_echo
from costopt.budgets.periods import midnight
from costopt.budgets.series import CostSeries, Step
from costopt.model.budget_status import Anomaly
from costopt.pipeline.budgets.bill import USAGE, BudgetBill
from costopt.pipeline.budgets.movers import FINER

HISTORY_DAYS = 180
"""Days that are learned from: the month that is judged, twice six weeks before it, and some more."""
MOST_EXPLAINED = 8
"""Events whose causes are looked for."""
CANDIDATES = 12
"""Parts of a dimension that are looked at as a cause: those that changed most."""
_UTC = ZoneInfo("UTC")
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
    span = _Span.of(bill)
    many = [series for by in group_by for series in _series(bill, span, by)]
    large = [one for one in many if len(one.costs) and one.costs.max() >= float(sensitivity.floor)]
    found = [one for one in find_all(large, sensitivity) if one.end >= bill.now - RECENT]
    return Oddities(
        anomalies=tuple(_events(bill, span, found, group_by)),
        judged=frozenset(one.value or one.dimension for one in many),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """Complete days that are looked at, UTC."""

    first: date
    days: int

    @classmethod
    def of(cls, bill: BudgetBill) -> "_Span":
        first = max(bill.first_day, bill.complete_until - timedelta(days=HISTORY_DAYS))
        return cls(first=first, days=max(0, (bill.complete_until - first).days))

    @property
    def start(self) -> datetime:
        return midnight(self.first, _UTC)

    @property
    def end(self) -> datetime:
        return self.start + timedelta(days=self.days)


def _series(bill: BudgetBill, span: _Span, by: str, where: Sequence[str] = ()) -> list[CostSeries]:
    """Daily series of every value of a dimension; none where no charge has any value."""
    if not span.days:
        return []
    table, name = bill.daily(by, where, span.start, span.end)
    assert name is not None  # noqa: S101 - a dimension was asked for
    coded = pa.compute.dictionary_encode(table.column(name).cast(pa.string()).combine_chunks(), null_encoding="encode")
    values = coded.dictionary.to_pylist()
    if not any(values):
        return []
    days = np.asarray(table.column("charge_day").cast(pa.int32())) - (span.first - date(1970, 1, 1)).days
    costs = np.zeros((len(values), span.days))
    np.add.at(costs, (np.asarray(coded.indices), days), np.asarray(table.column("effective_cost").cast(pa.float64())))
    return [
        CostSeries(dimension=by, value=value, start=span.start, step=Step.DAY, costs=one)
        for value, one in zip(values, costs, strict=True)
    ]


def _events(bill: BudgetBill, span: _Span, found: Sequence[Anomaly], group_by: Sequence[str]) -> Iterator[Anomaly]:
    """Each event once, by the dimension in which it is largest, with its causes; beyond the first few without."""
    left = sorted(found, key=lambda one: (-one.severity, group_by.index(one.dimension)))
    for number in range(len(left)):
        if not left:
            return
        event = seen = _clearest(left, group_by)
        if number < MOST_EXPLAINED:
            event = explain(event, list(_parts(bill, span, event, group_by)))
        yield event
        left = [one for one in left if one is not seen and not is_echo(one, event)]


def _clearest(left: Sequence[Anomaly], group_by: Sequence[str]) -> Anomaly:
    """The largest, or what is nearly as large on the same day in a dimension that the settings name earlier."""
    top = left[0]
    alike = (
        one
        for one in left
        if (one.start, one.kind) == (top.start, top.kind) and float(one.severity / top.severity) >= MOST_OF
    )
    return min(alike, key=lambda one: group_by.index(one.dimension))


def _parts(bill: BudgetBill, span: _Span, event: Anomaly, group_by: Sequence[str]) -> Iterator[CostSeries]:
    """Series of what may be behind an event, in each other dimension the parts that changed most."""
    within = _condition(event.dimension, event.value)
    for by in dict.fromkeys((*group_by, *FINER)):
        if by == event.dimension or within is None:
            continue
        candidates = [_condition(by, value) for value in _changed(bill, event, by, within)]
        asked = [one for one in candidates if one is not None]
        if asked:
            yield from _series(bill, span, by, (within, *asked))


def _changed(bill: BudgetBill, event: Anomaly, by: str, within: str) -> list[str | None]:
    start, end = event.start.astimezone(UTC), event.end.astimezone(UTC)
    table, (name,) = bill.ask(
        "movers",
        by=[by],
        where=(within, *USAGE),
        previous_start=start - (end - start),
        start=start,
        end=end,
        count=CANDIDATES,
    )
    return list(dict.fromkeys(table.column(name).to_pylist()))


def _condition(dimension: str, value: str | None) -> str | None:
    """A filter; None for a value that no filter can hold."""
    text = value or ""
    return None if len(text) > _MOST_LETTERS or "\0" in text else f"{dimension}={text}"
