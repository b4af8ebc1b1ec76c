"""What a SKU of Google Cloud costs at list, and what one billing account pays for it by its contract."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTier:
    """The price from some amount of usage on."""

    start: Decimal
    """Amount of usage, in pricing units, at which it begins."""
    usd: Decimal | None
    """Dollars of one pricing unit; None where the provider states none."""
    amount: Decimal | None
    """The same in the billing account's currency, converted by the provider."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuPrice:
    """One SKU on one day."""

    service_id: str
    """Such as `6F81-5844-456A`."""
    sku_id: str
    """Such as `2E27-4F75-95CD`."""
    description: str
    """Free text of the provider."""
    regions: tuple[str, ...]
    """Such as `europe-west4` or `us`; `global` of what costs the same everywhere; empty where that is not known."""
    unit: str
    """Pricing unit by the provider's shorthand, such as `GiBy.mo`."""
    currency: str
    """ISO 4217 code of the billing account's currency."""
    list_tiers: tuple[PriceTier, ...]
    """List price by amount of usage."""
    account_tiers: tuple[PriceTier, ...]
    """The account's own price by amount of usage; empty where its contract has none for this SKU."""
