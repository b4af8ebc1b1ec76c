"""Zones of a plan as an argument."""

from collections.abc import Sequence


def named_zones(zones: Sequence[str]) -> dict[str, list[str]]:
    """The argument for zones that the plan names; those that it only counts are asked for by the root.

    Args:
        zones: of the plan, in order.
    """
    return {"zones": list(zones)} if zones and not any(" " in zone for zone in zones) else {}
