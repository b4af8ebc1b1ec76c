"""What the optimizer is asked for a scale-out workload, and the plainest answer."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from costopt.errors import InfeasiblePlan
from costopt.model.workload import Workload
from costopt.optimizer.fleets.service import Market, Placement, Pool, Resource, Service
from costopt.pipeline.planning.workloads.conditions import ASSUMED_ZONES, Conditions
from costopt.pipeline.planning.workloads.offered_type import Basis, OfferedType
from costopt.pipeline.planning.workloads.offered_types import Offered, speed

NEXT_TO_NOTHING = 1e-3
"""vCPUs that a fleet is taken to need where only its memory is known."""

ABOUT_THE_SAME = Decimal("1.05")
"""Factor on the cost within which the number of machines decides: each has an operating system to feed and to patch."""
FEW = 4
"""Machines below which a fleet hardly deserves the name: it could only halve."""

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetQuestion:
    """What the optimizer is asked for a fleet."""

    service: Service
    """At the peak."""
    pools: tuple[Pool, ...]
    """What can be rented, at the prices of the basis."""
    offered: Offered
    """The types behind them."""
    assumptions: tuple[str, ...]
    """Sentences: types that are not compared, and why."""

    @property
    def types(self) -> dict[str, OfferedType]:
        """Types by name."""
        return {one.name: one for one in self.offered.types}


def pose_fleet(workload: Workload, conditions: Conditions) -> FleetQuestion:
    """The question of a fleet.

    Raises:
        InfeasiblePlan: no type will do; the message names the workload and the requirement.
        WorkloadError: nothing is asked for, or a region that is not known.
    """
    offered = conditions.market.offered(workload)
    speeds = {one.name: speed(one.shape, workload, conditions.performance) for one in offered.types}
    pools = tuple(
        pool
        for one in offered.types
        if (known := speeds[one.name]) is not None
        for zone in zones_of(workload)
        for pool in _pools(one, zone, known, workload, conditions.basis)
    )
    unknown = sorted({one.shape.family for one in offered.types if speeds[one.name] is None})
    if not pools:
        raise InfeasiblePlan(
            f"workload {workload.name!r}: how fast {', '.join(unknown)} are beside its reference is not known",
            hint="Give `performance` of these families at the top of the file, or allow another architecture.",
        )
    return FleetQuestion(
        service=_service(workload), pools=pools, offered=offered, assumptions=_not_compared(unknown, workload)
    )


def zones_of(workload: Workload) -> tuple[str, ...]:
    """Zones that make a difference: one without a name where neither a zone's loss nor spot pools are in question."""
    spread = workload.spread
    if spread.zones:
        return spread.zones
    return ASSUMED_ZONES if spread.survive_zone_loss or spread.spot else ("",)


def plain_fleet(workload: Workload, question: FleetQuestion) -> tuple[Placement, ...]:
    """The cheapest fleet of a single type on demand, evenly over the zones, that carries the peak.

    Raises:
        InfeasiblePlan: no type has all that the workload needs.
    """
    costs = {name: question.types[name].on_demand * count for name, count in _counts(workload, question, 1.0).items()}
    name = min(costs, key=lambda name: (costs[name], name))
    return _evenly(name, _counts(workload, question, 1.0)[name], question.pools)


def ranked_types(workload: Workload, question: FleetQuestion, levels: Sequence[tuple[float, int]]) -> tuple[str, ...]:
    """Types for all of a fleet on demand, the most suitable first: of those that cost about the same, the handiest.

    Args:
        workload: what is asked for.
        question: what is offered.
        levels: shares of the peak, and for how many hours each.

    Raises:
        InfeasiblePlan: no type has all that the workload needs.
    """
    prices = {one.shape.instance_type: one.hourly_price for one in question.pools if one.market is Market.ON_DEMAND}
    costs: dict[str, Decimal] = dict.fromkeys(prices, Decimal(0))
    counts = {share: _counts(workload, question, share) for share, _ in levels}
    able = [name for name in prices if all(name in found for found in counts.values())]
    for name in able:
        costs[name] = sum((prices[name] * counts[share][name] * hours for share, hours in levels), Decimal(0))
    least = min(costs[name] for name in able)
    peak = counts[levels[0][0]]
    return tuple(sorted(able, key=lambda name: (*unhandiness(costs[name], peak[name], least), name)))


