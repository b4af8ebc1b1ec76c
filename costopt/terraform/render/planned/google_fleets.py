"""Fleets on Google Cloud as regional managed instance groups: one for each machine type, since a template has one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from costopt.model.plan import Capacity
from costopt.terraform.render.calls import ModuleCall
from costopt.terraform.render.expressions import Expression
from costopt.terraform.render.labels import label, resource_name
from costopt.terraform.render.planned.evidence import evidence, pointer
from costopt.terraform.render.planned.google_zones import named_zones
from costopt.terraform.render.planned.request import ON_DEMAND, SPOT, PlannedWork

_ROUNDING = 1e-9


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
    by_type: dict[str, list[Capacity]] = {}
    for one in work.assignment.after:
        if one.market in (ON_DEMAND, SPOT):
            by_type.setdefault(one.instance_type, []).append(one)
    calls: list[ModuleCall] = []
    for name, capacities in sorted(by_type.items(), key=lambda pair: (-_count(pair[1]), pair[0])):
        own = work.label if len(by_type) == 1 else f"{work.label}__{label(name)}"
        reasons = evidence(work) if not calls else pointer(work, calls[0].label)
        calls.append(_call(work, own, capacities, reasons, several=len(by_type) > 1))
    return tuple(calls)


def _call(
    work: PlannedWork, own: str, capacities: Sequence[Capacity], reasons: tuple[str, ...], *, several: bool
) -> ModuleCall:
    size = google_group_size(work, capacities)
    zones = sorted({one.zone for one in capacities if one.zone})
    return ModuleCall(
        label=own,
        module="gce_group",
        evidence=(*reasons, *_bounds(size, several=several)),
        arguments={
            "name": resource_name(own),
            "region": Expression("var.region"),
            **named_zones(zones),
            "machine_type": capacities[0].instance_type,
            "minimum_zones": max(len(zones), 1),
            "min_size": size.minimum,
            "max_size": size.peak,
            "base_size": size.firm if size.spot else 0,
            "use_spot": size.spot > 0,
        },
    )


def google_group_size(work: PlannedWork, capacities: Sequence[Capacity]) -> GoogleGroupSize:
    """Bounds of the group that these machines of one type are at the peak."""
    firm, spot = (sum(one.count for one in capacities if one.market == market) for market in (ON_DEMAND, SPOT))
    return GoogleGroupSize(firm=firm, spot=spot, minimum=_minimum(work, firm + spot, capacities))


def _minimum(work: PlannedWork, peak: int, capacities: Sequence[Capacity]) -> int:
    """What runs at the lowest load. Without the workload nothing says how low it gets: then the peak is kept."""
    if work.workload is None:
        return peak
    spread = work.workload.spread
    everything = work.count(ON_DEMAND, SPOT)
    zones = len({one.zone for one in capacities if one.zone})
    lowest = math.ceil(peak * min(work.workload.profile) - _ROUNDING)
    replicas = math.ceil(spread.minimum_replicas * peak / everything - _ROUNDING)
    return min(peak, max(lowest, replicas, zones if spread.survive_zone_loss else 0))


def _bounds(size: GoogleGroupSize, *, several: bool) -> list[str]:
    rest = f", {size.spot} are Spot" if size.spot else ""
    mixed = ["Mix: each type has an autoscaler of its own; a load balancer joins them."]
    return [f"Base: {size.firm} of {size.peak} machines at the peak are on demand{rest}.", *(mixed if several else [])]


def _count(capacities: Sequence[Capacity]) -> int:
    return sum(one.count for one in capacities)
