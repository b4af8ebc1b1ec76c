"""Types of EC2 at the prices of each way to buy them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from costopt.economics.lookups import PriceBook
from costopt.errors import PriceNotFound
from costopt.model.price import Price, Purchase
from costopt.model.shape import Shape
from costopt.model.workload import Workload
from costopt.pipeline.planning.workloads.offered_type import OfferedType
from costopt.prices.spot_advice import read_interruptions

_PREFIXES = ("ri_", "convertible_ri_", "ec2_sp_", "compute_sp_")


class Ec2Shelf:
    """Looks up types and prices of EC2."""

    def __init__(
        self,
        book: PriceBook,
        advice: Sequence[Path],
        *,
        spot_prices: Mapping[str, Decimal],
        horizon_months: int,
        upfront: bool,
    ) -> None:
        """A shelf; arguments as of `TypeMarket`."""
        self._book, self._advice, self._given = book, advice, spot_prices
        self._purchases = tuple(one for one in Purchase if _may_buy(one, horizon_months, upfront=upfront))
        self._ratios: dict[tuple[str, str, str], Decimal] = {}
        self._bands: dict[tuple[str, str], Mapping[str, float]] = {}

    def shapes(self, workload: Workload) -> Sequence[Shape]:
        """Types of the workload's region."""
        return self._book.offered(workload.region)

    def shape(self, instance_type: str) -> Shape:
        """A type by name.

        Raises:
            PriceNotFound: there is no such type.
        """
        return self._book.shape(instance_type)

    def read(self, shape: Shape, region: str, system: str) -> OfferedType | None:
        """A type with its prices, None where none is known on demand."""
        on_demand = self._price(shape.instance_type, region, system, Purchase.ON_DEMAND)
        if on_demand is None:
            return None
        given = self._given.get(shape.instance_type)
        spot = self._price(shape.instance_type, region, system, Purchase.SPOT) if given is None else None
        if (region, system) not in self._bands:
            self._bands[region, system] = read_interruptions(self._advice, region, system)
        return OfferedType(
            shape=shape,
            on_demand=on_demand.amount,
            committed=on_demand.amount * self._ratio(shape.family, region, system),
            spot=spot.amount if spot is not None else given,
            spot_estimated=spot is not None and spot.quality.rank > 0,
            interruption=self._bands[region, system].get(shape.instance_type),
        )

    def _ratio(self, family: str, region: str, system: str) -> Decimal:
        """The lowest committed rate over the rate on demand, of all sizes: reservations and plans flex over them."""
        key = (family, region, system)
        if key not in self._ratios:
            self._ratios[key] = min(
                (
                    rate.amount / full.amount
                    for shape in self._book.offered(region)
                    if shape.family == family
                    and (full := self._price(shape.instance_type, region, system, Purchase.ON_DEMAND)) is not None
                    for purchase in self._purchases
                    if (rate := self._price(shape.instance_type, region, system, purchase)) is not None
                ),
                default=Decimal(1),
            )
        return min(self._ratios[key], Decimal(1))

    def _price(self, instance_type: str, region: str, system: str, purchase: Purchase) -> Price | None:
        try:
            return self._book.instance("ec2", instance_type, region, variant=system, purchase=purchase)
        except PriceNotFound:
            return None


def _may_buy(purchase: Purchase, horizon_months: int, *, upfront: bool) -> bool:
    """Whether the purchase is a commitment that ends within the horizon and is paid as allowed."""
    name = purchase.value
    prefix = next((one for one in _PREFIXES if name.startswith(one)), None)
    if prefix is None:
        return False
    months = 12 * int(name.removeprefix(prefix).partition("y_")[0])
    return months <= horizon_months and (upfront or name.endswith("no_upfront"))