def unhandiness(cost: Decimal, instances: int, least: Decimal) -> tuple[bool, bool, Decimal, Decimal]:
    """What to sort fleets by: those about as cheap as the cheapest first, of them those of few, but not too few.

    Args:
        cost: of the fleet.
        instances: that it has at the peak.
        least: cost of the cheapest fleet.
    """
    dear = cost > least * ABOUT_THE_SAME
    return dear, instances < FEW, cost if dear else Decimal(instances), cost


def _counts(workload: Workload, question: FleetQuestion, share: float) -> dict[str, int]:
    """Instances that carry a share of the peak, of each type that can by itself.

    Raises:
        InfeasiblePlan: no type has all that the workload needs.
    """
    zones, service = zones_of(workload), question.service
    found: dict[str, int] = {}
    for pool in question.pools:
        if pool.market is Market.ON_DEMAND and pool.zone == zones[0]:
            counts = [_instances(service.need(one) * share, pool, one) for one in service.needed]
            if None not in counts:
                most = max(count for count in counts if count is not None)
                count = surviving(most, len(zones)) if workload.spread.survive_zone_loss else most
                found[pool.shape.instance_type] = max(count, service.least_instances)
    if not found:
        raise InfeasiblePlan(
            f"workload {workload.name!r}: none of {len(question.offered.types)} types has all that it needs",
            hint="Relax a requirement, or allow other types.",
        )
    return found


def surviving(needed: int, zones: int) -> int:
    """Instances, spread evenly over zones, of which `needed` are left without the fullest zone."""
    total = needed
    while total - math.ceil(total / zones) < needed:
        total += 1
    return total


def _instances(need: float, pool: Pool, resource: Resource) -> int | None:
    """Instances that have the need together; None where one has nothing of it."""
    offered = pool.capacity(resource)
    return math.ceil(need / offered - _ROUNDING) if offered else None


def _evenly(name: str, total: int, pools: Sequence[Pool]) -> tuple[Placement, ...]:
    same = [pool for pool in pools if pool.market is Market.ON_DEMAND and pool.shape.instance_type == name]
    share, rest = divmod(total, len(same))
    counts = [share + (place < rest) for place in range(len(same))]
    return tuple(Placement(pool=pool, count=count) for pool, count in zip(same, counts, strict=True) if count)


def _pools(one: OfferedType, zone: str, known: float, workload: Workload, basis: Basis) -> list[Pool]:
    """On demand, and spot where that will do and has a price."""
    found = [
        Pool(shape=one.shape, zone=zone, market=Market.ON_DEMAND, hourly_price=one.price(basis), performance=known)
    ]
    if workload.spread.spot and one.spot is not None:
        found.append(
            Pool(
                shape=one.shape,
                zone=zone,
                market=Market.SPOT,
                hourly_price=one.spot,
                performance=known,
                interruption_rate=1 - one.dependable(),
            )
        )
    return found


def _service(workload: Workload) -> Service:
    needs, spread = workload.requirements, workload.spread
    return Service(
        name=workload.name,
        cpu=needs.vcpu or (0.0 if needs.gpus else NEXT_TO_NOTHING),
        memory_gib=needs.memory_gib or 0.0,
        gpus=needs.gpus or 0,
        survives_zone_loss=spread.survive_zone_loss,
        on_demand_fraction=spread.on_demand_fraction if spread.spot else 0.0,
        largest_pool_share=spread.largest_pool_fraction if spread.spot else 1.0,
        least_pools=spread.minimum_pools if spread.spot else 1,
        most_pools=spread.maximum_pools if spread.spot else None,
        least_instances=max(spread.minimum_replicas, 1),
    )


def _not_compared(families: Sequence[str], workload: Workload) -> tuple[str, ...]:
    if not families:
        return ()
    return (
        f"{workload.name}: {len(families)} families of another architecture than"
        f" {workload.requirements.architectures[0]} are left out, as the file gives no `performance` of them",
    )
