"""What has to be said where spot capacity is planned."""

from collections.abc import Sequence

from costopt.economics.gce.machines import SERVICE as GCE
from costopt.pipeline.planning.workloads.offered_type import UNKNOWN_INTERRUPTION, OfferedType

_ADVISOR = "are estimated from the provider's spot advisor"


def spot_notes(types: Sequence[OfferedType]) -> tuple[str, ...]:
    """Sentences on the prices and the interruptions of spot types."""
    found = ["spot prices move: those used here are today's, one for all zones"]
    if any(one.spot_estimated for one in types):
        google = any(one.service == GCE for one in types)
        source = "rest on a list of prices that is not Google's own" if google else _ADVISOR
        found.append(f"spot prices {source}")
    unknown = sum(one.interruption is None for one in types)
    if unknown:
        found.append(
            f"how often {unknown} of {len(types)} spot types are interrupted is not known:"
            f" {UNKNOWN_INTERRUPTION:.0%} of their machines are not counted on"
        )
    return tuple(found)
