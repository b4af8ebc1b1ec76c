"""The integer programme of a scale-out fleet: cover the need, whatever zone is lost, at the least price.

Variables: n[pool], whole instances of a pool (type, zone, market); b[pool], 1 where a spot pool is used; u, 1 where any
spot is. Shares are counted in the service's measure: GPUs where it asks for GPUs, else reference vCPUs.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
import pulp

from costopt.optimizer.fleets.service import Market, Pool, Resource, Service
from costopt.optimizer.solver import add_row, expression

Terms = list[tuple[Any, float]]
"""Variables and their coefficients."""

_ROUNDING = 1e-9


class Requirement(StrEnum):
    """What rows ask for, in the user's words."""

    COVERAGE = "carry the need"
    ZONE_LOSS = "carry the need after the loss of a zone"
    ON_DEMAND_BASE = "carry the on-demand part of the need"
    POOL_SHARE = "keep every spot pool below its largest share"
    FEW_POOLS = "use at most so many spot pools"
    MANY_POOLS = "use at least so many spot pools"
    LEAST_INSTANCES = "run at least so many instances"
    MOST_INSTANCES = "run at most so many instances"
    ZONE_SHARE = "keep every zone below its largest share"


class Shortfall(NamedTuple):
    """By how much a row of an elastic model is not kept."""

    requirement: Requirement
    """What is asked for."""
    where: str
    """The row's index: a zone, a pool, a resource."""
    scale: float
    """What one unit of the variable is, in `unit`."""
    unit: str
    """Unit of the row."""
    variable: Any
    """How much is missing, as a multiple of `scale`."""


_PENALTIES = {Requirement.COVERAGE: 100.0, Requirement.ZONE_LOSS: 10.0, Requirement.ON_DEMAND_BASE: 3.0}
"""Weights of what an elastic programme misses; 1 for all others."""


@dataclass(slots=True, eq=False)
class CoveringModel:
    """The programme and its variables. An elastic one may miss every requirement, at a price for each miss."""

    problem: Any
    """pulp's problem."""
    pools: tuple[Pool, ...]
    """Pools that have variables."""
    instances: list[Any]
    """n, [pools]."""
    used: dict[int, Any]
    """b of the spot pools, by their place among the pools."""
    elastic: bool
    """Whether rows may be missed."""
    shortfalls: list[Shortfall]
    """One for every row, where elastic."""

    def at_least(
        self, requirement: Requirement, where: str, terms: Terms, right: float, unit: str, *, scale: float | None = None
    ) -> None:
        """Add the row `terms >= right`, named `requirement[where]`; it is missed in parts of `scale` or `right`."""
        terms = terms + self._missed(requirement, where, scale or right, unit, sign=1)
        add_row(self.problem, f"{requirement.name.lower()}[{where}]", terms, ">=", right)

    def at_most(
        self, requirement: Requirement, where: str, terms: Terms, right: float, unit: str, *, scale: float | None = None
    ) -> None:
        """Add the row `terms <= right`, named `requirement[where]`; it is missed in parts of `scale` or `right`."""
        terms = terms + self._missed(requirement, where, scale or right, unit, sign=-1)
        add_row(self.problem, f"{requirement.name.lower()}[{where}]", terms, "<=", right)

    def _missed(self, requirement: Requirement, where: str, scale: float, unit: str, *, sign: int) -> Terms:
        if not self.elastic:
            return []
        missing = self.problem.add_variable(f"missing[{requirement.name.lower()},{where}]", 0)
        self.shortfalls.append(Shortfall(requirement, where, scale, unit, missing))
        return [(missing, sign * scale)]


