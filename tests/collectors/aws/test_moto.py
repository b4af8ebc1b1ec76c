"""A whole run against moto's server: another implementation of AWS than our own, over its real wire protocols."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.session import Session

from costopt.collectors.aws.connection import Wire
from costopt.collectors.aws.hooks import Limits
from costopt.collectors.aws.interface import MetricSource
from costopt.collectors.aws.plan import plan_collection
from costopt.collectors.aws.runner import collect
from costopt.collectors.aws.sessions import Access
from costopt.model.coverage import Status
from tests.oracles.fakeaws_estate import ADDRESS_COLLECTOR, VOLUME_COLLECTOR
from tests.oracles.memory_sink import MemorySink
from tests.oracles.moto_server import moto_server


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOWN")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with moto_server() as url:
        yield url


def test_what_was_made_is_found_with_its_metrics(url: str) -> None:
    def client(service: str) -> Any:
        return Session().create_client(service, region_name="eu-west-1", endpoint_url=url)

    ec2 = client("ec2")
    made = ec2.create_volume(AvailabilityZone="eu-west-1a", Size=7, VolumeType="gp3")["VolumeId"]
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    sent = {"MetricName": "VolumeReadOps", "Dimensions": [{"Name": "VolumeId", "Value": made}], "Value": 42.0}
    client("cloudwatch").put_metric_data(
        Namespace="AWS/EBS", MetricData=[{**sent, "Timestamp": hour - timedelta(hours=3)}]
    )
    source = MetricSource(
        kind="ebs_volume",
        metric="volume_read_ops",
        namespace="AWS/EBS",
        name="VolumeReadOps",
        stat="Sum",
        step_seconds=3600,
        days=1,
        dimensions=lambda resource: {"VolumeId": resource.id},
    )
    plan = plan_collection(
        Access(regions=("eu-west-1", "us-west-2"), wire=Wire(endpoint_url=url)),
        collectors=(VOLUME_COLLECTOR, ADDRESS_COLLECTOR),
        sources=(source,),
        now=hour,
        limits=Limits.of(),
    )
    sink = MemorySink()
    collected = collect(plan, sink)

    assert {r.scope.operation for r in collected.coverage if r.status is Status.OK} == {
        "ebs_volumes",
        "metrics:ebs_volume",
    }
    assert {r.status for r in collected.coverage} == {Status.OK, Status.EMPTY}
    assert [(r.id, r.spec.size_gib) for r in sink.all_resources] == [(made, 7)]  # type: ignore[attr-defined]
    (series,) = sink.all_series
    assert list(series.values) == [*[None] * 21, 42.0, None, None]
