"""From a cloud to a report, over real HTTP: an emulator of AWS, the real client library, a snapshot, an audit."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest
from click.testing import CliRunner

from costopt.cli.collect import command
from costopt.config.settings import AwsSettings, Settings
from costopt.errors import CollectError, UsageError
from costopt.model.coverage import Status
from costopt.pipeline.audit import audit
from costopt.pipeline.collect import AwsRequest, collect_aws, estimate_aws
from costopt.store.open import open_snapshot
from tests.oracles.fakeaws import FakeAws
from tests.oracles.fakeaws_estate import furnish
from tests.oracles.moto_server import moto_server

SETTINGS = Settings(aws=AwsSettings(regions=("us-east-1",)))
ONLY = ("ebs_volumes", "elastic_ips", "ec2_instances")


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An emulated account with four loose volumes and one loose address."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-secret")
    with moto_server() as url:
        yield url
        urlopen(Request(f"{url}/moto-api/reset", method="POST")).close()


@pytest.fixture
def aws() -> Iterator[FakeAws]:
    """A server that speaks AWS's protocols, with an estate for any caller."""
    with FakeAws() as running:
        furnish(running)
        running.on("cloudwatch", "GetMetricData", {"MetricDataResults": []})
        yield running


def ec2(endpoint: str) -> Any:
    return boto3.client("ec2", region_name="us-east-1", endpoint_url=endpoint)


def request(endpoint: str, *only: str) -> AwsRequest:
    return AwsRequest(endpoint_url=endpoint, only=only or ONLY)


def test_waste_in_an_account_becomes_findings(endpoint: str, tmp_path: Path) -> None:
    client = ec2(endpoint)
    for _ in range(4):
        client.create_volume(AvailabilityZone="us-east-1a", Size=50, VolumeType="gp2")
    client.allocate_address(Domain="vpc")
    manifest = collect_aws(tmp_path / "snap", SETTINGS, request(endpoint))
    assert {result.status for result in manifest.coverage} <= {Status.OK, Status.EMPTY}
    report = audit(tmp_path / "snap", SETTINGS, now=datetime.now(UTC) + timedelta(days=8))
    found = [finding.check_id for finding in report.findings]
    assert found.count("ebs_unattached") == 4
    assert found.count("eip_unattached") == 1
    assert sum(finding.counted.amount for finding in report.findings) == report.totals.saving.amount
    unattached = [finding for finding in report.findings if finding.check_id == "ebs_unattached"]
    assert {finding.counted.amount for finding in unattached} == {50 * _gp2_price(report)}


def _gp2_price(report: Any) -> Any:
    (price,) = {
        term.price.amount
        for finding in report.findings
        if finding.check_id == "ebs_unattached"
        for term in finding.saving.terms
    }
    return price


def test_no_credential_reaches_the_disk(endpoint: str, tmp_path: Path) -> None:
    ec2(endpoint).create_volume(AvailabilityZone="us-east-1a", Size=1)
    collect_aws(tmp_path / "snap", SETTINGS, request(endpoint))
    kept = b"".join(path.read_bytes() for path in (tmp_path / "snap").rglob("*") if path.is_file())
    assert b"canary-secret" not in kept
    assert b"AKIAIOSFODNN7EXAMPLE" not in kept


def test_a_second_collection_replaces_the_first(endpoint: str, tmp_path: Path) -> None:
    client = ec2(endpoint)
    volume = client.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
    collect_aws(tmp_path / "snap", SETTINGS, request(endpoint, "ebs_volumes"))
    first = open_snapshot(tmp_path / "snap")
    assert volume in {resource.id for resource in first.resources}
    client.delete_volume(VolumeId=volume)
    collect_aws(tmp_path / "snap", SETTINGS, request(endpoint, "ebs_volumes"))
    assert volume not in {resource.id for resource in open_snapshot(tmp_path / "snap").resources}
    assert len(list((tmp_path / "snap").glob("*.parquet"))) == 2


def test_a_dry_run_counts_and_reads_nothing(endpoint: str, tmp_path: Path) -> None:
    ec2(endpoint).create_volume(AvailabilityZone="us-east-1a", Size=1)
    found = estimate_aws(tmp_path / "snap", SETTINGS, request(endpoint))
    assert (found.accounts, found.regions) == (1, 1)
    volumes = len(ec2(endpoint).describe_volumes()["Volumes"])
    assert (found.metrics, found.cost_usd) == (4 * volumes, Decimal("0.00001") * 4 * volumes)
    assert not (tmp_path / "snap").exists()
    collect_aws(tmp_path / "snap", SETTINGS, replace(request(endpoint), metrics=False))
    known = estimate_aws(tmp_path / "snap", SETTINGS, request(endpoint))
    assert known.cost_usd == found.cost_usd


