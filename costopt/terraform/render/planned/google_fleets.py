"""Fleets on Google Cloud as regional managed instance groups: one for each machine type, since a template has one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from costopt.model.plan import Capacity
from costopt.terraform.render.calls import ModuleCall
from costopt.terraform.render.expressions import Expression
from costopt.terraform.render.labels import label, resource_name
from costopt.terraform.render.planned.google_zones import zone_arguments
from costopt.terraform.render.planned.lowest_load import kept
from costopt.terraform.render.planned.parts import Part, parts_of
from costopt.terraform.render.planned.request import ON_DEMAND, SPOT, PlannedWork


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleGroupSize:
    """Machines of one type."""

    firm: int
    """On demand at the peak."""
    spot: int
    """Spot at the peak."""
    minimum: int
    """Of both at the lowest load."""

    @property
    def peak(self) -> int:
        """Of both at the peak. Machines that are exchanged come on top by themselves, one a zone."""
        return self.firm + self.spot


def google_fleet_calls(work: PlannedWork) -> tuple[ModuleCall, ...]:
    """The calls for one fleet, the largest group first."""
    parts = parts_of(work, (ON_DEMAND, SPOT), ending=lambda one: label(one.instance_type), order=_largest_first)
    return tuple(_call(work, one) for one in parts)


def _call(work: PlannedWork, part: Part) -> ModuleCall:
    size = google_group_size(work, part.capacities)
    return ModuleCall(
        label=part.label,
        module="gce_group",
        evidence=(*part.reasons, *_bounds(size, several=not part.is_alone)),
        arguments={
            "name": resource_name(part.label),
            "region": Expression("var.region"),
            **zone_arguments(work, part, spot=size.spot > 0),
            "machine_type": part.first.instance_type,
            "min_size": size.minimum,
            "max_size": size.peak,
            "base_size": size.firm if size.spot else 0,
            "use_spot": size.spot > 0,
        },
    )


def google_group_size(work: PlannedWork, capacities: Sequence[Capacity]) -> GoogleGroupSize:
    """Bounds of the group that these machines of one type are at the peak."""
    firm, spot = (sum(one.count for one in capacities if one.market == market) for market in (ON_DEMAND, SPOT))
    zones = len({one.zone for one in capacities if one.zone})
    return GoogleGroupSize(firm=firm, spot=spot, minimum=_minimum(work, firm + spot, zones))


def _minimum(work: PlannedWork, peak: int, zones: int) -> int:
    """What runs at the lowest load, with its share of the machines that must run at any."""
    asked = work.workload.spread.minimum_replicas if work.workload else 0
    replicas = math.ceil(Fraction(asked * peak, work.count(ON_DEMAND, SPOT)))
    return min(peak, max(kept(work, peak, zones), replicas))


def _bounds(size: GoogleGroupSize, *, several: bool) -> list[str]:
    rest = f", {size.spot} are Spot" if size.spot else ""
    mixed = ["Mix: each type has an autoscaler of its own; a load balancer joins them."]
    return [f"Base: {size.firm} of {size.peak} machines at the peak are on demand{rest}.", *(mixed if several else [])]


def _largest_first(capacities: Sequence[Capacity]) -> tuple[int, str]:
    return -sum(one.count for one in capacities), capacities[0].instance_type
