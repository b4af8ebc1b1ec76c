"""Rows as they come out of a price file: each key once, and what could not be read beside them."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from costopt.model.price import Purchase
from costopt.prices.refresh.products import InstanceProduct, Product, UnitProduct
from costopt.prices.refresh.rates import Rate
from costopt.prices.rows import HourlyRow, UnitRow

HOURLY_STEP: Final = Decimal("1e-8")
"""Digits of `schema.HOURLY_USD`."""

UNIT_STEP: Final = Decimal("1e-10")
"""Digits of `schema.UNIT_USD`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A price that is not used, and why."""

    what: str
    """Service, name, region and how it is bought, in words."""
    reason: str
    """Guard that it broke, or what could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A row of the spot advisor; fields in the order of `schema.SPOT_ADVICE`."""

    instance_type: str
    """Such as `m5.large`."""
    region: str
    """Such as `eu-west-1`."""
    os: str
    """`linux` or `windows`."""
    saving_fraction: float
    """Off the on-demand price, 0..1."""
    interruption_band: int
    """0 to 4, see the schema."""
    source: str
    """Address of the file."""
    as_of: date
    """Day it was published."""

    def fields(self) -> tuple[str | float | int | date, ...]:
        """The row as the writer wants it."""
        return (
            self.instance_type,
            self.region,
            self.os,
            self.saving_fraction,
            self.interruption_band,
            self.source,
            self.as_of,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What one price file gave."""

    hourly: tuple[HourlyRow, ...] = ()
    """Instance hours, each key once."""
    units: tuple[UnitRow, ...] = ()
    """Other prices, each key once."""
    advice: tuple[Advice, ...] = ()
    """The spot advisor's."""
    rejected: tuple[Rejected, ...] = ()
    """What could not be read."""
    accelerated_families: frozenset[str] = frozenset()
    """EC2 families that the file describes as having accelerators."""
    as_of: date
    """Day of publication."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """Collects the rows of one file."""

    region: str
    """Region of the file."""
    source: str
    """Its address."""
    as_of: date | None = None
    """Day of publication, once it is read."""
    _hourly: dict[Hashable, HourlyRow] = field(default_factory=dict)
    _units: dict[Hashable, UnitRow] = field(default_factory=dict)
    _contradicted: set[Hashable] = field(default_factory=set)
    _rejected: list[Rejected] = field(default_factory=list)

    def published(self, moment: str) -> None:
        """Note the file's `publicationDate`, such as `2026-11-01T21:00:00Z`."""
        self.as_of = datetime.fromisoformat(moment).astimezone(UTC).date()

    def add(self, product: Product, purchase: Purchase, rate: Rate) -> None:
        """Note a price. Two different prices of one key reject both: which is right is unknown.

        Raises:
            ValueError: the file has not said yet when it was published.
        """
        if self.as_of is None:
            raise ValueError("prices stand before the publication date")
        if isinstance(product, UnitProduct):
            self._add_unit(product, rate, self.as_of)
        else:
            self._add_hourly(product, purchase, rate, self.as_of)

    def reject(self, product: Product, how: str, reason: str) -> None:
        """Note a price that cannot be read."""
        self._rejected.append(Rejected(what=f"{_name(product)} {self.region} {how}", reason=reason))

    def rows(self, *, accelerated_families: frozenset[str] = frozenset()) -> Rows:
        """Everything noted.

        Raises:
            ValueError: the file never said when it was published.
        """
        if self.as_of is None:
            raise ValueError("no publication date")
        return Rows(
            hourly=tuple(row for key, row in self._hourly.items() if key not in self._contradicted),
            units=tuple(row for key, row in self._units.items() if key not in self._contradicted),
            rejected=tuple(self._rejected),
            accelerated_families=accelerated_families,
            as_of=self.as_of,
        )

    def _add_hourly(self, product: InstanceProduct, purchase: Purchase, rate: Rate, as_of: date) -> None:
        key = (product, purchase)
        usd = rate.usd.quantize(HOURLY_STEP)
        before = self._hourly.get(key)
        if before is not None and before.usd_per_hour != usd:
            self._contradict(key, product, purchase, before.usd_per_hour, usd)
        self._hourly[key] = HourlyRow(
            service=product.service,
            instance_type=product.instance_type,
            region=self.region,
            variant=product.variant,
            purchase=purchase,
            usd_per_hour=usd,
            source=self.source,
            as_of=as_of,
            quality=rate.quality,
        )

    def _add_unit(self, product: UnitProduct, rate: Rate, as_of: date) -> None:
        usd = rate.usd.quantize(UNIT_STEP)
        before = self._units.get(product)
        if before is not None and before.usd != usd:
            self._contradict(product, product, Purchase.ON_DEMAND, before.usd, usd)
        self._units[product] = UnitRow(
            service=product.service,
            item=product.item,
            region=self.region,
            usd=usd,
            unit=product.unit,
            source=self.source,
            as_of=as_of,
            quality=rate.quality,
        )

    def _contradict(self, key: Hashable, product: Product, purchase: Purchase, one: Decimal, other: Decimal) -> None:
        if key not in self._contradicted:
            self._contradicted.add(key)
            self.reject(
                product, purchase.value, f"stands twice, once at {one.normalize():f}, once at {other.normalize():f}"
            )


def _name(product: Product) -> str:
    if isinstance(product, UnitProduct):
        return f"{product.service} {product.item}"
    return f"{product.service} {product.instance_type} {product.variant}"