def covering_model(service: Service, pools: Sequence[Pool], *, elastic: bool = False) -> CoveringModel:
    """The programme of a service: cheapest fleet, or, where elastic, the fleet that misses least.

    An elastic programme minimises the sum of what rows miss, each as a part of what it asks for. Missing the need
    weighs more than missing a rule of how to meet it, so that the rule is named where it is what stands in the way.
    """
    fitting = suitable(service, pools)
    offered = tuple(fitting if elastic else without_dominated(service, fitting))
    problem = pulp.LpProblem("fleet", pulp.LpMinimize)
    model = CoveringModel(problem, offered, [], {}, elastic, [])
    for place, pool in enumerate(offered):
        model.instances.append(problem.add_variable(f"n[{pool.label}]", 0, pool.limit, pulp.LpInteger))
        if pool.market is Market.SPOT:
            model.used[place] = problem.add_variable(f"b[{pool.label}]", 0, 1, pulp.LpBinary)
    define_coverage(model, service)
    define_on_demand_base(model, service)
    define_pool_shares(model, service)
    define_pool_counts(model, service)
    define_instance_counts(model, service)
    define_zone_shares(model, service)
    missed = [(one.variable, _PENALTIES.get(one.requirement, 1.0)) for one in model.shortfalls]
    cost = missed if elastic else _cost(model)
    problem.setObjective(expression(cost))
    return model


def define_coverage(model: CoveringModel, service: Service) -> None:
    """Need is met without any one zone.

    For each zone a and resource r, in the unit of r (vCPUs, GiB, GPUs):

    sum over pools outside a of capacity[r] (1 - interruption_rate) n >= need[r].

    Where a zone's loss need not be survived there is one row for each r, over all pools.
    """
    requirement = Requirement.ZONE_LOSS if service.survives_zone_loss else Requirement.COVERAGE
    for lost in zones(model.pools) if service.survives_zone_loss else (None,):
        for resource in service.needed:
            terms = [
                (count, pool.dependable(resource))
                for pool, count in zip(model.pools, model.instances, strict=True)
                if pool.zone != lost
            ]
            where = f"{resource} without {lost}" if lost else str(resource)
            model.at_least(requirement, where, terms, service.need(resource), resource.unit)


def define_on_demand_base(model: CoveringModel, service: Service) -> None:
    """On-demand instances alone carry their part.

    In the measure's unit (GPUs or vCPUs):

    sum over on-demand pools of capacity n >= on_demand_fraction need.
    """
    measure = service.measure
    right = service.on_demand_fraction * service.need(measure)
    if right > 0:
        terms = _capacities(model, measure, market=Market.ON_DEMAND)
        model.at_least(Requirement.ON_DEMAND_BASE, str(measure), terms, right, measure.unit)


def define_pool_shares(model: CoveringModel, service: Service) -> None:
    """A spot pool carries at most its share, and is used where it counts as used.

    For each spot pool, in instances:

    b <= n <= floor(largest_pool_share need / (capacity (1 - interruption_rate))) b, all of the measure;

    where the share is 1 the factor is the number that carries everything alone.
    """
    for place, used in model.used.items():
        pool, count = model.pools[place], model.instances[place]
        most = most_of_pool(service, pool, model.pools)
        terms = [(count, 1.0), (used, -float(most))]
        model.at_most(Requirement.POOL_SHARE, pool.label, terms, 0.0, "instances", scale=float(max(most, 1)))
        add_row(model.problem, f"used[{pool.label}]", [(count, 1.0), (used, -1.0)], ">=", 0.0)


def define_pool_counts(model: CoveringModel, service: Service) -> None:
    """As many spot pools are used as may be, and where any is, as many as must be.

    In pools: sum of b <= most_pools; sum of b - least_pools u >= 0 with b - u <= 0 for each pool.
    """
    terms = [(used, 1.0) for used in model.used.values()]
    if service.most_pools is not None and terms:
        model.at_most(Requirement.FEW_POOLS, "all", terms, float(service.most_pools), "pools")
    if service.least_pools > 1 and terms:
        any_spot = model.problem.add_variable("u", 0, 1, pulp.LpBinary)
        for place, used in model.used.items():
            add_row(model.problem, f"any_spot[{model.pools[place].label}]", [(used, 1.0), (any_spot, -1.0)], "<=", 0.0)
        least = float(service.least_pools)
        model.at_least(Requirement.MANY_POOLS, "all", [*terms, (any_spot, -least)], 0.0, "pools", scale=least)


def define_instance_counts(model: CoveringModel, service: Service) -> None:
    """The number of instances is within its limits.

    In instances, over all zones: least_instances <= sum of n <= most_instances.
    """
    terms = [(count, 1.0) for count in model.instances]
    if service.least_instances > 1:
        model.at_least(Requirement.LEAST_INSTANCES, "all", terms, float(service.least_instances), "instances")
    if service.most_instances is not None:
        model.at_most(Requirement.MOST_INSTANCES, "all", terms, float(service.most_instances), "instances")


