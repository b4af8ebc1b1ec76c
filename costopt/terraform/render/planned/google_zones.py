"""Zones of a part of a plan as arguments."""

from typing import Any

from costopt.terraform.render.planned.parts import Part
from costopt.terraform.render.planned.request import PlannedWork


def zone_arguments(work: PlannedWork, part: Part, *, spot: bool = False) -> dict[str, Any]:
    """The arguments for zones; those that the plan only counts are asked for by the root.

    Spot in one zone alone may find none there: it may go to all zones of the workload, and where these are one as well,
    the root asks for more.

    Args:
        work: the workload.
        part: of the workload.
        spot: whether some of it is Spot.
    """
    zones = list(work.zones) if spot and len(part.zones) == 1 else part.zones
    is_named = not any(" " in zone for zone in zones) and len(zones) > (1 if spot else 0)
    return {**({"zones": zones} if is_named else {}), "minimum_zones": max(len(part.zones), 1)}
