"""Every point lands on the step that it measures, in the resource's own series, and what failed is never zero."""

import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import grpc
import pytest
from google.cloud import billing_v1, monitoring_v3

from costopt.collectors.gcp.interface import MetricSource
from costopt.collectors.gcp.metric_sources import METRIC_SOURCES
from costopt.model.coverage import Status
from costopt.model.series import Series
from tests.collectors.gcp.conftest import Collect, asked_for
from tests.oracles.google_assets import disk, estate, instance
from tests.oracles.google_server import PROJECT, GoogleCloud, Points
from tests.oracles.google_wire import Refusal
from tests.oracles.memory_sink import MemorySink

CPU = "compute.googleapis.com/instance/cpu/utilization"
SENT = "compute.googleapis.com/instance/network/sent_bytes_count"
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
"""Fourteen days before the last whole hour of the collection."""
HOURS = 14 * 24
ONE, TWO = "4158127351007949610", "5"


def sources(*metrics: str) -> tuple[MetricSource, ...]:
    return tuple(source for source in METRIC_SOURCES if source.metric in metrics)


def cpu(number: str, values: list[float | None]) -> Points:
    return Points(labels={"resource.label.instance_id": number}, values=values)


def by_name(sink: MemorySink) -> dict[tuple[str, str], Series]:
    return {(one.resource.id.rpartition("/")[2], one.metric): one for one in sink.all_series}


@pytest.fixture
def two(cloud: GoogleCloud) -> GoogleCloud:
    """Two machines."""
    cloud.put(instance(), instance("web-2", id=TWO))
    cloud.payers[PROJECT] = billing_v1.ProjectBillingInfo()
    return cloud


def test_one_query_reads_a_metric_of_all_machines_hour_by_hour(two: GoogleCloud, run: Collect) -> None:
    two.series[CPU] = [cpu(ONE, [0.25] * (HOURS - 1) + [0.5]), cpu(TWO, [None] * 10 + [1.0] * (HOURS - 10))]
    _, sink = run(sources=sources("cpu_max_percent"))
    found = by_name(sink)
    first, second = found["web-1", "cpu_max_percent"], found["web-2", "cpu_max_percent"]
    assert (first.start, first.step_seconds, len(first.values)) == (START, 3600, HOURS)
    assert (first.values[0], first.values[-1]) == (25.0, 50.0)
    assert list(second.values[:11]) == [None] * 10 + [100.0]
    (asked,) = two.server.asked("ListTimeSeries")
    assert asked.interval.end_time == START + timedelta(hours=HOURS)
    assert asked.aggregation.alignment_period == timedelta(hours=1)
    assert asked.aggregation.per_series_aligner == monitoring_v3.Aggregation.Aligner.ALIGN_MAX


def test_series_of_the_projects_that_one_watches_are_left_out_where_labels_do_not_tell(
    cloud: GoogleCloud, run: Collect
) -> None:
    """Two projects of a metrics scope may both have a cluster `main` in one zone."""
    cloud.put(*estate())
    cloud.payers[PROJECT] = billing_v1.ProjectBillingInfo()
    run(sources=sources("gke_cpu_mean_percent", "cloud_run_requests", "project_api_requests", "gpu_used_percent"))
    asked = {request.filter for request in cloud.server.asked("ListTimeSeries")}
    own = {text.split('"')[1] for text in asked if f'AND resource.label.project_id = "{PROJECT}"' in text}
    assert own == {
        "kubernetes.io/node/cpu/allocatable_utilization",
        "run.googleapis.com/request_count",
        "serviceruntime.googleapis.com/api/request_count",
    }


def test_points_outside_the_window_are_left_out(two: GoogleCloud, run: Collect) -> None:
    two.series[CPU] = [cpu(ONE, [9.0] + [0.5] * HOURS)]
    _, sink = run(sources=sources("cpu_max_percent"))
    assert max(value or 0 for value in by_name(sink)["web-1", "cpu_max_percent"].values) == 50.0


def test_bytes_come_as_whole_numbers_and_stay_bytes_of_the_hour(two: GoogleCloud, run: Collect) -> None:
    two.series[SENT] = [Points(labels={"resource.label.instance_id": ONE}, values=[7, 0], int64=True)]
    _, sink = run(sources=sources("network_out_bytes"))
    assert list(by_name(sink)["web-1", "network_out_bytes"].values[-3:]) == [None, 7.0, 0.0]


