"""The rules behind the guards, one function each: it yields the rows that break it."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from statistics import median
from typing import Final, TypeAlias

from costopt.economics.normalization import size_units
from costopt.model.price import Purchase
from costopt.prices.places import DUAL_REGIONS
from costopt.prices.rows import HourlyRow, UnitRow

HourlyKey: TypeAlias = tuple[str, str, str, str, Purchase]
"""Service, instance type, region, variant, purchase."""

HOME_REGION: Final = "us-east-1"
"""The region that others are compared with."""

GOOGLE_HOME_REGION: Final = "us-central1"
"""The region that Google's others are compared with; spot prices, which follow each region's own demand, are not."""

SIZE_TOLERANCE: Final = Decimal("0.05")
"""How far a size's price for one normalised unit may be from its family's median. The smallest sizes are rounded by
up to 2 %; the rates of dedicated tenancy, the usual mix-up, are 6 % or more off."""

REGION_RATIO: Final = (Decimal("0.5"), Decimal("2.5"))
"""Smallest and largest price relative to us-east-1. Published Linux prices span 0.61 (c5a in ap-south-1) to 2.11
(r3 in sa-east-1)."""

UNIT_REGION_RATIO: Final = (Decimal("0.5"), Decimal("3"))
"""The same for storage, gateways and the like."""

LINEAR_SERVICES: Final = frozenset({"ec2", "rds", "elasticache"})
"""Services that price one family by size. SageMaker rounds and bundles, so its prices are not linear."""

LICENSED_ENGINES: Final = ("sqlserver", "oracle")
"""RDS engines whose hour may contain a licence. Source: https://aws.amazon.com/rds/sqlserver/pricing/."""

FREELY_SIZED: Final = re.compile(r"(?:u-|u7|hpc|g\d|p\d|inf|trn|dl|vt|mac)")
"""Families whose price does not follow their size: accelerators, memory by the terabyte (u-6tb1), nodes with some
cores off (hpc7g). Their names begin so. Source:
https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html."""

COMMITTED_ITEMS: Final = ("_cud_1y", "_cud_3y")
"""How the items of Google's resource-based commitments end."""
SPOT_ITEM: Final = "_spot"
"""How those of its spot capacity end."""

_TERMS: Final = ("RI_1Y", "RI_3Y", "EC2_SP_1Y", "EC2_SP_3Y", "COMPUTE_SP_1Y", "COMPUTE_SP_3Y")
_OPTIONS: Final = ("ALL_UPFRONT", "PARTIAL_UPFRONT", "NO_UPFRONT")
_UPFRONT_ORDER: Final = tuple(
    (Purchase[f"{term}_{more}"], Purchase[f"{term}_{less}"])
    for term in _TERMS
    for more, less in (_OPTIONS[:2], _OPTIONS[1:], _OPTIONS[::2])
)
_TERM_ORDER: Final = tuple(
    (purchase, Purchase[purchase.name.replace("_3Y_", "_1Y_")]) for purchase in Purchase if "_3Y_" in purchase.name
)


def hourly_key(row: HourlyRow) -> HourlyKey:
    """Name of an hourly row."""
    return (row.service, row.instance_type, row.region, row.variant, row.purchase)


def positive(rows: Sequence[HourlyRow]) -> Iterator[HourlyRow]:
    """No instance hour is free, and none pays the user."""
    return (row for row in rows if row.usd_per_hour <= 0)


def linear_in_size(rows: Sequence[HourlyRow], *, accelerated_families: frozenset[str]) -> Iterator[HourlyRow]:
    """In a CPU family, one normalised unit costs the same in every size. Spot is apart: its markets are per size."""
    groups: dict[tuple[str, ...], list[tuple[HourlyRow, Decimal]]] = defaultdict(list)
    for row in rows:
        units = size_units(row.size)
        if units is not None and _is_linear(row, accelerated_families):
            groups[row.service, row.family, row.region, row.variant, row.purchase].append(
                (row, row.usd_per_hour / units)
            )
    for group in groups.values():
        middle = median(price for _, price in group)
        yield from (row for row, price in group if abs(price - middle) > SIZE_TOLERANCE * middle)


def _is_linear(row: HourlyRow, accelerated_families: frozenset[str]) -> bool:
    if row.service not in LINEAR_SERVICES or row.purchase is Purchase.SPOT or _is_licensed(row):
        return False
    if row.service != "ec2":
        return True
    return row.family not in accelerated_families and FREELY_SIZED.match(row.family) is None


