"""Reservations of BigQuery's slots, and commitments to them: lists of one project in one location.

A location must be named: unlike that of assignments, these lists document no wildcard.
Source: https://cloud.google.com/bigquery/docs/reference/reservations/rpc/google.cloud.bigquery.reservation.v1.
"""

from collections.abc import Callable, Iterator
from typing import Any

from google.cloud.bigquery_reservation_v1 import ListCapacityCommitmentsRequest, ListReservationsRequest
from google.protobuf.json_format import MessageToDict

from costopt.collectors.faults import PagingLoop
from costopt.collectors.gcp.calls import LIST_CAPACITY_COMMITMENTS, LIST_RESERVATIONS
from costopt.collectors.gcp.connection import Connection
from costopt.collectors.gcp.interface import Asset, Call
from costopt.collectors.gcp.names import Project, last_part
from costopt.collectors.gcp.patience import ask

_ROWS_A_PAGE = 1000
_HOST = "//bigqueryreservation.googleapis.com"


def list_reservations(connection: Connection, project: Project, location: str) -> Iterator[Asset]:
    """Every reservation, with the JSON of its API."""
    send = connection.reservations.list_reservations
    request = ListReservationsRequest(parent=_parent(project, location), page_size=_ROWS_A_PAGE)
    for page in _pages(connection, LIST_RESERVATIONS, send, request):
        for one in page.reservations:
            yield _asset(project, location, "Reservation", "reservations", type(one).pb(one))


def list_capacity_commitments(connection: Connection, project: Project, location: str) -> Iterator[Asset]:
    """Every commitment, with the JSON of its API."""
    send = connection.reservations.list_capacity_commitments
    request = ListCapacityCommitmentsRequest(parent=_parent(project, location), page_size=_ROWS_A_PAGE)
    for page in _pages(connection, LIST_CAPACITY_COMMITMENTS, send, request):
        for one in page.capacity_commitments:
            yield _asset(project, location, "CapacityCommitment", "capacityCommitments", type(one).pb(one))


def _parent(project: Project, location: str) -> str:
    return f"projects/{project.id}/locations/{location}"


def _pages(connection: Connection, call: Call, method: Callable[..., Any], request: Any) -> Iterator[Any]:
    """Every page of a list.

    Raises:
        PagingLoop: a page token came back a second time.
    """

    def send() -> Any:
        return next(iter(method(request=request, retry=None, timeout=connection.timeout_seconds).pages))

    seen: set[str] = set()
    while True:
        page = ask(connection.limits, call, send)
        yield page
        if not page.next_page_token:
            return
        if page.next_page_token in seen:
            raise PagingLoop(f"{call.method} gave the same page token twice")
        seen.add(page.next_page_token)
        request.page_token = page.next_page_token


def _asset(project: Project, location: str, kind: str, below: str, message: Any) -> Asset:
    """Named by the project and the place that were asked, since Google may say the project by its number."""
    return Asset(
        name=f"{_HOST}/{_parent(project, location)}/{below}/{last_part(message.name)}",
        asset_type=f"bigqueryreservation.googleapis.com/{kind}",
        location=location,
        data=MessageToDict(message),
    )
