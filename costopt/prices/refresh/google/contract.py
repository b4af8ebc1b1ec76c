"""What a billing account's contract takes off list prices, by service of a price book.

Each SKU's own price is compared with its list price in the same line of the pricing export, in the account's currency,
as Google converted both: nothing is converted here. Usage is not known, so that SKUs are counted and not weighed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from costopt.model.sku_price import PriceTier, SkuPrice
from costopt.prices.guard_rules import SPOT_ITEM
from costopt.prices.refresh.google.pricing_export import EXPORTED_SERVICES
from costopt.prices.refresh.google.skus import beyond_allowance

SAME: Final = Decimal("0.001")
"""Discounts that differ by no more are one: the export rounds prices to nine places, which is up to some
ten-thousandths of the smallest."""
_PLACES: Final = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuDiscount:
    """What is taken off one SKU."""

    sku_id: str
    """Such as `2E27-4F75-95CD`."""
    description: str
    """Free text of the provider: escape it before it is shown."""
    fraction: Decimal
    """Part of the list price, to four places; below 0 of what costs more than at list."""
    has_own_price: bool
    """Whether the contract has a price for it; where not, list prices are paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractDiscount:
    """What is taken off one service."""

    service: str
    """Of a price book, such as `gce`."""
    usual: Decimal
    """The fraction that most SKUs have; of several the smallest."""
    skus: tuple[SkuDiscount, ...]
    """All that could be compared, the largest discount first."""
    incomparable: int
    """SKUs that have steps, or a price that is not stated."""

    @property
    def others(self) -> tuple[SkuDiscount, ...]:
        """SKUs that differ from what is usual."""
        return tuple(sku for sku in self.skus if abs(sku.fraction - self.usual) > SAME)

    @property
    def is_uniform(self) -> bool:
        """Whether one fraction is right for all of them."""
        return not self.others


def contract_discounts(prices: Sequence[SkuPrice]) -> tuple[ContractDiscount, ...]:
    """The discount of each service, by name; empty where the account has no price of its own.

    Spot prices are left out, as a discount of a price book does not touch them; commitments are in, as it does.

    Args:
        prices: list and own prices of one billing account on one day.
    """
    if not any(price.account_tiers for price in prices):
        return ()
    compared: dict[str, list[SkuDiscount | None]] = defaultdict(list)
    for service, price in _known(prices):
        if beyond_allowance(_amounts(price.list_tiers)) != 0:
            compared[service].append(_discount(price))
    return tuple(found for service in sorted(compared) for found in _of_service(service, compared[service]))


def _known(prices: Iterable[SkuPrice]) -> Iterator[tuple[str, SkuPrice]]:
    """Prices that a price book has, with its service."""
    for price in prices:
        service = EXPORTED_SERVICES.get(price.service_id)
        meter = service.meter(price.description) if service else None
        if meter is not None and not meter.item.endswith(SPOT_ITEM):
            yield meter.service, price


def _discount(price: SkuPrice) -> SkuDiscount | None:
    """None where the two prices cannot be compared."""
    listed = beyond_allowance(_amounts(price.list_tiers))
    paid = beyond_allowance(_amounts(price.account_tiers)) if price.account_tiers else listed
    if not listed or paid is None:
        return None
    return SkuDiscount(
        sku_id=price.sku_id,
        description=price.description,
        fraction=(1 - paid / listed).quantize(_PLACES),
        has_own_price=bool(price.account_tiers),
    )


def _amounts(tiers: Sequence[PriceTier]) -> list[tuple[Decimal, Decimal | None]]:
    return [(tier.start, tier.amount) for tier in tiers]


def _of_service(service: str, compared: Sequence[SkuDiscount | None]) -> Iterator[ContractDiscount]:
    skus = [sku for sku in compared if sku is not None]
    if skus:
        counted = Counter(sku.fraction for sku in skus)
        yield ContractDiscount(
            service=service,
            usual=min(counted, key=lambda fraction: (-counted[fraction], fraction)),
            skus=tuple(sorted(skus, key=lambda sku: (-sku.fraction, sku.sku_id))),
            incomparable=len(compared) - len(skus),
        )
