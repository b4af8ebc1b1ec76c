"""The purchases that would have been best, had demand been known: what every policy is measured against."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pulp

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Instrument
from costopt.optimizer.backtest.calendar import Month
from costopt.optimizer.backtest.walk import Walk, in_steps, settle_purchases
from costopt.optimizer.bundle import Vector, minimise
from costopt.optimizer.commitments.oracle import Column, HourlyRecourse
from costopt.optimizer.solver import expression

TOLERANCE = 2e-4
"""Relative gap to which it is proved; the promise is 0.05 %, steps of purchase included."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hindsight:
    """Purchases made with knowledge of the future, and the proof that none are much better."""

    walk: Walk
    """The purchases, settled as a policy's are."""
    bound: float
    """Dollars: no purchases at these months cost less."""

    @property
    def cost_fraction(self) -> float:
        """Its cost as a share of all on demand."""
        return float(self.walk.cost / self.walk.without)

    @property
    def bound_fraction(self) -> float:
        """The bound as a share of all on demand."""
        return self.bound / float(self.walk.without)


def buy_in_hindsight(demand: HourlyDemand, offers: Sequence[Instrument], months: Sequence[Month]) -> Hindsight:
    """The best purchases at the beginnings of the months, each running for its term or to the end of the last month.

    Args:
        demand: what happened.
        offers: what could be bought.
        months: consecutive months.
    """
    places = _undominated(offers)
    needed = [offers[place] for place in places]
    recourse, most = _recourse(demand, needed, months)
    master = pulp.LpProblem("hindsight", pulp.LpMinimize)
    variables = define_calendar(master, most, len(months))
    define_calendar_cost(master, variables, needed, months)
    flat = [variable for row in variables for variable in row]
    best = minimise(master, flat, recourse, len(months), tolerance=TOLERANCE)
    units = np.zeros((len(months), len(offers)))
    units[:, places] = best.x.reshape(len(months), len(needed))
    # What rounding takes off one purchase is left for the next: whole instances would else be lost month by month.
    so_far = np.array([in_steps(row, offers) for row in np.cumsum(units, axis=0)])
    purchases = np.diff(so_far, axis=0, prepend=0)
    return Hindsight(walk=settle_purchases(demand, offers, months, purchases), bound=best.bound)


def _undominated(offers: Sequence[Instrument]) -> list[int]:
    """Places of the offers that hindsight may need.

    Where one offer of the same term covers every dollar of another at no more, it can take its place in any purchases:
    the bound stays a bound.
    """
    kept: list[int] = []
    for place in sorted(range(len(offers)), key=lambda index: (-int(offers[index].covers.sum()), index)):
        ratio, term = offers[place].price_ratio, offers[place].term_months
        others = (offers[other] for other in kept)
        if not any(one.term_months == term and (one.price_ratio <= ratio).all() for one in others):
            kept.append(place)
    return sorted(kept)


def define_calendar(master: pulp.LpProblem, most: Vector, months: int) -> list[list[pulp.LpVariable]]:
    """Units of each offer at each month: 0 <= buy[month, offer] <= most[offer], units an hour."""
    return [
        [master.add_variable(f"buy_{month}_{offer}", 0, float(limit)) for offer, limit in enumerate(most)]
        for month in range(months)
    ]


def define_calendar_cost(
    master: pulp.LpProblem,
    variables: Sequence[Sequence[pulp.LpVariable]],
    offers: Sequence[Instrument],
    months: Sequence[Month],
) -> None:
    """Objective in dollars: sum of hourly_cost x hours active until the end of the last month x buy, used or not."""
    hours = np.array([month.hours for month in months])
    master.objective = expression(
        (variable, float(offer.hourly_cost) * float(hours[month : month + offer.term_months].sum()))
        for month, row in enumerate(variables)
        for variable, offer in zip(row, offers, strict=True)
    )


def _recourse(
    demand: HourlyDemand, offers: Sequence[Instrument], months: Sequence[Month]
) -> tuple[HourlyRecourse, Vector]:
    """What each month costs on demand beside purchases of all months, and the most of each offer that has a use."""
    first, last = months[0].begin, months[-1].end
    dollars = demand.dollars[first:last]
    columns = [
        Column(
            instrument=index,
            hours=slice(month.begin - first, months[number : number + offer.term_months][-1].end - first),
        )
        for number, month in enumerate(months)
        for index, offer in enumerate(offers)
    ]
    take = np.array([offer.take for offer in offers])
    group = np.repeat(np.arange(len(months)), [month.hours for month in months])
    needs = [float((dollars[:, offer.covers] @ offer.take[offer.covers]).max()) for offer in offers]
    return HourlyRecourse(dollars, take, columns, group=group), np.array(needs)
