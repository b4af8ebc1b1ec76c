"""Unit prices of custom machine types of Compute Engine, from those of predefined ones.

Source: https://cloud.google.com/compute/docs/instances/creating-instance-with-custom-machine-type (a premium of 5 %).
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from costopt.model.price import Price, Quality

CUSTOM_PREMIUM: Final = {series: Decimal("1.05") for series in ("n1", "n2", "n2d")} | {
    series: Decimal(1) for series in ("e2", "n4")
}
"""Price of a unit of a custom type over that of a predefined one, by series.
Source: https://cloud.google.com/compute/vm-instance-pricing (N2 in us-central1: a vCPU 0.033174 against 0.031611 with
Google's rounding, memory 0.004446 against 0.004237; E2 has one price)."""

_UNITS: Final = ("vcpu", "memory", "vcpu_spot", "memory_spot")


def derived_unit(stated: Callable[[str], Price | None], item: str) -> Price | None:
    """The price of a unit that no row states, None where no rule gives it.

    Args:
        stated: gives what a row states of an item in the region.
        item: such as `n2_custom_vcpu`.
    """
    series, _, unit = item.partition("_custom_")
    premium = CUSTOM_PREMIUM.get(series)
    usual = stated(f"{series}_{unit}") if premium is not None and unit in _UNITS else None
    if usual is None or premium is None:
        return None
    quality = usual.quality if premium == 1 else Quality.ESTIMATE
    return replace(usual, amount=usual.amount * premium, quality=quality)
