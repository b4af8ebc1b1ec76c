"""Google's Cloud Catalog API: every SKU of a service with its price, in one list of all regions."""

import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from costopt.errors import CatalogError
from costopt.model.money import USD
from costopt.prices.places import is_region, place
from costopt.prices.refresh.google_meters import CATALOG_SERVICES, CONVERSIONS, CatalogService, Meter
from costopt.prices.refresh.google_pages import SkuPages
from costopt.prices.refresh.google_prices import GooglePrices, GoogleTally

URL: Final = "https://cloudbilling.googleapis.com/v1/services"

_ANY_SIZE: Final = [("grpc.max_receive_message_length", -1)]
"""A page of SKUs is larger than gRPC's four megabytes."""
_WORD: Final = re.compile(r"[A-Za-z0-9-]{1,40}")
_GLOBAL: Final = "global"
_NANO: Final = Decimal("1e-9")


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
    sleep: Callable[[float], None] = time.sleep
    """Waits so many seconds before a page is asked for again."""

    def read(self) -> GooglePrices:
        """See `GoogleSource.read`.

        Raises:
            CatalogError: no credentials or permission, the API cannot be reached or breaks off, or no SKU is of use.
        """
        day = self.now.astimezone(UTC).date()
        reading, pages = _Reading(day), SkuPages(client=self.client(), sleep=self.sleep)
        for service in CATALOG_SERVICES:
            for page in pages.of(service.id):
                for sku in page.skus:
                    reading.add(service, sku)
        prices = reading.prices()
        if not prices.rows:
            raise CatalogError(
                f"{URL} lists no price that this program knows",
                hint="Check the project's access to the Cloud Billing API; the prices in use were kept.",
            )
        return prices


class _Reading:
    """Sorts SKUs into rows."""

    def __init__(self, day: date) -> None:
        self._tally = GoogleTally(source=URL, as_of=day)
        self._unknown: Counter[str] = Counter()
        self._everywhere: list[tuple[Meter, Decimal]] = []

    def add(self, service: CatalogService, sku: Any) -> None:
        """Note a SKU: its price, that it is not known, or why it cannot be used."""
        meter = service.meter(sku.description)
        if meter is None:
            kind = f"{_word(sku.category.resource_family)}, {_word(sku.category.usage_type)}"
            self._unknown[f"{service.name}: {kind}"] += 1
            return
        fault = _fault(sku, meter)
        usd = None if fault else _usd(sku, meter)
        for region in sku.service_regions:
            self._note(sku, meter, region, usd, fault or "its price has steps or no dollars")

    def _note(self, sku: Any, meter: Meter, region: str, usd: Decimal | None, fault: str) -> None:
        where = place(region)
        if region != _GLOBAL and where is None:
            self._unknown["of no region"] += 1
        elif usd is None and region == _GLOBAL:
            self._unknown["global, with steps"] += 1
        elif usd is None:
            what = f"{meter.item} {_word(sku.sku_id)}"
            self._tally.reject(what, str(where), fault, service=meter.service)
        elif usd == 0:
            self._unknown["free"] += 1
        elif where is None:
            self._everywhere.append((meter, usd))
        else:
            self._tally.unit(meter.item, where, usd, meter.unit, service=meter.service)

    def prices(self) -> GooglePrices:
        """All that was noted; what is the same everywhere in each region that anything else is in."""
        for region in filter(is_region, self._tally.rows()):
            for meter, usd in self._everywhere:
                self._tally.unit(meter.item, region, usd, meter.unit, service=meter.service)
        return GooglePrices(url=URL, rows=self._tally.rows(), passed_over=self._unknown)


def _word(text: str) -> str:
    """A text of others that is to be shown: a word, or that it is none."""
    return text if _WORD.fullmatch(text) else "?"


def _fault(sku: Any, meter: Meter) -> str | None:
    """Why a SKU is not what its description says."""
    if sku.category.usage_type != meter.usage_type:
        return f"it is {_word(sku.category.usage_type)}, not {meter.usage_type} as it is called"
    if not sku.pricing_info:
        return "it has no price"
    found, known = sku.pricing_info[-1].pricing_expression.usage_unit, CONVERSIONS[meter.unit]
    return None if found in known else f"its price is for {found!r}, not {next(iter(known))!r}"


def _usd(sku: Any, meter: Meter) -> Decimal | None:
    """Exact dollars of a unit; None where amounts have different prices, or they are in another currency.

    Of a free allowance and one price beyond it the price is taken.
    """
    expression = sku.pricing_info[-1].pricing_expression
    tiers = sorted(expression.tiered_rates, key=lambda tier: tier.start_usage_amount)
    amounts = [tier.unit_price.units + _NANO * tier.unit_price.nanos for tier in tiers]
    if not tiers or any(tier.unit_price.currency_code != USD for tier in tiers) or any(amounts[:-1]):
        return None
    return Decimal(amounts[-1]) * CONVERSIONS[meter.unit][expression.usage_unit]