def test_a_silent_machine_has_a_series_without_points_which_is_no_zero(two: GoogleCloud, run: Collect) -> None:
    two.series[CPU] = [cpu(ONE, [0.5])]
    _, sink = run(sources=sources("cpu_max_percent"))
    assert set(by_name(sink)["web-2", "cpu_max_percent"].values) == {None}


def test_a_series_that_goes_on_on_the_next_page_is_joined(two: GoogleCloud, run: Collect) -> None:
    two.series[CPU] = [cpu(ONE, [0.1] + [None] * 5), cpu(ONE, [0.2] * 5)]
    two.page_size = 1
    _, sink = run(sources=sources("cpu_max_percent"))
    values = by_name(sink)["web-1", "cpu_max_percent"].values
    assert list(values[-6:]) == [10.0] + [20.0] * 5
    assert len(two.server.asked("ListTimeSeries")) == 2


def test_series_of_machines_that_are_gone_are_nobodys(two: GoogleCloud, run: Collect) -> None:
    two.series[CPU] = [cpu("999", [1.0] * 5)]
    _, sink = run(sources=sources("cpu_max_percent"))
    assert {name for name, _ in by_name(sink)} == {"web-1", "web-2"}
    assert all(set(one.values) == {None} for one in sink.all_series)


def test_requests_of_services_that_are_all_unknown_do_not_make_the_known_ones_idle(
    cloud: GoogleCloud, run: Collect
) -> None:
    cloud.put(*estate())
    cloud.payers[PROJECT] = billing_v1.ProjectBillingInfo()
    stranger = {"resource.label.location": "us-central1", "resource.label.service_name": "other"}
    cloud.series["run.googleapis.com/request_count"] = [Points(labels=stranger, values=[9], int64=True)]
    collected, sink = run(sources=sources("cloud_run_requests"))
    ended = {one.scope.operation: one.status for one in collected.coverage}
    assert ended["metrics:cloud_run_service"] is Status.GAP
    assert sink.all_series == []


def test_a_metric_that_is_denied_is_not_written_and_the_others_are(two: GoogleCloud, run: Collect) -> None:
    two.series[CPU] = [cpu(ONE, [0.5])]
    two.server.refusals.append(
        Refusal("ListTimeSeries", grpc.StatusCode.PERMISSION_DENIED, when=lambda request: SENT in request.filter)
    )
    collected, sink = run(sources=sources("cpu_max_percent", "network_out_bytes"))
    (gap,) = [one for one in collected.coverage if one.status is Status.GAP]
    assert (gap.scope.operation, gap.permission) == ("metrics:gce_instance", "monitoring.timeSeries.list")
    assert {metric for _, metric in by_name(sink)} == {"cpu_max_percent"}


def test_a_second_try_asks_only_for_what_the_first_did_not_get(two: GoogleCloud, run: Collect) -> None:
    broken = Refusal(
        "ListTimeSeries", grpc.StatusCode.UNAVAILABLE, when=lambda request: SENT in request.filter, times=7
    )
    two.server.refusals.append(broken)
    collected, sink = run(sources=sources("cpu_max_percent", "network_out_bytes"))
    assert {one.status for one in asked_for(collected)} == {Status.OK}
    assert len(sink.all_series) == 4
    filters = [request.filter for request in two.server.asked("ListTimeSeries")]
    assert sum(CPU in text for text in filters) == 1
    assert sum(SENT in text for text in filters) == 8


def test_an_answer_that_says_that_a_part_failed_is_a_gap(two: GoogleCloud, run: Collect) -> None:
    two.series[CPU] = [cpu(ONE, [0.5])]
    two.errors = ["one of the metrics scopes did not answer"]
    collected, sink = run(sources=sources("cpu_max_percent"))
    (gap,) = [one for one in collected.coverage if one.status is Status.GAP]
    assert gap.detail is not None
    assert "did not answer" in gap.detail
    assert sink.all_series == []


