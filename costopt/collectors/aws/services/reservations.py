"""Reserved instances of EC2, RDS, ElastiCache, OpenSearch and Redshift."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from costopt.collectors.aws.interface import Api, AwsCollector, Call
from costopt.collectors.aws.services.ec2_platform import platform_of_details
from costopt.collectors.aws.services.identity import arn_of, aws_resource
from costopt.collectors.aws.services.reservation_terms import hourly_rate, payment_option, term
from costopt.collectors.aws.services.values import tag_map
from costopt.model.resource import Resource
from costopt.model.specs.commitment import Commitment, CommitmentKind

DESCRIBE_EC2 = Call(
    client="ec2",
    operation="DescribeReservedInstances",
    action="ec2:DescribeReservedInstances",
    result="ReservedInstances",
)
"""Answers whole; the operation has no pages."""

DESCRIBE_RDS = Call(
    client="rds",
    operation="DescribeReservedDBInstances",
    action="rds:DescribeReservedDBInstances",
    result="ReservedDBInstances",
    limit=("MaxRecords", 100),
)
DESCRIBE_ELASTICACHE = Call(
    client="elasticache",
    operation="DescribeReservedCacheNodes",
    action="elasticache:DescribeReservedCacheNodes",
    result="ReservedCacheNodes",
    limit=("MaxRecords", 100),
)
DESCRIBE_OPENSEARCH = Call(
    client="opensearch",
    operation="DescribeReservedInstances",
    action="es:DescribeReservedInstances",
    result="ReservedInstances",
    token=("NextToken", "NextToken"),
    limit=("MaxResults", 100),
)
DESCRIBE_REDSHIFT = Call(
    client="redshift",
    operation="DescribeReservedNodes",
    action="redshift:DescribeReservedNodes",
    result="ReservedNodes",
    limit=("MaxRecords", 100),
)

# RDS writes engines of reservations in its own way: `postgresql`, `oracle-se2(byol)`, `aurora mysql`.
_RDS_ENGINES = {
    "postgresql": "postgres",
    "aurora": "aurora-mysql",
    "aurora mysql": "aurora-mysql",
    "aurora postgresql": "aurora-postgresql",
}


def ec2_reservation_of(api: Api, item: Mapping[str, Any]) -> Resource:
    """A commitment of one item of EC2's DescribeReservedInstances."""
    start, end = term(item, "Start")
    convertible = str(item.get("OfferingClass")).casefold() == "convertible"
    tags, reservation_id = tag_map(item.get("Tags")), item["ReservedInstancesId"]
    spec = Commitment(
        commitment_kind=CommitmentKind.CONVERTIBLE_RI if convertible else CommitmentKind.STANDARD_RI,
        service="ec2",
        state=item.get("State") or "unknown",
        start=start,
        end=end,
        payment_option=payment_option(item.get("OfferingType")),
        instance_type=item.get("InstanceType"),
        count=item.get("InstanceCount") or 0,
        platform=platform_of_details(item.get("ProductDescription") or ""),
        availability_zone=item.get("AvailabilityZone") or None,
        tenancy=item.get("InstanceTenancy") or "default",
        hourly_rate=hourly_rate(item, partition=api.partition),
        region=api.region,
    )
    arn = arn_of(api, "ec2", f"reserved-instances/{reservation_id}")
    return aws_resource(api, spec, reservation_id, name=tags.get("Name"), arn=arn, created_at=start, tags=tags)


def rds_reservation_of(api: Api, item: Mapping[str, Any]) -> Resource:
    """A commitment of one item of DescribeReservedDBInstances."""
    words = str(item.get("ProductDescription") or "unknown").casefold().partition("(")[0].strip()
    return _reservation(
        api,
        item,
        service="rds",
        reservation_id=item["ReservedDBInstanceId"],
        instance_type=item.get("DBInstanceClass"),
        count=item.get("DBInstanceCount"),
        platform=_RDS_ENGINES.get(words, words),
        arn=item.get("ReservedDBInstanceArn"),
        multi_az=bool(item.get("MultiAZ")),
    )


