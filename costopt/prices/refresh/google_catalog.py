"""Google's Cloud Catalog API: every SKU of Compute Engine with its price, in one list of all regions."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from costopt.economics.gce.skus import SkuUnit, sku_unit
from costopt.errors import CatalogError
from costopt.model.money import USD
from costopt.model.price import Purchase
from costopt.prices.refresh.google_prices import GooglePrices, GoogleTally, is_region

COMPUTE_ENGINE: Final = "services/6F81-5844-456A"
"""The service's name in the catalog. Source: https://cloud.google.com/skus."""

URL: Final = f"https://cloudbilling.googleapis.com/v1/{COMPUTE_ENGINE}/skus"
PAGE: Final = 5000
"""SKUs of a page, the most that the API gives."""
PATIENCE_SECONDS: Final = 180.0
"""How long a page is asked for again where the API is busy; its quota is 300 calls a minute.
Source: https://cloud.google.com/billing/quotas."""

_ANY_SIZE: Final = [("grpc.max_receive_message_length", -1)]
"""A page of SKUs is larger than gRPC's four megabytes."""
_WORD: Final = re.compile(r"[A-Za-z0-9-]{1,40}")
_GLOBAL: Final = "global"
_NANO: Final = Decimal("1e-9")
_USAGE_TYPES: Final = {
    Purchase.ON_DEMAND: "OnDemand",
    Purchase.SPOT: "Preemptible",
    Purchase.CUD_1Y: "Commit1Yr",
    Purchase.CUD_3Y: "Commit3Yr",
}
_USAGE_UNITS: Final = {"vCPU-hour": "h", "hour": "h", "GiB-hour": "GiBy.h", "GiB-month": "GiBy.mo"}


