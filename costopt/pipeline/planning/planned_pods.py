"""Containers on the cheapest nodes, level by level of their load."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from costopt.model.plan import Capacity
from costopt.model.utilization import HOURS_PER_WEEK
from costopt.model.workload import Workload
from costopt.optimizer.fleets.pods import NodeType
from costopt.pipeline.planning.conditions import ASSUMED_ZONES, Conditions
from costopt.pipeline.planning.offered_types import Basis, Offered, OfferedType
from costopt.pipeline.planning.planned_workload import Floats, Pattern, PlannedWorkload, Use, capacity, ec2_usage
from costopt.pipeline.planning.pod_nodes import Spreading, kinds_of, nodes_of, packed, single_types, spread_pods
from costopt.pipeline.planning.spot_words import spot_notes
from costopt.pipeline.planning.weekly_levels import Level, levels_of

Nodes = Mapping[tuple[str, str], int]
"""Nodes of each type and market in each zone."""

ON_DEMAND, SPOT = "on_demand", "spot"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cluster:
    """A workload of pods while it is planned."""

    workload: Workload
    offered: Offered
    spreading: Spreading
    conditions: Conditions

    @property
    def types(self) -> Mapping[str, OfferedType]:
        """Types by name."""
        return {one.name: one for one in self.offered.types}

    def on_demand(self, level: Level, allowed: Sequence[str] | None) -> Nodes:
        """Nodes of one zone for the pods that must be on demand, of the allowed types."""
        share = level.share * self.spreading.in_zone * self.spreading.on_demand
        kinds = kinds_of(self.workload.pods, share)
        types = [one for one in self.offered.types if allowed is None or one.name in allowed]
        nodes = nodes_of(types, [one.price(self.conditions.basis) for one in types])
        counts: dict[tuple[str, str], int] = defaultdict(int)
        if kinds:
            for one in packed(kinds, nodes, self.workload, self.conditions.solve_seconds).nodes:
                counts[one.node.shape.instance_type, ON_DEMAND] += one.count
        return counts

    def spot(self, level: Level) -> Nodes:
        """Nodes of one zone for the pods that may be interrupted: equal parts on different types, with what
        interruptions are not counted on added to each."""
        spreading = self.spreading
        counts: dict[tuple[str, str], int] = {}
        if not spreading.spot_types:
            return counts
        part = level.share * spreading.in_zone * (1 - spreading.on_demand) / spreading.spot_types
        spot = self.offered.spot
        kinds = kinds_of(self.workload.pods, part)
        if not kinds:
            return counts
        nodes = nodes_of(spot, [(one.spot or one.on_demand) / _exact(one.dependable()) for one in spot])
        for ranked in single_types(kinds, nodes, self.workload, self.conditions)[: spreading.spot_types]:
            name = ranked.nodes[0].node.shape.instance_type
            more = kinds_of(self.workload.pods, part / self.types[name].dependable())
            node = [one for one in nodes if one.shape.instance_type == name]
            whole = packed(more, node, self.workload, self.conditions.relaxed_seconds)
            counts[name, SPOT] = whole.node_count
        return counts

    def floor(self, level: Level) -> float:
        """Dollars an hour of all zones below which no nodes carry the pods: every type in its cheapest market."""
        kinds = kinds_of(self.workload.pods, level.share * self.spreading.in_zone)
        if not kinds:
            return 0.0
        nodes = nodes_of(self.offered.types, [self._least(one) for one in self.offered.types])
        found = packed(kinds, nodes, self.workload, self.conditions.solve_seconds)
        return float(found.bound) * len(self.spreading.zones)

    def _least(self, one: OfferedType) -> Decimal:
        price = one.price(self.conditions.basis)
        return min(price, one.spot) if self.spreading.spot_types and one.spot is not None else price


def plan_pods_workload(workload: Workload, conditions: Conditions) -> PlannedWorkload:
    """Plan the nodes of pods. Zones have equal parts, and so many pods that the loss of one leaves enough where asked.

    Raises:
        InfeasiblePlan: a pod fits on no type, or spot pools are too few; the message names the workload.
        WorkloadError: a region that is not known.
    """
    offered = conditions.market.offered(workload)
    spreading = spread_pods(workload, offered, ASSUMED_ZONES)
    cluster = _Cluster(workload=workload, offered=offered, spreading=spreading, conditions=conditions)
    levels = levels_of(workload.profile)
    plans: list[Nodes] = []
    bound = np.zeros(HOURS_PER_WEEK)
    for level in levels:
        allowed = [name for name, market in plans[0] if market == ON_DEMAND] if plans else None
        plans.append({**cluster.on_demand(level, allowed or None), **cluster.spot(level)})
        if conditions.basis is Basis.COMMITTED:
            bound[level.hours] = cluster.floor(level)
    plain = _plain(cluster)
    everywhere = Level(share=1.0, hours=np.ones(HOURS_PER_WEEK, dtype=bool), windows=())
    spot = _uses(cluster, levels, plans, SPOT)
    return PlannedWorkload(
        workload=workload,
        plain=_listed(cluster, plain),
        plain_uses=_uses(cluster, [everywhere], [plain], ON_DEMAND),
        after=_listed(cluster, plans[0]),
        on_demand=_uses(cluster, levels, plans, ON_DEMAND),
        spot=spot,
        bound=Pattern(values=bound),
        method="column generation over patterns of pods",
        reasons=_reasons(cluster, plans[0]),
        schedule=_schedule(cluster, levels, plans),
        notes=(*offered.notes, *(spot_notes(offered.spot) if spot else ())),
        assumptions=(
            f"{workload.name}: the kernel, the kubelet and the eviction threshold keep their usual part of each node;"
            " daemon sets are counted only where they are among the pods",
        ),
    )


def _plain(cluster: _Cluster) -> Nodes:
    """The cheapest single type on demand, for the peak."""
    kinds = kinds_of(cluster.workload.pods, cluster.spreading.in_zone)
    types = cluster.offered.types
    nodes: list[NodeType] = nodes_of(types, [one.on_demand for one in types])
    best = single_types(kinds, nodes, cluster.workload, cluster.conditions)[0]
    return {(best.nodes[0].node.shape.instance_type, ON_DEMAND): best.node_count}


def _uses(cluster: _Cluster, levels: Sequence[Level], plans: Sequence[Nodes], market: str) -> tuple[Use, ...]:
    """Nodes of each type by hour of the week, all zones together."""
    counts: dict[str, Floats] = defaultdict(lambda: np.zeros(HOURS_PER_WEEK))
    for level, plan in zip(levels, plans, strict=True):
        for (name, of), count in plan.items():
            if of == market:
                counts[name][level.hours] += count * len(cluster.spreading.zones)
    return tuple(
        Use(
            usage=ec2_usage(cluster.workload, name),
            hourly=_price(cluster.types[name], market),
            counts=Pattern(values=values),
        )
        for name, values in sorted(counts.items())
    )


def _listed(cluster: _Cluster, plan: Nodes) -> tuple[Capacity, ...]:
    return tuple(
        capacity(name, count, _price(cluster.types[name], market), market=market, zone=zone)
        for zone in cluster.spreading.zones
        for (name, market), count in plan.items()
    )


def _price(one: OfferedType, market: str) -> Decimal:
    return one.on_demand if market == ON_DEMAND or one.spot is None else one.spot


def _reasons(cluster: _Cluster, plan: Nodes) -> tuple[str, ...]:
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


def _schedule(cluster: _Cluster, levels: Sequence[Level], plans: Sequence[Nodes]) -> tuple[str, ...]:
    if len(levels) == 1:
        return ()
    zones = len(cluster.spreading.zones)
    return tuple(f"{level.words} UTC: {_counted(plan, zones)}" for level, plan in zip(levels, plans, strict=True))


def _counted(plan: Nodes, zones: int) -> str:
    words = [
        f"{count * zones} {name}{' spot' if market == SPOT else ''}" for (name, market), count in sorted(plan.items())
    ]
    return ", ".join(words) or "nothing"


def _exact(share: float) -> Decimal:
    return Decimal(repr(share))
