"""Google's Cloud Catalog as a gRPC server on loopback, made of the client library's own messages."""

import threading
from collections.abc import Callable, Sequence
from concurrent import futures
from decimal import Decimal

import grpc
from google.cloud.billing_v1.types import ListSkusRequest, ListSkusResponse, Sku

METHOD = "google.cloud.billing.v1.CloudCatalog"
COMPUTE_ENGINE = "services/6F81-5844-456A"
FAMILIES = {"h": "Compute", "GiBy.h": "Compute", "GBy.h": "Compute", "GiBy.mo": "Storage", "mo": "Storage"}


def sku(
    description: str,
    usd: str,
    *regions: str,
    usage: str = "OnDemand",
    unit: str = "h",
    service: str = COMPUTE_ENGINE,
    id_: str = "AAAA-BBBB-CCCC",
    tiers: Sequence[tuple[float, str]] = (),
    currency: str = "USD",
) -> Sku:
    """A SKU at one price, or at several from some amounts on."""
    rates = [
        {"start_usage_amount": start, "unit_price": {"currency_code": currency, **_units(price)}}
        for start, price in tiers or [(0, usd)]
    ]
    expression = {"usage_unit": unit, "tiered_rates": rates}
    return Sku(
        name=f"{service}/skus/{id_}",
        sku_id=id_,
        description=description,
        category={
            "service_display_name": "Compute Engine" if service == COMPUTE_ENGINE else service,
            "resource_family": FAMILIES[unit] if service == COMPUTE_ENGINE else "ApplicationServices",
            "usage_type": usage,
        },
        service_regions=regions or ["us-central1"],
        pricing_info=[{"pricing_expression": expression}],
    )


def _units(usd: str) -> dict[str, int]:
    whole, _, rest = f"{Decimal(usd):.9f}".partition(".")
    return {"units": int(whole), "nanos": int(rest)}


class SkuServer:
    """Answers `ListSkus` of a service in pages; `faults` take the place of the next answers."""

    def __init__(self, skus: Sequence[Sku], *, page: int = 5000) -> None:
        self.skus, self.page = list(skus), page
        self.requests: list[ListSkusRequest] = []
        self.faults: list[tuple[grpc.StatusCode, str] | None] = []
        self.loops = False
        """Whether every page names the second one as the next."""
        self._lock = threading.Lock()
        self._server = grpc.server(futures.ThreadPoolExecutor(2))
        handler = grpc.unary_unary_rpc_method_handler(
            self._answer,
            request_deserializer=ListSkusRequest.deserialize,
            response_serializer=ListSkusResponse.serialize,
        )
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(METHOD, {"ListSkus": handler}),))
        self.url = f"http://127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()

    def _answer(self, request: ListSkusRequest, context: grpc.ServicerContext) -> ListSkusResponse:
        with self._lock:
            self.requests.append(request)
            fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            context.abort(*fault)
        skus = [one for one in self.skus if one.name.startswith(f"{request.parent}/")]
        first = int(request.page_token or 0)
        last = first + min(self.page, request.page_size or self.page)
        more = str(last) if last < len(skus) else ""
        if self.loops:
            more = "2"
        return ListSkusResponse(skus=skus[first:last], next_page_token=more)

    def close(self) -> None:
        """Stop, and wait until it has."""
        self._server.stop(None).wait()


Serve = Callable[..., SkuServer]
