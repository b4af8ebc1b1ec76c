"""The clients of Google's libraries, one of each for a run, and the credentials behind them."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import google.auth
import grpc
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials, Credentials
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
from google.cloud.asset_v1 import AssetServiceClient
from google.cloud.asset_v1.services.asset_service.transports import AssetServiceGrpcTransport
from google.cloud.billing_v1 import CloudBillingClient
from google.cloud.billing_v1.services.cloud_billing.transports import CloudBillingGrpcTransport
from google.cloud.compute_v1 import MachineTypesClient
from google.cloud.monitoring_v3 import MetricServiceClient
from google.cloud.monitoring_v3.services.metric_service.transports import MetricServiceGrpcTransport

from costopt.collectors.gcp.limits import Limits
from costopt.errors import DAMAGED_CREDENTIALS, CollectError, UsageError

if TYPE_CHECKING:
    from google.cloud.bigquery_reservation_v1 import ReservationServiceClient
    from google.cloud.billing.budgets_v1 import BudgetServiceClient
    from google.cloud.recommender_v1 import RecommenderClient

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
"""The one scope that Cloud Asset Inventory takes; what the caller may do is the role's to say.
Source: https://cloud.google.com/asset-inventory/docs/reference/rest/v1/assets/list."""
_SIGN_IN = "Run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS to a key file."
_ANY_SIZE = [("grpc.max_receive_message_length", -1)]
"""A page of assets may be larger than gRPC's four megabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """How requests travel."""

    endpoint: str | None = None
    """Another gRPC endpoint for every API, `http://127.0.0.1:8080` (an emulator, to which no credentials are sent);
    None is Google."""
    compute_endpoint: str | None = None
    """Another REST endpoint of Compute Engine, which speaks no gRPC."""
    timeout_seconds: float = 60.0
    """Longest wait for one answer."""


class Connection:
    """Clients of one run. Safe for threads."""

    def __init__(self, wire: Wire, limits: Limits, *, quota_project: str | None = None) -> None:
        """Loads the credentials.

        Args:
            wire: how requests travel.
            limits: deadline, rates and meter of the run.
            quota_project: project whose quotas the calls count against; that of the credentials by default.

        Raises:
            CollectError: there are no credentials.
            UsageError: an endpoint that is none.
        """
        self.limits = limits
        self.timeout_seconds = wire.timeout_seconds
        self._target = _target(wire.endpoint)
        self._compute = wire.compute_endpoint
        self._credentials, self.default_project = _credentials(wire, quota_project)
        self._quota_project = quota_project
        self._lock = threading.Lock()
        self._clients: dict[str, Any] = {}

    @property
    def assets(self) -> AssetServiceClient:
        """Client of Cloud Asset Inventory."""
        return self._client("assets", partial(self._over_grpc, AssetServiceClient, AssetServiceGrpcTransport))

    @property
    def metrics(self) -> MetricServiceClient:
        """Client of Cloud Monitoring."""
        return self._client("metrics", partial(self._over_grpc, MetricServiceClient, MetricServiceGrpcTransport))

    @property
    def billing(self) -> CloudBillingClient:
        """Client of Cloud Billing."""
        return self._client("billing", partial(self._over_grpc, CloudBillingClient, CloudBillingGrpcTransport))

    @property
    def budgets(self) -> "BudgetServiceClient":
        """Client of the budgets of billing accounts."""
        return self._client("budgets", self._budgets)

    @property
    def recommendations(self) -> "RecommenderClient":
        """Client of Google's recommender."""
        return self._client("recommendations", self._recommendations)

    @property
    def reservations(self) -> "ReservationServiceClient":
        """Client of BigQuery's slots."""
        return self._client("reservations", self._reservations)

    @property
    def machine_types(self) -> MachineTypesClient | None:
        """Client of Compute Engine's machine types; None where only gRPC was redirected."""
        if self._target is not None and self._compute is None:
            return None
        return self._client("machine_types", self._over_rest)

    def close(self) -> None:
        """Closes all connections."""
        with self._lock:
            for client in self._clients.values():
                client.transport.close()
            self._clients.clear()

    def _client(self, name: str, make: Callable[[], Any]) -> Any:
        with self._lock:
            if name not in self._clients:
                self._clients[name] = make()
            return self._clients[name]

    def _over_grpc(self, client: Callable[..., Any], transport: Callable[..., Any]) -> Any:
        if self._target is not None:
            return client(transport=transport(channel=grpc.insecure_channel(self._target, options=_ANY_SIZE)))
        return client(credentials=self._credentials, client_options=self._options())

    def _budgets(self) -> "BudgetServiceClient":
        from google.cloud.billing.budgets_v1 import BudgetServiceClient
        from google.cloud.billing.budgets_v1.services.budget_service.transports import BudgetServiceGrpcTransport

        return self._over_grpc(BudgetServiceClient, BudgetServiceGrpcTransport)

    def _recommendations(self) -> "RecommenderClient":
        from google.cloud.recommender_v1 import RecommenderClient
        from google.cloud.recommender_v1.services.recommender.transports import RecommenderGrpcTransport

        return self._over_grpc(RecommenderClient, RecommenderGrpcTransport)

    def _reservations(self) -> "ReservationServiceClient":
        from google.cloud.bigquery_reservation_v1 import ReservationServiceClient
        from google.cloud.bigquery_reservation_v1.services.reservation_service.transports import (
            ReservationServiceGrpcTransport,
        )

        return self._over_grpc(ReservationServiceClient, ReservationServiceGrpcTransport)

    def _over_rest(self) -> MachineTypesClient:
        if self._compute is not None:
            options = ClientOptions(api_endpoint=self._compute)
            return MachineTypesClient(credentials=AnonymousCredentials(), client_options=options)
        return MachineTypesClient(credentials=self._credentials, client_options=self._options())

    def _options(self) -> ClientOptions:
        return ClientOptions(quota_project_id=self._quota_project)


def _credentials(wire: Wire, quota_project: str | None) -> tuple[Credentials, str | None]:
    """Application default credentials and their project; anonymous ones for another endpoint.

    Source: https://cloud.google.com/docs/authentication/application-default-credentials.
    """
    if wire.endpoint is not None or wire.compute_endpoint is not None:
        return AnonymousCredentials(), None
    try:
        credentials, project = google.auth.default(scopes=[SCOPE], quota_project_id=quota_project)
    except DefaultCredentialsError as error:
        raise CollectError("there are no Google Cloud credentials", hint=_SIGN_IN) from error
    except (GoogleAuthError, *DAMAGED_CREDENTIALS):
        raise CollectError("the file of credentials for Google Cloud is damaged", hint=_SIGN_IN) from None
    return credentials, project


def _target(endpoint: str | None) -> str | None:
    """Host and port of an endpoint, without TLS: whatever is sent there is read by who listens.

    Raises:
        UsageError: not `http://host:port`.
    """
    if endpoint is None:
        return None
    parsed = urlsplit(endpoint if "//" in endpoint else f"//{endpoint}")
    try:
        is_plain = parsed.scheme in ("", "http") and parsed.path in ("", "/") and parsed.username is None
        is_place = bool(parsed.hostname and parsed.port)
    except ValueError:  # a port that is no number, or above all
        is_plain = is_place = False
    if not (is_plain and is_place):
        raise UsageError(f"--endpoint {endpoint!r} is no http://host:port", hint="It is for emulators and tests.")
    return parsed.netloc
