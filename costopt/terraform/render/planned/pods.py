"""Nodes of pods: what must not be interrupted as managed node groups, Spot as a Karpenter NodePool."""

import math

from costopt.terraform.render.calls import ModuleCall, NodePool
from costopt.terraform.render.labels import label, resource_name
from costopt.terraform.render.planned.evidence import evidence
from costopt.terraform.render.planned.lowest_load import kept
from costopt.terraform.render.planned.parts import Part, base_of_nodes, parts_of
from costopt.terraform.render.planned.request import ON_DEMAND, SPOT, PlannedWork

NO_CLUSTER = "CLUSTER_NAME"
"""Stands for a name that was not given."""
ROOM = 1.2
"""Limit of a NodePool over the plan's peak, for nodes that are being replaced."""


def node_group_calls(work: PlannedWork) -> tuple[ModuleCall, ...]:
    """A node group for each type on demand: the autoscaler takes the types of one group for equal."""
    parts = parts_of(work, (ON_DEMAND,), ending=lambda one: label(one.instance_type))
    return tuple(_group(work, one) for one in parts)


def _group(work: PlannedWork, part: Part) -> ModuleCall:
    nodes, zones = part.machines, len(part.zones)
    arm = work.architecture(part.first) == "arm64"
    gpu = work.shape(part.first).gpu_count > 0
    kind = "NVIDIA" if gpu else "STANDARD"
    return ModuleCall(
        label=part.label,
        module="eks_node_group",
        evidence=(*part.reasons, base_of_nodes(part, "on demand")),
        arguments={
            "name": resource_name(part.label),
            "instance_types": [part.first.instance_type],
            "ami_type": f"AL2023_{'ARM_64' if arm else 'x86_64'}_{kind}",
            "capacity_type": "ON_DEMAND",
            "minimum_zones": max(zones, 1),
            "min_size": kept(work, nodes, zones),
            "initial_size": nodes,
            "max_size": nodes + max(zones, 1),
            "labels": {"costopt/pool": resource_name(part.label)},
        },
    )


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
