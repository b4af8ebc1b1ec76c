"""How little of a group is kept at the lowest load of its workload."""

import math

from costopt.terraform.render.planned.request import PlannedWork

_ROUNDING = 1e-9


def kept(work: PlannedWork, peak: int, zones: int) -> int:
    """Machines, nodes or units that are kept at the lowest load, of those at the peak.

    Without the workload nothing says how low its load gets: then the peak is kept. What survives the loss of a zone at
    the peak does so at the lowest load as well.

    Args:
        work: the workload.
        peak: at the peak.
        zones: over which they are spread evenly; 0 where the plan names none.
    """
    if work.workload is None:
        return peak
    share = min(work.workload.profile)
    enough = _whole(peak * share)
    if work.workload.spread.survive_zone_loss:
        enough = max(enough, zones, _with_a_zone_to_lose(share, peak, zones))
    return min(peak, enough)


def _with_a_zone_to_lose(share: float, peak: int, zones: int) -> int:
    """As many as leave that share of what the peak has left once the fullest zone is gone."""
    if zones < 2:
        return 0
    left = _whole(share * (peak - math.ceil(peak / zones)))
    return math.ceil(left * zones / (zones - 1))


def _whole(amount: float) -> int:
    """Rounded up, less the dust of products of fractions."""
    return math.ceil(amount - _ROUNDING)
