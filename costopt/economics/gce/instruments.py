"""What can be bought for a demand of Compute Engine: resource-based and flexible commitments.

Resource-based ones are in vCPUs, or GiB of memory, of one series and region, whatever machine types they run in, custom
ones too, at a premium that is paid for the usage and not for the commitment. Flexible ones are in dollars an hour at
their own rates. Both are paid by the month. Neither pays for spot capacity; what they pay for gets no sustained use
discount, which is the simulator's business.
Source: https://cloud.google.com/compute/docs/committed-use-discounts-overview.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from costopt.economics.gce.flexible_commitments import flexible_discount
from costopt.economics.gce.machines import SERVICE
from costopt.economics.instruments import Instrument, InstrumentKind
from costopt.economics.lookups import PriceBook
from costopt.economics.usage_items import PricedItem
from costopt.errors import PriceNotFound
from costopt.model.price import Price, Quality

PAYMENT = "monthly"
"""How commitments of Google are paid."""

_YEARS = (1, 3)
_STEPS = {"vcpu": Decimal(1), "memory": Decimal("0.25")}
"""What can be committed: whole vCPUs, and memory in steps of 256 MiB.
Source: https://cloud.google.com/sdk/gcloud/reference/compute/commitments/create."""


def resource_commitments(
    items: Sequence[PricedItem], prices: PriceBook
) -> tuple[list[tuple[Instrument, Quality]], list[str]]:
    """Resource-based commitments with a known price, and names of what has none, such as `n2 vcpu europe-west4`.

    Args:
        items: columns of the demand.
        prices: price book.
    """
    groups: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for place, one in enumerate(items):
        if one.item.service == SERVICE and one.item.variant in _STEPS:
            groups[one.item.family, one.item.variant, one.item.region].append(place)
    found: list[tuple[Instrument, Quality]] = []
    without: list[str] = []
    for (series, resource, region), members in groups.items():
        scope = f"{series} {resource} {region}"
        priced = [(years, _rate(prices, f"{series}_{resource}_cud_{years}y", region)) for years in _YEARS]
        take = np.full(len(items), np.inf)
        take[members] = [float(1 / items[place].on_demand) for place in members]
        offered = [
            (
                replace(
                    _instrument(InstrumentKind.RESOURCE_CUD, scope, years, price.amount, take, _STEPS[resource]),
                    premium=custom_premium(items, members, prices, years),
                ),
                price.quality,
            )
            for years, price in priced
            if price is not None
        ]
        found += offered
        if not offered:
            without.append(scope)
    return found, without


def custom_premium(
    items: Sequence[PricedItem], covered: Sequence[int], prices: PriceBook, years: int
) -> NDArray[np.float64] | None:
    """What custom machine types go on to cost under a resource-based commitment, None where none are among the items.

    Google charges a unit of a custom type that a commitment pays for 5 % of the price under three years, beside the
    commitment. Source: https://cloud.google.com/compute/vm-instance-pricing (custom types, commitment prices).

    Args:
        items: columns of the demand.
        covered: those that the commitment pays for.
        prices: price book; where it has no such price there is no premium either.
        years: term, 1 or 3.

    Returns:
        Dollars for a dollar on demand, [items].
    """
    premium = np.zeros(len(items))
    for place in covered:
        one = items[place]
        series, resource, region = one.item.family, one.item.variant, one.item.region
        if one.usage[1].instance_type == f"{series}_custom_{resource}":
            usual = _rate(prices, f"{series}_{resource}_cud_{years}y", region)
            custom = _rate(prices, f"{series}_custom_{resource}_cud_{years}y", region)
            if usual is not None and custom is not None:
                premium[place] = max(0.0, float((custom.amount - usual.amount) / one.on_demand))
    return premium if premium.any() else None


def flexible_commitments(items: Sequence[PricedItem]) -> Iterator[tuple[Instrument, Quality]]:
    """Flexible commitments, one of each term for everything that they pay for."""
    for years in _YEARS:
        take = np.full(len(items), np.inf)
        for place, one in enumerate(items):
            discount = flexible_discount(one.item.family, years) if one.item.variant in _STEPS else None
            if one.item.service == SERVICE and discount is not None:
                take[place] = float(1 - discount)
        if np.isfinite(take).any():
            scope = "Compute Engine of all regions"
            made = _instrument(InstrumentKind.FLEXIBLE_CUD, scope, years, Decimal(1), take, Decimal("0.001"))
            yield made, Quality.LIST


def _rate(prices: PriceBook, item: str, region: str) -> Price | None:
    try:
        return prices.unit(SERVICE, item, region)
    except PriceNotFound:
        return None


def _instrument(
    kind: InstrumentKind, scope: str, years: int, hourly: Decimal, take: NDArray[np.float64], step: Decimal
) -> Instrument:
    return Instrument(
        id=f"{kind.value} {scope} {years}y {PAYMENT}",
        kind=kind,
        scope=scope,
        term_months=12 * years,
        payment=PAYMENT,
        hourly_cost=hourly,
        upfront=Decimal(0),
        take=take,
        step=step,
    )
