"""What a TPU costs a month, by its chips: of the first generations one board costs another price than a slice of a pod.

Sources: https://cloud.google.com/tpu/pricing (per chip and hour) and
https://cloud.google.com/tpu/docs/supported-tpu-configurations (what the number in a type counts).
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from costopt.economics.lookups import PriceBook
from costopt.errors import PriceNotFound
from costopt.model.finding import Term
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.resource import Resource
from costopt.model.specs.google_ml import TpuNode

SERVICE: Final = "tpu"
"""Service name of all prices of TPUs in a price book."""

_TYPE: Final = re.compile(r"(?P<generation>v2|v3|v4|v5p|v5litepod|v6e)-(?P<size>[1-9][0-9]{0,5})")
_CORES_PER_CHIP: Final = {"v2": 2, "v3": 2, "v4": 2, "v5p": 2, "v5litepod": 1, "v6e": 1}
"""Of those with two the number in the type counts cores, of the others chips."""
_BOARD_CHIPS: Final = 4
"""Chips of the smallest TPU v2 and v3, which is no slice of a pod."""
_NAMES: Final = {"v5litepod": "v5e"}
"""Names of the price page, where they are not those of the types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TpuSize:
    """What an accelerator type is billed as."""

    item: str
    """Item of the price book for an hour of one chip, such as `v2_device_chip` or `v6e_chip`."""
    chips: int
    """How many chips."""


def tpu_size(accelerator_type: str) -> TpuSize:
    """What a type is billed as.

    Args:
        accelerator_type: such as `v3-8` or `v5litepod-4`.

    Raises:
        PriceNotFound: another generation, or a number of cores that makes no whole chips.
    """
    matched = _TYPE.fullmatch(accelerator_type)
    cores = _CORES_PER_CHIP[matched["generation"]] if matched else 0
    if matched is None or int(matched["size"]) % cores:
        raise PriceNotFound(f"chips of TPU {accelerator_type}")
    generation, chips = matched["generation"], int(matched["size"]) // cores
    name = _NAMES.get(generation, generation)
    if generation in ("v2", "v3"):
        name += "_device" if chips <= _BOARD_CHIPS else "_pod"
    return TpuSize(item=f"{name}_chip", chips=chips)


def tpu_terms(node: Resource, spec: TpuNode, prices: PriceBook) -> tuple[Term, ...]:
    """The hours of a TPU's chips.

    Raises:
        PriceNotFound: no price in the region, a generation that is not known, or reserved capacity, which is paid on.
    """
    if spec.reserved:
        raise PriceNotFound("reserved TPU capacity, which is paid until its end")
    size = tpu_size(spec.accelerator_type)
    price = prices.unit(SERVICE, size.item + ("_spot" if spec.spot else ""), node.region)
    label, quantity = f"{spec.accelerator_type}: chips", HOURS_PER_MONTH * Decimal(size.chips)
    return (Term(label=label, subject=node.key, quantity=quantity, price=price),)
