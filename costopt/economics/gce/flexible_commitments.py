"""What Compute flexible commitments take off, by series.

They are bought in dollars an hour of discounted cost and pay for vCPUs and memory of any project and region of a
billing account, and for Cloud Run and GKE Autopilot, which is not modelled here. Spot capacity, accelerators and what a
resource-based commitment covers already are not theirs.
Source: https://cloud.google.com/compute/docs/committed-use-discounts-overview and
https://cloud.google.com/docs/cuds-spend-based; the program of 2026-01-21, under which a commitment is in discounted
dollars and the series differ.
"""

from decimal import Decimal

from costopt.economics.gce.machines import SERVICE
from costopt.model.finding import ComputeUsage

_USUAL = {1: Decimal("0.28"), 3: Decimal("0.46")}
_COMPUTE_DENSE = {1: Decimal("0.17"), 3: Decimal("0.38")}
_MEMORY = {3: Decimal("0.63")}

_BY_SERIES = {
    **dict.fromkeys(
        ("e2", "n1", "n2", "n2d", "n4", "n4a", "n4d", "c2", "c2d", "c3", "c3d", "c4", "c4a", "c4d", "z3"), _USUAL
    ),
    **dict.fromkeys(("h3", "h4d"), _COMPUTE_DENSE),
    **dict.fromkeys(("m1", "m2", "m3", "m4"), _MEMORY),
}
"""A memory-optimised series has a discount for three years only. A series that is not here (T2D, T2A, ...) has none:
Google's page names those that have. Source: https://cloud.google.com/compute/vm-instance-pricing."""


def flexible_discount(series: str, years: int) -> Decimal | None:
    """Share that a flexible commitment takes off, 0..1, or None where it does not pay for the series.

    Args:
        series: such as `n2`.
        years: 1 or 3.
    """
    return _BY_SERIES.get(series, {}).get(years)


def flexible_ratio(used: ComputeUsage, years: int) -> Decimal | None:
    """Dollars of a flexible commitment that a dollar on demand of a usage takes, or None where it does not pay for it.

    A type that has one price only, such as `c2-standard-4`, is made of vCPUs and memory and is paid for as a whole.

    Args:
        used: what runs.
        years: 1 or 3.
    """
    if used.service != SERVICE or used.variant not in ("vcpu", "memory", "machine"):
        return None
    series = used.instance_type.partition("-" if used.variant == "machine" else "_")[0]
    discount = flexible_discount(series, years)
    return None if discount is None else 1 - discount
