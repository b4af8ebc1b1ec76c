"""What a machine type of Compute Engine costs: by the hour, and a whole month in each way to buy it."""

from dataclasses import dataclass, replace
from decimal import Decimal

from costopt.economics.gce.flexible_commitments import flexible_discount
from costopt.economics.gce.machines import SERVICE, MachineType, extended_memory
from costopt.economics.lookups import PriceBook
from costopt.economics.sustained_rates import series_rates, slot_price
from costopt.errors import PriceNotFound
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.price import Price, Purchase, worst_quality

LICENCE_FREE = "linux"
"""Variant of machines whose operating system costs nothing."""

_SUD_DIGITS = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineCosts:
    """What one machine costs. None is not known, or not sold."""

    on_demand: Price
    """An hour on demand, without any discount."""
    spot: Price | None
    """An hour as a spot machine; Google changes it up to once a month."""
    cud_1y: Price | None
    """An hour that a resource-based commitment of a year covers."""
    cud_3y: Price | None
    """The same of three years."""
    flexible_1y: Price | None
    """An hour that a flexible commitment of a year covers."""
    flexible_3y: Price | None
    """The same of three years."""
    month: Decimal
    """Dollars of 730 hours on demand, after sustained use discounts."""


def month_of(price: Price | None) -> Decimal | None:
    """Dollars of 730 hours at a price, None where there is none."""
    return None if price is None else price.amount * HOURS_PER_MONTH


def machine_price(
    machine: MachineType, region: str, prices: PriceBook, purchase: Purchase = Purchase.ON_DEMAND
) -> Price:
    """Price of an hour, put together of the units that are billed.

    Args:
        machine: the type.
        region: such as `europe-west4`.
        prices: price book.
        purchase: on demand, spot or a resource-based commitment.

    Raises:
        PriceNotFound: the type is not sold like that, or the price of a unit is not known.
    """
    parts = [(prices.unit(SERVICE, item, region), count) for item, count in machine.units(purchase)]
    first = parts[0][0]
    return Price(
        amount=sum((price.amount * count for price, count in parts), Decimal(0)),
        unit="hour",
        source=first.source,
        as_of=min(price.as_of for price, _ in parts),
        quality=worst_quality([price.quality for price, _ in parts]),
        currency=first.currency,
        discount_fraction=min(price.discount_fraction for price, _ in parts),
    )


def machine_costs(machine: MachineType, region: str, prices: PriceBook) -> MachineCosts:
    """What a machine costs in every way to buy it.

    Args:
        machine: the type.
        region: such as `europe-west4`.
        prices: price book; a price that it states of the whole machine goes before that of its units.

    Raises:
        PriceNotFound: not even its price on demand is known.
    """
    hour = prices.instance(SERVICE, machine.name, region, variant=LICENCE_FREE)

    def bought(purchase: Purchase) -> Price | None:
        try:
            return prices.instance(SERVICE, machine.name, region, variant=LICENCE_FREE, purchase=purchase)
        except PriceNotFound:
            return None

    return MachineCosts(
        on_demand=hour,
        spot=bought(Purchase.SPOT),
        cud_1y=bought(Purchase.CUD_1Y),
        cud_3y=bought(Purchase.CUD_3Y),
        flexible_1y=_flexible(machine, hour, 1),
        flexible_3y=_flexible(machine, hour, 3),
        month=hour.amount * HOURS_PER_MONTH - sustained_use_saving(machine, hour, region, prices),
    )


def sustained_use_saving(machine: MachineType, hour: Price, region: str, prices: PriceBook) -> Decimal:
    """Dollars that sustained use discounts take off a month in which the machine runs at all hours.

    Extended memory gets none. Source: https://cloud.google.com/compute/docs/sustained-use-discounts.

    Args:
        machine: the type.
        hour: its price on demand.
        region: such as `europe-west4`.
        prices: price book.

    Raises:
        PriceNotFound: the price of its extended memory is not known.
    """
    rates = series_rates(machine.series)
    if rates is None:
        return Decimal(0)
    eligible = hour.amount
    if machine.extended_gib:
        eligible -= prices.unit(SERVICE, extended_memory(machine.series), region).amount * machine.extended_gib
    paid = Decimal(slot_price(1.0, rates)).quantize(_SUD_DIGITS)
    return eligible * HOURS_PER_MONTH * (1 - paid)


def _flexible(machine: MachineType, hour: Price, years: int) -> Price | None:
    """Extended memory is taken not to be covered, so that no machine with some has such a price."""
    discount = flexible_discount(machine.series, years)
    if discount is None or machine.extended_gib:
        return None
    return replace(hour, amount=hour.amount * (1 - discount))
