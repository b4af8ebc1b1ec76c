"""What Google refuses becomes a gap that names the permission or the API, and never an empty result."""

from typing import Any

import grpc
import pytest
import requests
from google.cloud import billing_v1

from costopt.collectors.gcp.calls import LIST_MACHINE_TYPES
from costopt.collectors.gcp.limits import Limits
from costopt.collectors.gcp.metric_sources import METRIC_SOURCES
from costopt.collectors.gcp.patience import PATIENCE, ask
from costopt.collectors.gcp.plan import Where
from costopt.collectors.gcp.refusal import CallFailed
from costopt.collectors.gcp.registry import SERVICES
from costopt.collectors.interface import Collected
from costopt.model.coverage import ScopeResult, Status
from tests.collectors.gcp.conftest import Collect, asked_for
from tests.oracles.fakeaws_api import FakeTime
from tests.oracles.google_assets import estate, instance
from tests.oracles.google_server import PROJECT, GoogleCloud
from tests.oracles.google_wire import Refusal

EXHAUSTED, DENIED = grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.PERMISSION_DENIED
CPU = tuple(source for source in METRIC_SOURCES if source.metric == "cpu_max_percent")


@pytest.fixture
def shop(cloud: GoogleCloud) -> GoogleCloud:
    """A project with one machine."""
    cloud.put(instance())
    cloud.payers[PROJECT] = billing_v1.ProjectBillingInfo()
    return cloud


def only(collected: Collected) -> ScopeResult:
    (result,) = asked_for(collected)
    return result


def test_an_exhausted_quota_is_waited_for_as_long_as_google_asks(
    shop: GoogleCloud, run: Collect, clock: FakeTime
) -> None:
    shop.server.refusals.append(Refusal("ListAssets", EXHAUSTED, retry_seconds=40.5, times=1))
    collected, _ = run()
    assert only(collected).status is Status.OK
    assert clock.now == pytest.approx(40.5, abs=3)


def test_a_quota_that_stays_exhausted_ends_as_a_gap_in_bounded_time(
    shop: GoogleCloud, run: Collect, clock: FakeTime
) -> None:
    shop.server.refusals.append(Refusal("ListAssets", EXHAUSTED, message="Quota exceeded", retry_seconds=1))
    collected, sink = run()
    result = only(collected)
    assert (result.status, result.reason, result.retryable) == (Status.GAP, "throttled", True)
    assert sink.all_resources == []
    assert len(shop.server.asked("ListAssets")) == 2 * PATIENCE.attempts
    assert clock.now < 2 * PATIENCE.attempts * PATIENCE.longest_asked_seconds


@pytest.mark.parametrize("how", ["message", "metadata", "delay"])
def test_a_quota_of_the_day_is_not_waited_for(how: str, shop: GoogleCloud, run: Collect) -> None:
    told: dict[str, Any] = {
        "message": {"message": "Quota exceeded for quota metric 'Reads' and limit 'Reads per day'"},
        "metadata": {"reason": "RATE_LIMIT_EXCEEDED", "metadata": {"quota_limit": "ReadsPerDayPerProject"}},
        "delay": {"retry_seconds": 3600.0},
    }[how]
    shop.server.refusals.append(Refusal("ListAssets", EXHAUSTED, **told))
    collected, _ = run()
    result = only(collected)
    assert result.status is Status.GAP
    assert len(shop.server.asked("ListAssets")) == (2 if how == "delay" else 1)
    assert result.reason == ("throttled" if how == "delay" else "quota")


@pytest.mark.parametrize(
    ("code", "asked"),
    [(grpc.StatusCode.UNAVAILABLE, 2), (grpc.StatusCode.INTERNAL, 2), (grpc.StatusCode.DEADLINE_EXCEEDED, 2)],
)
def test_a_passing_error_is_asked_again(code: grpc.StatusCode, asked: int, shop: GoogleCloud, run: Collect) -> None:
    shop.server.refusals.append(Refusal("ListAssets", code, times=1))
    collected, _ = run()
    assert only(collected).status is Status.OK
    assert len(shop.server.asked("ListAssets")) == asked


@pytest.mark.parametrize(
    ("refusal", "reason", "permission"),
    [
        ({"message": "The caller does not have permission"}, "denied", "cloudasset.assets.listResource"),
        (
            {"message": "Permission 'cloudasset.assets.listResource' denied on resource"},
            "denied",
            "cloudasset.assets.listResource",
        ),
        (
            {"reason": "IAM_PERMISSION_DENIED", "metadata": {"permission": "cloudasset.assets.listResource"}},
            "denied",
            "cloudasset.assets.listResource",
        ),
        (
            {"reason": "SERVICE_DISABLED", "metadata": {"service": "cloudasset.googleapis.com"}},
            "not enabled",
            "cloudasset.googleapis.com",
        ),
        ({"reason": "USER_PROJECT_DENIED"}, "denied", "serviceusage.services.use"),
        ({"reason": "CONSUMER_INVALID"}, "gone", None),
        ({"message": "prohibited by policy. vpcServiceControlsUniqueIdentifier: x"}, "denied by perimeter", None),
        ({"reason": "BILLING_DISABLED"}, "billing disabled", None),
    ],
)  # fmt: skip
def test_a_refusal_names_what_is_missing(
    refusal: dict[str, Any], reason: str, permission: str | None, shop: GoogleCloud, run: Collect
) -> None:
    shop.server.refusals.append(Refusal("ListAssets", DENIED, **refusal))
    collected, sink = run()
    result = only(collected)
    assert (result.status, result.reason, result.permission) == (Status.GAP, reason, permission)
    assert not result.retryable
    assert "gce_instance" in result.kinds
    assert sink.all_resources == []
    assert collected.accounts == ()
    assert len(shop.server.asked("ListAssets")) == 1


