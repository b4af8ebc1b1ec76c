"""The limits of a plan as rows over its purchases: for the master, for the local search, and for readers."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Holding, Instrument
from costopt.optimizer.commitments.options import Option
from costopt.optimizer.commitments.terms import PlanTerms

Vector = NDArray[np.float64]

Count = Callable[[Instrument], float]
"""What a unit of an instrument counts towards a limit."""

_SLACK = 1e-9
"""Relative violation that is a float's and nobody's fault."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Limit:
    """One row: weights . quantities <= or >= right."""

    name: str
    """Unique, by index: `budget[upfront]`."""
    weights: Vector
    """What a unit of each option counts, [options]."""
    relation: str
    """`<=` or `>=`."""
    right: float
    """Right side, what is owned taken off."""
    unit: str
    """Unit of both sides, for readers."""

    def missing(self, quantities: Vector) -> float:
        """By how much quantities break the limit, in its unit; 0 where they keep it."""
        over = float(self.weights @ quantities) - self.right
        over = over if self.relation == "<=" else -over
        return over if over > _SLACK * max(1.0, abs(self.right)) else 0.0


def define_limits(
    demand: HourlyDemand, options: Sequence[Option], owned: Sequence[Holding], terms: PlanTerms
) -> tuple[Limit, ...]:
    """All limits of a plan."""
    return (
        *define_upfront_budget(options, terms),
        *define_family_floors(demand, options, owned, terms),
        *define_family_caps(demand, options, owned, terms),
        *define_family_bound_caps(demand, options, owned, terms),
    )


def define_upfront_budget(options: Sequence[Option], terms: PlanTerms) -> list[Limit]:
    """Upfront budget: sum_k upfront_k x_k <= budget, in dollars, all purchases together."""
    if terms.upfront_budget is None:
        return []
    weights = np.array([float(option.instrument.upfront) for option in options])
    return [
        Limit(name="budget[upfront]", weights=weights, relation="<=", right=float(terms.upfront_budget), unit="dollars")
    ]


def define_family_floors(
    demand: HourlyDemand, options: Sequence[Option], owned: Sequence[Holding], terms: PlanTerms
) -> list[Limit]:
    """Floor[f]: sum of cost_k x_k over options bound to f >= floor - owned, dollars an hour after the last purchase."""
    last = max((option.start for option in options), default=None)
    return [
        _family_limit(f"floor[{family}]", _cost_in(demand, family), ">=", float(floor), options, owned, last)
        for family, floor in sorted(terms.family_floors.items())
    ]


def define_family_caps(
    demand: HourlyDemand, options: Sequence[Option], owned: Sequence[Holding], terms: PlanTerms
) -> list[Limit]:
    """Cap[f,date]: sum of cost_k x_k over options bound to f and active <= cap - owned, in dollars an hour.

    It holds at each moment of purchase: in between nothing is added. What is owned above a cap cannot be sold: then
    nothing new is bought.
    """
    return [
        _family_limit(
            f"cap[{family},{moment:%Y-%m-%d}]", _cost_in(demand, family), "<=", float(cap), options, owned, moment
        )
        for family, cap in sorted(terms.family_caps.items())
        for moment in _moments(options, _cost_in(demand, family))
    ]


def define_family_bound_caps(
    demand: HourlyDemand, options: Sequence[Option], owned: Sequence[Holding], terms: PlanTerms
) -> list[Limit]:
    """Bound[f region,date]: sum_k x_k / take_k over options bound to f and active <= share x percentile - owned.

    In on-demand dollars an hour. Units count at the least rate of their scope, so for the most that they can cover.
    """
    if terms.family_bound_share is None:
        return []
    scopes: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for column, item in enumerate(demand.items):
        scopes[item.service, item.family, item.region].append(column)
    limits: list[Limit] = []
    for (_, family, region), columns in scopes.items():
        usual = float(np.percentile(demand.dollars[:, columns].sum(axis=1), terms.family_bound_percentile))

        def covered(instrument: Instrument, columns: list[int] = columns) -> float:
            inside = instrument.kind.family_bound and bool(instrument.covers[columns].any())
            return 1 / float(instrument.take[columns].min()) if inside else 0.0

        for moment in _moments(options, covered):
            weights = _weights(options, moment, covered)
            right = terms.family_bound_share * usual - _held(owned, moment, covered)
            name = f"bound[{family} {region},{moment:%Y-%m-%d}]"
            unit = "on-demand dollars an hour"
            limits.append(Limit(name=name, weights=weights, relation="<=", right=max(0.0, right), unit=unit))
    return limits


def _family_limit(
    name: str,
    cost: Count,
    relation: str,
    right: float,
    options: Sequence[Option],
    owned: Sequence[Holding],
    moment: datetime | None,
) -> Limit:
    weights = np.zeros(len(options)) if moment is None else _weights(options, moment, cost)
    right -= 0.0 if moment is None else _held(owned, moment, cost)
    return Limit(name=name, weights=weights, relation=relation, right=max(0.0, right), unit="dollars an hour")


def _cost_in(demand: HourlyDemand, family: str) -> Count:
    """Dollars an hour that a unit binds to a family."""

    def cost(instrument: Instrument) -> float:
        covered = {item.family for item, covers in zip(demand.items, instrument.covers, strict=True) if covers}
        return float(instrument.hourly_cost) if instrument.kind.family_bound and covered == {family} else 0.0

    return cost


def _weights(options: Sequence[Option], moment: datetime, count: Count) -> Vector:
    """What options count that are active at a moment, [options]."""
    counts = [count(one.instrument) if one.start <= moment < one.end else 0.0 for one in options]
    return np.array(counts, dtype=np.float64)


def _held(owned: Sequence[Holding], moment: datetime, count: Count) -> float:
    return sum(count(one.instrument) * float(one.quantity) for one in owned if one.start <= moment < one.end)


def _moments(options: Sequence[Option], count: Count) -> list[datetime]:
    """When something that counts can be bought."""
    return sorted({option.start for option in options if count(option.instrument)})
