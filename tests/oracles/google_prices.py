"""A price book of Compute Engine with the unit prices that a test writes down, the same in every region."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from costopt.economics.gce.costs import machine_price
from costopt.economics.gce.machines import machine_type
from costopt.errors import PriceNotFound
from costopt.model.price import Price, Purchase, Quality


class UnitBook:
    """Machines are put together of units, as in the catalog."""

    version = "test"
    as_of = date(2026, 1, 1)

    def __init__(self, prices: Mapping[str, str], *, estimates: frozenset[str] = frozenset()) -> None:
        self._prices, self._estimates = prices, estimates

    def unit(self, service: str, item: str, region: str) -> Price:
        if service != "gce" or item not in self._prices:
            raise PriceNotFound(f"no price of {service} {item} in {region}")
        quality = Quality.ESTIMATE if item in self._estimates else Quality.LIST
        amount = Decimal(self._prices[item])
        return Price(amount=amount, unit="hour", source="test", as_of=self.as_of, quality=quality)

    def instance(
        self, service: str, instance_type: str, region: str, *, variant: str, purchase: Purchase = Purchase.ON_DEMAND
    ) -> Price:
        if (service, variant) != ("gce", "linux"):
            raise PriceNotFound(f"no price of {service} {instance_type} in {region}")
        return machine_price(machine_type(instance_type), region, self, purchase)
