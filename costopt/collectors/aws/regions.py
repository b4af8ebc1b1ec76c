"""Regions and partitions: which exist, and which an account has switched on."""

import difflib
from collections.abc import Iterable
from functools import cache

from botocore.regions import EndpointResolver

from costopt.collectors.aws.connection import Connection, service_models
from costopt.collectors.aws.faults import IncompleteAnswer
from costopt.collectors.aws.interface import Call
from costopt.errors import UsageError

PARTITIONS = ("aws", "aws-us-gov", "aws-cn")
HOME_REGIONS = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"}
"""Where each partition's global services are asked.
Source: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html."""

DESCRIBE_REGIONS = Call(client="ec2", operation="DescribeRegions", action="ec2:DescribeRegions", result="Regions")
_ENABLED = frozenset({None, "opt-in-not-required", "opted-in"})


@cache
def known_regions(partition: str) -> tuple[str, ...]:
    """Regions of a partition that boto3 knows, sorted."""
    return tuple(sorted(_endpoints().get_available_endpoints("ec2", partition)))


def partition_of(region: str) -> str:
    """Partition of a region.

    Raises:
        UsageError: no such region; names the near ones.
    """
    for partition in PARTITIONS:
        if region in known_regions(partition):
            return partition
    every = [name for partition in PARTITIONS for name in known_regions(partition)]
    near = difflib.get_close_matches(region, every, n=3, cutoff=0.6)
    hint = f"Did you mean {' or '.join(near)}?" if near else "Regions look like us-east-1 or eu-west-1."
    raise UsageError(f"unknown AWS region {region!r}", hint=f"{hint} A brand-new region needs a newer boto3.")


def check_regions(regions: Iterable[str]) -> None:
    """Makes sure that all regions exist and lie in one partition.

    Raises:
        UsageError: one does not exist, or credentials of two partitions would be needed.
    """
    by_partition: dict[str, str] = {}
    for region in regions:
        by_partition[partition_of(region)] = region
    if len(by_partition) > 1:
        named = ", ".join(f"{region} ({partition})" for partition, region in sorted(by_partition.items()))
        raise UsageError(
            f"regions of several partitions in one run: {named}",
            hint="Credentials are valid in one partition only: run costopt once for each.",
        )


def check_partition(regions: Iterable[str], partition: str) -> None:
    """Makes sure that the credentials are valid in the regions.

    Raises:
        UsageError: a region lies in another partition than the caller.
    """
    for region in regions:
        if partition_of(region) != partition:
            raise UsageError(
                f"region {region} is not in partition {partition}, where these credentials are valid",
                hint=f"Use a profile of partition {partition_of(region)}, or leave the region out.",
            )


def enabled_regions(connection: Connection, region: str) -> tuple[str, ...]:
    """Regions that the account has switched on, sorted; asked in `region`."""
    answer = connection.client("ec2", region).describe_regions(AllRegions=False)
    if not answer.get("Regions"):  # every account has regions; an answer without any is not whole
        raise IncompleteAnswer(error="ec2 DescribeRegions without Regions")
    return tuple(sorted(r["RegionName"] for r in answer["Regions"] if r.get("OptInStatus") in _ENABLED))


def offers(service: str, region: str, partition: str) -> bool:
    """Whether boto3's data list the service in the region; a service that they do not know at all counts as offered."""
    listed = _service_regions(service, partition)
    return not listed or region in listed


@cache
def _service_regions(service: str, partition: str) -> frozenset[str]:
    return frozenset(_endpoints().get_available_endpoints(service, partition))


@cache
def _endpoints() -> EndpointResolver:
    """Where boto3 finds its endpoints; read without the user's AWS configuration, which may be broken."""
    return EndpointResolver(service_models().load_data("endpoints"))
