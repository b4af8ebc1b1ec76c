"""Fleets as auto scaling groups: one for each architecture, since a group starts from one image."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from costopt.model.plan import Capacity
from costopt.terraform.render.calls import ModuleCall
from costopt.terraform.render.labels import resource_name
from costopt.terraform.render.planned.lowest_load import kept
from costopt.terraform.render.planned.parts import Part, parts_of
from costopt.terraform.render.planned.request import ON_DEMAND, SPOT, PlannedWork

ROOM = 0.1
"""Share above the peak for machines that are being replaced: a rebalance may exceed the maximum by 10 % only.

Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-rebalancing.html
"""
HEAVIEST = 999
"""Most units that one type may count for.

Source: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplateOverrides.html
"""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSize:
    """Bounds of a group, in units of weight."""

    weights: Mapping[str, int]
    """Instance type to the units that one of it counts for."""
    minimum: int
    """At the lowest load."""
    peak: int
    """At the peak."""
    maximum: int
    """With room for machines that are being replaced."""
    on_demand: int
    """Of the peak, what is on demand."""


def fleet_calls(work: PlannedWork) -> tuple[ModuleCall, ...]:
    """The calls for one fleet."""
    return tuple(_call(work, one) for one in parts_of(work, (ON_DEMAND, SPOT), ending=work.architecture))


def _call(work: PlannedWork, part: Part) -> ModuleCall:
    size = group_size(work, part.capacities)
    spot = size.on_demand < size.peak
    return ModuleCall(
        label=part.label,
        module="fleet",
        evidence=(*part.reasons, *_bounds(size, spot=spot)),
        arguments={
            "name": resource_name(part.label),
            "instance_types": [{"type": name, "weight": weight} for name, weight in sorted(size.weights.items())],
            "minimum_zones": max(len(part.zones), 1),
            "min_size": size.minimum,
            "max_size": size.maximum,
            "on_demand_base_capacity": size.on_demand,
            "on_demand_percentage": 0 if spot else 100,
        },
    )


def group_size(work: PlannedWork, capacities: Sequence[Capacity]) -> GroupSize:
    """Bounds of the group that these machines are at the peak; a unit is what divides the vCPUs of all types."""
    vcpus = {one.instance_type: work.shape(one).vcpu for one in capacities}
    unit = math.gcd(*vcpus.values())
    weights = {name: count // unit for name, count in vcpus.items()}
    if max(weights.values()) > HEAVIEST:
        weights = dict.fromkeys(vcpus, 1)
    peak = sum(one.count * weights[one.instance_type] for one in capacities)
    firm = sum(one.count * weights[one.instance_type] for one in capacities if one.market == ON_DEMAND)
    room = math.ceil(peak * ROOM - _ROUNDING)
    return GroupSize(
        weights=weights,
        minimum=_minimum(work, peak, max(weights.values())),
        peak=peak,
        maximum=peak + room,
        on_demand=firm,
    )


def _minimum(work: PlannedWork, peak: int, heaviest: int) -> int:
    """What runs at the lowest load, with as many machines as must run at any."""
    zones, replicas = len(work.zones), work.workload.spread.minimum_replicas if work.workload else 0
    # Units are spread evenly over zones, so that each zone has a machine; more machines than that need as many units as
    # the heaviest types would take.
    units = replicas if replicas <= max(zones, 1) else (replicas - 1) * heaviest + 1
    return min(peak, max(kept(work, peak, zones), units))


def _bounds(size: GroupSize, *, spot: bool) -> list[str]:
    units = "machines" if set(size.weights.values()) == {1} else "units of weight"
    rest = ", the rest is Spot" if spot else ""
    mixed = ["Mix: AWS takes the types that are cheapest at the time; the counts above are those of the plan."]
    return [
        f"Base: {size.on_demand} of {size.peak} {units} at the peak are on demand{rest}.",
        f"Room: {size.maximum - size.peak} {units} above the peak for machines that are being replaced.",
        *(mixed if len(size.weights) > 1 else []),
    ]
