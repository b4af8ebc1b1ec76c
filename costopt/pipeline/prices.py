"""Finding, refreshing and comparing prices."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from costopt.collectors.aws.regions import check_regions
from costopt.config.settings import PriceSettings
from costopt.errors import CatalogError
from costopt.pipeline.pricing import price_book, refreshed_catalog
from costopt.prices.catalog import embedded_catalog_path, open_user_catalog
from costopt.prices.find import Demand, Found, find_offers
from costopt.prices.find_gce import FoundMachines, find_machines
from costopt.prices.refresh.advisor import ADVISOR_URL
from costopt.prices.refresh.diff import CatalogDiff, diff
from costopt.prices.refresh.google.catalog import CloudCatalog, default_client
from costopt.prices.refresh.google.gcosts import Gcosts
from costopt.prices.refresh.index import BASE_URL, CHINA_BASE_URL
from costopt.prices.refresh.outcome import RefreshReport
from costopt.prices.refresh.reference import reference_of
from costopt.prices.refresh.refresh import refresh, refresh_google
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


def find_google_prices(settings: PriceSettings, demand: Demand, *, region: str) -> FoundMachines:
    """Machine types of Compute Engine that meet a demand, custom ones too, cheapest first, at the user's own prices.

    Raises:
        UsageError: an unknown region.
        CatalogError: the prices cannot be read.
    """
    regions = open_user_catalog(refreshed_catalog(settings)).google_regions
    return find_machines(price_book(settings), demand, region=region, regions=regions)


def refresh_prices(
    settings: PriceSettings,
    *,
    regions: Sequence[str],
    services: Sequence[str] = SERVICES,
    base_url: str | None = None,
    advisor_url: str | None = None,
    now: datetime | None = None,
    progress: Callable[[str], None] | None = None,
) -> RefreshReport:
    """Read AWS's public price files into the user's cache; the old catalog stays where the new one is refused.

    Args:
        settings: where the cache is.
        regions: regions of one partition, such as `eu-west-1`.
        services: of `SERVICES`.
        base_url: host of the price files; that of the regions' partition by default.
        advisor_url: address of the spot advisor's file.
        now: aware time, the clock's by default.
        progress: is told what was read, a line at a time.

    Raises:
        UsageError: no region, an unknown one, two partitions, or an unknown service.
        CatalogError: the cache cannot be written.
    """
    check_regions(regions)
    china = any(region.startswith("cn-") for region in regions)
    sources = Sources(
        base_url=base_url or (CHINA_BASE_URL if china else BASE_URL), advisor_url=advisor_url or ADVISOR_URL
    )
    return refresh(
        refreshed_catalog(settings),
        regions=regions,
        services=services,
        sources=sources,
        now=now or datetime.now(UTC),
        progress=progress,
        reference=reference_of(embedded_catalog_path()),
    )


def refresh_google_prices(
    settings: PriceSettings,
    *,
    regions: Sequence[str] = (),
    file: Path | None = None,
    endpoint: str | None = None,
    now: datetime | None = None,
    progress: Callable[[str], None] | None = None,
) -> RefreshReport:
    """Read Google's prices into the user's cache; the old catalog stays where the new one is refused.

    Args:
        settings: where the cache is.
        regions: such as `europe-west4`; none for all.
        file: gcosts' pricing.yml to read instead of Google's own catalog.
        endpoint: host of the Cloud Billing API; Google's by default.
        now: aware time, the clock's by default.
        progress: is told what was read, a line at a time.

    Raises:
        CatalogError: the prices cannot be read, or the cache cannot be written.
    """
    moment = now or datetime.now(UTC)
    catalog = CloudCatalog(now=moment, client=partial(default_client, endpoint))
    return refresh_google(
        refreshed_catalog(settings),
        source=catalog if file is None else Gcosts(path=file),
        regions=regions,
        now=moment,
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
