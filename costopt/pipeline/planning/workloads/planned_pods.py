"""Containers on the cheapest nodes, level by level of their load."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial

import numpy as np

from costopt.errors import InfeasiblePlan
from costopt.model.plan import Capacity
from costopt.model.utilization import HOURS_PER_WEEK
from costopt.model.workload import Workload
from costopt.optimizer.fleets.pods import NodeType
from costopt.pipeline.planning.workloads.conditions import ASSUMED_ZONES, Conditions
from costopt.pipeline.planning.workloads.offered_type import OfferedType
from costopt.pipeline.planning.workloads.offered_types import Offered
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
from costopt.pipeline.planning.workloads.pod_cluster import ON_DEMAND, SPOT, Cluster, Nodes
from costopt.pipeline.planning.workloads.pod_nodes import Spreading, kinds_of, nodes_of, single_types, spread_pods
from costopt.pipeline.planning.workloads.spot_words import spot_notes
from costopt.pipeline.planning.workloads.weekly_levels import Level, levels_of


def plan_pods_workload(workload: Workload, conditions: Conditions) -> PlannedWorkload:
    """Plan the nodes of pods. Zones have equal parts, and so many pods that the loss of one leaves enough where asked.

    Raises:
        InfeasiblePlan: a pod fits on no type, or spot pools are too few; the message names the workload.
        WorkloadError: a region that is not known.
    """
    offered = conditions.market.offered(workload)
    levels = levels_of(workload.profile)
    cluster, peak = _better_spread(workload, offered, levels[0], conditions)
    plans = _over_week(cluster, levels, peak)
    firm = replace(cluster, spreading=_without_spot(workload, offered))
    plain = _plain(firm)
    everywhere = Level(share=1.0, hours=np.ones(HOURS_PER_WEEK, dtype=bool), windows=())
    spot = _uses(cluster, levels, plans, SPOT)
    return PlannedWorkload(
        workload=workload,
        plain=_listed(firm, plain),
        plain_uses=_uses(firm, [everywhere], [plain], ON_DEMAND),
        after=_listed(cluster, plans[0]),
        on_demand=_uses(cluster, levels, plans, ON_DEMAND),
        spot=spot,
        asked=tuple(
            Asked(hours=Pattern.within(level.hours), prove=partial(cluster.on_any_nodes, level))
            for level in levels
            if level.share > 0
        ),
        method="column generation over patterns of pods",
        reasons=_reasons(cluster, plans[0]),
        schedule=_schedule(cluster, levels, plans),
        notes=(*offered.notes, *(spot_notes(offered.spot) if spot else ())),
        assumptions=(
            f"{workload.name}: the kernel, the kubelet and the eviction threshold keep their usual part of each node;"
            " daemon sets are counted only where they are among the pods",
        ),
    )


def _better_spread(workload: Workload, offered: Offered, peak: Level, conditions: Conditions) -> tuple[Cluster, Nodes]:
    """The cluster and its nodes at the peak; without spot where that costs no more."""
    ways = [_without_spot(workload, offered)]
    if workload.spread.spot:
        ways.append(spread_pods(workload, offered, ASSUMED_ZONES))
    clusters = [Cluster(workload=workload, offered=offered, spreading=one, conditions=conditions) for one in ways]
    planned = [(one, _nodes(one, peak, None)) for one in clusters]
    return min(planned, key=lambda pair: _hourly(*pair))


def _over_week(cluster: Cluster, levels: Sequence[Level], peak: Nodes) -> Sequence[Nodes]:
    """Nodes of each level, all of the same few types, so that the cluster scales by counts.

    They are the types that suit one of the levels best: of the level whose types make the whole week cheapest. Those of
    the peak alone may be too large to be given back when half of the load is gone.
    """
    if cluster.conditions.deadline.passed:
        return [peak, *(_nodes(cluster, level, _firm_types(peak) or None) for level in levels[1:])]
    quick = replace(cluster, conditions=cluster.conditions.in_short())
    free = [peak, *(_nodes(quick, level, None) for level in levels[1:])]
    ways: list[Sequence[Nodes]] = []
    for types in dict.fromkeys(_firm_types(plan) for plan in free):
        try:
            ways.append([_nodes(cluster, level, types or None) for level in levels])
        except InfeasiblePlan:
            continue  # What carries a few pods does not carry each of the peak's.
    hours = [int(level.hours.sum()) for level in levels]
    return min(ways, key=lambda plans: sum(_hourly(cluster, one) * own for one, own in zip(plans, hours, strict=True)))


def _firm_types(plan: Nodes) -> tuple[str, ...]:
    return tuple(sorted(name for name, market in plan if market == ON_DEMAND))


def _without_spot(workload: Workload, offered: Offered) -> Spreading:
    firm = replace(workload, spread=replace(workload.spread, spot=False))
    return spread_pods(firm, offered, ASSUMED_ZONES)


def _nodes(cluster: Cluster, level: Level, allowed: Sequence[str] | None) -> Nodes:
    return {**cluster.on_demand(level, allowed), **cluster.spot(level)}


def _hourly(cluster: Cluster, plan: Nodes) -> Decimal:
    """Dollars an hour of one plan at the prices of the basis."""
    basis = cluster.conditions.basis
    prices = {
        key: cluster.types[key[0]].price(basis) if key[1] == ON_DEMAND else _price(cluster.types[key[0]], SPOT)
        for key in plan
    }
    return sum((prices[key] * count for key, count in plan.items()), Decimal(0)) * len(cluster.spreading.zones)


def _plain(cluster: Cluster) -> Nodes:
    """The cheapest single type on demand, for the peak."""
    kinds = kinds_of(cluster.workload.pods, cluster.spreading.in_zone)
    types = cluster.offered.types
    nodes: list[NodeType] = nodes_of(types, [one.on_demand for one in types])
    best = single_types(kinds, nodes, cluster.workload, cluster.conditions)[0]
    return {(best.nodes[0].node.shape.instance_type, ON_DEMAND): best.node_count}


def _uses(cluster: Cluster, levels: Sequence[Level], plans: Sequence[Nodes], market: str) -> tuple[Use, ...]:
    """Nodes of each type by hour of the week, all zones together."""
    counts: dict[str, Floats] = defaultdict(lambda: np.zeros(HOURS_PER_WEEK))
    for level, plan in zip(levels, plans, strict=True):
        for (name, of), count in plan.items():
            if of == market:
                counts[name][level.hours] += count * len(cluster.spreading.zones)
    use = on_demand_use if market == ON_DEMAND else spot_use
    return tuple(
        use(cluster.workload, cluster.types[name], Pattern(values=values)) for name, values in sorted(counts.items())
    )


def _listed(cluster: Cluster, plan: Nodes) -> tuple[Capacity, ...]:
    return tuple(
        capacity(name, count, _price(cluster.types[name], market), market=market, zone=zone)
        for zone in cluster.spreading.zones
        for (name, market), count in plan.items()
    )


def _price(one: OfferedType, market: str) -> Decimal:
    return one.on_demand if market == ON_DEMAND or one.spot is None else one.spot


def _reasons(cluster: Cluster, plan: Nodes) -> tuple[str, ...]:
    pods, zones = cluster.workload.pods, len(cluster.spreading.zones)
    cpu, memory = (sum(getattr(one, what) * one.count for one in pods) for what in ("vcpu", "memory_gib"))
    nodes = sum(plan.values()) * zones
    found = [
        f"{sum(one.count for one in pods)} pods of {len(pods)} kinds request {cpu:g} cores and {memory:g} GiB:"
        f" {nodes} nodes"
    ]
    if cluster.workload.spread.survive_zone_loss:
        found.append(f"each of {zones} zones carries {cluster.spreading.in_zone:.0%} of them, so that one may be lost")
    return tuple(found)


def _schedule(cluster: Cluster, levels: Sequence[Level], plans: Sequence[Nodes]) -> tuple[str, ...]:
    if len(levels) == 1:
        return ()
    zones = len(cluster.spreading.zones)
    return tuple(f"{level.words} UTC: {_counted(plan, zones)}" for level, plan in zip(levels, plans, strict=True))


def _counted(plan: Nodes, zones: int) -> str:
    words = [
        f"{count * zones} {name}{' spot' if market == SPOT else ''}" for (name, market), count in sorted(plan.items())
    ]
    return ", ".join(words) or "nothing"
