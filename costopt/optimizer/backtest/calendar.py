"""The months of a replay: when is decided, and until when a decision is settled."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from costopt.economics.demand import HourlyDemand
from costopt.errors import DemandError

HOURS_IN_MONTH = 730
"""Of an average month, as everywhere in costopt."""
WARM_UP = 6
"""Months that are known before the first decision, where history is long enough."""


class Rhythm(StrEnum):
    """How months are counted."""

    CALENDAR = "calendar"
    """Calendar months, UTC; what stands before the first whole one is known, what stands after the last is left out."""
    AVERAGE = "average"
    """730 hours each, from the first hour on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """Consecutive hours between two decisions."""

    begin: int
    """Index of its first hour; what lies before is known when deciding."""
    end: int
    """Index after its last hour."""
    start: datetime
    """First moment, UTC."""

    @property
    def hours(self) -> int:
        """Number of hours."""
        return self.end - self.begin


def decision_months(demand: HourlyDemand, *, rhythm: Rhythm, warm_up: int = WARM_UP) -> tuple[Month, ...]:
    """The months that begin with a decision.

    Args:
        demand: what happened.
        rhythm: how months are counted.
        warm_up: months to know before the first decision. Of a short history no more than a third is spent on it, and
            at least one month.

    Raises:
        DemandError: less than two whole months: nothing to decide with, or nothing to settle.
    """
    edges = _edges(demand, rhythm)
    whole = len(edges) - 1
    if whole < 2:
        raise DemandError(
            f"{demand.hours} hours hold {max(whole, 0)} whole months: a replay needs one to know and one to settle",
            hint="Give a longer history; a year and a half shows the most.",
        )
    known = min(warm_up, max(1, whole // 3))
    return tuple(
        Month(begin=begin, end=end, start=demand.start + timedelta(hours=begin))
        for begin, end in zip(edges[known:-1], edges[known + 1 :], strict=True)
    )


def _edges(demand: HourlyDemand, rhythm: Rhythm) -> list[int]:
    """Hours at which months begin, and the end of the last whole one."""
    if rhythm is Rhythm.AVERAGE:
        return list(range(0, demand.hours + 1, HOURS_IN_MONTH))
    edges = []
    first = demand.start.replace(day=1, hour=0)
    while first <= demand.end:
        if first >= demand.start:
            edges.append(round((first - demand.start) / timedelta(hours=1)))
        first = (first + timedelta(days=32)).replace(day=1)
    return edges
