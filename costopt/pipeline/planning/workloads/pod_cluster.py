"""A cluster while it is planned: which nodes carry its pods at each level, and what they cost at least."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from costopt.model.workload import Workload
from costopt.optimizer.commitments.worth_of_hours import Factor, Mix, Proof
from costopt.optimizer.fleets.packing import pack_in_parts
from costopt.optimizer.fleets.pods import NodeType, Packing, PodKind
from costopt.pipeline.planning.workloads.conditions import Conditions
from costopt.pipeline.planning.workloads.offered_type import OfferedType
from costopt.pipeline.planning.workloads.offered_types import Offered
from costopt.pipeline.planning.workloads.pod_nodes import Spreading, kinds_of, nodes_of, packed, single_types
from costopt.pipeline.planning.workloads.weekly_levels import Level

Nodes = Mapping[tuple[str, str], int]
"""Nodes of each type and market in each zone."""

ON_DEMAND, SPOT = "on_demand", "spot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A workload of pods while it is planned."""

    workload: Workload
    """What is asked for."""
    offered: Offered
    """What it may run on."""
    spreading: Spreading
    """How its pods are divided among zones and markets."""
    conditions: Conditions
    """Prices and time."""
    packings: dict[tuple[object, ...], Packing] = field(default_factory=dict)
    """What was packed already: levels often ask the same."""

    def packed(self, kinds: Sequence[PodKind], nodes: Sequence[NodeType]) -> Packing:
        """The cheapest nodes, worked out once."""
        key = (*kinds, *((one.shape.instance_type, one.hourly_price) for one in nodes))
        if key not in self.packings:
            self.packings[key] = packed(kinds, nodes, self.workload, self.conditions)
        return self.packings[key]

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
            for one in self.packed(kinds, nodes).nodes:
                counts[one.node.shape.instance_type, ON_DEMAND] += one.count
        return counts

    def spot(self, level: Level) -> Nodes:
        """Nodes of one zone for the pods that may be interrupted, equal parts on different types.

        Each part is enlarged by the share of its nodes that interruptions let nobody count on.
        """
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
        found = single_types(kinds, nodes, self.workload, self.conditions, spreading.spot_types)
        for ranked in found[: spreading.spot_types]:
            name = ranked.nodes[0].node.shape.instance_type
            more = kinds_of(self.workload.pods, part / self.types[name].dependable())
            node = [one for one in nodes if one.shape.instance_type == name]
            whole = packed(more, node, self.workload, self.conditions.in_short())
            counts[name, SPOT] = whole.node_count
        return counts

    def on_any_nodes(self, level: Level, factor: Factor) -> Proof:
        """What nodes cost an hour at least, however the pods are divided among zones and markets.

        Where each of k zones may be lost, the others have all n pods: summed over the zones (k - 1) P >= k n, so that
        there are at least n k / (k - 1) pods P in all. Every type counts in its cheapest market, zones do not.
        """
        kinds = kinds_of(self.workload.pods, level.share * self.spreading.in_zone * len(self.spreading.zones))
        prices = {one.name: one.on_demand * _exact(factor(one.rate)) for one in self.offered.types}
        if self.workload.spread.spot:
            prices |= {one.name: min(prices[one.name], one.spot) for one in self.offered.types if one.spot is not None}
        nodes = nodes_of(self.offered.types, [prices[one.name] for one in self.offered.types])
        limit = 0.0 if self.conditions.deadline.passed else self.conditions.solve_seconds
        found = pack_in_parts(kinds, nodes, time_limit=limit)
        dollars: dict[float, float] = defaultdict(float)
        fixed = 0.0
        for node, count in found.nodes:
            one = self.types[node.shape.instance_type]
            if self.workload.spread.spot and prices[one.name] == one.spot:
                fixed += float(one.spot) * count
            else:
                dollars[one.rate] += float(one.on_demand) * count
        return Proof(found.bound, Mix(dollars=dict(dollars), fixed=fixed))


def _exact(share: float) -> Decimal:
    return Decimal(repr(share))
