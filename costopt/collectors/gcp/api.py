"""The calls of one project, each asked with patience and checked to be whole."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from google.cloud.asset_v1 import ContentType, ListAssetsRequest, ListAssetsResponse
from google.cloud.billing_v1 import GetBillingAccountRequest, GetProjectBillingInfoRequest
from google.protobuf.json_format import MessageToDict

from costopt.collectors.faults import PagingLoop
from costopt.collectors.gcp.calls import GET_BILLING_ACCOUNT, GET_PROJECT_BILLING_INFO, LIST_ASSETS
from costopt.collectors.gcp.connection import Connection
from costopt.collectors.gcp.faults import classify
from costopt.collectors.gcp.interface import Asset, Call, MachineShape, Payer, SeriesQuery
from costopt.collectors.gcp.machine_shapes import read_machine_shapes
from costopt.collectors.gcp.names import Project
from costopt.collectors.gcp.patience import ask
from costopt.collectors.gcp.slot_lists import list_capacity_commitments, list_reservations
from costopt.collectors.gcp.time_series import latest_values
from costopt.collectors.parts import Parts

_ASSETS_A_PAGE = 1000
"""The most that there are. Source: https://cloud.google.com/asset-inventory/docs/reference/rest/v1/assets/list."""
_ACCOUNTS = "billingAccounts/"
_PROJECTS = "projects/"


class ConnectedApi:
    """Implements `interface.Api`. Google's errors come through; `faults.classify` tells what they mean."""

    def __init__(self, connection: Connection, project: Project, now: datetime) -> None:
        self._connection = connection
        self._project = project
        self._now = now
        self.parts = Parts(classify)

    @property
    def project(self) -> Project:
        """The project."""
        return self._project

    @property
    def now(self) -> datetime:
        """Time of the collection, UTC."""
        return self._now

    def assets(self, asset_types: Sequence[str]) -> Iterator[Asset]:
        """Every asset of some types in the project, as it comes."""
        return list_assets(self._connection, f"projects/{self._project.id}", asset_types)

    def latest(self, query: SeriesQuery, *, days: int) -> Mapping[tuple[str, ...], float]:
        """The newest daily value of each series by its labels, of the last `days` days."""
        return latest_values(self._connection, self._project.id, query, self._now, days=days)

    def machine_shapes(self, names: Sequence[str]) -> Mapping[tuple[str, str], MachineShape]:
        """Shapes by (zone, machine type); those of zones that could not be reached are missing, and noted."""
        return read_machine_shapes(self._connection, self._project.id, names, self.missing)

    def reservations(self, location: str) -> Iterator[Asset]:
        """Reservations of BigQuery's slots in a location."""
        return list_reservations(self._connection, self._project, location)

    def capacity_commitments(self, location: str) -> Iterator[Asset]:
        """Commitments to slots of BigQuery in a location."""
        return list_capacity_commitments(self._connection, self._project, location)

    def payer(self) -> Payer:
        """Who pays for the project."""
        client, request = self._connection.billing, GetProjectBillingInfoRequest(name=f"projects/{self._project.id}")
        info = self._ask(GET_PROJECT_BILLING_INFO, client.get_project_billing_info, request)
        return Payer(enabled=info.billing_enabled, account=info.billing_account_name.removeprefix(_ACCOUNTS) or None)

    def currency_of(self, account: str) -> str | None:
        """ISO 4217 code of a billing account; None where it says none."""
        client, request = self._connection.billing, GetBillingAccountRequest(name=f"{_ACCOUNTS}{account}")
        return self._ask(GET_BILLING_ACCOUNT, client.get_billing_account, request).currency_code or None

    def missing(self, part: str, error: Exception, *, of: str | None = None, kinds: tuple[str, ...] = ()) -> None:
        """Tells the ledger that a part of the rows could not be read, though the rest was."""
        self.parts.add(part, error, of=of, kinds=kinds)

    def _ask(self, call: Call, method: Callable[..., Any], request: Any) -> Any:
        timeout = self._connection.timeout_seconds
        return ask(self._connection.limits, call, lambda: method(request=request, retry=None, timeout=timeout))


def list_assets(connection: Connection, parent: str, asset_types: Sequence[str]) -> Iterator[Asset]:
    """Every asset of some types below a project, folder or organisation, page by page.

    Raises:
        PagingLoop: a page token came back a second time.
    """
    request = ListAssetsRequest(
        parent=parent, asset_types=asset_types, content_type=ContentType.RESOURCE, page_size=_ASSETS_A_PAGE
    )

    def send() -> ListAssetsResponse:
        answer = connection.assets.list_assets(request=request, retry=None, timeout=connection.timeout_seconds)
        return next(iter(answer.pages))

    seen: set[str] = set()
    while True:
        page = ask(connection.limits, LIST_ASSETS, send)
        for one in ListAssetsResponse.pb(page).assets:
            yield Asset(
                name=one.name,
                asset_type=one.asset_type,
                location=one.resource.location,
                data=MessageToDict(one.resource.data),
                project_number=_project_number(one.ancestors),
            )
        if not page.next_page_token:
            return
        if page.next_page_token in seen:
            raise PagingLoop("ListAssets gave the same page token twice")
        seen.add(page.next_page_token)
        request.page_token = page.next_page_token


def _project_number(ancestors: Sequence[str]) -> str | None:
    """Number of the project among `projects/<number>`, `folders/<number>`, ..., the nearest first."""
    return next((one.removeprefix(_PROJECTS) for one in ancestors if one.startswith(_PROJECTS)), None)