def elasticache_reservation_of(api: Api, item: Mapping[str, Any]) -> Resource:
    """A commitment of one item of DescribeReservedCacheNodes."""
    return _reservation(
        api,
        item,
        service="elasticache",
        reservation_id=item["ReservedCacheNodeId"],
        instance_type=item.get("CacheNodeType"),
        count=item.get("CacheNodeCount"),
        platform=str(item.get("ProductDescription") or "unknown").casefold(),
        arn=item.get("ReservationARN"),
    )


def opensearch_reservation_of(api: Api, item: Mapping[str, Any]) -> Resource:
    """A commitment of one item of OpenSearch's DescribeReservedInstances."""
    return _reservation(
        api,
        item,
        service="opensearch",
        reservation_id=item["ReservedInstanceId"],
        instance_type=item.get("InstanceType"),
        count=item.get("InstanceCount"),
        platform="opensearch",
        name=item.get("ReservationName"),
    )


def redshift_reservation_of(api: Api, item: Mapping[str, Any]) -> Resource:
    """A commitment of one item of DescribeReservedNodes."""
    return _reservation(
        api,
        item,
        service="redshift",
        reservation_id=item["ReservedNodeId"],
        instance_type=item.get("NodeType"),
        count=item.get("NodeCount"),
        platform="redshift",
    )


def _reservation(
    api: Api,
    item: Mapping[str, Any],
    *,
    service: str,
    reservation_id: str,
    instance_type: str | None,
    count: int | None,
    platform: str,
    name: str | None = None,
    arn: str | None = None,
    multi_az: bool = False,
) -> Resource:
    """A commitment of a database service. Their lists leave tags out, so that tags are unknown."""
    start, end = term(item, "StartTime")
    spec = Commitment(
        commitment_kind=CommitmentKind.STANDARD_RI,
        service=service,
        state=item.get("State") or "unknown",
        start=start,
        end=end,
        payment_option=payment_option(item.get("OfferingType") or item.get("PaymentOption")),
        instance_type=instance_type,
        count=count or 0,
        platform=platform,
        multi_az=multi_az,
        hourly_rate=hourly_rate(item, partition=api.partition, prefix="RecurringCharge"),
        region=api.region,
    )
    return aws_resource(api, spec, reservation_id, name=name, arn=arn, created_at=start)


def _paged(call: Call, parse: Callable[[Api, Mapping[str, Any]], Resource]) -> Callable[[Api], Iterator[Resource]]:
    def collect(api: Api) -> Iterator[Resource]:
        return (parse(api, item) for item in api.pages(call))

    return collect


def _ec2(api: Api) -> Iterator[Resource]:
    return (ec2_reservation_of(api, item) for item in api.call(DESCRIBE_EC2)["ReservedInstances"])


def _collector(service: str, call: Call, collect: Callable[[Api], Iterator[Resource]]) -> AwsCollector:
    return AwsCollector(id=f"{service}_reservations", kinds=(Commitment,), calls=(call,), collect=collect)


EC2_RESERVATIONS = _collector("ec2", DESCRIBE_EC2, _ec2)
RDS_RESERVATIONS = _collector("rds", DESCRIBE_RDS, _paged(DESCRIBE_RDS, rds_reservation_of))
ELASTICACHE_RESERVATIONS = _collector(
    "elasticache", DESCRIBE_ELASTICACHE, _paged(DESCRIBE_ELASTICACHE, elasticache_reservation_of)
)
OPENSEARCH_RESERVATIONS = _collector(
    "opensearch", DESCRIBE_OPENSEARCH, _paged(DESCRIBE_OPENSEARCH, opensearch_reservation_of)
)
REDSHIFT_RESERVATIONS = _collector("redshift", DESCRIBE_REDSHIFT, _paged(DESCRIBE_REDSHIFT, redshift_reservation_of))
