"""Google's pricing export as a source of list prices: the SKUs of the Cloud Catalog, from a table of the user's.

The account's own prices are not taken: `google_contract` tells the discount, which the user sets. So no price is
discounted twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from costopt.errors import CatalogError
from costopt.model.sku_price import SkuPrice
from costopt.prices.refresh.google.meters import CATALOG_SERVICES, CatalogService
from costopt.prices.refresh.google.prices import GooglePrices
from costopt.prices.refresh.google.skus import ListedSku, SkuSorter

EXPORTED_SERVICES: Final[dict[str, CatalogService]] = {
    service.id.removeprefix("services/"): service for service in CATALOG_SERVICES
}
"""Services whose prices are of use, by their id in the export, `6F81-5844-456A`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PricingExport:
    """List prices of one day of the export, as a source."""

    table: str
    """Where they were read, `project.dataset.cloud_pricing_export`."""
    as_of: date
    """Day of the prices, UTC."""
    prices: Sequence[SkuPrice]
    """One a SKU."""

    def read(self) -> GooglePrices:
        """See `GoogleSource.read`.

        Raises:
            CatalogError: no SKU is of use.
        """
        sorter = SkuSorter(source=f"bigquery://{self.table}", as_of=self.as_of)
        for price in self.prices:
            if price.service_id in EXPORTED_SERVICES:
                sorter.add(EXPORTED_SERVICES[price.service_id], _listed(price))
        found = sorter.prices()
        if not found.rows:
            raise CatalogError(
                f"{self.table} has no price that this program knows, among {len(self.prices):,} SKUs",
                hint="The prices in use were kept. Read Google's public list: costopt prices refresh --cloud gcp.",
            )
        return found


def _listed(price: SkuPrice) -> ListedSku:
    """The export does not say how a SKU is bought, so that its description alone tells."""
    return ListedSku(
        id=price.sku_id,
        description=price.description,
        regions=price.regions,
        unit=price.unit or None,
        tiers=[(tier.start, tier.usd) for tier in price.list_tiers],
    )
