"""Google's Cloud Catalog API: every SKU of a service with its price, in one list of all regions."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from costopt.errors import CatalogError
from costopt.model.money import USD
from costopt.prices.refresh.google.meters import CATALOG_SERVICES
from costopt.prices.refresh.google.pages import SkuPages
from costopt.prices.refresh.google.prices import GooglePrices
from costopt.prices.refresh.google.skus import ListedSku, SkuSorter, Tier, word

URL: Final = "https://cloudbilling.googleapis.com/v1/services"

_SIGN_IN: Final = "Run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS."
_ANY_SIZE: Final = [("grpc.max_receive_message_length", -1)]
"""A page of SKUs is larger than gRPC's four megabytes."""
_NANO: Final = Decimal("1e-9")


def default_client(endpoint: str | None = None) -> Any:
    """A client of the API with the user's own credentials.

    Args:
        endpoint: host to ask instead of Google's; with `http://` before it one without TLS, of a test.

    Raises:
        CatalogError: there are no credentials, or the library is not installed.
    """
    try:
        from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
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
        raise CatalogError("no credentials of Google Cloud were found", hint=_SIGN_IN) from error
    except (GoogleAuthError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        # The library looks into the file before it looks at it; its text may repeat what stands there.
        raise CatalogError("the file of credentials for Google Cloud is damaged", hint=_SIGN_IN) from None


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
        sorter, pages = SkuSorter(source=URL, as_of=day), SkuPages(client=self.client(), sleep=self.sleep)
        for service in CATALOG_SERVICES:
            for page in pages.of(service.id):
                for sku in page.skus:
                    sorter.add(service, _listed(sku))
        prices = sorter.prices()
        if not prices.rows:
            raise CatalogError(
                f"{URL} lists no price that this program knows",
                hint="Check the project's access to the Cloud Billing API; the prices in use were kept.",
            )
        return prices


def _listed(sku: Any) -> ListedSku:
    """A SKU of the client's library as any list has it."""
    category, known = sku.category, sku.pricing_info
    expression = known[-1].pricing_expression if known else None
    return ListedSku(
        id=sku.sku_id,
        description=sku.description,
        kind=f"{word(category.resource_family)}, {word(category.usage_type)}",
        usage_type=category.usage_type,
        regions=sku.service_regions,
        unit=expression.usage_unit if expression else None,
        tiers=[_tier(tier) for tier in expression.tiered_rates] if expression else (),
    )


def _tier(tier: Any) -> Tier:
    """Exact dollars from an amount of usage on; none of another currency."""
    price = tier.unit_price
    usd = price.units + _NANO * price.nanos if price.currency_code == USD else None
    return Decimal(tier.start_usage_amount), usd
