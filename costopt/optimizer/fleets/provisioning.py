"""The cheapest fleet of a scale-out service, with proof, and what each of its requirements costs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal

from costopt.errors import InfeasiblePlan, WorkloadError
from costopt.optimizer.fleets.covering import covering_model, suitable
from costopt.optimizer.fleets.explain import explain_infeasible
from costopt.optimizer.fleets.service import Fleet, Market, Placement, Pool, Service
from costopt.optimizer.solver import Status, solve, value

_MICRODOLLAR = Decimal("0.000001")
"""To which a bound is rounded down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """What a service would save if it asked for one thing less."""

    requirement: str
    """Field of `Service`."""
    without: str
    """Its value in the relaxed service, in words."""
    hourly_saving: Decimal
    """Dollars an hour between the fleet and the relaxed service's; 0 where the requirement does not bind."""


def plan_fleet(service: Service, pools: Sequence[Pool], *, time_limit: float | None = 60.0, gap: float = 1e-3) -> Fleet:
    """The cheapest instances that keep what a service asks for.

    Args:
        service: what is asked for.
        pools: what can be rented, each type, zone and market at most once.
        time_limit: seconds for the solver; None for as long as it takes.
        gap: share of the cost within which the fleet counts as cheapest, 0..1.

    Raises:
        WorkloadError: no pools, or one that is there twice.
        InfeasiblePlan: no fleet keeps every requirement; the message says which.
        SolverFailed: no fleet was found in time.
    """
    _refuse(service, pools)
    model = covering_model(service, pools)
    try:
        solution = solve(model.problem, time_limit=time_limit, gap=gap)
    except InfeasiblePlan:
        raise explain_infeasible(service, pools) from None
    counts = [round(value(instances)) for instances in model.instances]
    placements = tuple(
        Placement(pool=pool, count=count) for pool, count in zip(model.pools, counts, strict=True) if count
    )
    cost = sum((one.pool.hourly_price * one.count for one in placements), Decimal(0))
    bound = Decimal(max(solution.bound or 0.0, 0.0)).quantize(_MICRODOLLAR, ROUND_FLOOR)
    return Fleet(
        placements=placements,
        hourly_cost=cost,
        bound=min(bound, cost),
        optimal=solution.status is Status.OPTIMAL,
    )


def price_requirements(
    service: Service, pools: Sequence[Pool], fleet: Fleet, *, time_limit: float | None = 20.0, gap: float = 1e-3
) -> tuple[Relaxation, ...]:
    """What each requirement of a service costs: one more plan for each, without it.

    Args:
        service: what was asked for.
        pools: what was offered.
        fleet: the plan for both.
        time_limit: seconds of each plan.
        gap: of each plan; differences below it are not told from nothing.

    Returns:
        The requirements that the service has, most expensive first.
    """
    found = []
    for field, relaxed, words in _relaxed(service):
        cheaper = plan_fleet(relaxed, pools, time_limit=time_limit, gap=gap)
        saving = max(fleet.hourly_cost - cheaper.hourly_cost, Decimal(0))
        found.append(Relaxation(requirement=field, without=words, hourly_saving=saving))
    return tuple(sorted(found, key=lambda one: -one.hourly_saving))


def _relaxed(service: Service) -> list[tuple[str, Service, str]]:
    """Services that ask for one thing less: the field, the service, the new value in words."""
    candidates = [
        ("survives_zone_loss", replace(service, survives_zone_loss=False), "no zone's loss is survived"),
        ("on_demand_fraction", replace(service, on_demand_fraction=0.0), "no on-demand base"),
        ("largest_pool_share", replace(service, largest_pool_share=1.0), "one spot pool may carry everything"),
        ("least_pools", replace(service, least_pools=1), "one spot pool is enough"),
        ("most_pools", replace(service, most_pools=None), "any number of spot pools"),
        ("least_instances", replace(service, least_instances=1), "one instance is enough"),
        ("most_instances", replace(service, most_instances=None), "any number of instances"),
        ("largest_zone_share", replace(service, largest_zone_share=1.0), "one zone may hold everything"),
    ]
    return [one for one in candidates if one[1] != service]


def _refuse(service: Service, pools: Sequence[Pool]) -> None:
    if not pools:
        raise WorkloadError(
            f"service {service.name}: no instance types are offered",
            hint="Allow more families, regions or markets, or refresh the prices.",
        )
    if not suitable(service, pools):
        wanted = " and ".join(one.unit for one in service.needed)
        raise InfeasiblePlan(
            f"service {service.name}: none of {len(pools)} pools has {wanted}",
            hint="Offer types with what the service needs.",
        )
    labels = [pool.label for pool in pools]
    if len(set(labels)) != len(labels):
        twice = next(label for label in labels if labels.count(label) > 1)
        raise WorkloadError(f"service {service.name}: {twice} is offered twice")
    if service.on_demand_fraction > 0 and all(pool.market is Market.SPOT for pool in pools):
        raise InfeasiblePlan(
            f"service {service.name}: {service.on_demand_fraction:.0%} must run on demand, and only spot is offered",
            hint="Offer on-demand pools, or set on_demand_fraction to 0.",
        )
