"""Nodes of pods on GKE: a node pool for each machine type and market."""

from costopt.model.plan import Capacity
from costopt.terraform.render.calls import ModuleCall
from costopt.terraform.render.labels import label, resource_name
from costopt.terraform.render.planned.google_zones import zone_arguments
from costopt.terraform.render.planned.lowest_load import kept
from costopt.terraform.render.planned.parts import Part, base_of_nodes, parts_of
from costopt.terraform.render.planned.request import ON_DEMAND, SPOT, PlannedWork


def google_node_pool_calls(work: PlannedWork) -> tuple[ModuleCall, ...]:
    """A node pool for each type and market; nodes on demand come first."""
    parts = parts_of(
        work, (ON_DEMAND, SPOT), ending=_ending, order=lambda held: (held[0].market, held[0].instance_type)
    )
    return tuple(_pool(work, one) for one in parts)


def _ending(one: Capacity) -> str:
    return f"{label(one.instance_type)}{'_spot' if one.market == SPOT else ''}"


def _pool(work: PlannedWork, part: Part) -> ModuleCall:
    spot = part.first.market == SPOT
    return ModuleCall(
        label=part.label,
        module="gke_node_pool",
        evidence=(*part.reasons, base_of_nodes(part, "Spot" if spot else "on demand")),
        arguments={
            "name": resource_name(part.label),
            **zone_arguments(work, part, spot=spot),
            "machine_type": part.first.instance_type,
            "spot": spot,
            "min_size": kept(work, part.machines, len(part.zones)),
            "max_size": part.machines,
            "node_labels": {"costopt/pool": resource_name(part.label)},
        },
    )
