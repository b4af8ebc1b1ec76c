"""A scale-out workload on the cheapest types, zones and markets, level by level of its load."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np

from costopt.errors import InfeasiblePlan, SolverFailed
from costopt.model.plan import Capacity
from costopt.model.utilization import HOURS_PER_WEEK
from costopt.model.workload import Workload
from costopt.optimizer.fleets.provisioning import plan_fleet
from costopt.optimizer.fleets.service import Fleet, Market, Placement, Pool, Service
from costopt.pipeline.planning.conditions import Conditions
from costopt.pipeline.planning.fleet_question import NEXT_TO_NOTHING, FleetQuestion, plain_fleet, pose_fleet
from costopt.pipeline.planning.offered_types import Basis, OfferedType
from costopt.pipeline.planning.planned_workload import Floats, Pattern, PlannedWorkload, Use, capacity, ec2_usage
from costopt.pipeline.planning.spot_words import spot_notes
from costopt.pipeline.planning.weekly_levels import Level, levels_of

GAP = 2e-3
"""Share of the cost within which a fleet counts as cheapest."""

_NOTHING = Fleet(placements=(), hourly_cost=Decimal(0), bound=Decimal(0), optimal=True)
_ROUNDING = 1e-9


def plan_fleet_workload(workload: Workload, conditions: Conditions) -> PlannedWorkload:
    """Plan a fleet.

    Each level of the load is covered by itself; below the peak only the pools of the peak's fleet are used where that
    is possible, so that it scales by counts.

    Raises:
        InfeasiblePlan: no fleet keeps every requirement; the message names the workload and the requirement.
        WorkloadError: nothing is asked for, or a region that is not known.
    """
    question = pose_fleet(workload, conditions)
    levels = levels_of(workload.profile)
    plain = plain_fleet(workload, question)
    fleets: list[Fleet] = []
    bound = np.zeros(HOURS_PER_WEEK)
    for level in levels:
        fleet, floor = _at_level(question, workload, level, plain, fleets, conditions)
        fleets.append(fleet)
        bound[level.hours] = floor
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
        bound=Pattern(values=bound),
        method="an integer programme over types, zones and markets",
        reasons=_reasons(workload, question.service, fleets[0]),
        schedule=_schedule(levels, fleets),
        notes=(*question.offered.notes, *(spot_notes(question.offered.spot) if spot else ())),
        assumptions=question.assumptions,
    )


def _at_level(
    question: FleetQuestion,
    workload: Workload,
    level: Level,
    plain: Sequence[Placement],
    above: Sequence[Fleet],
    conditions: Conditions,
) -> tuple[Fleet, float]:
    """The fleet of a level, and dollars an hour below which none keeps the requirements."""
    if level.share == 0 and workload.spread.minimum_replicas == 0:
        return _NOTHING, 0.0
    service, seconds = _scaled(question.service, level.share), conditions.solve_seconds
    # One type that carries the peak carries every level; nothing is proved of it.
    enough = replace(_NOTHING, placements=tuple(plain), optimal=False)
    scaled = _found(service, _pools_of(above[0], question), seconds) if above else None
    if scaled is not None and conditions.basis is Basis.ON_DEMAND:
        return scaled, 0.0
    try:
        free = plan_fleet(service, question.pools, time_limit=seconds, gap=GAP)
    except SolverFailed:
        return scaled or enough, 0.0
    return scaled or free, float(free.bound)


def _pools_of(fleet: Fleet, question: FleetQuestion) -> list[Pool]:
    known = {one.pool.label for one in fleet.placements}
    return [pool for pool in question.pools if pool.label in known]


def _found(service: Service, pools: Sequence[Pool], seconds: float) -> Fleet | None:
    """The cheapest fleet of these pools alone; None where there is none, or none in time."""
    try:
        return plan_fleet(service, pools, time_limit=seconds, gap=GAP)
    except (InfeasiblePlan, SolverFailed):
        return None


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
    return tuple(
        Use(usage=ec2_usage(workload, name), hourly=_price(types[name], market), counts=Pattern(values=values))
        for name, values in sorted(counts.items())
    )


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
