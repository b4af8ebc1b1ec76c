"""Negotiated discounts (AWS's Enterprise Discount Program and private pricing) on top of a price book."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from costopt.economics.lookups import PriceBook
from costopt.errors import ConfigError
from costopt.model.price import Price, Purchase
from costopt.model.shape import Shape
from costopt.model.support import ExtendedSupport
from costopt.prices.guard_rules import SPOT_ITEM

EVERY_SERVICE: Final = "*"
"""Key of a discount that holds for the services that have none of their own."""


class Discounted:
    """A price book whose prices are what the user really pays; spot prices stay, as the market sets them."""

    def __init__(self, book: PriceBook, discounts: Mapping[str, Decimal]) -> None:
        """Wrap a price book.

        Args:
            book: list prices.
            discounts: service (`ec2`, `ebs`, `rds`, ..., or `*` for all others) to the fraction off, 0 to below 1.

        Raises:
            ConfigError: a fraction outside that range.
        """
        for service, fraction in discounts.items():
            if not 0 <= fraction < 1:
                raise ConfigError(
                    f"discount of {service}: {fraction} is not a fraction from 0 to below 1",
                    hint="Write 7 % as 0.07.",
                )
        self._book = book
        self._discounts = dict(discounts)
        self._instances: dict[tuple[str, str, str, str, Purchase], Price] = {}
        self._units: dict[tuple[str, str, str], Price] = {}

    @property
    def version(self) -> str:
        """Name of the catalog below."""
        return self._book.version

    @property
    def as_of(self) -> date:
        """Day of its oldest source."""
        return self._book.as_of

    def instance(
        self, service: str, instance_type: str, region: str, *, variant: str, purchase: Purchase = Purchase.ON_DEMAND
    ) -> Price:
        """See `PriceBook.instance`.

        Raises:
            PriceNotFound: no such price.
        """
        key = (service, instance_type, region, variant, purchase)
        if key not in self._instances:
            price = self._book.instance(service, instance_type, region, variant=variant, purchase=purchase)
            self._instances[key] = price if purchase is Purchase.SPOT else self._off(service, price)
        return self._instances[key]

    def unit(self, service: str, item: str, region: str) -> Price:
        """See `PriceBook.unit`.

        Raises:
            PriceNotFound: no such price.
        """
        key = (service, item, region)
        if key not in self._units:
            price = self._book.unit(service, item, region)
            self._units[key] = price if item.endswith(SPOT_ITEM) else self._off(service, price)
        return self._units[key]

    def shape(self, instance_type: str) -> Shape:
        """See `PriceBook.shape`.

        Raises:
            PriceNotFound: unknown type.
        """
        return self._book.shape(instance_type)

    def offered(self, region: str) -> Sequence[Shape]:
        """See `PriceBook.offered`."""
        return self._book.offered(region)

    def extended_support(self, engine: str, version: str) -> ExtendedSupport | None:
        """See `PriceBook.extended_support`."""
        return self._book.extended_support(engine, version)

    def _off(self, service: str, price: Price) -> Price:
        fraction = self._discounts.get(service, self._discounts.get(EVERY_SERVICE, Decimal(0)))
        if not fraction:
            return price
        return replace(price, amount=price.amount * (1 - fraction), discount_fraction=fraction)
