"""A price book with the few prices that a test states."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from costopt.errors import PriceNotFound
from costopt.model.price import Price, Purchase, Quality
from costopt.model.shape import Shape
from costopt.model.support import ExtendedSupport

Key = tuple[str, str, Purchase]
"""Instance type, variant, purchase."""


class TypedPrices:
    """Prices of one region, by hand."""

    version = "typed"
    as_of = date(2026, 11, 1)

    def __init__(self, prices: dict[Key, str], quality: Quality = Quality.LIST, shapes: Sequence[Shape] = ()) -> None:
        self._prices = prices
        self._quality = quality
        self._shapes = {shape.instance_type: shape for shape in shapes}

    def instance(
        self, service: str, instance_type: str, region: str, *, variant: str, purchase: Purchase = Purchase.ON_DEMAND
    ) -> Price:
        amount = self._prices.get((instance_type, variant, purchase))
        if amount is None:
            raise PriceNotFound(f"{service} {instance_type} {variant} {purchase} in {region}")
        return Price(amount=Decimal(amount), unit="hour", source="by hand", as_of=self.as_of, quality=self._quality)

    def unit(self, service: str, item: str, region: str) -> Price:
        raise PriceNotFound(f"{service} {item} in {region}")

    def shape(self, instance_type: str) -> Shape:
        if instance_type not in self._shapes:
            raise PriceNotFound(instance_type)
        return self._shapes[instance_type]

    def offered(self, region: str) -> Sequence[Shape]:
        return sorted(self._shapes.values(), key=lambda shape: shape.instance_type)

    def extended_support(self, engine: str, version: str) -> ExtendedSupport | None:
        return None