def default_client(endpoint: str | None = None) -> Any:
    """A client of the API with the user's own credentials.

    Args:
        endpoint: host to ask instead of Google's; with `http://` before it one without TLS, of a test.

    Raises:
        CatalogError: there are no credentials, or the library is not installed.
    """
    try:
        from google.auth.exceptions import DefaultCredentialsError
        from google.cloud.billing_v1 import CloudCatalogClient
        from google.cloud.billing_v1.services.cloud_catalog.transports import CloudCatalogGrpcTransport
    except ImportError as error:
        raise CatalogError(
            "Google's client library is not installed", hint="Install it: pip install 'cloud-costopt[gcp]'."
        ) from error
    if endpoint is not None and endpoint.startswith("http://"):
        import grpc

        channel = grpc.insecure_channel(endpoint.removeprefix("http://").rstrip("/"), options=_ANY_SIZE)
        return CloudCatalogClient(transport=CloudCatalogGrpcTransport(channel=channel))
    try:
        return CloudCatalogClient(client_options={"api_endpoint": endpoint} if endpoint else None)
    except DefaultCredentialsError as error:
        raise CatalogError(
            "no credentials of Google Cloud were found",
            hint="Run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS.",
        ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudCatalog:
    """The list of SKUs, as a source of prices."""

    now: datetime
    """Aware time of the reading."""
    client: Callable[[], Any] = default_client
    """Gives a client."""
    patience: float = PATIENCE_SECONDS
    """Seconds to go on asking where the API is busy."""
    pause: float = 1.0
    """Seconds before the first repetition; each later one waits longer."""

    def read(self) -> GooglePrices:
        """See `GoogleSource.read`.

        Raises:
            CatalogError: no credentials or permission, the API cannot be reached or breaks off, or no SKU is of use.
        """
        day = self.now.astimezone(UTC).date()
        reading = _Reading(day)
        for sku in self._skus():
            reading.add(sku)
        prices = reading.prices()
        if not prices.rows:
            raise CatalogError(
                f"{URL} lists no price of Compute Engine that this program knows",
                hint="Check the project's access to the Cloud Billing API; the prices in use were kept.",
            )
        return prices

    def _skus(self) -> Iterable[Any]:
        """All SKUs, page by page; what comes after a page that fails is never left out silently."""
        client = self.client()
        from google.api_core import exceptions
        from google.api_core.retry import Retry, if_exception_type
        from google.auth.exceptions import GoogleAuthError

        busy = if_exception_type(
            exceptions.ResourceExhausted, exceptions.ServiceUnavailable, exceptions.InternalServerError
        )
        again = Retry(predicate=busy, initial=self.pause, maximum=30.0, timeout=self.patience)
        request = {"parent": COMPUTE_ENGINE, "currency_code": USD, "page_size": PAGE}
        try:
            for page in _without_loops(client.list_skus(request=request, retry=again, timeout=60.0).pages):
                yield from page.skus
        except (exceptions.PermissionDenied, exceptions.Unauthenticated, GoogleAuthError) as error:
            raise CatalogError(
                f"Google refuses its price catalog: {getattr(error, 'message', error)}",
                hint="Enable the Cloud Billing API (cloudbilling.googleapis.com) in the project of these credentials,"
                " and see whether they are still valid.",
            ) from error
        except exceptions.GoogleAPIError as error:
            raise CatalogError(
                f"Google's price catalog could not be read to its end: {getattr(error, 'message', error)}",
                hint="Try again later; the prices in use were kept.",
            ) from error


def _without_loops(pages: Iterable[Any]) -> Iterator[Any]:
    """Pages until one names a page that was there already.

    Raises:
        CatalogError: it did.
    """
    seen: set[str] = set()
    for page in pages:
        yield page
        if page.next_page_token in seen:
            raise CatalogError(
                "Google's price catalog gave the same page twice", hint="Try again later; the prices in use were kept."
            )
        seen.add(page.next_page_token)


class _Reading:
    """Sorts SKUs into rows."""

    def __init__(self, day: date) -> None:
        self._tally = GoogleTally(source=URL, as_of=day)
        self._unknown: Counter[str] = Counter()
        self._everywhere: list[tuple[SkuUnit, Decimal]] = []

    def add(self, sku: Any) -> None:
        """Note a SKU: its price, that it is not known, or why it cannot be used."""
        unit = sku_unit(sku.description)
        if unit is None:
            self._unknown[f"{_word(sku.category.resource_family)}, {_word(sku.category.usage_type)}"] += 1
            return
        fault = _fault(sku, unit)
        usd = None if fault else _usd(sku)
        for region in sku.service_regions:
            if region != _GLOBAL and not is_region(region):
                self._unknown["of no single region"] += 1
            elif usd is None and region == _GLOBAL:
                self._unknown["global, with steps"] += 1
            elif usd is None:
                self._tally.reject(
                    f"{unit.item} {_word(sku.sku_id)}", region, fault or "its price has steps or no dollars"
                )
            elif usd == 0:
                self._unknown["free"] += 1
            elif region == _GLOBAL:
                self._everywhere.append((unit, usd))
            else:
                self._tally.unit(unit.item, region, usd, unit.unit)

    def prices(self) -> GooglePrices:
        """All that was noted; what is the same everywhere in each region that anything else is in."""
        for region in self._tally.rows():
            for unit, usd in self._everywhere:
                self._tally.unit(unit.item, region, usd, unit.unit)
        return GooglePrices(url=URL, rows=self._tally.rows(), passed_over=self._unknown)


def _word(text: str) -> str:
    """A text of others that is to be shown: a word, or that it is none."""
    return text if _WORD.fullmatch(text) else "?"


def _fault(sku: Any, unit: SkuUnit) -> str | None:
    """Why a SKU is not what its description says."""
    if sku.category.usage_type != _USAGE_TYPES[unit.purchase]:
        return f"it is {_word(sku.category.usage_type)}, not {_USAGE_TYPES[unit.purchase]} as it is called"
    if not sku.pricing_info:
        return "it has no price"
    found = sku.pricing_info[-1].pricing_expression.usage_unit
    return None if found == _USAGE_UNITS[unit.unit] else f"its price is for {found!r}, not {_USAGE_UNITS[unit.unit]!r}"


def _usd(sku: Any) -> Decimal | None:
    """Exact dollars of a unit; None where amounts have different prices, or they are in another currency.

    Of a free allowance and one price beyond it the price is taken.
    """
    tiers = sorted(sku.pricing_info[-1].pricing_expression.tiered_rates, key=lambda tier: tier.start_usage_amount)
    amounts = [tier.unit_price.units + _NANO * tier.unit_price.nanos for tier in tiers]
    if not tiers or any(tier.unit_price.currency_code != USD for tier in tiers) or any(amounts[:-1]):
        return None
    return Decimal(amounts[-1])