def test_what_cannot_be_meant_is_refused_before_anything_is_written(endpoint: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="ebs_volume'"):
        collect_aws(tmp_path / "snap", SETTINGS, request(endpoint, "ebs_volume"))
    wrong = Settings(aws=AwsSettings(regions=("us-esat-1",)))
    with pytest.raises(UsageError) as refused:
        collect_aws(tmp_path / "snap", wrong, request(endpoint))
    assert "us-east-1" in refused.value.hint
    assert not (tmp_path / "snap").exists()
    with pytest.raises(CollectError, match="no interrupted"):
        collect_aws(tmp_path / "snap", SETTINGS, request(endpoint), resume=True)


def test_what_the_emulator_lacks_is_named_as_a_gap_without_a_minute_of_retries(endpoint: str, tmp_path: Path) -> None:
    lacking = ("compute_optimizer", "ec2_reservations", "elasticache_reservations", "opensearch_reservations")
    manifest = collect_aws(tmp_path / "snap", SETTINGS, request(endpoint, *lacking, "elastic_ips"))
    gaps = {result.scope.operation: result.reason for result in manifest.coverage if result.status is Status.GAP}
    assert gaps == dict.fromkeys(lacking, "server")
    uncounted = estimate_aws(tmp_path / "snap", SETTINGS, request(endpoint)).gaps
    assert {result.scope.operation for result in uncounted} == set(lacking)
    assert not any(result.retryable for result in manifest.coverage)
    report = audit(tmp_path / "snap", SETTINGS)
    assert report.totals.at_least


def test_a_limit_of_no_dollars_is_a_limit(endpoint: str, tmp_path: Path) -> None:
    ec2(endpoint).create_volume(AvailabilityZone="us-east-1a", Size=1)
    given = ["aws", "--endpoint-url", endpoint, "--region", "us-east-1", "--only", "ebs_volumes", "--out"]
    ended = CliRunner().invoke(command, [*given, str(tmp_path / "snap"), "--max-api-cost", "0"])
    assert ended.exit_code == 0
    manifest = open_snapshot(tmp_path / "snap").manifest
    assert manifest.collection_cost.amount == 0
    assert [r.reason for r in manifest.coverage if r.status is Status.GAP] == ["cost limit"]


def test_profiles_of_two_partitions_are_read_in_one_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, aws: FakeAws
) -> None:
    """Each takes the regions of its own partition; the accounts stand beside each other in one snapshot."""
    (tmp_path / "config").write_text("[profile public]\nregion = us-east-1\n[profile gov]\nregion = us-gov-west-1\n")
    keys = {"public": "AKIAFIRST", "gov": "AKIASECOND"}
    secrets = (f"[{name}]\naws_access_key_id = {key}\naws_secret_access_key = x\n" for name, key in keys.items())
    (tmp_path / "credentials").write_text("".join(secrets))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    callers = {"AKIAFIRST": ("111111111111", "aws"), "AKIASECOND": ("222222222222", "aws-us-gov")}

    def caller(_: Any, call: Any) -> dict[str, str]:
        account, partition = callers[call.key]
        return {"Account": account, "Arn": f"arn:{partition}:iam::{account}:user/u"}

    aws.on("sts", "GetCallerIdentity", caller)
    access = AwsSettings(profile="public", profiles=("gov",), regions=("us-east-1", "us-gov-west-1"))
    manifest = collect_aws(
        tmp_path / "snap", Settings(aws=access), replace(request(aws.url, "ebs_volumes"), metrics=False)
    )
    read = {(one.scope.account, one.scope.region) for one in manifest.coverage if one.scope.operation == "ebs_volumes"}
    assert read == {("111111111111", "us-east-1"), ("222222222222", "us-gov-west-1")}
    assert {result.status for result in manifest.coverage} <= {Status.OK, Status.EMPTY}
    again = replace(access, profiles=("public", "gov"))
    assert collect_aws(
        tmp_path / "snap", Settings(aws=again), replace(request(aws.url, "elastic_ips"), metrics=False)
    ).accounts == (
        "111111111111",
        "222222222222",
    )


def test_one_account_through_two_profiles_and_an_unknown_profile_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    key = "region = us-east-1\naws_access_key_id = AKIAFIRST\naws_secret_access_key = x\n"
    (tmp_path / "config").write_text(f"[profile one]\n{key}[profile two]\n{key}")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    twice = Settings(aws=AwsSettings(profile="one", profiles=("two",), regions=("us-east-1",)))
    with pytest.raises(UsageError, match="read by two profiles"):
        collect_aws(tmp_path / "snap", twice, request(endpoint))
    unknown = Settings(aws=AwsSettings(profile="one", profiles=("three",)))
    with pytest.raises(CollectError, match=r"profile \(three\) could not be found"):
        collect_aws(tmp_path / "snap", unknown, request(endpoint))
    assert not (tmp_path / "snap").exists()
