"""Pages of Google's price catalog over real gRPC: when they are asked for again, and how long the waits are."""

from collections.abc import Iterator

import grpc
import pytest
from google.cloud.billing_v1.services.cloud_catalog.transports import CloudCatalogGrpcTransport
from google.cloud.billing_v1.types import ListSkusRequest, ListSkusResponse

from costopt.errors import CatalogError
from costopt.prices.refresh.google.catalog import default_client
from costopt.prices.refresh.google.pages import PATIENCE, SkuPages
from tests.oracles.google_wire import GrpcServer, Refusal

BUSY = grpc.StatusCode.RESOURCE_EXHAUSTED
METHOD = "ListSkus"


def listed(request: ListSkusRequest) -> ListSkusResponse:
    """Three pages of one SKU."""
    number = int(request.page_token or 0)
    return ListSkusResponse(skus=[{"sku_id": str(number)}], next_page_token=str(number + 1) if number < 2 else "")


@pytest.fixture
def server() -> Iterator[GrpcServer]:
    """The catalog; an answer that it cannot make fails the test."""
    made = GrpcServer(CloudCatalogGrpcTransport)
    made.answers[METHOD] = listed
    yield made
    made.close()
    assert made.bugs == []


def read(server: GrpcServer, *refusals: Refusal) -> tuple[list[str], list[float]]:
    """SKUs of all pages, and the waits between tries."""
    server.refusals += refusals
    waits: list[float] = []
    pages = SkuPages(client=default_client(server.url), sleep=waits.append)
    return [sku.sku_id for page in pages.of("services/6F81-5844-456A") for sku in page.skus], waits


def test_a_busy_catalog_is_asked_again_for_the_same_page_after_longer_and_longer_waits(server: GrpcServer) -> None:
    found, waits = read(server, Refusal(METHOD, BUSY, skip=1, times=3))
    assert found == ["0", "1", "2"]
    assert waits == [1.0, 2.0, 4.0]
    assert [request.page_token for request in server.asked(METHOD)] == ["", "1", "1", "1", "1", "2"]


def test_the_wait_that_google_asks_for_is_waited(server: GrpcServer) -> None:
    found, waits = read(server, Refusal(METHOD, BUSY, retry_seconds=41.5, times=2))
    assert (found, waits) == (["0", "1", "2"], [41.5, 41.5])


def test_a_wait_that_is_shorter_than_ours_does_not_make_us_hurry(server: GrpcServer) -> None:
    _, waits = read(server, Refusal(METHOD, BUSY, retry_seconds=0.1, times=3))
    assert waits == [1.0, 2.0, 4.0]


def test_a_wait_of_hours_is_told_and_not_waited_for(server: GrpcServer) -> None:
    with pytest.raises(CatalogError, match="could not be read to its end: Quota exceeded") as told:
        read(server, Refusal(METHOD, BUSY, message="Quota exceeded", retry_seconds=3600.0))
    assert "prices in use were kept" in told.value.hint
    assert len(server.asked(METHOD)) == 1


def test_a_catalog_that_stays_busy_ends_after_bounded_tries(server: GrpcServer) -> None:
    with pytest.raises(CatalogError, match="could not be read to its end"):
        read(server, Refusal(METHOD, grpc.StatusCode.UNAVAILABLE))
    assert len(server.asked(METHOD)) == PATIENCE.attempts


@pytest.mark.parametrize("code", [grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND])
def test_what_another_try_cannot_mend_is_asked_once(server: GrpcServer, code: grpc.StatusCode) -> None:
    with pytest.raises(CatalogError):
        read(server, Refusal(METHOD, code))
    assert len(server.asked(METHOD)) == 1
