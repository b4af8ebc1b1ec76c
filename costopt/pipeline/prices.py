"""Finding, refreshing and comparing prices."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from costopt.config.settings import PriceSettings
from costopt.errors import CatalogError
from costopt.pipeline.pricing import price_book, refreshed_catalog
from costopt.prices.catalog import embedded_catalog_path, open_user_catalog
from costopt.prices.find import Demand, Found, find_offers
from costopt.prices.refresh.diff import CatalogDiff, diff
from costopt.prices.refresh.outcome import RefreshReport
from costopt.prices.refresh.reference import reference_of
from costopt.prices.refresh.refresh import refresh
from costopt.prices.refresh.shelf import current_catalog, previous_catalog
from costopt.prices.refresh.sources import SERVICES, Sources


def find_prices(settings: PriceSettings, demand: Demand, *, region: str, operating_system: str = "linux") -> Found:
    """EC2 types of a region that meet a demand, cheapest first, at the user's own prices.

    Raises:
        UsageError: an unknown region.
        CatalogError: the prices cannot be read.
    """
    regions = open_user_catalog(refreshed_catalog(settings)).regions
    return find_offers(price_book(settings), demand, region=region, regions=regions, operating_system=operating_system)


def refresh_prices(
    settings: PriceSettings,
    *,
    regions: Sequence[str],
    services: Sequence[str] = SERVICES,
    sources: Sources | None = None,
    now: datetime | None = None,
    progress: Callable[[str], None] | None = None,
) -> RefreshReport:
    """Read AWS's public price files into the user's cache; the old catalog stays where the new one is refused.

    Raises:
        UsageError: no region, or an unknown service.
        CatalogError: the cache cannot be written.
    """
    return refresh(
        refreshed_catalog(settings),
        regions=regions,
        services=services,
        sources=sources,
        now=now or datetime.now(UTC),
        progress=progress,
        reference=reference_of(embedded_catalog_path()),
    )


def compare_prices(settings: PriceSettings, *, limit: int = 50) -> CatalogDiff:
    """How the refreshed catalog differs from the one before it.

    Raises:
        CatalogError: there are not two of them.
    """
    cache = refreshed_catalog(settings)
    old, new = previous_catalog(cache), current_catalog(cache)
    if old is None or new is None:
        raise CatalogError("there are not two refreshed catalogs to compare", hint="Run costopt prices refresh first.")
    return diff(old, new, limit=limit)
