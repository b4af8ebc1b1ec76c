"""Unit prices of custom machine types of Compute Engine, from those of predefined ones.

Source: https://cloud.google.com/compute/vm-instance-pricing ("N2 custom vCPUs and memory" and the like).
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from costopt.model.price import Price, Quality

CUSTOM_SERIES: Final = ("e2", "n1", "n2", "n2d", "n4")
"""Series whose custom types cost what the rules below say."""
CUSTOM_PREMIUM: Final = Decimal("0.05")
"""What a unit of a custom type costs more. Of the price on demand: of E2 in us-central1 a vCPU is 0.02290217 against
0.02181159, of N4 a GiB 0.003717 against 0.00354. Under a commitment, of either term, of the price under one of three
years: of N2 a vCPU is 0.00071125 more, which is 5 % of 0.014225."""

_USED: Final = ("vcpu", "memory", "vcpu_spot", "memory_spot")
_COMMITTED: Final = ("vcpu_cud_1y", "memory_cud_1y", "vcpu_cud_3y", "memory_cud_3y")


def derived_unit(stated: Callable[[str], Price | None], item: str) -> Price | None:
    """The price of a unit that no row states, None where no rule gives it.

    Args:
        stated: gives what a row states of an item in the region.
        item: such as `n2_custom_vcpu`.
    """
    series, _, unit = item.partition("_custom_")
    if series not in CUSTOM_SERIES or unit not in (*_USED, *_COMMITTED):
        return None
    usual = stated(f"{series}_{unit}")
    base = stated(f"{series}_{unit[:-2]}3y") if unit in _COMMITTED else usual
    if usual is None or base is None:
        return None
    return replace(usual, amount=usual.amount + base.amount * CUSTOM_PREMIUM, quality=Quality.ESTIMATE)
