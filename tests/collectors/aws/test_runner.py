"""A run ends every planned scope once, resumes where it stopped, and stays within its time and its money."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.collectors.aws.estimate import estimate
from costopt.collectors.aws.interface import Api, AwsCollector, MetricSource
from costopt.collectors.aws.plan import CollectPlan
from costopt.collectors.aws.runner import collect
from costopt.model.coverage import Status
from costopt.model.resource import Resource
from costopt.model.specs.ebs import EbsVolume
from tests.oracles.fakeaws import FakeAws, Fault
from tests.oracles.fakeaws_api import FakeTime
from tests.oracles.fakeaws_cloudwatch import same_for_all
from tests.oracles.fakeaws_estate import KEYS, REGIONS, VOLUME_COLLECTOR, VOLUMES, furnish, make_plan
from tests.oracles.memory_sink import MemorySink


def volume_metric(metric: str = "volume_read_ops") -> MetricSource:
    return MetricSource(
        kind="ebs_volume",
        metric=metric,
        namespace="AWS/EBS",
        name="VolumeReadOps",
        stat="Sum",
        step_seconds=3600,
        days=14,
        dimensions=lambda resource: {"VolumeId": resource.id},
    )


def volumes(count: int) -> AwsCollector:
    """A collector that finds `count` volumes everywhere without asking anybody."""

    def found(api: Api) -> Iterator[Resource]:
        spec = EbsVolume(volume_type="gp3", size_gib=8, state="in-use", availability_zone="x")
        for number in range(count):
            yield Resource(provider="aws", account=api.account, region=api.region, id=f"vol-{number}", spec=spec)

    return AwsCollector(id="ebs_volumes", kinds=(EbsVolume,), calls=(), collect=found)


def by_status(coverage: Any) -> dict[Status, int]:
    return {status: n for status in Status if (n := sum(r.status is status for r in coverage))}


def test_a_resumed_run_repeats_only_the_gaps(aws: FakeAws) -> None:
    furnish(aws)
    aws.faults.append(Fault("ec2", region="eu-west-1", code="UnauthorizedOperation", status=403))
    sink = MemorySink()
    collect(make_plan(aws.url), sink)
    aws.faults.clear()
    before = aws.count()

    again = collect(make_plan(aws.url), sink)

    assert by_status(again.coverage) == {Status.OK: 12}
    assert aws.count() - before == 2 * (3 + 1)  # two accounts: three pages of volumes, one of addresses
    assert len(sink.all_resources) == 2 * len(REGIONS) * (VOLUMES + 1)
    assert all(sink.saves.count(scope) == (2 if scope.region == "eu-west-1" else 1) for scope in sink.saves)


def test_a_resumed_run_asks_for_the_metrics_of_resources_that_were_kept(aws: FakeAws) -> None:
    aws.on("cloudwatch", "GetMetricData", same_for_all([]))
    aws.faults.append(Fault("cloudwatch", code="AccessDenied", status=403, message="no"))
    sink, options = MemorySink(), {"collectors": (volumes(3),), "sources": (volume_metric(),), "regions": ["us-east-1"]}
    first = collect(make_plan(aws.url, **options), sink)
    assert by_status(first.coverage) == {Status.OK: 2, Status.GAP: 2}
    assert {r.permission for r in first.coverage if r.status is Status.GAP} == {"cloudwatch:GetMetricData"}
    aws.faults.clear()
    second = collect(make_plan(aws.url, **options), sink)
    assert by_status(second.coverage) == {Status.OK: 4}
    assert len(sink.all_series) == 2 * 3


def test_several_scopes_take_the_sum_of_their_ceilings(aws: FakeAws) -> None:
    """301 volumes in each of two accounts and three regions: two calls each, not the seven that 1,806 would fit in."""
    aws.on("cloudwatch", "GetMetricData", same_for_all([]))
    plan = make_plan(aws.url, collectors=(volumes(301),), sources=(volume_metric(),))
    sink = MemorySink()
    collected = collect(plan, sink)
    assert aws.count("cloudwatch") == 2 * 3 * 2
    assert collected.cost_usd == aws.dollars() == Decimal("0.01806")
    assert collected.calls == aws.count()
    assert estimate(plan, sink.all_resources).metric_calls == 12
    assert estimate(plan, sink.all_resources).cost_usd == Decimal("0.01806")


def test_an_estimate_sends_nothing_and_says_what_is_not_known_yet(aws: FakeAws) -> None:
    plan = make_plan(aws.url, sources=(volume_metric(),))
    expected = estimate(plan)
    assert (expected.accounts, expected.regions, expected.scopes) == (2, 3, 2 * 3 * 3)
    assert expected.inventory_calls == 2 * 3 * 2
    assert (expected.metric_calls, expected.cost_usd) == (None, None)
    assert expected.usd_per_1000_metrics == Decimal("0.01")
    assert aws.requests == []


def test_the_cost_limit_stops_with_gaps_and_is_never_passed(aws: FakeAws) -> None:
    aws.on("cloudwatch", "GetMetricData", same_for_all([]))
    plan = make_plan(
        aws.url,
        collectors=(volumes(100),),
        sources=(volume_metric(),),
        workers=1,
        max_cost_usd=Decimal("0.0025"),  # 250 metrics: two scopes of a hundred
    )
    collected = collect(plan, MemorySink())
    assert by_status(collected.coverage) == {Status.OK: 6 + 2, Status.GAP: 4}
    assert {r.reason for r in collected.coverage if r.status is Status.GAP} == {"cost limit"}
    assert collected.cost_usd == aws.dollars() == Decimal("0.002")


def test_after_the_deadline_the_rest_are_gaps_that_may_be_retried(aws: FakeAws) -> None:
    furnish(aws)
    time = FakeTime()
    asked: list[str] = []

    def slow(api: Api) -> Iterator[Resource]:
        asked.append(api.region)
        time.sleep(10)
        yield from VOLUME_COLLECTOR.collect(api)

    plan = make_plan(
        aws.url,
        collectors=(replace(VOLUME_COLLECTOR, collect=slow),),
        workers=1,
        clock=time.clock,
        deadline_seconds=25,
    )
    collected = collect(plan, MemorySink())
    assert by_status(collected.coverage) == {Status.OK: 2, Status.GAP: 4}
    assert {(r.reason, r.retryable) for r in collected.coverage if r.status is Status.GAP} == {("deadline", True)}
    assert len(asked) == 3


def test_metrics_of_resources_that_could_not_be_listed_are_a_gap_and_not_empty(aws: FakeAws) -> None:
    furnish(aws)
    aws.faults.append(Fault("ec2", code="UnauthorizedOperation", status=403, message="no"))
    collected = collect(make_plan(aws.url, sources=(volume_metric(),)), MemorySink())
    metrics = [r for r in collected.coverage if r.scope.operation == "metrics:ebs_volume"]
    assert {(r.status, r.reason, r.permission) for r in metrics} == {(Status.GAP, "denied", "ec2:DescribeVolumes")}
    assert aws.count("cloudwatch") == 0


def test_no_resources_need_no_metrics(aws: FakeAws) -> None:
    collected = collect(make_plan(aws.url, collectors=(volumes(0),), sources=(volume_metric(),)), MemorySink())
    assert by_status(collected.coverage) == {Status.EMPTY: 12}
    assert aws.requests == []


def test_a_failed_metric_is_a_gap_that_keeps_the_complete_series(aws: FakeAws) -> None:
    def one_forbidden(params: Any, _: Any) -> dict[str, Any]:
        results = [
            {"Id": q["Id"], "StatusCode": "Complete", "Timestamps": [], "Values": []}
            for q in params["MetricDataQueries"]
        ]
        results[0]["StatusCode"] = "Forbidden"
        return {"MetricDataResults": results}

    aws.on("cloudwatch", "GetMetricData", one_forbidden)
    sink = MemorySink()
    plan = make_plan(aws.url, collectors=(volumes(3),), sources=(volume_metric(),), regions=["us-east-1"])
    collected = collect(plan, sink)
    metrics = [r for r in collected.coverage if r.scope.operation.startswith("metrics:")]
    assert {(r.status, r.reason, r.rows) for r in metrics} == {(Status.GAP, "denied", 2)}
    assert {r.permission for r in metrics} == {"cloudwatch:GetMetricData"}
    assert all("1 of 3 metrics failed" in (r.detail or "") for r in metrics)
    assert {series.resource.id for series in sink.all_series} == {"vol-1", "vol-2"}


def test_a_global_collector_is_read_once_an_account_in_the_home_region(aws: FakeAws) -> None:
    furnish(aws)
    collected = collect(make_plan(aws.url, collectors=(replace(VOLUME_COLLECTOR, is_global=True),)), MemorySink())
    assert [(r.scope.account, r.scope.region) for r in collected.coverage] == [(a, "global") for a in sorted(KEYS)]
    assert {request.region for request in aws.requests} == {"us-east-1"}


def test_a_second_try_saves_what_failed_for_a_while(aws: FakeAws) -> None:
    tries: list[str] = []

    def flaky(api: Api) -> Iterator[Resource]:
        tries.append(api.region)
        if tries.count(api.region) == 1:
            raise ReadTimeoutError(endpoint_url="https://ec2")
        yield from volumes(1).collect(api)

    plan = make_plan(aws.url, collectors=(replace(VOLUME_COLLECTOR, collect=flaky),), keys={"111111111111": "AKIA"})
    collected = collect(plan, MemorySink())
    assert by_status(collected.coverage) == {Status.OK: 3}
    assert sorted(tries) == sorted(REGIONS * 2)


def test_an_interrupt_ends_the_run_at_once(aws: FakeAws) -> None:
    asked: list[str] = []

    def interrupted(api: Api) -> Iterator[Resource]:
        asked.append(api.region)
        raise KeyboardInterrupt

    plan = make_plan(aws.url, collectors=(replace(VOLUME_COLLECTOR, collect=interrupted),), workers=1)
    with pytest.raises(KeyboardInterrupt):
        collect(plan, MemorySink())
    assert len(asked) < 6


FAULTS: dict[str, Exception | None] = {
    "ok": None,
    "denied": ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "DescribeVolumes"),
    "throttled": ClientError({"Error": {"Code": "Throttling", "Message": "no"}}, "DescribeVolumes"),
    "expired": ClientError({"Error": {"Code": "ExpiredToken", "Message": "no"}}, "DescribeVolumes"),
    "timeout": ReadTimeoutError(endpoint_url="https://ec2"),
    "bug": KeyError("VolumeId"),
    "half": ValueError("after the first row"),
}


def _chaotic(script: dict[tuple[str, str], list[str]]) -> AwsCollector:
    """A collector whose every try in a place follows the script of that place."""

    def chaos(api: Api) -> Iterator[Resource]:
        todo = script[api.account, api.region]
        fault = todo.pop(0) if todo else "ok"
        if fault == "half":
            yield from volumes(1).collect(api)
        error = FAULTS[fault]
        if error is not None:
            raise error
        yield from volumes(2).collect(api)

    return replace(VOLUME_COLLECTOR, collect=chaos)


PLACES = [(account, region) for account in KEYS for region in REGIONS]
SCRIPTS = st.fixed_dictionaries({place: st.lists(st.sampled_from(sorted(FAULTS)), max_size=3) for place in PLACES})


@settings(max_examples=60, deadline=None)
@given(script=SCRIPTS, workers=st.integers(1, 4))
def test_whatever_happens_the_ledger_is_the_plan_and_resuming_heals_it(
    script: dict[tuple[str, str], list[str]], workers: int
) -> None:
    script = {place: list(faults) for place, faults in script.items()}
    sink = MemorySink()

    def plan() -> CollectPlan:
        return make_plan("http://127.0.0.1:9", collectors=(_chaotic(script),), workers=workers)

    planned = {task.scope for task in plan().inventory()}
    for _ in range(4):
        collected = collect(plan(), sink)
        assert [result.scope for result in collected.coverage] == sorted(planned)
        for result in collected.coverage:
            assert result.status in (Status.OK, Status.GAP)
            assert (result.reason is not None) == (result.status is Status.GAP)
            assert len(sink.rows[result.scope]) == result.rows == (2 if result.status is Status.OK else 0)
    # Every script is at most three faults long, and each run uses up at least one of every place that still has some,
    # except where an account's token is gone: that is the one reason to remain.
    left = {result.reason for result in collected.coverage if result.status is Status.GAP}
    assert left <= {"credentials"}