def test_an_unknown_metric_is_unknown_for_agents_and_a_gap_where_silence_would_mean_zero(
    cloud: GoogleCloud, run: Collect
) -> None:
    cloud.put(*estate())
    cloud.payers[PROJECT] = billing_v1.ProjectBillingInfo()

    def unknown(metric_type: str) -> Refusal:
        message = f'Cannot find metric(s) that match type = "{metric_type}".'
        return Refusal(
            "ListTimeSeries", grpc.StatusCode.NOT_FOUND, message=message, when=lambda one: metric_type in one.filter
        )

    cloud.server.refusals += [
        unknown("agent.googleapis.com/memory/percent_used"),
        unknown("run.googleapis.com/request_count"),
    ]
    collected, sink = run(sources=sources("memory_used_percent", "cloud_run_requests"))
    ended = {one.scope.operation: (one.status, one.reason) for one in collected.coverage}
    assert ended["metrics:gce_instance"] == (Status.OK, None)
    assert ended["metrics:cloud_run_service"] == (Status.GAP, "gone")
    assert [(one.metric, set(one.values)) for one in sink.all_series] == [("memory_used_percent", {None})]


def test_a_page_token_that_comes_back_ends_as_a_gap(two: GoogleCloud, run: Collect) -> None:
    two.server.answers["ListTimeSeries"] = lambda _: monitoring_v3.ListTimeSeriesResponse(next_page_token="again")
    collected, _ = run(sources=sources("cpu_max_percent"))
    assert [one.reason for one in collected.coverage if one.status is Status.GAP] == ["paging loop"]


def test_a_value_that_is_no_number_is_a_hole(two: GoogleCloud, run: Collect) -> None:
    two.series[CPU] = [cpu(ONE, [math.nan, 0.5])]
    _, sink = run(sources=sources("cpu_max_percent"))
    assert list(by_name(sink)["web-1", "cpu_max_percent"].values[-2:]) == [None, 50.0]


def test_the_run_costs_half_a_dollar_for_a_million_series(two: GoogleCloud, run: Collect) -> None:
    two.series[CPU] = [cpu(ONE, [0.5]), cpu(TWO, [0.5])]
    collected, _ = run(sources=sources("cpu_max_percent", "network_out_bytes"))
    # Two series came for the first query; the second gave none and counts as one.
    assert collected.cost_usd == Decimal("0.0000015")


def test_the_cost_limit_stops_with_a_gap_before_it_is_passed(two: GoogleCloud, run: Collect) -> None:
    two.series[CPU] = [cpu(ONE, [0.5]), cpu(TWO, [0.5])]
    collected, sink = run(sources=sources("cpu_max_percent", "network_out_bytes"), max_cost_usd=Decimal("0.000001"))
    (gap,) = [one for one in collected.coverage if one.status is Status.GAP]
    assert gap.reason == "cost limit"
    assert {metric for _, metric in by_name(sink)} == {"cpu_max_percent"}


def test_a_disk_is_found_by_its_machine_and_device(cloud: GoogleCloud, run: Collect) -> None:
    cloud.put(instance(), disk())
    cloud.payers[PROJECT] = billing_v1.ProjectBillingInfo()
    labels = {"resource.label.instance_id": ONE, "metric.label.device_name": "boot"}
    other = labels | {"metric.label.device_name": "local"}
    cloud.series["compute.googleapis.com/instance/disk/max_read_ops_count"] = [
        Points(labels=labels, values=[120], int64=True),
        Points(labels=other, values=[9000], int64=True),
    ]
    _, sink = run(sources=sources("disk_read_ops_per_second_max"))
    (one,) = sink.all_series
    assert (one.resource.kind, one.values[-1]) == ("persistent_disk", 120.0)


def test_kinds_without_a_resource_ask_nothing(two: GoogleCloud, run: Collect) -> None:
    collected, _ = run(sources=sources("vertex_predictions"))
    assert two.server.asked("ListTimeSeries") == []
    ended = {one.scope.operation: one.status for one in collected.coverage}
    assert ended["metrics:vertex_endpoint"] is Status.EMPTY


def test_metrics_of_a_project_whose_inventory_failed_are_a_gap_too(two: GoogleCloud, run: Collect) -> None:
    two.server.refusals.append(Refusal("ListAssets", grpc.StatusCode.PERMISSION_DENIED))
    collected, _ = run(sources=sources("cpu_max_percent"))
    assert {one.status for one in asked_for(collected)} == {Status.GAP}
    assert two.server.asked("ListTimeSeries") == []
