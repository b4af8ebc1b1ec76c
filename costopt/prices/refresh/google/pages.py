"""Pages of Google's Cloud Catalog, each asked for again where the API is busy.

Google's client asks again for no error of this call by itself, and honours no RetryInfo; so its retries are left off.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from costopt.errors import CatalogError
from costopt.model.money import USD
from costopt.model.patience import Patience

PAGE: Final = 5000
"""SKUs of a page, the most that the API gives."""
PATIENCE: Final = Patience()
"""When a page is asked for again; the quota is 300 calls a minute. Source: https://cloud.google.com/billing/quotas."""
_TIMEOUT_SECONDS: Final = 60.0
_LATER: Final = "Try again later; the prices in use were kept."


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuPages:
    """Asks for the SKUs of a service."""

    client: Any
    """A `CloudCatalogClient`."""
    sleep: Callable[[float], None] = time.sleep
    """Waits so many seconds."""

    def of(self, service: str) -> Iterator[Any]:
        """All pages of a service; what comes after one that fails is never left out silently.

        Args:
            service: its name in the catalog, `services/6F81-5844-456A`.

        Raises:
            CatalogError: no permission, the API cannot be reached or breaks off, or its pages go in circles.
        """
        from google.api_core import exceptions
        from google.auth.exceptions import GoogleAuthError

        try:
            yield from self._pages(service)
        except (exceptions.PermissionDenied, exceptions.Unauthenticated, GoogleAuthError) as error:
            raise CatalogError(
                f"Google refuses its price catalog: {getattr(error, 'message', error)}",
                hint="Enable the Cloud Billing API (cloudbilling.googleapis.com) in the project of these credentials,"
                " and see whether they are still valid.",
            ) from error
        except exceptions.GoogleAPIError as error:
            raise CatalogError(
                f"Google's price catalog could not be read to its end: {getattr(error, 'message', error)}", hint=_LATER
            ) from error

    def _pages(self, service: str) -> Iterator[Any]:
        request = {"parent": service, "currency_code": USD, "page_size": PAGE, "page_token": ""}
        seen: set[str] = set()
        while True:
            page = self._ask(request)
            yield page
            if not page.next_page_token:
                return
            if page.next_page_token in seen:
                raise CatalogError("Google's price catalog gave the same page twice", hint=_LATER)
            seen.add(page.next_page_token)
            request["page_token"] = page.next_page_token

    def _ask(self, request: dict[str, Any]) -> Any:
        """One page. Google's error comes through where the last try fails."""
        from google.api_core.exceptions import InternalServerError, ResourceExhausted, ServiceUnavailable

        for attempt in count():
            try:
                answer = self.client.list_skus(request=request, retry=None, timeout=_TIMEOUT_SECONDS)
                return next(iter(answer.pages))
            except (ResourceExhausted, ServiceUnavailable, InternalServerError) as error:
                wait = PATIENCE.wait(attempt, _asked_seconds(error))
                if wait is None:
                    raise
                self.sleep(wait)
        raise AssertionError("the last try answers or raises")


def _asked_seconds(error: Any) -> float | None:
    """Seconds that the service asks to wait, None where it does not say.

    Source: https://cloud.google.com/apis/design/errors#error_payloads (RetryInfo).
    """
    from google.rpc.error_details_pb2 import RetryInfo

    delays = (detail.retry_delay for detail in error.details if isinstance(detail, RetryInfo))
    return next((delay.seconds + delay.nanos / 1e9 for delay in delays), None)
