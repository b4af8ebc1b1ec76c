"""Google Cloud on loopback: assets, time series and billing that a test puts there, served as Google serves them."""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import grpc
from google.api import metric_pb2, monitored_resource_pb2
from google.cloud import asset_v1, bigquery_reservation_v1, billing_v1, monitoring_v3, recommender_v1
from google.cloud.asset_v1.services.asset_service.transports import AssetServiceGrpcTransport
from google.cloud.bigquery_reservation_v1.services.reservation_service.transports import (
    ReservationServiceGrpcTransport,
)
from google.cloud.billing_v1.services.cloud_billing.transports import CloudBillingGrpcTransport
from google.cloud.monitoring_v3.services.metric_service.transports import MetricServiceGrpcTransport
from google.cloud.recommender_v1.services.recommender.transports import RecommenderGrpcTransport
from google.protobuf import json_format, struct_pb2

from tests.oracles.google_wire import GrpcServer, Refused

PROJECT = "acme-shop"
NUMBER = "123456789012"
ORGANIZATION = "organizations/999"


def asset(
    asset_type: str, name: str, data: Mapping[str, Any], *, location: str = "", number: str = NUMBER
) -> asset_v1.Asset:
    """An asset as Cloud Asset Inventory lists it, with its resource's JSON."""
    content = struct_pb2.Struct()
    json_format.ParseDict(dict(data), content)
    found = asset_v1.Asset(name=name, asset_type=asset_type, ancestors=[f"projects/{number}", ORGANIZATION])
    asset_v1.Asset.pb(found).resource.data.CopyFrom(content)
    asset_v1.Asset.pb(found).resource.location = location
    return found


@dataclass(slots=True, kw_only=True)
class Points:
    """What Monitoring has of one series after aggregation: a value for each step that has one."""

    labels: Mapping[str, str]
    """Labels by their place, `resource.label.instance_id` say."""
    values: Sequence[float | None]
    """One a step, the oldest first; the last ends with the window."""
    int64: bool = False
    """Sent as whole numbers."""


