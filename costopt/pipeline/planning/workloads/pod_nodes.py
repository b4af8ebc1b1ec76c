"""Nodes for pods: of any types, of a single one, and of several spot pools."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from costopt.economics.gce.machines import SERVICE as GCE
from costopt.errors import InfeasiblePlan
from costopt.model.workload import PodGroup, Workload
from costopt.optimizer.fleets.packing import pack
from costopt.optimizer.fleets.pods import NodeType, Packing, PodKind, gke_node_type, node_type
from costopt.pipeline.planning.workloads.conditions import Conditions
from costopt.pipeline.planning.workloads.offered_type import OfferedType
from costopt.pipeline.planning.workloads.offered_types import Offered

GAP = 1e-2
"""Share of the cost within which nodes need not be improved."""

_TRIED = 6
"""Types that are packed by themselves, those that look cheapest: the others rest on sums, which flatter them."""

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Spreading:
    """How pods are divided among zones and markets. Zones have equal shares."""

    zones: tuple[str | None, ...]
    """One without a name where zones make no difference."""
    in_zone: float
    """Share of all pods in each zone, above what is even where a zone may be lost."""
    on_demand: float
    """Share of a zone's pods on demand, 0..1."""
    spot_types: int
    """Spot pools in each zone, each with an equal share of the rest."""


def spread_pods(workload: Workload, offered: Offered, assumed_zones: tuple[str, ...]) -> Spreading:
    """The division that the workload asks for.

    Raises:
        InfeasiblePlan: so few spot pools may not carry so much.
    """
    spread = workload.spread
    spot = spread.spot and bool(offered.spot) and spread.on_demand_fraction < 1
    zones: tuple[str | None, ...] = spread.zones or (assumed_zones if spread.survive_zone_loss or spot else (None,))
    count = len(zones)
    in_zone = 1 / (count - 1) if spread.survive_zone_loss else 1 / count
    if not spot:
        return Spreading(zones=zones, in_zone=in_zone, on_demand=1.0, spot_types=0)
    carried = in_zone * (1 - spread.on_demand_fraction)
    types = max(math.ceil(carried / spread.largest_pool_fraction - _ROUNDING), math.ceil(spread.minimum_pools / count))
    if types * count > spread.maximum_pools or types > len(offered.spot):
        raise InfeasiblePlan(
            f"workload {workload.name!r}: {types * count} spot pools are needed so that none carries more than"
            f" {spread.largest_pool_fraction:.0%}; {spread.maximum_pools} are allowed, of {len(offered.spot)} types",
            hint="Raise maximum_pools, largest_pool_fraction or on_demand_fraction, or allow more types.",
        )
    return Spreading(zones=zones, in_zone=in_zone, on_demand=spread.on_demand_fraction, spot_types=types)


def kinds_of(pods: Sequence[PodGroup], share: float) -> list[PodKind]:
    """A share of every group, whole pods, rounded up; groups of which nothing is left are left out."""
    counts = [math.ceil(one.count * share - _ROUNDING) for one in pods]
    return [
        PodKind(name=one.name, cpu=one.vcpu, memory_gib=one.memory_gib, count=count)
        for one, count in zip(pods, counts, strict=True)
        if count
    ]


def packed(kinds: Sequence[PodKind], nodes: Sequence[NodeType], workload: Workload, conditions: Conditions) -> Packing:
    """The cheapest nodes.

    Raises:
        InfeasiblePlan: a pod fits on no node; the message names the workload.
    """
    try:
        return pack(kinds, nodes, gap=max(GAP, conditions.gap), time_limit=conditions.solve_seconds)
    except InfeasiblePlan as error:
        raise InfeasiblePlan(f"workload {workload.name!r}: {error}", hint=error.hint) from None


def nodes_of(types: Sequence[OfferedType], prices: Sequence[Decimal]) -> list[NodeType]:
    """Types as nodes of their provider's own Kubernetes, at the given prices."""
    return [
        gke_node_type(one.shape, price) if one.service == GCE else node_type(one.shape, price)
        for one, price in zip(types, prices, strict=True)
    ]


def single_types(
    kinds: Sequence[PodKind], nodes: Sequence[NodeType], workload: Workload, conditions: Conditions, enough: int = 1
) -> list[Packing]:
    """Packings on one type each, cheapest first.

    Args:
        kinds: pods.
        nodes: types on offer.
        workload: whose pods.
        conditions: where their time is over, no more types are tried than needed.
        enough: how many are needed.

    Raises:
        InfeasiblePlan: no single type carries every pod.
    """
    cpu, memory = sum(one.cpu * one.count for one in kinds), sum(one.memory_gib * one.count for one in kinds)
    pods = sum(one.count for one in kinds)

    def at_least(node: NodeType) -> Decimal:
        return node.hourly_price * math.ceil(max(cpu / node.cpu, memory / node.memory_gib, pods / node.pods))

    able = [
        node
        for node in nodes
        if node.pods and all(node.cpu >= one.cpu and node.memory_gib >= one.memory_gib for one in kinds)
    ]
    if not able:
        raise InfeasiblePlan(
            f"workload {workload.name!r}: no single type carries each of its pods",
            hint="Allow larger node types, or ask for less.",
        )
    most = max(enough, 1 if conditions.deadline.passed else _TRIED)
    tried = sorted(able, key=lambda node: (at_least(node), node.shape.instance_type))[:most]
    found = [packed(kinds, [node], workload, conditions.in_short()) for node in tried]
    return sorted(found, key=lambda one: one.hourly_cost)