def define_zone_shares(model: CoveringModel, service: Service) -> None:
    """No zone holds too much of the fleet.

    For each zone z, in the measure's unit (GPUs or vCPUs):

    sum over pools in z of capacity n - largest_zone_share (sum over all pools of capacity n) <= 0.
    """
    if service.largest_zone_share >= 1:
        return
    share, measure = service.largest_zone_share, service.measure
    for zone in zones(model.pools):
        terms = [
            (count, pool.capacity(measure) * ((pool.zone == zone) - share))
            for pool, count in zip(model.pools, model.instances, strict=True)
        ]
        model.at_most(Requirement.ZONE_SHARE, zone, terms, 0.0, measure.unit, scale=service.need(measure))


def zones(pools: Iterable[Pool]) -> tuple[str, ...]:
    """Zones of the pools, in order."""
    return tuple(sorted({pool.zone for pool in pools}))


def most_of_pool(service: Service, pool: Pool, pools: Sequence[Pool]) -> int:
    """Instances of a spot pool that its share allows; without a limit as many as a cheapest fleet can have of it."""
    measure = service.measure
    if service.largest_pool_share < 1:
        part = service.largest_pool_share * service.need(measure) / pool.dependable(measure)
        allowed = math.floor(part + _ROUNDING)
    else:
        # To balance the zones a pool may have to match the largest instance of another one.
        spread = {one: max(other.capacity(one) for other in pools) for one in service.needed}
        beside = spread if service.largest_zone_share < 1 else dict.fromkeys(spread, 0.0)
        alone = [
            math.ceil((service.need(one) + beside[one]) / pool.dependable(one) - _ROUNDING) for one in service.needed
        ]
        allowed = max(*alone, 0) + service.least_instances
    return allowed if pool.limit is None else min(allowed, pool.limit)


def suitable(service: Service, pools: Iterable[Pool]) -> list[Pool]:
    """Pools whose instances have some of everything that the service needs: a GPU service runs on no others."""
    return [pool for pool in pools if all(pool.capacity(one) > 0 for one in service.needed)]


def without_dominated(service: Service, pools: Sequence[Pool]) -> list[Pool]:
    """Pools that a cheapest fleet can need.

    Left out are spot pools of which the share allows not one instance, and on-demand pools beside one of the same zone
    that offers at least as much of everything for no more money: exchanging one for the other breaks no requirement,
    unless a zone must not hold too much. Spot pools are not compared: their number and shares are limited.
    """
    kept = [pool for pool in pools if pool.market is Market.SPOT and most_of_pool(service, pool, pools) > 0]
    on_demand = [pool for pool in pools if pool.market is Market.ON_DEMAND]
    if service.largest_zone_share < 1:
        return [pool for pool in pools if pool in on_demand or pool in kept]
    for zone in zones(on_demand):
        kept += _undominated([pool for pool in on_demand if pool.zone == zone], service.needed)
    chosen = {id(pool) for pool in kept}
    return [pool for pool in pools if id(pool) in chosen]


def _undominated(pools: Sequence[Pool], needed: Sequence[Resource]) -> list[Pool]:
    figures = np.array([[-float(pool.hourly_price), *(pool.capacity(one) for one in needed)] for pool in pools])
    unlimited = np.array([pool.limit is None for pool in pools])
    kept = []
    for place, pool in enumerate(pools):
        as_good = (figures >= figures[place]).all(axis=1) & unlimited
        better = as_good & (figures > figures[place]).any(axis=1)
        earlier_twin = as_good[:place] & ~better[:place]
        if not (better.any() or earlier_twin.any()):
            kept.append(pool)
    return kept


def _capacities(model: CoveringModel, resource: Resource, *, market: Market) -> Terms:
    return [
        (count, pool.capacity(resource))
        for pool, count in zip(model.pools, model.instances, strict=True)
        if pool.market is market
    ]


def _cost(model: CoveringModel) -> Terms:
    return [(count, float(pool.hourly_price)) for pool, count in zip(model.pools, model.instances, strict=True)]
