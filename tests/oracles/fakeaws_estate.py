"""A small estate on the fake AWS and two collectors that read it: the stage of the fault tests."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from botocore.credentials import Credentials

from costopt.collectors.aws.connection import Connection, Wire
from costopt.collectors.aws.hooks import Limits
from costopt.collectors.aws.interface import Api, AwsCollector, Call
from costopt.collectors.aws.plan import Account, CollectPlan
from costopt.model.resource import Resource
from costopt.model.specs.ebs import EbsVolume
from costopt.model.specs.network import ElasticIp
from tests.oracles.fakeaws import FakeAws
from tests.oracles.fakeaws_api import NOW, FakeTime

REGIONS = ("ap-south-1", "eu-west-1", "us-east-1")
KEYS = {"111111111111": "AKIAFIRST", "222222222222": "AKIASECOND"}
VOLUMES = 25
"""Volumes of each account and region, in three pages of at most ten."""

DESCRIBE_VOLUMES = Call(
    client="ec2", operation="DescribeVolumes", action="ec2:DescribeVolumes", result="Volumes", limit=("MaxResults", 500)
)
DESCRIBE_ADDRESSES = Call(
    client="ec2", operation="DescribeAddresses", action="ec2:DescribeAddresses", result="Addresses"
)


def _volumes(api: Api) -> Iterator[Resource]:
    for item in api.pages(DESCRIBE_VOLUMES):
        spec = EbsVolume(
            volume_type=item["VolumeType"],
            size_gib=item["Size"],
            state=item["State"],
            availability_zone=item["AvailabilityZone"],
        )
        yield Resource(provider="aws", account=api.account, region=api.region, id=item["VolumeId"], spec=spec)


def _addresses(api: Api) -> Iterator[Resource]:
    for item in api.pages(DESCRIBE_ADDRESSES):
        spec = ElasticIp(public_ip=item["PublicIp"])
        yield Resource(provider="aws", account=api.account, region=api.region, id=item["AllocationId"], spec=spec)


VOLUME_COLLECTOR = AwsCollector(id="ebs_volumes", kinds=(EbsVolume,), calls=(DESCRIBE_VOLUMES,), collect=_volumes)
ADDRESS_COLLECTOR = AwsCollector(id="elastic_ips", kinds=(ElasticIp,), calls=(DESCRIBE_ADDRESSES,), collect=_addresses)


def furnish(aws: FakeAws) -> None:
    """Gives every account and region 25 volumes and one address."""
    volume = {"Size": 10, "State": "available", "VolumeType": "gp2", "AvailabilityZone": "us-east-1a"}
    created = {"CreateTime": datetime(2024, 1, 1, tzinfo=UTC)}
    rows = [{"VolumeId": f"vol-{n}", **volume, **created} for n in range(VOLUMES)]
    aws.on("ec2", "DescribeVolumes", rows, page=10)
    aws.on("ec2", "DescribeAddresses", {"Addresses": [{"PublicIp": "192.0.2.4", "AllocationId": "eipalloc-1"}]})


def make_plan(
    url: str,
    *,
    collectors: Sequence[AwsCollector] = (VOLUME_COLLECTOR, ADDRESS_COLLECTOR),
    regions: Sequence[str] = REGIONS,
    keys: dict[str, str] | None = None,
    wire: Wire | None = None,
    sources: Sequence[Any] = (),
    workers: int = 4,
    **limits: Any,
) -> CollectPlan:
    """A plan for the accounts of `keys`, with a clock that jumps instead of waiting."""
    shared = Limits.of(**{"clock": FakeTime().clock, **limits})

    def connection(account: str, key: str) -> Connection:
        return Connection(
            account=account,
            partition="aws",
            home_region="us-east-1",
            name="test",
            credentials=lambda: Credentials(key, "secret"),
            wire=wire or Wire(endpoint_url=url, connect_timeout=2, read_timeout=5, max_attempts=4),
            limits=shared,
        )

    accounts = [
        Account(connection=connection(account, key), regions=tuple(regions)) for account, key in (keys or KEYS).items()
    ]
    return CollectPlan(
        accounts=tuple(accounts),
        collectors=tuple(collectors),
        sources=tuple(sources),
        now=NOW,
        limits=shared,
        workers=workers,
    )
