"""Metrics are packed to the limits, aligned on whole steps, and one that failed is unknown and never zero."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from costopt.collectors.aws.interface import MetricSource
from costopt.collectors.aws.metric_queries import packed_calls, wants, window_of
from costopt.collectors.aws.metrics import METRIC_CALLS, MetricReading, _epoch, read_metrics
from costopt.collectors.faults import FailedResults, PagingLoop
from costopt.model.resource import Resource
from costopt.model.specs.ebs import EbsVolume
from tests.oracles.fakeaws import FakeAws, Request
from tests.oracles.fakeaws_api import NOW, ConnectedApi, open_connection
from tests.oracles.fakeaws_cloudwatch import dimensions_of, metric_data, same_for_all

END = datetime(2026, 3, 15, 12, tzinfo=UTC)  # NOW is 12:30
START = END - timedelta(days=14)


def source(
    metric: str = "cpu_max_percent",
    *,
    step: int = 3600,
    days: int = 14,
    discover: bool = False,
    kind: str = "ebs_volume",
) -> MetricSource:
    return MetricSource(
        kind=kind,
        metric=metric,
        namespace="CWAgent" if discover else "AWS/EC2",
        name=metric.title(),
        stat="Maximum",
        step_seconds=step,
        days=days,
        dimensions=lambda resource: {"InstanceId": resource.id},
        discover=discover,
    )


def resources(count: int) -> list[Resource]:
    spec = EbsVolume(volume_type="gp3", size_gib=8, state="in-use", availability_zone="us-east-1a")
    return [
        Resource(provider="aws", account="111111111111", region="us-east-1", id=f"i-{n}", spec=spec)
        for n in range(count)
    ]


class Reader:
    """Reads metrics over one connection to the fake."""

    def __init__(self, aws: FakeAws, **limits: Any) -> None:
        self.connection = open_connection(aws.url, **limits)
        self.reading = MetricReading()

    def read(self, sources: list[MetricSource], found: list[Resource]) -> dict[tuple[str, str], list[float | None]]:
        self.fill(sources, found)
        return self.kept

    def fill(self, sources: list[MetricSource], found: list[Resource]) -> None:
        api = ConnectedApi(
            account="111111111111",
            partition="aws",
            region="us-east-1",
            now=NOW,
            calls=METRIC_CALLS,
            client=lambda service, region: self.connection.client(service, region, raw_time=True),
            deadline=self.connection.limits.deadline,
        )
        read_metrics(api, sources, found, self.reading)

    @property
    def kept(self) -> dict[tuple[str, str], list[float | None]]:
        return {(key.id, metric): list(series.values) for (key, metric), series in self.reading.series.items()}


@pytest.fixture
def reader(aws: FakeAws) -> Iterator[Reader]:
    return Reader(aws)


def test_ten_thousand_instances_with_five_metrics_take_167_calls_and_half_a_dollar(
    aws: FakeAws, reader: Reader
) -> None:
    aws.on("cloudwatch", "GetMetricData", same_for_all([(START.timestamp(), 1.0)]))
    reader.fill([source(f"m{n}") for n in range(5)], resources(10_000))
    assert aws.count() == 167  # 50,000 metrics x 336 points / 100,800 points a call = 166.7
    assert aws.dollars() == Decimal("0.50")
    assert reader.connection.limits.meter.cost_usd == Decimal("0.50")
    assert len(reader.reading.series) == 50_000
    assert {len(request.params["MetricDataQueries"]) for request in aws.requests} == {300, 200}


@pytest.mark.parametrize(
    ("step", "days", "per_call"),
    [
        (3600, 14, 300),  # 336 points: 100,800 / 336
        (86400, 30, 500),  # 30 points: 3,360 would fit, 500 is the most
        (60, 14, 5),  # 20,160 points
    ],
)
def test_a_call_holds_as_many_queries_as_the_limits_allow(step: int, days: int, per_call: int) -> None:
    wanted = wants([source(step=step, days=days)], resources(per_call + 1))
    assert [len(queries) for _, queries in packed_calls(wanted, NOW)] == [per_call, 1]


def test_the_window_is_the_last_whole_hours_or_utc_days() -> None:
    hourly, daily = window_of(source(), NOW), window_of(source(step=86400, days=30), NOW)
    assert (hourly.start, hourly.end, hourly.steps) == (START, END, 336)
    midnight = datetime(2026, 3, 15, tzinfo=UTC)
    assert (daily.start, daily.end, daily.steps) == (midnight - timedelta(days=30), midnight, 30)


def test_different_windows_go_into_different_calls(aws: FakeAws, reader: Reader) -> None:
    aws.on("cloudwatch", "GetMetricData", same_for_all([]))
    reader.read([source("hourly"), source("daily", step=86400, days=30)], resources(3))
    asked = {
        (request.params["StartTime"], request.params["EndTime"], query["MetricStat"]["Period"])
        for request in aws.requests
        for query in request.params["MetricDataQueries"]
    }
    midnight = datetime(2026, 3, 15)  # noqa: DTZ001 - the server parses time stamps without a zone
    assert {(start.replace(tzinfo=None), end.replace(tzinfo=None), step) for start, end, step in asked} == {
        (START.replace(tzinfo=None), END.replace(tzinfo=None), 3600),
        (midnight - timedelta(days=30), midnight, 86400),
    }


def test_points_land_on_their_step_and_holes_stay_holes(aws: FakeAws, reader: Reader) -> None:
    first, last = START.timestamp(), (END - timedelta(hours=1)).timestamp()
    stray = [(first - 3600, 98.0), (END.timestamp(), 99.0)]
    aws.on("cloudwatch", "GetMetricData", metric_data(lambda *_: [(last, 3.5), (first, 0.0), *stray]))
    values = reader.read([source()], resources(1))["i-0", "cpu_max_percent"]
    assert values == [0.0, *[None] * 334, 3.5]


def test_a_series_without_points_is_there_and_wholly_unknown(aws: FakeAws, reader: Reader) -> None:
    aws.on("cloudwatch", "GetMetricData", metric_data(lambda *_: []))
    assert reader.read([source()], resources(1)) == {("i-0", "cpu_max_percent"): [None] * 336}


def test_a_metric_that_does_not_concern_a_resource_is_not_asked_for(aws: FakeAws, reader: Reader) -> None:
    nothing = MetricSource(
        kind="ebs_volume", metric="m", namespace="N", name="n", stat="Sum", step_seconds=3600, days=1,
        dimensions=lambda _: None,
    )  # fmt: skip
    assert reader.read([nothing], resources(2)) == {}
    assert aws.requests == []


@pytest.mark.parametrize(
    ("status", "reason", "retryable"),
    [("Forbidden", "denied", False), ("InternalError", "server", True), ("PartialData", "server", True)],
)
def test_a_failed_result_is_not_written_and_the_others_are(
    aws: FakeAws, reader: Reader, status: str, reason: str, retryable: bool
) -> None:
    def one_fails(params: Any, request: Request) -> dict[str, Any]:
        answer = metric_data(lambda *_: [(START.timestamp(), 1.0)])(params, request)
        answer["MetricDataResults"][1] |= {"StatusCode": status, "Messages": [{"Code": status, "Value": "so it is"}]}
        return answer

    aws.on("cloudwatch", "GetMetricData", one_fails)
    with pytest.raises(FailedResults, match=rf"1 of 3 metrics failed \(1 {status}\) so it is") as caught:
        reader.read([source()], resources(3))
    assert (caught.value.reason, caught.value.retryable) == (reason, retryable)
    assert {resource for resource, _ in reader.kept} == {"i-0", "i-2"}


def test_a_result_that_does_not_come_at_all_has_failed(aws: FakeAws, reader: Reader) -> None:
    aws.on("cloudwatch", "GetMetricData", {"MetricDataResults": []})
    with pytest.raises(FailedResults, match="2 of 2 metrics failed"):
        reader.read([source()], resources(2))
    assert reader.kept == {}


def test_a_second_try_asks_and_pays_only_for_what_failed(aws: FakeAws, reader: Reader) -> None:
    def first_fails(params: Any, request: Request) -> dict[str, Any]:
        answer = metric_data(lambda *_: [(START.timestamp(), 1.0)])(params, request)
        if aws.count() == 1:
            answer["MetricDataResults"][0]["StatusCode"] = "InternalError"
        return answer

    aws.on("cloudwatch", "GetMetricData", first_fails)
    with pytest.raises(FailedResults):
        reader.read([source()], resources(10))
    reader.read([source()], resources(10))
    assert len(reader.kept) == 10
    assert [len(request.params["MetricDataQueries"]) for request in aws.requests] == [10, 1]
    assert aws.dollars() == Decimal("0.00011")


def test_pages_of_one_answer_are_joined(aws: FakeAws, reader: Reader) -> None:
    hours = [START.timestamp(), START.timestamp() + 3600]

    def two_pages(params: Any, _: Request) -> dict[str, Any]:
        second = "NextToken" in params
        result = {
            "Id": "q0",
            "StatusCode": "Complete" if second else "PartialData",
            "Timestamps": [hours[second]],
            "Values": [float(second) + 1],
        }
        return {"MetricDataResults": [result], **({} if second else {"NextToken": "more"})}

    aws.on("cloudwatch", "GetMetricData", two_pages)
    assert reader.read([source()], resources(1))["i-0", "cpu_max_percent"][:3] == [1.0, 2.0, None]


def test_a_page_token_that_repeats_is_a_loop(aws: FakeAws, reader: Reader) -> None:
    aws.on("cloudwatch", "GetMetricData", {"MetricDataResults": [], "NextToken": "again"})
    with pytest.raises(PagingLoop):
        reader.read([source()], resources(1))


def test_discovery_reads_the_sets_that_contain_the_resource_and_keeps_the_greatest(
    aws: FakeAws, reader: Reader
) -> None:
    listed = [
        {"InstanceId": "i-0", "disk": "a"},
        {"InstanceId": "i-0", "disk": "b"},
        {"InstanceId": "i-1", "disk": "a"},
        {"InstanceId": "i-10"},
    ]
    rows = [
        {"Namespace": "CWAgent", "MetricName": "M", "Dimensions": [{"Name": k, "Value": v} for k, v in d.items()]}
        for d in listed
    ]
    aws.on("cloudwatch", "ListMetrics", rows, page=2)
    values = {"a": [(START.timestamp(), 5.0)], "b": [(START.timestamp(), 7.0), (START.timestamp() + 3600, 1.0)]}
    aws.on("cloudwatch", "GetMetricData", metric_data(lambda stat, _: values[dimensions_of(stat)["disk"]]))

    series = reader.read([source("m", discover=True)], resources(3))

    assert series["i-0", "m"] == [7.0, 1.0, *[None] * 334]
    assert series["i-1", "m"][:2] == [5.0, None]
    assert series["i-2", "m"] == [None] * 336  # asked, and nothing exists
    assert aws.count("cloudwatch", "ListMetrics") == 2
    assert all("RecentlyActive" not in r.params for r in aws.requests)
    assert aws.dollars() == Decimal("0.00005")  # two pages of ListMetrics, three metrics


def test_one_listing_serves_all_resources_and_statistics_of_a_metric(aws: FakeAws, reader: Reader) -> None:
    aws.on("cloudwatch", "ListMetrics", [])
    reader.read([source("m", discover=True), source("M", discover=True)], resources(50))
    assert aws.count() == 1


def test_time_stamps_of_other_protocols_are_understood() -> None:
    assert {_epoch(1773576000), _epoch(1773576000.0), _epoch("2026-03-15T12:00:00Z"), _epoch(END)} == {1773576000}


@pytest.mark.parametrize(("raw_time", "expected"), [(True, START.timestamp()), (False, START)])
def test_only_the_metrics_session_leaves_time_stamps_unparsed(
    aws: FakeAws, reader: Reader, raw_time: bool, expected: object
) -> None:
    aws.on("cloudwatch", "GetMetricData", metric_data(lambda *_: [(START.timestamp(), 1.0)]))
    reader.read([source()], resources(1))
    client = reader.connection.client("cloudwatch", "us-east-1", raw_time=raw_time)
    query = aws.requests[0].params["MetricDataQueries"]
    answer = client.get_metric_data(MetricDataQueries=query, StartTime=START, EndTime=END)
    assert answer["MetricDataResults"][0]["Timestamps"] == [expected]
