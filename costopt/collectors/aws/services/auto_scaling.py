"""Auto scaling groups."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from costopt.collectors.aws.interface import Api, AwsCollector, Call
from costopt.collectors.aws.services.identity import aws_resource
from costopt.collectors.aws.services.values import tag_map, utc
from costopt.model.resource import Resource
from costopt.model.specs.ec2 import AutoScalingGroup

DESCRIBE_AUTO_SCALING_GROUPS = Call(
    client="autoscaling",
    operation="DescribeAutoScalingGroups",
    action="autoscaling:DescribeAutoScalingGroups",
    result="AutoScalingGroups",
    limit=("MaxRecords", 100),
)
DESCRIBE_POLICIES = Call(
    client="autoscaling",
    operation="DescribePolicies",
    action="autoscaling:DescribePolicies",
    result="ScalingPolicies",
    limit=("MaxRecords", 100),
)
DESCRIBE_SCHEDULED_ACTIONS = Call(
    client="autoscaling",
    operation="DescribeScheduledActions",
    action="autoscaling:DescribeScheduledActions",
    result="ScheduledUpdateGroupActions",
    limit=("MaxRecords", 100),
)


def group_of(api: Api, item: Mapping[str, Any], scaled: Collection[str]) -> Resource:
    """A resource of one group of DescribeAutoScalingGroups.

    Its types are those of the overrides and of the running members. The template's own type is the template's; a
    group with neither has none here.

    Args:
        api: place of the group.
        item: the group.
        scaled: names of groups that a policy or a schedule resizes.
    """
    name, members = item["AutoScalingGroupName"], item.get("Instances") or ()
    mixed = item.get("MixedInstancesPolicy") or {}
    spec = AutoScalingGroup(
        minimum=item["MinSize"],
        maximum=item["MaxSize"],
        desired=item["DesiredCapacity"],
        instance_ids=tuple(sorted(member["InstanceId"] for member in members)),
        instance_types=_types(mixed, members),
        has_scaling_policy=name in scaled,
        launch_template_id=_template(item, mixed).get("LaunchTemplateId"),
        mixed_instances=bool(mixed),
        spot_fraction=_spot_fraction(mixed) if mixed else None,
    )
    tags = tag_map(item.get("Tags"))
    arn = item.get("AutoScalingGroupARN")
    return aws_resource(api, spec, name, name=name, arn=arn, created_at=utc(item.get("CreatedTime")), tags=tags)


def _template(item: Mapping[str, Any], mixed: Mapping[str, Any]) -> Mapping[str, Any]:
    inside = (mixed.get("LaunchTemplate") or {}).get("LaunchTemplateSpecification")
    return item.get("LaunchTemplate") or inside or {}


def _types(mixed: Mapping[str, Any], members: Collection[Mapping[str, Any]]) -> tuple[str, ...]:
    overrides = (mixed.get("LaunchTemplate") or {}).get("Overrides") or ()
    types = {one.get("InstanceType") for one in (*overrides, *members)}
    return tuple(sorted(one for one in types if one))


def _spot_fraction(mixed: Mapping[str, Any]) -> float:
    """Share above the base capacity that is spot; unset means 100 % on demand.

    Source: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html
    """
    percent = (mixed.get("InstancesDistribution") or {}).get("OnDemandPercentageAboveBaseCapacity")
    return 0.0 if percent is None else (100 - percent) / 100


def _collect(api: Api) -> Iterator[Resource]:
    items = list(api.pages(DESCRIBE_AUTO_SCALING_GROUPS))
    scaled: set[str] = set()
    if items:
        for call in (DESCRIBE_POLICIES, DESCRIBE_SCHEDULED_ACTIONS):
            scaled.update(one["AutoScalingGroupName"] for one in api.pages(call))
    for item in items:
        yield group_of(api, item, scaled)


AUTO_SCALING_GROUPS = AwsCollector(
    id="auto_scaling_groups",
    kinds=(AutoScalingGroup,),
    calls=(DESCRIBE_AUTO_SCALING_GROUPS, DESCRIBE_POLICIES, DESCRIBE_SCHEDULED_ACTIONS),
    collect=_collect,
)
