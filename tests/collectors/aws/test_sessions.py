"""Accounts are reached by profile, role or organisation; what cannot work says so before anything is read."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from costopt.collectors.aws.connection import Wire
from costopt.collectors.aws.hooks import Limits
from costopt.collectors.aws.metrics import METRIC_CALLS
from costopt.collectors.aws.permissions import RUNTIME_ACTIONS
from costopt.collectors.aws.plan import plan_collection
from costopt.collectors.aws.regions import DESCRIBE_REGIONS
from costopt.collectors.aws.runner import collect
from costopt.collectors.aws.sessions import ACCESS_CALLS, Access, connect
from costopt.errors import CollectError, UsageError
from costopt.model.coverage import Status
from tests.oracles.fakeaws import AwsError, FakeAws, Fault, Request
from tests.oracles.fakeaws_api import NOW, FakeTime
from tests.oracles.fakeaws_estate import ADDRESS_COLLECTOR, VOLUME_COLLECTOR, furnish
from tests.oracles.memory_sink import MemorySink

OWN = "999999999999"
ROLES = tuple(f"arn:aws:iam::{account}:role/costopt" for account in ("111111111111", "222222222222"))


@pytest.fixture(autouse=True)
def own_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOWN")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


def limits() -> Limits:
    return Limits.of(clock=FakeTime().clock)


def access(aws: FakeAws, **kwargs: Any) -> Access:
    return Access(**{"wire": Wire(endpoint_url=aws.url, connect_timeout=2, read_timeout=5, max_attempts=3), **kwargs})


class Sts:
    """Hands out a new key for every role assumed; each is worth `lifetime`."""

    def __init__(self, aws: FakeAws, *, arn: str = f"arn:aws:iam::{OWN}:user/me", lifetime: timedelta) -> None:
        self.asked: list[dict[str, Any]] = []
        self.lifetime = lifetime
        aws.on("sts", "GetCallerIdentity", {"Account": OWN, "Arn": arn, "UserId": "me"})
        aws.on("sts", "AssumeRole", self.assume)

    def assume(self, params: dict[str, Any], _: Request) -> dict[str, Any]:
        self.asked.append(params)
        account = params["RoleArn"].split(":")[4]
        credentials = {
            "AccessKeyId": f"ASIAROLE{account}{[a['RoleArn'] for a in self.asked].count(params['RoleArn']):04}",
            "SecretAccessKey": "secret",
            "SessionToken": "token",
            "Expiration": datetime.now(UTC) + self.lifetime,
        }
        return {"Credentials": credentials}


@pytest.fixture
def sts(aws: FakeAws) -> Sts:
    return Sts(aws, lifetime=timedelta(hours=1))


def run(aws: FakeAws, **kwargs: Any) -> tuple[Any, MemorySink]:
    collectors = kwargs.pop("collectors", (VOLUME_COLLECTOR, ADDRESS_COLLECTOR))
    plan = plan_collection(
        access(aws, **kwargs), collectors=collectors, sources=(), now=NOW, limits=limits(), workers=2
    )
    sink = MemorySink()
    return collect(plan, sink), sink


def test_two_roles_are_two_accounts_with_their_own_keys(aws: FakeAws, sts: Sts) -> None:
    furnish(aws)
    collected, sink = run(aws, role_arns=ROLES, external_id="shared-word", regions=("us-east-1",))
    assert collected.accounts == ("111111111111", "222222222222")
    assert {r.account for r in sink.all_resources} == set(collected.accounts)
    assert {request.key for request in aws.requests if request.service == "ec2"} == {
        "ASIAROLE1111111111110001",
        "ASIAROLE2222222222220001",
    }
    assert [ask["ExternalId"] for ask in sts.asked] == ["shared-word"] * 2
    assert sorted(ask["RoleArn"] for ask in sts.asked) == sorted(ROLES)


def test_a_role_is_assumed_again_before_it_expires(aws: FakeAws) -> None:
    sts = Sts(aws, lifetime=timedelta(seconds=30))  # botocore renews what is worth less than ten minutes
    furnish(aws)
    collected, _ = run(aws, role_arns=ROLES[:1], regions=("us-east-1", "eu-west-1"))
    assert {result.status for result in collected.coverage} == {Status.OK}
    assert len({request.key for request in aws.requests if request.service == "ec2"}) >= 2
    assert len(sts.asked) >= 2


def test_a_token_that_is_revoked_in_the_middle_is_renewed_once_and_nothing_is_lost(aws: FakeAws, sts: Sts) -> None:
    furnish(aws)
    aws.expired_keys.add("ASIAROLE1111111111110001")
    collected, _ = run(aws, role_arns=ROLES[:1], regions=("us-east-1", "eu-west-1"))
    assert {result.status for result in collected.coverage} == {Status.OK}
    assert len(sts.asked) == 2


def test_one_account_that_refuses_the_role_is_gaps_and_the_other_is_read(aws: FakeAws, sts: Sts) -> None:
    def only_the_first(params: dict[str, Any], request: Request) -> dict[str, Any]:
        if "222222222222" in params["RoleArn"]:
            raise AwsError("AccessDenied", "User: x is not authorized to perform: sts:AssumeRole on resource: y", 403)
        return sts.assume(params, request)

    furnish(aws)
    aws.on("sts", "AssumeRole", only_the_first)
    collected, _ = run(aws, role_arns=ROLES, regions=("us-east-1",))
    assert collected.accounts == ("111111111111",)
    refused = [result for result in collected.coverage if result.scope.account == "222222222222"]
    assert {(r.status, r.reason, r.permission) for r in refused} == {(Status.GAP, "denied", "sts:AssumeRole")}
    assert len(refused) == 2


def test_where_every_role_is_refused_the_run_does_not_start(aws: FakeAws, sts: Sts) -> None:
    aws.faults.append(Fault("sts", "AssumeRole", code="AccessDenied", status=403, message="no"))
    with pytest.raises(CollectError, match="role/costopt") as caught:
        run(aws, role_arns=ROLES)
    assert "trust policy" in caught.value.hint


def test_an_organisation_gives_its_active_members_and_the_caller(aws: FakeAws, sts: Sts) -> None:
    furnish(aws)
    states = {"111111111111": "ACTIVE", "222222222222": "SUSPENDED", "333333333333": "ACTIVE", OWN: "ACTIVE"}
    aws.on("organizations", "ListAccounts", [{"Id": a, "State": s} for a, s in states.items()], page=2)
    collected, _ = run(aws, organization_role="Reader", regions=("us-east-1",))
    assert collected.accounts == ("111111111111", "333333333333", OWN)
    assert {ask["RoleArn"] for ask in sts.asked} == {
        "arn:aws:iam::111111111111:role/Reader",
        "arn:aws:iam::333333333333:role/Reader",
    }
    assert aws.count("organizations") == 2


def test_only_the_named_accounts_of_an_organisation_are_read(aws: FakeAws, sts: Sts) -> None:
    members = [{"Id": account, "State": "ACTIVE"} for account in ("111111111111", "333333333333", OWN)]
    aws.on("organizations", "ListAccounts", members)
    chosen = connect(access(aws, organization_role="Reader", accounts=("333333333333", OWN)), limits())
    assert [connection.account for connection in chosen] == ["333333333333", OWN]


def test_an_account_that_is_not_there_is_refused_by_name(aws: FakeAws, sts: Sts) -> None:
    with pytest.raises(UsageError, match="444444444444") as caught:
        connect(access(aws, accounts=("444444444444", OWN)), limits())
    assert OWN in caught.value.hint


def test_an_organisation_that_cannot_be_listed_says_what_to_use(aws: FakeAws, sts: Sts) -> None:
    aws.faults.append(Fault("organizations", code="AccessDeniedException", message="no"))
    with pytest.raises(CollectError, match=f"organisation of account {OWN}") as caught:
        run(aws, organization_role="Reader")
    assert "management account" in caught.value.hint


def test_regions_are_those_that_the_account_has_switched_on(aws: FakeAws, sts: Sts) -> None:
    furnish(aws)
    states = {"us-east-1": "opt-in-not-required", "me-south-1": "opted-in", "af-south-1": "not-opted-in"}
    regions = [{"RegionName": name, "OptInStatus": state} for name, state in states.items()]
    aws.on("ec2", "DescribeRegions", {"Regions": regions})
    collected, _ = run(aws)
    assert collected.regions == ("me-south-1", "us-east-1")
    assert {r.scope.operation: r.rows for r in collected.coverage if r.scope.region == "global"} == {"regions": 2}


def test_where_regions_cannot_be_asked_for_all_are_tried_and_the_gap_is_named(aws: FakeAws, sts: Sts) -> None:
    furnish(aws)
    aws.faults.append(Fault("ec2", "DescribeRegions", code="UnauthorizedOperation", status=403, message="no"))
    collected, _ = run(aws, collectors=(ADDRESS_COLLECTOR,))
    (asked,) = [result for result in collected.coverage if result.scope.operation == "regions"]
    assert (asked.status, asked.reason, asked.permission) == (Status.GAP, "denied", "ec2:DescribeRegions")
    assert {"us-east-1", "eu-west-1", "ap-east-1"} <= set(collected.regions)


@pytest.mark.parametrize(
    ("arn", "partition", "home"),
    [
        (f"arn:aws-us-gov:sts::{OWN}:assumed-role/a/b", "aws-us-gov", "us-gov-west-1"),
        (f"arn:aws-cn:iam::{OWN}:user/me", "aws-cn", "cn-north-1"),
    ],
)
def test_the_partition_comes_from_the_callers_arn(aws: FakeAws, arn: str, partition: str, home: str) -> None:
    Sts(aws, arn=arn, lifetime=timedelta(hours=1))
    (connection,) = connect(access(aws), limits())
    assert (connection.account, connection.partition, connection.home_region) == (OWN, partition, home)


def test_a_region_of_another_partition_is_refused(aws: FakeAws, sts: Sts) -> None:
    with pytest.raises(UsageError, match="us-gov-west-1 is not in partition aws"):
        connect(access(aws, regions=("us-gov-west-1",)), limits())


def test_regions_of_two_partitions_are_refused(aws: FakeAws) -> None:
    with pytest.raises(UsageError, match="cn-north-1"):
        connect(access(aws, regions=("us-east-1", "cn-north-1")), limits())


def test_an_unknown_region_names_its_neighbours_and_sends_nothing(aws: FakeAws) -> None:
    with pytest.raises(UsageError, match="'eu-wst-1'") as caught:
        connect(access(aws, regions=("eu-wst-1",)), limits())
    assert "eu-west-1" in caught.value.hint
    assert aws.requests == []


def test_no_credentials_at_all(aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(CollectError, match=r"default credential chain.*Unable to locate credentials") as caught:
        connect(access(aws), limits())
    assert "aws sso login" in caught.value.hint


def test_a_profile_that_does_not_exist_names_those_that_do(aws: FakeAws, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[profile production]\nregion = eu-west-1\n")
    with pytest.raises(CollectError, match=r"\(prodution\)") as caught:
        connect(access(aws, profile="prodution"), limits())
    assert "production" in caught.value.hint


def test_a_profile_that_does_not_exist_is_named_when_it_comes_from_the_environment(
    aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "stale")
    with pytest.raises(CollectError, match=r"\(stale\)"):
        connect(access(aws, regions=()), limits())


def test_a_broken_configuration_file_is_named(aws: FakeAws, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[profile production\n")
    with pytest.raises(CollectError, match="config"):
        connect(access(aws), limits())


def test_a_profile_gives_the_credentials_and_the_first_region(aws: FakeAws, sts: Sts, tmp_path: Path) -> None:
    keys = "aws_access_key_id = AKIAPROFILE\naws_secret_access_key = secret\n"
    (tmp_path / "config").write_text(f"[profile production]\nregion = eu-west-1\n{keys}")
    connect(access(aws, profile="production"), limits())
    assert [(request.key, request.region) for request in aws.requests] == [("AKIAPROFILE", "eu-west-1")]


def test_an_expired_session_names_the_profile_and_the_next_step(aws: FakeAws, sts: Sts) -> None:
    aws.expired_keys.add("AKIAOWN")
    with pytest.raises(CollectError, match=r"default credential chain.*expired") as caught:
        connect(access(aws), limits())
    assert "aws sso login" in caught.value.hint


@pytest.mark.parametrize("arn", ["costopt", "arn:aws:iam::111111111111:user/me", "arn:aws:s3:::bucket"])
def test_what_is_no_role_is_refused(aws: FakeAws, arn: str) -> None:
    with pytest.raises(UsageError, match="not the ARN of a role"):
        connect(access(aws, role_arns=(arn,)), limits())


def test_two_roles_of_one_account_are_refused(aws: FakeAws) -> None:
    with pytest.raises(UsageError, match="111111111111"):
        connect(access(aws, role_arns=(ROLES[0], ROLES[0] + "-2")), limits())


def test_the_sdk_does_not_log_signatures(aws: FakeAws, sts: Sts, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    connect(access(aws), limits())
    assert "AWS4-HMAC-SHA256" not in caplog.text
    assert "AKIAOWN" not in caplog.text


def test_everything_that_the_runtime_asks_is_in_the_policy() -> None:
    own = {call.action for call in (*ACCESS_CALLS, DESCRIBE_REGIONS, *METRIC_CALLS)}
    # Assuming the role is allowed by whoever assumes it, not by the role.
    assert own - {"sts:AssumeRole"} == set(RUNTIME_ACTIONS)
