"""What can be bought for a demand of Compute Engine: resource-based and flexible commitments.

Resource-based ones are in vCPUs, or GiB of memory, of one series and region, whatever machine types they run in, custom
ones too; what Google adds for these, 5 % of the price under three years, is not counted here. Flexible ones
are in dollars an hour at their own rates. Both are paid by the month. Neither pays for spot capacity; what they pay for
gets no sustained use discount, which is the simulator's business.
Source: https://cloud.google.com/compute/docs/committed-use-discounts-overview.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
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
                _instrument(InstrumentKind.RESOURCE_CUD, scope, years, price.amount, take, _STEPS[resource]),
                price.quality,
            )
            for years, price in priced
            if price is not None
        ]
        found += offered
        if not offered:
            without.append(scope)
    return found, without


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
