"""A scale-out workload on the cheapest types, zones and markets, level by level of its load."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np

from costopt.errors import InfeasiblePlan, SolverFailed
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.plan import Capacity
from costopt.model.utilization import HOURS_PER_WEEK
from costopt.model.workload import Workload
from costopt.optimizer.fleets.provisioning import plan_fleet
from costopt.optimizer.fleets.service import Fleet, Market, Placement, Pool, Service
from costopt.pipeline.planning.workloads.conditions import Conditions
from costopt.pipeline.planning.workloads.fleet_floor import FleetFloor
from costopt.pipeline.planning.workloads.fleet_question import (
    NEXT_TO_NOTHING,
    FleetQuestion,
    plain_fleet,
    pose_fleet,
    ranked_types,
    unhandiness,
)
from costopt.pipeline.planning.workloads.offered_type import OfferedType
from costopt.pipeline.planning.workloads.planned_workload import (
    Asked,
    Floats,
    Pattern,
    PlannedWorkload,
    Use,
    capacity,
    on_demand_use,
    spot_use,
)
from costopt.pipeline.planning.workloads.spot_words import spot_notes
from costopt.pipeline.planning.workloads.weekly_levels import Level, levels_of

_SIMPLER = Decimal("1.05")
"""What a fleet with one type on demand may cost over the cheapest mix, to be preferred."""
_TRIED = 3
"""Types that are tried alone on demand, the cheapest first."""

_NOTHING = Fleet(placements=(), hourly_cost=Decimal(0), bound=Decimal(0), optimal=True)
_ROUNDING = 1e-9


def plan_fleet_workload(workload: Workload, conditions: Conditions) -> PlannedWorkload:
    """Plan a fleet.

    Each level of the load is covered by itself, from the same pools, so that the fleet scales by counts.

    Raises:
        InfeasiblePlan: no fleet keeps every requirement; the message names the workload and the requirement.
        WorkloadError: nothing is asked for, or a region that is not known.
    """
    question = pose_fleet(workload, conditions)
    levels = levels_of(workload.profile)
    plain = plain_fleet(workload, question)
    fleets, dearer = _over_week(question, workload, levels, plain, conditions)
    everywhere = [Level(share=1.0, hours=np.ones(HOURS_PER_WEEK, dtype=bool), windows=())]
    as_it_is = [replace(_NOTHING, placements=plain)]
    spot = _uses(workload, levels, fleets, question.types, Market.SPOT)
    return PlannedWorkload(
        workload=workload,
        plain=_listed(plain, question.types),
        plain_uses=_uses(workload, everywhere, as_it_is, question.types, Market.ON_DEMAND),
        after=_listed(fleets[0].placements, question.types),
        on_demand=_uses(workload, levels, fleets, question.types, Market.ON_DEMAND),
        spot=spot,
        asked=tuple(
            Asked(hours=Pattern.within(level.hours), prove=FleetFloor(service, question, conditions))
            for level in levels
            if (service := _at(level, workload, question.service)) is not None
        ),
        method="an integer programme over types, zones and markets",
        reasons=_reasons(workload, question.service, fleets[0]),
        schedule=_schedule(levels, fleets),
        notes=(*_given_up(dearer), *question.offered.notes, *(spot_notes(question.offered.spot) if spot else ())),
        assumptions=question.assumptions,
    )


def _over_week(
    question: FleetQuestion,
    workload: Workload,
    levels: Sequence[Level],
    plain: Sequence[Placement],
    conditions: Conditions,
) -> tuple[list[Fleet], Decimal]:
    """The fleet of each level, and dollars a week by which workers of one type are dearer than the cheapest mix."""
    services = [_at(level, workload, question.service) for level in levels]
    try:
        free = plan_fleet(question.service, question.pools, time_limit=conditions.solve_seconds, gap=conditions.gap)
    except SolverFailed:
        # One type that carries the peak carries every level; nothing is proved of it.
        enough = replace(_NOTHING, placements=tuple(plain), optimal=False)
        return [enough] * len(levels), Decimal(0)
    mixed = [free, *(_within(free, service, question, conditions) for service in services[1:])]
    chosen = _simplest(mixed, services, levels, question, workload, conditions)
    return chosen, _weekly(chosen, levels) - _weekly(mixed, levels)


def _simplest(
    mixed: list[Fleet],
    services: Sequence[Service | None],
    levels: Sequence[Level],
    question: FleetQuestion,
    workload: Workload,
    conditions: Conditions,
) -> list[Fleet]:
    """Fleets with one type on demand where that is little dearer: workers behind a balancer should be equal."""
    shares = [(level.share, int(level.hours.sum())) for level in levels]
    most = _weekly(mixed, levels) * _SIMPLER
    equal = []
    for name in ranked_types(workload, question, shares)[:_TRIED]:
        pools = [one for one in question.pools if one.market is Market.SPOT or one.shape.instance_type == name]
        found = [_found(service, pools, conditions) for service in services]
        fleets = [one for one in found if one is not None]
        if len(fleets) == len(services) and _weekly(fleets, levels) <= most:
            equal.append(fleets)
    if not equal:
        return mixed
    least = min(_weekly(fleets, levels) for fleets in equal)
    return min(equal, key=lambda fleets: unhandiness(_weekly(fleets, levels), fleets[0].instances(), least))


def _weekly(fleets: Sequence[Fleet], levels: Sequence[Level]) -> Decimal:
    """Dollars a week."""
    pairs = zip(fleets, levels, strict=True)
    return sum((one.hourly_cost * int(level.hours.sum()) for one, level in pairs), Decimal(0))


def _given_up(weekly: Decimal) -> tuple[str, ...]:
    """What equal workers cost, where that is anything."""
    if weekly <= 0:
        return ()
    monthly = weekly * HOURS_PER_MONTH / HOURS_PER_WEEK
    return (f"machines of one type are kept together on demand; a mix would cost ${monthly:,.2f} a month less",)


def _within(peak: Fleet, service: Service | None, question: FleetQuestion, conditions: Conditions) -> Fleet:
    """A lower level's fleet of the peak's pools; where they cannot keep its rules, that of the peak."""
    labels = {one.pool.label for one in peak.placements}
    found = _found(service, [pool for pool in question.pools if pool.label in labels], conditions)
    return found or _found(service, question.pools, conditions) or peak


def _found(service: Service | None, pools: Sequence[Pool], conditions: Conditions) -> Fleet | None:
    """The cheapest fleet of these pools alone; None where there is none, or none in time."""
    if service is None:
        return _NOTHING
    try:
        return plan_fleet(service, pools, time_limit=conditions.solve_seconds, gap=conditions.gap)
    except (InfeasiblePlan, SolverFailed):
        return None


def _at(level: Level, workload: Workload, service: Service) -> Service | None:
    """What is asked for at a level; None where that is nothing at all."""
    asleep = level.share == 0 and workload.spread.minimum_replicas == 0
    return None if asleep else _scaled(service, level.share)


def _scaled(service: Service, share: float) -> Service:
    return replace(
        service,
        cpu=max(service.cpu * share, NEXT_TO_NOTHING if service.cpu else 0.0),
        memory_gib=service.memory_gib * share,
        gpus=max(math.ceil(service.gpus * share - _ROUNDING), 1 if service.gpus else 0),
    )


def _uses(
    workload: Workload,
    levels: Sequence[Level],
    fleets: Sequence[Fleet],
    types: Mapping[str, OfferedType],
    market: Market,
) -> tuple[Use, ...]:
    """Instances of each type by hour of the week, all zones together."""
    counts: dict[str, Floats] = defaultdict(lambda: np.zeros(HOURS_PER_WEEK))
    for level, fleet in zip(levels, fleets, strict=True):
        for one in fleet.placements:
            if one.pool.market is market:
                counts[one.pool.shape.instance_type][level.hours] += one.count
    use = on_demand_use if market is Market.ON_DEMAND else spot_use
    return tuple(use(workload, types[name], Pattern(values=values)) for name, values in sorted(counts.items()))


def _price(one: OfferedType, market: Market) -> Decimal:
    return one.on_demand if market is Market.ON_DEMAND or one.spot is None else one.spot


def _listed(placements: Sequence[Placement], types: Mapping[str, OfferedType]) -> tuple[Capacity, ...]:
    return tuple(
        capacity(
            one.pool.shape.instance_type,
            one.count,
            _price(types[one.pool.shape.instance_type], one.pool.market),
            market=one.pool.market.value,
            zone=one.pool.zone or None,
        )
        for one in placements
    )


def _reasons(workload: Workload, service: Service, fleet: Fleet) -> tuple[str, ...]:
    asked = " and ".join(
        f"{service.need(one):g} {one.unit}" for one in service.needed if service.need(one) > NEXT_TO_NOTHING
    )
    after = " after the loss of any one zone" if service.survives_zone_loss else ""
    found = [f"{asked} at the peak{after} take {fleet.instances()} machines"]
    if workload.spread.spot:
        found.append(
            f"{service.on_demand_fraction:.0%} of the need must be carried on demand and no spot pool may carry more"
            f" than {service.largest_pool_share:.0%}: {fleet.instances(Market.SPOT)} of the machines are spot"
        )
    return tuple(found)


def _schedule(levels: Sequence[Level], fleets: Sequence[Fleet]) -> tuple[str, ...]:
    """One line a level; none where the load is always the same."""
    if len(levels) == 1:
        return ()
    return tuple(f"{level.words} UTC: {_counted(fleet)}" for level, fleet in zip(levels, fleets, strict=True))


def _counted(fleet: Fleet) -> str:
    counts: dict[tuple[str, Market], int] = defaultdict(int)
    for one in fleet.placements:
        counts[one.pool.shape.instance_type, one.pool.market] += one.count
    words = [
        f"{count} {name}{' spot' if market is Market.SPOT else ''}" for (name, market), count in sorted(counts.items())
    ]
    return ", ".join(words) or "nothing"
