"""Predicted against realised: a single purchase, as a policy would have made it at each month, held for its term."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Instrument
from costopt.economics.simulator.settlement import settle
from costopt.optimizer.backtest.calendar import Month
from costopt.optimizer.backtest.policy import HOURS_IN_DAY, Policy
from costopt.optimizer.backtest.walk import Counts, during, holdings_of, in_steps, situation_at

PREDICTED_ON = 30
"""Days before a purchase on which its saving is predicted, as consoles of providers do: as if they came again."""
LEAST_MONTHS = 6
"""Months of a term that must have been settled for its purchase to count, where history allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """One single purchase. Shares are of on-demand dollars; negative is a loss."""

    month: Month
    """When it was made."""
    months: int
    """Months that it was held, at most its term."""
    predicted_fraction: float
    """What it would have saved on the days before."""
    realised_fraction: float
    """What it saved."""


def single_purchases(
    demand: HourlyDemand, offers: Sequence[Instrument], policy: Policy, months: Sequence[Month]
) -> tuple[Start, ...]:
    """What a policy's first purchase would have promised and come to, had it begun at each of the months.

    Args:
        demand: what happened.
        offers: what could be bought.
        policy: the rule; it owns nothing at each start.
        months: consecutive months.
    """
    term = max(offer.term_months for offer in offers)
    least = min(LEAST_MONTHS, len(months))
    nothing: Counts = np.zeros((0, len(offers)), dtype=np.int64)
    found = []
    for first in range(len(months) - least + 1):
        held = months[first : first + term]
        situation = situation_at(demand, offers, months[first:], nothing, 0)
        counts = in_steps(policy.decide(situation), offers)
        days = before_days(situation.past, PREDICTED_ON)
        after = during(demand, replace(held[0], end=held[-1].end))
        found.append(
            Start(
                month=held[0],
                months=len(held),
                predicted_fraction=_saving(days, counts, offers),
                realised_fraction=_saving(after, counts, offers),
            )
        )
    return tuple(found)


def before_days(past: HourlyDemand, days: int) -> HourlyDemand:
    """The last days of the past as a demand, at their own time; all of it where there are fewer."""
    begin = max(past.hours - days * HOURS_IN_DAY, 0)
    return during(past, Month(begin=begin, end=past.hours, start=past.start + timedelta(hours=begin)))


def _saving(demand: HourlyDemand, counts: Counts, offers: Sequence[Instrument]) -> float:
    if not counts.any() or not demand.total:
        return 0.0
    without = settle(demand, ()).bill.total
    return float(1 - settle(demand, holdings_of(counts, offers, demand)).bill.total / without)
