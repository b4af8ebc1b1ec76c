"""Nodes of pods on GKE: a node pool for each machine type and market."""

import math
from collections.abc import Sequence

from costopt.model.plan import Capacity
from costopt.terraform.render.calls import ModuleCall
from costopt.terraform.render.labels import label, resource_name
from costopt.terraform.render.planned.evidence import evidence, pointer
from costopt.terraform.render.planned.google_zones import named_zones
from costopt.terraform.render.planned.request import ON_DEMAND, SPOT, PlannedWork

_ROUNDING = 1e-9


def google_node_pool_calls(work: PlannedWork) -> tuple[ModuleCall, ...]:
    """A node pool for each type and market; nodes on demand come first."""
    pools: dict[tuple[str, str], list[Capacity]] = {}
    for one in work.assignment.after:
        if one.market in (ON_DEMAND, SPOT):
            pools.setdefault((one.market, one.instance_type), []).append(one)
    calls: list[ModuleCall] = []
    for (market, name), capacities in sorted(pools.items()):
        ending = f"{label(name)}{'_spot' if market == SPOT else ''}"
        own = work.label if len(pools) == 1 else f"{work.label}__{ending}"
        reasons = evidence(work) if not calls else pointer(work, calls[0].label)
        calls.append(_pool(work, own, capacities, reasons))
    return tuple(calls)


def _pool(work: PlannedWork, own: str, capacities: Sequence[Capacity], reasons: tuple[str, ...]) -> ModuleCall:
    nodes = sum(one.count for one in capacities)
    zones = sorted({one.zone for one in capacities if one.zone})
    spot = capacities[0].market == SPOT
    spread = f" over {len(zones)} zones" if zones else ""
    words = "Spot" if spot else "on demand"
    return ModuleCall(
        label=own,
        module="gke_node_pool",
        evidence=(*reasons, f"Base: {nodes} nodes, {words}{spread}; one more a zone while nodes are replaced."),
        arguments={
            "name": resource_name(own),
            **named_zones(zones),
            "machine_type": capacities[0].instance_type,
            "minimum_zones": max(len(zones), 1),
            "spot": spot,
            "min_size": _least(work, nodes, len(zones)),
            "max_size": nodes,
            "node_labels": {"costopt/pool": resource_name(own)},
        },
    )


def _least(work: PlannedWork, nodes: int, zones: int) -> int:
    """Nodes at the lowest load. Without the workload nothing says how low it gets: then the peak is kept."""
    if work.workload is None:
        return nodes
    kept = zones if work.workload.spread.survive_zone_loss else 0
    return min(nodes, max(kept, math.ceil(nodes * min(work.workload.profile) - _ROUNDING)))
