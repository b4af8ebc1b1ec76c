"""Month by month: decide with what was known, settle with what happened, in the provider's own order.

Commitments are charged by the hour and cut at the end of history for all policies alike; what would still have to be
paid after it is stated beside. Nothing is owned when a replay begins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Holding, Instrument
from costopt.economics.simulator.settlement import settle
from costopt.optimizer.backtest.calendar import HOURS_IN_MONTH, Month
from costopt.optimizer.backtest.policy import Policy, Quantities, Situation

Counts = NDArray[np.int64]
"""Purchases in steps of each offer, [months, offers]: whole numbers, so that quantities are exact."""
_GRACE = 1e-6
"""Part of a step that a solver's tolerance may be short by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledMonth:
    """What a month came to. Dollars."""

    month: Month
    """When."""
    without: Decimal
    """All on demand."""
    commitments: Decimal
    """Paid for commitments, used or not."""
    unused: Decimal
    """Of that, for what nothing used."""
    on_demand: Decimal
    """Paid for what no commitment covered."""

    @property
    def cost(self) -> Decimal:
        """Commitments and the rest on demand."""
        return self.commitments + self.on_demand


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Walk:
    """A policy's purchases and what they came to."""

    purchases: Counts
    """Steps of each offer bought at the beginning of each month, [months, offers]."""
    settled: tuple[SettledMonth, ...]
    """Its months."""
    liability: Decimal
    """Dollars that commitments cost after the last month, until they end."""

    @property
    def cost(self) -> Decimal:
        """Dollars of all months."""
        return sum((one.cost for one in self.settled), Decimal(0))

    @property
    def without(self) -> Decimal:
        """Dollars of all months, had all been on demand."""
        return sum((one.without for one in self.settled), Decimal(0))

    @property
    def coverage_fraction(self) -> float:
        """Share of the on-demand dollars that commitments paid for, 0..1; 0 where there were none."""
        left = sum((one.on_demand for one in self.settled), Decimal(0))
        return float(1 - left / self.without) if self.without else 0.0

    @property
    def utilisation_fraction(self) -> float | None:
        """Share of the commitments' cost that was used, 0..1; None where nothing was bought."""
        paid = sum((one.commitments for one in self.settled), Decimal(0))
        unused = sum((one.unused for one in self.settled), Decimal(0))
        return float(1 - unused / paid) if paid else None


def walk(demand: HourlyDemand, offers: Sequence[Instrument], policy: Policy, months: Sequence[Month]) -> Walk:
    """Let a policy decide at the beginning of each month, and settle all of them.

    Args:
        demand: what happened; of it, a policy sees what lies before its decision.
        offers: what can be bought at any time at these prices.
        policy: the rule.
        months: consecutive months, each of which begins with a decision.
    """
    purchases = np.zeros((len(months), len(offers)), dtype=np.int64)
    for number, month in enumerate(months):
        situation = situation_at(demand, offers, months, purchases[:number], number)
        purchases[number] = in_steps(policy.decide(situation), offers)
        assert month.begin == situation.past.hours  # noqa: S101 - no look-ahead
    return settle_purchases(demand, offers, months, purchases)


def situation_at(
    demand: HourlyDemand, offers: Sequence[Instrument], months: Sequence[Month], earlier: Counts, number: int
) -> Situation:
    """What is known when the month of this number begins, with these earlier purchases, [number, offers]."""
    bought = earlier * _steps(offers)
    return Situation(
        past=before(demand, months[number].begin),
        offers=tuple(offers),
        active=(_running(earlier, offers, number) * _steps(offers)),
        bought=bought,
        bought_at=tuple(month.begin for month in months[: len(earlier)]),
        decision=number,
    )


def before(demand: HourlyDemand, hour: int) -> HourlyDemand:
    """The demand of the hours before this one, in an array of its own that nobody can write to."""
    dollars = demand.dollars[:hour].copy()
    dollars.flags.writeable = False
    return HourlyDemand(items=demand.items, dollars=dollars, start=demand.start)


def during(demand: HourlyDemand, month: Month) -> HourlyDemand:
    """The demand of a month."""
    return HourlyDemand(items=demand.items, dollars=demand.dollars[month.begin : month.end], start=month.start)


def in_steps(quantities: Quantities, offers: Sequence[Instrument]) -> Counts:
    """Quantities in whole steps of the offers, rounded down, [offers]."""
    return np.floor(np.maximum(quantities, 0) / _steps(offers) + _GRACE).astype(np.int64)


def settle_purchases(
    demand: HourlyDemand, offers: Sequence[Instrument], months: Sequence[Month], purchases: Counts
) -> Walk:
    """Settle purchases that were decided somehow.

    Args:
        demand: what happened.
        offers: what was bought.
        months: consecutive months.
        purchases: steps of each offer at the beginning of each month, [months, offers].
    """
    settled = []
    for number, month in enumerate(months):
        # Purchases of one offer that run through the same month pay as one: the bill is the same, and soon made.
        counts = _running(purchases[: number + 1], offers, number)
        of_month = during(demand, month)
        settled.append(_settled(month, of_month, holdings_of(counts, offers, of_month)))
    return Walk(purchases=purchases, settled=tuple(settled), liability=_liability(purchases, offers))


def holdings_of(counts: Counts, offers: Sequence[Instrument], demand: HourlyDemand) -> tuple[Holding, ...]:
    """What runs throughout the hours of a demand; `counts` in steps, [offers]."""
    return tuple(
        Holding(instrument=offer, quantity=offer.step * int(count), start=demand.start, end=demand.end)
        for offer, count in zip(offers, counts, strict=True)
        if count
    )


def _settled(month: Month, demand: HourlyDemand, holdings: Sequence[Holding]) -> SettledMonth:
    bill = settle(demand, holdings).bill
    without = settle(demand, ()).bill
    return SettledMonth(
        month=month,
        without=without.total,
        commitments=bill.commitment_cost,
        unused=bill.unused_cost,
        on_demand=bill.on_demand_cost,
    )


def _running(purchases: Counts, offers: Sequence[Instrument], number: int) -> Counts:
    """Steps of each offer that run in the month of this number, [offers]: a term of n months ends with the n-th."""
    ages = number - np.arange(len(purchases))
    terms = np.array([offer.term_months for offer in offers])
    running: Counts = np.where(ages[:, None] < terms, purchases, 0).sum(axis=0)
    return running


def _liability(purchases: Counts, offers: Sequence[Instrument]) -> Decimal:
    months = len(purchases)
    total = Decimal(0)
    for index, offer in enumerate(offers):
        for bought in range(months):
            left = max(bought + offer.term_months - months, 0)
            total += int(purchases[bought, index]) * offer.step * offer.hourly_cost * left * HOURS_IN_MONTH
    return total


def _steps(offers: Sequence[Instrument]) -> Quantities:
    return np.array([float(offer.step) for offer in offers])
