"""A question of commitments, made ready: purchases and limits in the place of offers and terms."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Holding, Instrument
from costopt.economics.simulator.settlement import Settlement, settle
from costopt.economics.simulator.windows import check_holdings, window
from costopt.optimizer.commitments.domination import Dominated, drop_dominated
from costopt.optimizer.commitments.limits import Limit, define_limits
from costopt.optimizer.commitments.options import Option, largest_useful, list_options
from costopt.optimizer.commitments.parts import (
    Items,
    find_parts,
    links_of_commitments,
    links_of_limits,
    links_of_sustained_use,
)
from costopt.optimizer.commitments.terms import PlanTerms

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """A question, made ready."""

    demand: HourlyDemand
    """What is to be paid for."""
    owned: tuple[Holding, ...]
    """What is owned in some hour of it."""
    expired: tuple[Holding, ...]
    """What was owned before."""
    options: tuple[Option, ...]
    """What may be bought, and when."""
    dominated: tuple[Dominated, ...]
    """Offers that no plan needs."""
    limits: tuple[Limit, ...]
    """Rows over the options."""
    most: Array
    """Largest quantity of each option that any hour or floor has a use for, in units, [options]."""
    terms: PlanTerms
    """Choices and effort."""

    @property
    def sunk(self) -> float:
        """Dollars of owned commitments in the hours of the demand."""
        spans = ((one, window(self.demand, one)) for one in self.owned)
        hourly = (one.quantity * one.instrument.hourly_cost * (hours.stop - hours.start) for one, hours in spans)
        return float(sum(hourly, Decimal(0)))

    @property
    def steps(self) -> Array:
        """Step of purchase of each option, in units, [options]."""
        return np.array([float(option.instrument.step) for option in self.options])

    def settle(self, purchases: Sequence[Holding]) -> Settlement:
        """The provider's bill with purchases beside what is owned."""
        holdings = [*self.owned, *purchases]
        return settle(self.demand, holdings, sharing=self.terms.sharing, sustained_use=self.terms.sustained_use)

    def parts(self) -> tuple["Part", ...]:
        """What can be decided apart (`parts.py`), the smallest first; all items that nothing can be bought for are one.

        Every option is in one part, and so is every limit that counts any.
        """
        bought = [option.instrument for option in self.options]
        links = [
            *links_of_commitments([*bought, *(one.instrument for one in self.owned)]),
            *links_of_sustained_use(self.demand.items),
            *links_of_limits(self.options, self.limits),
        ]
        nothing = np.zeros((1, len(self.demand.items)), dtype=bool)
        offered = np.any([*nothing, *(one.covers for one in bought)], axis=0)
        found = find_parts(links, len(self.demand.items))
        split = [items for items in found if (items & offered).any()]
        rest = ~np.any([*nothing, *split], axis=0)
        masks = [*split, rest] if rest.any() else split
        return tuple(sorted((self._only(items) for items in masks), key=lambda part: part.size))

    def _only(self, items: Items) -> "Part":
        options = np.array([option.instrument.covers[items].any() for option in self.options], dtype=bool)
        limits = (replace(limit, weights=limit.weights[options]) for limit in self.limits)
        return Part(
            options=options,
            case=replace(
                self,
                demand=self.demand.only(items),
                owned=tuple(one.only(items) for one in self.owned if one.instrument.covers[items].any()),
                options=tuple(one.only(items) for one, mine in zip(self.options, options, strict=True) if mine),
                limits=tuple(limit for limit in limits if limit.weights.any()),
                most=self.most[options],
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """A part of a question that is a question of its own."""

    options: NDArray[np.bool_]
    """Which options of the whole are its own, [options of the whole]."""
    case: Case
    """The part, with its own items, options, limits and owned commitments alone."""

    @property
    def size(self) -> int:
        """By how much there is to decide: figures that an option meets."""
        return int(self.options.sum()) * self.case.demand.dollars.size


def make_ready(demand: HourlyDemand, offers: Sequence[Instrument], owned: Sequence[Holding], terms: PlanTerms) -> Case:
    """Check what is given, leave out what plays no part, and make purchases and limits of the rest."""
    offered = [Holding(instrument=one, quantity=Decimal(1), start=demand.start, end=demand.end) for one in offers]
    check_holdings(demand, [*owned, *offered])
    held = tuple(one for one in owned if one.end > demand.start)
    kept, dominated = drop_dominated(offers, upfront_matters=terms.upfront_budget is not None)
    listed = list_options(demand, kept, terms.purchase_at, terms.also_at)
    limits = define_limits(demand, listed, held, terms)
    most = _with_room_for_floors(largest_useful(demand, listed), limits)
    # What nothing runs of needs no purchase: types that a size might have been moved to.
    useful = most > 0
    options = tuple(one for one, use in zip(listed, useful.tolist(), strict=True) if use)
    return Case(
        demand=demand,
        owned=held,
        expired=tuple(one for one in owned if one.end <= demand.start),
        options=options,
        dominated=dominated,
        limits=tuple(replace(limit, weights=limit.weights[useful]) for limit in limits),
        most=most[useful],
        terms=terms,
    )


def _with_room_for_floors(most: Array, limits: Sequence[Limit]) -> Array:
    """Largest quantities to consider: the useful ones, or what a floor asks for where that is more."""
    room = most.copy()
    for limit in limits:
        counted = limit.weights > 0
        if limit.relation == ">=":
            room[counted] = np.maximum(room[counted], limit.right / limit.weights[counted])
    return room