@dataclass(slots=True)
class GoogleCloud:
    """The content of the cloud, and the server in front of it."""

    assets: dict[str, list[asset_v1.Asset]] = field(default_factory=dict)
    """Assets by parent, `projects/acme-shop` or `organizations/999`."""
    series: dict[str, list[Points]] = field(default_factory=dict)
    """Series by metric type."""
    payers: dict[str, billing_v1.ProjectBillingInfo] = field(default_factory=dict)
    """Who pays, by project id."""
    accounts: dict[str, str] = field(default_factory=dict)
    """Currency of each billing account."""
    advice: dict[str, list[recommender_v1.Recommendation]] = field(default_factory=dict)
    """Recommendations by parent, `projects/p/locations/l/recommenders/r`."""
    reservations: dict[str, list[bigquery_reservation_v1.Reservation]] = field(default_factory=dict)
    """Reservations of slots by parent, `projects/p/locations/EU`."""
    commitments: dict[str, list[bigquery_reservation_v1.CapacityCommitment]] = field(default_factory=dict)
    """Capacity commitments, likewise."""
    unsupported: frozenset[str] = frozenset()
    """Asset types that this inventory does not know."""
    page_size: int = 1000
    """Most rows of a page, whatever is asked."""
    errors: list[str] = field(default_factory=list)
    """Messages of `execution_errors` that come with every answer of series."""
    server: GrpcServer = field(init=False)
    """Where it is served."""

    def __post_init__(self) -> None:
        self.server = GrpcServer(
            AssetServiceGrpcTransport,
            CloudBillingGrpcTransport,
            MetricServiceGrpcTransport,
            RecommenderGrpcTransport,
            ReservationServiceGrpcTransport,
        )
        self.server.answers |= {
            "ListAssets": self._list_assets,
            "ListTimeSeries": self._list_time_series,
            "ListRecommendations": self._list_recommendations,
            "ListReservations": self._list_reservations,
            "ListCapacityCommitments": self._list_commitments,
            "GetProjectBillingInfo": self._billing_info,
            "GetBillingAccount": self._billing_account,
        }

    def put(self, *found: asset_v1.Asset, project: str = PROJECT) -> None:
        """Adds assets to a project."""
        self.assets.setdefault(f"projects/{project}", []).extend(found)

    def _list_assets(self, request: asset_v1.ListAssetsRequest) -> asset_v1.ListAssetsResponse:
        if request.parent not in self.assets:
            raise Refused(grpc.StatusCode.NOT_FOUND, f"{request.parent} was not found")
        if unknown := self.unsupported & set(request.asset_types):
            raise Refused(grpc.StatusCode.INVALID_ARGUMENT, f"unsupported asset type {min(unknown)}")
        wanted = [
            one
            for one in self.assets[request.parent]
            if any(re.fullmatch(pattern, one.asset_type) for pattern in request.asset_types)
        ]
        rows, token = self._page(wanted, request, ("parent", "asset_types"))
        return asset_v1.ListAssetsResponse(assets=rows, next_page_token=token)

    def _list_time_series(self, request: monitoring_v3.ListTimeSeriesRequest) -> monitoring_v3.ListTimeSeriesResponse:
        named = re.match(r'metric\.type = "([^"]+)"', request.filter)
        assert named, request.filter
        step = int(request.aggregation.alignment_period.total_seconds())
        groups = list(request.aggregation.group_by_fields)
        made = [_series(one, request.interval.end_time, step, groups) for one in self.series.get(named[1], [])]
        rows, token = self._page(made, request, ("name", "filter"))
        errors = [{"code": 13, "message": message} for message in self.errors]
        return monitoring_v3.ListTimeSeriesResponse(time_series=rows, next_page_token=token, execution_errors=errors)

    def _list_recommendations(self, request: Any) -> recommender_v1.ListRecommendationsResponse:
        rows, token = self._page(self.advice.get(request.parent, []), request, ("parent", "filter"))
        return recommender_v1.ListRecommendationsResponse(recommendations=rows, next_page_token=token)

    def _list_reservations(self, request: Any) -> bigquery_reservation_v1.ListReservationsResponse:
        rows, token = self._page(self.reservations.get(request.parent, []), request, ("parent",))
        return bigquery_reservation_v1.ListReservationsResponse(reservations=rows, next_page_token=token)

    def _list_commitments(self, request: Any) -> bigquery_reservation_v1.ListCapacityCommitmentsResponse:
        rows, token = self._page(self.commitments.get(request.parent, []), request, ("parent",))
        return bigquery_reservation_v1.ListCapacityCommitmentsResponse(capacity_commitments=rows, next_page_token=token)

    def _billing_info(self, request: Any) -> billing_v1.ProjectBillingInfo:
        project = request.name.removeprefix("projects/")
        if project not in self.payers:
            raise Refused(grpc.StatusCode.PERMISSION_DENIED, "The caller does not have permission")
        return self.payers[project]

    def _billing_account(self, request: Any) -> billing_v1.BillingAccount:
        if request.name not in self.accounts:
            raise Refused(grpc.StatusCode.PERMISSION_DENIED, "The caller does not have permission")
        return billing_v1.BillingAccount(name=request.name, currency_code=self.accounts[request.name])

    def _page(self, rows: Sequence[Any], request: Any, bound: Sequence[str]) -> tuple[Sequence[Any], str]:
        """Rows of a page and the token of the next, which is worth nothing to another request."""
        mark = repr([getattr(request, name) for name in bound])
        first = 0
        if request.page_token:
            given, _, number = base64.b64decode(request.page_token).decode().rpartition("|")
            if given != mark:
                raise Refused(grpc.StatusCode.INVALID_ARGUMENT, "the page token is of another request")
            first = int(number)
        last = first + min(self.page_size, request.page_size or self.page_size)
        token = base64.b64encode(f"{mark}|{last}".encode()).decode() if last < len(rows) else ""
        return rows[first:last], token


def _series(points: Points, end: datetime, step: int, groups: Sequence[str]) -> monitoring_v3.TimeSeries:
    """One aggregated series: only the labels that it is grouped by are left, the newest point comes first."""
    of: dict[str, dict[str, str]] = {"metric": {}, "resource": {}}
    for name in groups:
        holder, _, label = name.split(".", 2)
        of[holder][label] = points.labels[name]
    field_name, kind = ("int64_value", 2) if points.int64 else ("double_value", 3)
    moments = [end - timedelta(seconds=step * back) for back in range(len(points.values) - 1, -1, -1)]
    made = [
        monitoring_v3.Point(
            interval={"start_time": moment, "end_time": moment},
            value={field_name: int(value) if points.int64 else value},
        )
        for moment, value in zip(moments, points.values, strict=True)
        if value is not None
    ]
    return monitoring_v3.TimeSeries(
        metric=metric_pb2.Metric(labels=of["metric"]),
        resource=monitored_resource_pb2.MonitoredResource(labels=of["resource"]),
        value_type=kind,
        points=made[::-1],
    )
