"""The usage of an estate as items of hourly demand."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from costopt.economics.commitments import Owned, flexes
from costopt.economics.demand import UsageItem
from costopt.economics.estate import RegionalUsage
from costopt.economics.gce.machines import SERVICE as GCE
from costopt.economics.normalization import family_and_size, units
from costopt.model.finding import ComputeUsage

_RESERVABLE = ("ec2", "rds", "elasticache")
"""Services whose reservations count in units or instances."""

_COUNTED = (*_RESERVABLE, GCE)
"""Services with commitments that are not in dollars, for which the price of one unit matters."""

_SAME_PRICE = Decimal("1.01")
"""Prices of a unit that differ by less are the same but for rounding to a hundredth of a cent."""

Place = tuple[str, RegionalUsage]
"""Account, and what runs in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedItem:
    """An item of demand with the type whose prices stand for it."""

    item: UsageItem
    """The item."""
    usage: RegionalUsage
    """What most is spent on within it. Sizes of a family have the same price for the same units."""
    on_demand: Decimal
    """Dollars an hour of one instance or unit of it on demand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemisedUsage:
    """An estate's usage by item."""

    items: tuple[PricedItem, ...]
    """Items, in a stable order."""
    index: Mapping[Place, int]
    """Which item each usage belongs to."""
    unpriced: tuple[Place, ...]
    """Usage without an on-demand price, which no plan can judge, sorted."""


def itemise(
    usages: Mapping[Place, Decimal], on_demand: Callable[[RegionalUsage], Decimal | None], owned: Sequence[Owned]
) -> ItemisedUsage:
    """Group usages into items that the owned commitments, and all that can be bought, treat alike.

    Sizes stay apart only where reservations do not flex over them, zones only where a zonal reservation is owned.

    Args:
        usages: how much runs of each, in any measure that compares (instances, hours).
        on_demand: dollars an hour of one.
        owned: commitments that are owned.
    """
    zonal = reserved_zones(owned)
    groups: dict[UsageItem, list[_Spent]] = defaultdict(list)
    unpriced = []
    for place, quantity in usages.items():
        price = on_demand(place[1])
        if price is None or price <= 0:
            unpriced.append(place)
        else:
            groups[usage_item(place, zonal)].append(_Spent(place, quantity, price))
    found = [part for item, group in groups.items() for part in _of_one_price(item, group)]
    found.sort(key=lambda part: (part[0].item.label, part[0].item.account, part[0].item.service))
    return ItemisedUsage(
        items=tuple(priced for priced, _ in found),
        index={one.place: number for number, (_, group) in enumerate(found) for one in group},
        unpriced=tuple(sorted(unpriced, key=_name)),
    )


Zones = Collection[tuple[str, str]]
"""Instance types and zones that are reserved by zone."""


def reserved_zones(owned: Sequence[Owned]) -> Zones:
    """Where zones matter."""
    return {
        (one.spec.instance_type or "", one.spec.availability_zone)
        for one in owned
        if one.spec.availability_zone is not None
    }


def without_zone(place: Place, zonal: Zones) -> Place:
    """The usage with its zone left out where it does not matter, so that usage of all zones adds up."""
    account, (region, used) = place
    if used.availability_zone is None or (used.instance_type, used.availability_zone) in zonal:
        return place
    return account, (region, replace(used, availability_zone=None))


class _Spent(NamedTuple):
    place: Place
    quantity: Decimal
    price: Decimal

    @property
    def per_unit(self) -> Decimal:
        return self.price / units_of(self.place[1][1])


def _of_one_price(item: UsageItem, group: list[_Spent]) -> list[tuple[PricedItem, list[_Spent]]]:
    """The group as one item, or one of each type where sizes do not cost the same for the same units."""
    prices = [one.per_unit for one in group]
    counted = item.service in _COUNTED
    if counted and item.instance_type is None and max(prices) > min(prices) * _SAME_PRICE:
        by_type: dict[str, list[_Spent]] = defaultdict(list)
        for one in group:
            by_type[one.place[1][1].instance_type].append(one)
        return [
            part
            for name, members in sorted(by_type.items())
            for part in _of_one_price(replace(item, instance_type=name), members)
        ]
    most = max(group, key=lambda one: (one.quantity * one.price, _name(one.place)))
    per_unit = float(most.per_unit) if counted else None
    priced = PricedItem(item=replace(item, dollars_per_unit=per_unit), usage=most.place[1], on_demand=most.price)
    return [(priced, group)]


def usage_item(place: Place, zonal: Zones = ()) -> UsageItem:
    """The item that a usage belongs to, its price left open.

    Args:
        place: account and usage.
        zonal: where zones matter.
    """
    account, (region, used) = place
    if used.service == GCE:
        series = used.instance_type.partition("_")[0]
        return UsageItem(
            provider="gcp", account=account, region=region, service=GCE, family=series, variant=used.variant
        )
    bound = used.service in _RESERVABLE and not _flexes(used)
    in_zone = (used.instance_type, used.availability_zone) in zonal
    return UsageItem(
        provider="aws",
        account=account,
        region=region,
        service=used.service,
        family=family_and_size(used.instance_type)[0] or used.instance_type,
        variant=used.variant,
        instance_type=used.instance_type if bound or in_zone else None,
        zone=used.availability_zone if in_zone else None,
        tenancy=used.tenancy,
    )


def units_of(used: ComputeUsage) -> Decimal:
    """Units that one instance takes of a reservation bought for it; a standby counts twice.

    Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithReservedDBInstances.html.
    """
    own = (units(used.instance_type) if _flexes(used) else None) or Decimal(1)
    return own * (2 if used.variant.endswith(":multi_az") else 1)


def platform_of(used: ComputeUsage) -> str:
    """Operating system or engine, without the deployment."""
    return used.variant.split(":")[0]


def _flexes(used: ComputeUsage) -> bool:
    return flexes(used.service, used.instance_type, platform_of(used), used.tenancy)


def _name(place: Place) -> tuple[str, ...]:
    account, (region, used) = place
    return (account, region, used.service, used.instance_type, used.variant, used.availability_zone or "", used.tenancy)
