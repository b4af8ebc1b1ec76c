"""Nodes of pods: what must not be interrupted as managed node groups, Spot as a Karpenter NodePool."""

import math
from collections.abc import Sequence

from costopt.model.plan import Capacity
from costopt.terraform.render.calls import ModuleCall, NodePool
from costopt.terraform.render.labels import label, resource_name
from costopt.terraform.render.planned.evidence import evidence, pointer
from costopt.terraform.render.planned.request import ON_DEMAND, SPOT, PlannedWork

NO_CLUSTER = "CLUSTER_NAME"
"""Stands for a name that was not given."""
ROOM = 1.2
"""Limit of a NodePool over the plan's peak, for nodes that are being replaced."""


def node_group_calls(work: PlannedWork) -> tuple[ModuleCall, ...]:
    """A node group for each type on demand: the autoscaler takes the types of one group for equal."""
    by_type: dict[str, list[Capacity]] = {}
    for one in work.assignment.after:
        if one.market == ON_DEMAND:
            by_type.setdefault(one.instance_type, []).append(one)
    calls: list[ModuleCall] = []
    for name, capacities in sorted(by_type.items()):
        own = work.label if len(by_type) == 1 else f"{work.label}__{label(name)}"
        reasons = evidence(work) if not calls else pointer(work, calls[0].label)
        calls.append(_group(work, own, capacities, reasons))
    return tuple(calls)


def _group(work: PlannedWork, own: str, capacities: Sequence[Capacity], reasons: tuple[str, ...]) -> ModuleCall:
    nodes = sum(one.count for one in capacities)
    zones = {one.zone for one in capacities if one.zone}
    arm = work.architecture(capacities[0]) == "arm64"
    gpu = work.shape(capacities[0]).gpu_count > 0
    kind = "NVIDIA" if gpu else "STANDARD"
    spread = f" over {len(zones)} zones" if zones else ""
    return ModuleCall(
        label=own,
        module="eks_node_group",
        evidence=(*reasons, f"Base: {nodes} nodes on demand{spread}; one more a zone while nodes are replaced."),
        arguments={
            "name": resource_name(own),
            "instance_types": [capacities[0].instance_type],
            "ami_type": f"AL2023_{'ARM_64' if arm else 'x86_64'}_{kind}",
            "capacity_type": "ON_DEMAND",
            "minimum_zones": max(len(zones), 1),
            "min_size": _least(work, nodes, len(zones)),
            "initial_size": nodes,
            "max_size": nodes + max(len(zones), 1),
            "labels": {"costopt/pool": resource_name(own)},
        },
    )


def _least(work: PlannedWork, nodes: int, zones: int) -> int:
    """Nodes at the lowest load. Without the workload nothing says how low it gets: then the peak is kept."""
    if work.workload is None:
        return nodes
    kept = zones if work.workload.spread.survive_zone_loss else 0
    return min(nodes, max(kept, math.floor(nodes * min(work.workload.profile))))


def node_pools(work: PlannedWork, cluster: str | None) -> tuple[NodePool, ...]:
    """A NodePool for the Spot nodes, none where there are none."""
    spot = [one for one in work.assignment.after if one.market == SPOT]
    if not spot:
        return ()
    vcpus = sum(one.count * work.shape(one).vcpu for one in spot)
    memory = sum(one.count * work.shape(one).memory_gib for one in spot)
    zones = sorted({one.zone for one in spot if one.zone and " " not in one.zone})
    name = resource_name(work.label)
    named = cluster or NO_CLUSTER
    values = {
        "name": name,
        "workload": work.name,
        "architectures": sorted({_kubernetes(work.architecture(one)) for one in spot}),
        "capacity_types": ["spot"],
        "instance_types": sorted({one.instance_type for one in spot}),
        "zones": zones,
        "most_vcpus": math.ceil(vcpus * ROOM),
        "most_memory": f"{math.ceil(memory * ROOM)}Gi",
        "role": f"KarpenterNodeRole-{named}",
        "discovery_tags": {"karpenter.sh/discovery": named},
    }
    todo = () if cluster else (f"Replace {NO_CLUSTER} by the name of the cluster, or generate with --cluster.",)
    return (NodePool(label=name, values=values, evidence=(*evidence(work), *todo)),)


def _kubernetes(architecture: str) -> str:
    """Kubernetes' word for an architecture."""
    return "amd64" if architecture == "x86_64" else architecture
