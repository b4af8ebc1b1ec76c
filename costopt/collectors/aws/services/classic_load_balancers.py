"""Classic load balancers with the health of their instances."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from costopt.collectors.aws.interface import Api, AwsCollector, Call
from costopt.collectors.aws.services.balancer_tags import balancer_tags
from costopt.collectors.aws.services.batches import in_batches
from costopt.collectors.aws.services.identity import arn_of, aws_resource
from costopt.collectors.aws.services.tolerance import answer_unless
from costopt.collectors.aws.services.values import utc
from costopt.model.resource import Resource
from costopt.model.specs.network import LoadBalancer

DESCRIBE_LOAD_BALANCERS = Call(
    client="elb",
    operation="DescribeLoadBalancers",
    action="elasticloadbalancing:DescribeLoadBalancers",
    result="LoadBalancerDescriptions",
    limit=("PageSize", 400),
)
DESCRIBE_INSTANCE_HEALTH = Call(
    client="elb",
    operation="DescribeInstanceHealth",
    action="elasticloadbalancing:DescribeInstanceHealth",
    result="InstanceStates",
)
DESCRIBE_TAGS = Call(
    client="elb",
    operation="DescribeTags",
    action="elasticloadbalancing:DescribeTags",
    result="TagDescriptions",
)
NAMES_PER_CALL = 20
"""Most names that DescribeTags takes.
Source: https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DescribeTags.html"""

GONE = frozenset({"LoadBalancerNotFound", "AccessPointNotFound"})
"""The balancer was deleted since it was listed."""


def balancer_of(
    api: Api, item: Mapping[str, Any], health: Sequence[Mapping[str, Any]], tags: Mapping[str, str] | None
) -> Resource:
    """A resource of one description of DescribeLoadBalancers and the states of DescribeInstanceHealth."""
    targets = {one["InstanceId"] for one in item.get("Instances") or ()}
    healthy = {one.get("InstanceId") for one in health if one.get("State") == "InService"}
    name = item["LoadBalancerName"]
    spec = LoadBalancer(
        lb_type="classic",
        state="active",
        scheme=item.get("Scheme"),
        registered_targets=len(targets),
        healthy_targets=len(targets & healthy),
        target_ids=tuple(sorted(targets)),
    )
    arn = arn_of(api, "elasticloadbalancing", f"loadbalancer/{name}")
    return aws_resource(api, spec, name, name=name, arn=arn, created_at=utc(item.get("CreatedTime")), tags=tags)


def _collect(api: Api) -> Iterator[Resource]:
    items = list(api.pages(DESCRIBE_LOAD_BALANCERS))
    for batch in in_batches(items, NAMES_PER_CALL):
        names = [item["LoadBalancerName"] for item in batch]
        tags = _tags(api, names)
        for item in batch:
            health = _health(api, item) if item.get("Instances") else ()
            if health is not None:
                yield balancer_of(api, item, health, None if tags is None else tags.get(item["LoadBalancerName"], {}))


def _health(api: Api, item: Mapping[str, Any]) -> Sequence[Mapping[str, Any]] | None:
    answer = answer_unless(api, DESCRIBE_INSTANCE_HEALTH, GONE, LoadBalancerName=item["LoadBalancerName"])
    return None if answer is None else answer["InstanceStates"]


def _tags(api: Api, names: list[str]) -> dict[str, dict[str, str]] | None:
    return balancer_tags(
        api, DESCRIBE_TAGS, parameter="LoadBalancerNames", key="LoadBalancerName", gone=GONE, balancers=names
    )


CLASSIC_LOAD_BALANCERS = AwsCollector(
    id="classic_load_balancers",
    kinds=(LoadBalancer,),
    calls=(DESCRIBE_LOAD_BALANCERS, DESCRIBE_INSTANCE_HEALTH, DESCRIBE_TAGS),
    collect=_collect,
)