def _is_licensed(row: HourlyRow) -> bool:
    """Whether a licence is in the price, which is not linear in size: Windows and SUSE go by steps, RHEL by cores.

    By the published prices of 2019 (ec2instances.info) 8 % of Windows, 74 % of RHEL and 57 % of SUSE hours are more
    than the tolerance off their family's median.
    """
    return row.variant != "linux" if row.service == "ec2" else row.variant.startswith(LICENSED_ENGINES)


def regional_ratio(rows: Sequence[HourlyRow], prices: Mapping[HourlyKey, Decimal]) -> Iterator[HourlyRow]:
    """No region is far cheaper or dearer than us-east-1. Spot markets are apart per region, so not spot."""
    low, high = REGION_RATIO
    for row in rows:
        home = prices.get((row.service, row.instance_type, HOME_REGION, row.variant, row.purchase))
        if home and row.purchase is not Purchase.SPOT and not low * home <= row.usd_per_hour <= high * home:
            yield row


def commitment_below_on_demand(rows: Sequence[HourlyRow], prices: Mapping[HourlyKey, Decimal]) -> Iterator[HourlyRow]:
    """Who commits pays less than who does not."""
    for row in rows:
        if row.purchase in (Purchase.ON_DEMAND, Purchase.SPOT):
            continue
        on_demand = prices.get(_bought(row, Purchase.ON_DEMAND))
        if on_demand is not None and row.usd_per_hour >= on_demand:
            yield row


def more_upfront_is_cheaper(rows: Sequence[HourlyRow], prices: Mapping[HourlyKey, Decimal]) -> Iterator[HourlyRow]:
    """Effective: all upfront < partial upfront < no upfront. Of a broken pair both rows go: either may be wrong."""
    return _broken_pairs(rows, prices, _UPFRONT_ORDER)


def longer_is_cheaper(rows: Sequence[HourlyRow], prices: Mapping[HourlyKey, Decimal]) -> Iterator[HourlyRow]:
    """Three years cost less an hour than one year, paid the same way. Both rows of a broken pair go."""
    return _broken_pairs(rows, prices, _TERM_ORDER)


def _broken_pairs(
    rows: Sequence[HourlyRow], prices: Mapping[HourlyKey, Decimal], pairs: Sequence[tuple[Purchase, Purchase]]
) -> Iterator[HourlyRow]:
    by_purchase: dict[Purchase, list[tuple[Purchase, Purchase]]] = defaultdict(list)
    for cheap, dear in pairs:
        by_purchase[cheap].append((cheap, dear))
        by_purchase[dear].append((cheap, dear))
    for row in rows:
        for cheap, dear in by_purchase.get(row.purchase, ()):
            low, high = prices.get(_bought(row, cheap)), prices.get(_bought(row, dear))
            if low is not None and high is not None and low >= high:
                yield row
                break


def spot_below_on_demand(rows: Sequence[HourlyRow], prices: Mapping[HourlyKey, Decimal]) -> Iterator[HourlyRow]:
    """Spot never costs more than on-demand.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-instances.html
    """
    for row in rows:
        if row.purchase is Purchase.SPOT:
            on_demand = prices.get(_bought(row, Purchase.ON_DEMAND))
            if on_demand is not None and row.usd_per_hour > on_demand:
                yield row


def _bought(row: HourlyRow, purchase: Purchase) -> HourlyKey:
    return (row.service, row.instance_type, row.region, row.variant, purchase)


def unit_positive(rows: Sequence[UnitRow]) -> Iterator[UnitRow]:
    """Free things have no row."""
    return (row for row in rows if row.usd <= 0)


def unit_regional_ratio(rows: Sequence[UnitRow]) -> Iterator[UnitRow]:
    """No region is far cheaper or dearer than the provider's home region; a dual-region is two of them."""
    low, high = UNIT_REGION_RATIO
    home = {(row.service, row.item): row.usd for row in rows if row.region in (HOME_REGION, GOOGLE_HOME_REGION)}
    for row in rows:
        price = home.get((row.service, row.item))
        compared = price and not row.item.endswith(SPOT_ITEM) and row.region not in DUAL_REGIONS
        if price and compared and not low * price <= row.usd <= high * price:
            yield row


def unit_below_on_demand(rows: Sequence[UnitRow]) -> Iterator[UnitRow]:
    """Of Google's units a committed one is cheaper than one on demand, and a spot one not dearer."""
    known = {(row.service, row.item, row.region): row.usd for row in rows}
    for row in rows:
        for suffix in (*COMMITTED_ITEMS, SPOT_ITEM):
            usual = known.get((row.service, row.item.removesuffix(suffix), row.region))
            if row.item.endswith(suffix) and usual is not None:
                dearest = usual if suffix == SPOT_ITEM else usual.next_minus()
                if row.usd > dearest:
                    yield row