def test_a_project_that_is_deleted_during_the_run_loses_only_itself(cloud: GoogleCloud, run: Collect) -> None:
    cloud.put(instance())
    cloud.payers = {PROJECT: billing_v1.ProjectBillingInfo()}
    collected, sink = run(where=Where(projects=(PROJECT, "acme-gone")))
    assert {(one.scope.account, one.status, one.reason) for one in asked_for(collected)} == {
        (PROJECT, Status.OK, None),
        ("acme-gone", Status.GAP, "gone"),
    }
    assert {row.account for row in sink.all_resources} == {PROJECT}


def test_credentials_that_are_worth_nothing_are_not_tried_on_everything_else(shop: GoogleCloud, run: Collect) -> None:
    shop.server.refusals.append(Refusal("ListAssets", grpc.StatusCode.UNAUTHENTICATED, message="token ya29.abcdef"))
    collected, _ = run(sources=CPU)
    assert {one.reason for one in asked_for(collected)} == {"credentials"}
    assert "ya29" not in repr(collected.coverage)
    assert shop.server.asked("ListTimeSeries") == []


def test_the_deadline_ends_a_run_with_gaps_and_sends_nothing_more(
    shop: GoogleCloud, run: Collect, clock: FakeTime
) -> None:
    shop.server.refusals.append(Refusal("ListAssets", EXHAUSTED, retry_seconds=30))
    collected, _ = run(sources=CPU, deadline_seconds=10)
    assert {one.reason for one in asked_for(collected)} == {"deadline"}
    assert len(shop.server.asked("ListAssets")) == 1
    assert clock.now < 10


def test_a_server_that_is_not_there_is_a_gap_of_the_network(cloud: GoogleCloud, run: Collect) -> None:
    cloud.server.close()
    collected, _ = run()
    result = only(collected)
    assert (result.status, result.reason, result.retryable) == (Status.GAP, "server", True)


def test_a_bug_of_ours_is_a_gap_of_that_name_and_not_the_end_of_the_run(
    shop: GoogleCloud, run: Collect, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("of ours")

    monkeypatch.setattr("costopt.collectors.gcp.reading._rows", broken)
    collected, _ = run()
    result = only(collected)
    assert (result.status, result.reason) == (Status.GAP, "bug")
    assert result.detail is not None
    assert "ZeroDivisionError" in result.detail


def test_an_asset_type_that_the_inventory_does_not_know_loses_only_its_service(
    cloud: GoogleCloud, run: Collect
) -> None:
    cloud.put(*estate())
    cloud.payers[PROJECT] = billing_v1.ProjectBillingInfo()
    cloud.unsupported = frozenset({"tpu.googleapis.com/Node"})
    collected, sink = run()
    (gap,) = [one for one in collected.coverage if one.status is Status.GAP]
    assert gap.scope.operation == "assets:machine_learning"
    assert gap.kinds == ("tpu_node", "vertex_endpoint", "workbench_instance")
    assert {"gce_instance", "gcs_bucket"} <= {row.spec.KIND for row in sink.all_resources}


def test_a_type_that_is_not_known_is_asked_for_in_one_project_alone(cloud: GoogleCloud, run: Collect) -> None:
    """One list, then one a service in the first project; one list in each later one, and the gap in all."""
    cloud.unsupported = frozenset({"tpu.googleapis.com/Node"})
    projects = ("acme-shop", "acme-web", "acme-lab")
    for project in projects:
        cloud.put(*estate(), project=project)
        cloud.payers[project] = billing_v1.ProjectBillingInfo()
    collected, sink = run(where=Where(projects=projects), workers=1)
    gaps = {one.scope.account: one.scope.operation for one in collected.coverage if one.status is Status.GAP}
    assert gaps == dict.fromkeys(projects, "assets:machine_learning")
    assert {row.spec.KIND for row in sink.all_resources} >= {"bigquery_table", "bigquery_dataset"}
    assert len(cloud.server.asked("ListAssets")) == 1 + len(SERVICES) + 2


def test_a_project_of_which_no_service_can_be_listed_is_a_gap_and_not_empty(shop: GoogleCloud, run: Collect) -> None:
    shop.server.refusals.append(Refusal("ListAssets", grpc.StatusCode.INVALID_ARGUMENT, "Request contains an invalid"))
    collected, sink = run()
    assert only(collected).status is Status.GAP
    assert sink.all_resources == []
    assert collected.accounts == ()


def test_an_endpoint_that_hangs_is_given_a_minute_and_not_seven(clock: FakeTime) -> None:
    asked = []

    def hang() -> None:
        asked.append(clock.now)
        clock.clock.sleep(60)
        raise requests.Timeout("Read timed out")

    with pytest.raises(CallFailed):
        ask(Limits.of(clock=clock.clock), LIST_MACHINE_TYPES, hang)
    assert asked == [0]


def test_limits_start_with_their_burst_so_that_a_few_projects_do_not_wait() -> None:
    time = FakeTime()
    limits = Limits.of(clock=time.clock)
    for _ in range(20):
        limits.bucket("cloudasset.googleapis.com").take()
    assert time.now == 0
