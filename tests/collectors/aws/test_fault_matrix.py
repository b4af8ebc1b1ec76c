"""Whatever breaks, no scope disappears, nothing half-read is kept, and everything else is still read."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from costopt.collectors.aws.connection import Wire
from costopt.collectors.aws.interface import Call
from costopt.collectors.aws.runner import collect
from costopt.collectors.interface import Collected
from costopt.model.coverage import Scope, ScopeResult, Status
from tests.oracles.fakeaws import FakeAws, Fault, Request
from tests.oracles.fakeaws_estate import ADDRESS_COLLECTOR, REGIONS, VOLUMES, furnish, make_plan
from tests.oracles.memory_sink import MemorySink

FIRST, SECOND = "111111111111", "222222222222"
SCP = "is not authorized to perform: ec2:DescribeVolumes with an explicit deny in a service control policy"
FULL = 2 * len(REGIONS) * (VOLUMES + 1)


def run(aws: FakeAws, **kwargs: object) -> tuple[Collected, MemorySink]:
    sink = MemorySink()
    return collect(make_plan(aws.url, **kwargs), sink), sink  # type: ignore[arg-type]


def gaps(collected: Collected) -> dict[Scope, ScopeResult]:
    return {result.scope: result for result in collected.coverage if result.status is Status.GAP}


Hit = Callable[[Scope], bool]


def region(name: str) -> Hit:
    return lambda scope: scope.region == name


def volumes_of(account: str, name: str) -> Hit:
    return lambda scope: (scope.account, scope.region, scope.operation) == (account, name, "ebs_volumes")


def operation(name: str) -> Hit:
    return lambda scope: scope.operation == name


def no_scope(_: Scope) -> bool:
    return False


def second_page(request: Request) -> bool:
    return "NextToken" in request.params


ONE_PLACE = {"operation": "DescribeVolumes", "key": "AKIAFIRST", "region": "us-east-1"}
MATRIX: list[tuple[str, Fault | None, Hit, str, bool]] = [
    ("nothing", None, no_scope, "", False),
    (
        "region denied by an SCP",
        Fault("ec2", region="eu-west-1", code="UnauthorizedOperation", status=403, message=SCP),
        region("eu-west-1"),
        "denied by SCP",
        False,
    ),
    (
        "account denied",
        Fault("ec2", key="AKIASECOND", code="UnauthorizedOperation", status=403, message="You are not authorized"),
        lambda scope: scope.account == SECOND,
        "denied",
        False,
    ),
    (
        "operation denied",
        Fault("ec2", "DescribeAddresses", code="UnauthorizedOperation", status=403, message="You are not authorized"),
        operation("elastic_ips"),
        "denied",
        False,
    ),
    (
        "opt-in region that is off",
        Fault("ec2", region="ap-south-1", code="OptInRequired", status=401, message="You are not subscribed"),
        region("ap-south-1"),
        "not enabled",
        False,
    ),
    (
        "token of the global STS endpoint in an opt-in region",
        Fault("ec2", region="ap-south-1", code="AuthFailure", status=401, message="not able to validate"),
        region("ap-south-1"),
        "credentials",
        False,
    ),
    (
        "throttled three times",
        Fault("ec2", "DescribeVolumes", code="RequestLimitExceeded", status=503, times=3),
        no_scope,
        "",
        False,
    ),
    (
        "throttled for ever",
        Fault("ec2", "DescribeVolumes", region="us-east-1", code="RequestLimitExceeded", status=503),
        lambda scope: scope.region == "us-east-1" and scope.operation == "ebs_volumes",
        "throttled",
        True,
    ),
    (
        "HTML from a proxy",
        Fault("ec2", "DescribeAddresses", region="us-east-1", kind="status", status=503),
        lambda scope: scope.region == "us-east-1" and scope.operation == "elastic_ips",
        "server",
        True,
    ),
    ("connection reset once", Fault("ec2", kind="reset", times=1), no_scope, "", False),
    (
        "connection reset for ever",
        Fault("ec2", kind="reset", **ONE_PLACE),
        volumes_of(FIRST, "us-east-1"),
        "network",
        True,
    ),
    (
        "cut off on page 2, once",
        Fault("ec2", kind="truncate", when=second_page, times=1, **ONE_PLACE),
        no_scope,
        "",
        False,
    ),
    (
        "cut off on page 2, for ever",
        Fault("ec2", kind="truncate", when=second_page, **ONE_PLACE),
        volumes_of(FIRST, "us-east-1"),
        "network",
        True,
    ),
    (
        "garbage for ever",
        Fault("ec2", kind="garbage", **ONE_PLACE),
        volumes_of(FIRST, "us-east-1"),
        "network",
        True,
    ),
    (
        "internal error for ever",
        Fault("ec2", "DescribeVolumes", region="us-east-1", code="InternalError", status=500),
        lambda scope: scope.region == "us-east-1" and scope.operation == "ebs_volumes",
        "server",
        True,
    ),
]


@pytest.mark.parametrize(
    ("fault", "hit", "reason", "retryable"), [row[1:] for row in MATRIX], ids=[r[0] for r in MATRIX]
)
def test_exactly_the_scopes_that_broke_are_gaps(
    aws: FakeAws, fault: Fault | None, hit: Hit, reason: str, retryable: bool
) -> None:
    furnish(aws)
    if fault is not None:
        aws.faults.append(replace(fault))
    collected, sink = run(aws)

    planned = {task.scope for task in make_plan(aws.url).inventory()}
    assert {result.scope for result in collected.coverage} == planned
    found = gaps(collected)
    assert set(found) == {scope for scope in planned if hit(scope)}
    assert {(gap.reason, gap.retryable) for gap in found.values()} <= {(reason, retryable)}
    lost = sum(VOLUMES if scope.operation == "ebs_volumes" else 1 for scope in found)
    assert len(sink.all_resources) == FULL - lost
    assert all(not sink.rows[scope] for scope in found)


def test_a_denied_call_names_the_missing_permission(aws: FakeAws) -> None:
    furnish(aws)
    aws.faults.append(Fault("ec2", "DescribeAddresses", code="UnauthorizedOperation", status=403, message="no"))
    collected, _ = run(aws)
    assert {gap.permission for gap in gaps(collected).values()} == {"ec2:DescribeAddresses"}


def test_a_denied_call_is_asked_only_once(aws: FakeAws) -> None:
    furnish(aws)
    aws.faults.append(Fault("ec2", "DescribeAddresses", code="UnauthorizedOperation", status=403, message="no"))
    run(aws)
    assert aws.count("ec2", "DescribeAddresses") == 6


def test_a_server_that_hangs_is_a_network_gap_after_a_bounded_time(aws: FakeAws) -> None:
    furnish(aws)
    aws.faults.append(Fault("ec2", "DescribeAddresses", key="AKIAFIRST", region="us-east-1", kind="hang"))
    wire = Wire(endpoint_url=aws.url, connect_timeout=2, read_timeout=0.2, max_attempts=2)
    collected, sink = run(aws, wire=wire)
    aws.release()
    (gap,) = gaps(collected).values()
    assert (gap.reason, gap.retryable, gap.scope.operation) == ("network", True, "elastic_ips")
    assert len(sink.all_resources) == FULL - 1


def test_an_expired_token_on_page_2_gives_no_rows_of_page_1_and_spares_the_other_account(aws: FakeAws) -> None:
    furnish(aws)
    aws.faults.append(
        Fault("ec2", when=second_page, code="RequestExpired", message="Request has expired.", **ONE_PLACE)
    )
    collected, sink = run(aws, workers=1)
    broken = next(scope for scope in gaps(collected) if volumes_of(FIRST, "us-east-1")(scope))
    assert not sink.rows[broken]
    assert {gap.reason for gap in gaps(collected).values()} == {"credentials"}
    assert all(scope.account == FIRST for scope in gaps(collected))
    assert sum(r.account == SECOND for r in sink.all_resources) == FULL // 2


def test_an_account_whose_token_is_gone_is_not_asked_again(aws: FakeAws) -> None:
    furnish(aws)
    aws.expired_keys.add("AKIAFIRST")
    collected, _ = run(aws, workers=1)
    assert len(gaps(collected)) == 6
    # Once, and once more with credentials that were loaded anew.
    assert sum(request.key == "AKIAFIRST" for request in aws.requests) == 2


def test_really_nothing_is_empty_and_not_a_gap(aws: FakeAws) -> None:
    furnish(aws)
    aws.on("ec2", "DescribeAddresses", {"Addresses": []})
    collected, _ = run(aws)
    empty = [r for r in collected.coverage if r.status is Status.EMPTY]
    assert {r.scope.operation for r in empty} == {"elastic_ips"}
    assert len(empty) == 6
    assert not gaps(collected)


def test_an_answer_without_its_result_is_a_gap_and_not_empty(aws: FakeAws) -> None:
    furnish(aws)
    aws.on(
        "ec2",
        "DescribeAddresses",
        lambda *_: b"<DescribeAddressesResponse><requestId>x</requestId></DescribeAddressesResponse>",
    )
    collected, _ = run(aws, collectors=(ADDRESS_COLLECTOR,))
    assert {gap.reason for gap in gaps(collected).values()} == {"network"}
    assert len(gaps(collected)) == 6


def test_a_page_token_that_repeats_ends_as_a_paging_loop(aws: FakeAws) -> None:
    furnish(aws)
    aws.on("ec2", "DescribeVolumes", lambda *_: {"Volumes": [], "NextToken": "again"})
    collected, _ = run(aws, regions=["us-east-1"])
    assert {gap.reason for gap in gaps(collected).values()} == {"paging loop"}
    assert aws.count("ec2", "DescribeVolumes") == 2 * 2 * 2  # accounts x passes x pages until the token repeats


def test_a_mistake_in_a_collector_is_a_gap_that_says_where_and_the_run_goes_on(aws: FakeAws) -> None:
    furnish(aws)

    def broken(_: object) -> list[object]:
        return [{}["VolumeId"]]

    collected, sink = run(aws, collectors=(replace(ADDRESS_COLLECTOR, id="broken", collect=broken), ADDRESS_COLLECTOR))
    bugs = gaps(collected).values()
    assert {gap.reason for gap in bugs} == {"bug"}
    assert all("KeyError at test_fault_matrix.py:" in (gap.detail or "") for gap in bugs)
    assert len(sink.all_resources) == 6


def test_an_optional_service_that_is_not_enabled_is_skipped(aws: FakeAws) -> None:
    aws.faults.append(Fault("ec2", code="OptInRequiredException", message="not registered"))
    optional = replace(ADDRESS_COLLECTOR, optional=True)
    collected, _ = run(aws, collectors=(optional,))
    assert {(r.status, r.reason) for r in collected.coverage} == {(Status.SKIPPED, "not enabled")}


@pytest.mark.parametrize("seed", range(4))
def test_random_faults_on_the_wire_lose_no_scope_and_a_resumed_run_completes(aws: FakeAws, seed: int) -> None:
    draw = random.Random(seed)
    furnish(aws)
    kinds = [{"kind": kind} for kind in ("reset", "truncate", "garbage", "status")]
    codes = [
        {"code": code, "status": 400} for code in ("RequestLimitExceeded", "InternalError", "UnauthorizedOperation")
    ]
    aws.faults.extend(Fault("ec2", when=lambda _: draw.random() < 0.08, **fault) for fault in [*kinds, *codes])
    sink = MemorySink()

    collected = collect(make_plan(aws.url), sink)

    planned = {task.scope for task in make_plan(aws.url).inventory()}
    assert {result.scope for result in collected.coverage} == planned
    for result in collected.coverage:
        expected = VOLUMES if result.scope.operation == "ebs_volumes" else 1
        assert len(sink.rows[result.scope]) == (0 if result.status is Status.GAP else expected)
    aws.faults.clear()
    assert not gaps(collect(make_plan(aws.url), sink))
    assert len(sink.all_resources) == FULL


def test_a_service_that_the_region_does_not_have_is_skipped_and_one_that_it_has_is_a_gap(waits: list[float]) -> None:
    """In boto3's data EC2 is in ap-southeast-7 and Compute Optimizer is not. Neither name answers here."""
    status = Call(
        client="compute-optimizer",
        operation="GetEnrollmentStatus",
        action="compute-optimizer:GetEnrollmentStatus",
        result="status",
    )
    advice = replace(ADDRESS_COLLECTOR, id="advice", calls=(status,), collect=lambda api: [api.call(status)])  # type: ignore[list-item]
    collectors = (advice, ADDRESS_COLLECTOR)
    plan = make_plan("http://127.0.0.1:9", collectors=collectors, regions=["ap-southeast-7"], keys={FIRST: "AKIA"})
    collected = collect(plan, MemorySink())
    assert {(r.scope.operation, r.status, r.reason) for r in collected.coverage} == {
        ("advice", Status.SKIPPED, "not offered in this region"),
        ("elastic_ips", Status.GAP, "network"),
    }
