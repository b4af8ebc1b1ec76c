"""Lines of a pricing export, as BigQuery makes JSON of them, to prices; every decimal as it came."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import msgspec

from costopt.errors import BillError
from costopt.model.sku_price import PriceTier, SkuPrice

_GLOBAL = "GLOBAL"
"""Type of the geography of what costs the same everywhere, which has no regions."""


class _Tier(msgspec.Struct):
    pricing_unit_quantity: Decimal | None = None
    start_usage_amount: Decimal | None = None
    usd_amount: Decimal | None = None
    account_currency_amount: Decimal | None = None


class _Price(msgspec.Struct):
    tiered_rates: list[_Tier] | None = None


class _Named(msgspec.Struct):
    id: str | None = None
    description: str | None = None


class _Geography(msgspec.Struct):
    type: str | None = None
    regions: list[str] | None = None


class _Line(msgspec.Struct):
    service: _Named
    sku: _Named
    geo_taxonomy: _Geography | None
    list_price: _Price | None
    billing_account_price: _Price | None
    exported: int | None
    pricing_unit: str | None = None
    account_currency_code: str | None = None


_DECODER = msgspec.json.Decoder(_Line)


def sku_prices(lines: Iterable[str]) -> list[SkuPrice]:
    """The price of each SKU, in the order of their ids: where a day was exported twice, as it was exported last.

    Raises:
        BillError: a line is not of a pricing export. What `lines` raises passes through.
    """
    by_sku: dict[tuple[str, str], list[_Line]] = defaultdict(list)
    for line in _lines(lines):
        by_sku[line.service.id or "", line.sku.id or ""].append(line)
    return [price for name in sorted(by_sku) for price in _newest(by_sku[name])]


def _newest(lines: Sequence[_Line]) -> list[SkuPrice]:
    """Prices that were exported last; several only where they differ, which is for whoever reads them to settle."""
    last = max(line.exported or 0 for line in lines)
    return list(dict.fromkeys(_sku_price(line) for line in lines if (line.exported or 0) == last))


def _lines(lines: Iterable[str]) -> Iterator[_Line]:
    for text in lines:
        try:
            yield _DECODER.decode(text)
        except msgspec.MsgspecError as error:
            raise BillError(
                f"BigQuery answered with something else than lines of a pricing export: {error}",
                hint="Name Google's own table. If it is that, report it, please.",
            ) from error


def _sku_price(line: _Line) -> SkuPrice:
    return SkuPrice(
        service_id=line.service.id or "",
        sku_id=line.sku.id or "",
        description=line.sku.description or "",
        regions=_regions(line.geo_taxonomy),
        unit=line.pricing_unit or "",
        currency=line.account_currency_code or "",
        list_tiers=_tiers(line.list_price),
        account_tiers=_tiers(line.billing_account_price),
    )


def _regions(found: _Geography | None) -> tuple[str, ...]:
    """Regions in small letters: the documentation spells some with a capital."""
    if found is None:
        return ()
    if found.type == _GLOBAL:
        return ("global",)
    return tuple(region.lower() for region in found.regions or ())


def _tiers(price: _Price | None) -> tuple[PriceTier, ...]:
    return tuple(_tier(tier) for tier in (price.tiered_rates if price else None) or ())


def _tier(tier: _Tier) -> PriceTier:
    """Of one unit: `pricing_unit_quantity` says for how many the amounts are."""
    quantity = tier.pricing_unit_quantity
    return PriceTier(
        start=tier.start_usage_amount or Decimal(0),
        usd=_each(tier.usd_amount, quantity),
        amount=_each(tier.account_currency_amount, quantity),
    )


def _each(amount: Decimal | None, quantity: Decimal | None) -> Decimal | None:
    if amount is None or quantity is None or not quantity > 0:
        return None
    return amount / quantity
