"""What a machine type of Compute Engine costs: by the hour, and a whole month in each way to buy it."""

from dataclasses import dataclass
from decimal import Decimal

from costopt.economics.gce.flexible_commitments import flexible_discount
from costopt.economics.gce.machines import SERVICE, MachineType, extended_memory
from costopt.economics.lookups import PriceBook
from costopt.economics.sustained_use import series_rates, slot_price
from costopt.errors import PriceNotFound
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.price import Price, Purchase, worst_quality

LICENCE_FREE = "linux"
"""Variant of machines whose operating system costs nothing."""

_SUD_DIGITS = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineCosts:
    """Dollars of one machine that runs all the time. None is not known, or not sold."""

    hour: Price
    """An hour on demand, without any discount."""
    month: Decimal
    """730 hours on demand, after sustained use discounts."""
    month_spot: Decimal | None
    """730 hours as a spot machine; its price changes up to once a month."""
    month_cud_1y: Decimal | None
    """730 hours that a resource-based commitment of a year covers."""
    month_cud_3y: Decimal | None
    """The same of three years."""
    month_flexible_1y: Decimal | None
    """730 hours that a flexible commitment of a year covers."""
    month_flexible_3y: Decimal | None
    """The same of three years."""


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

    def month(purchase: Purchase) -> Decimal | None:
        try:
            price = prices.instance(SERVICE, machine.name, region, variant=LICENCE_FREE, purchase=purchase)
        except PriceNotFound:
            return None
        return price.amount * HOURS_PER_MONTH

    return MachineCosts(
        hour=hour,
        month=hour.amount * HOURS_PER_MONTH - sustained_use_saving(machine, hour, region, prices),
        month_spot=month(Purchase.SPOT),
        month_cud_1y=month(Purchase.CUD_1Y),
        month_cud_3y=month(Purchase.CUD_3Y),
        month_flexible_1y=_flexible(machine, hour, 1),
        month_flexible_3y=_flexible(machine, hour, 3),
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


def _flexible(machine: MachineType, hour: Price, years: int) -> Decimal | None:
    discount = flexible_discount(machine.series, years)
    return None if discount is None else hour.amount * HOURS_PER_MONTH * (1 - discount)
