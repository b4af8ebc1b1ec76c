"""EC2 instances."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from costopt.collectors.aws.interface import Api, AwsCollector, Call
from costopt.collectors.aws.services.ec2_platform import platform_of
from costopt.collectors.aws.services.identity import arn_of, aws_resource
from costopt.collectors.aws.services.values import state_of, tag_map, utc
from costopt.model.resource import Resource
from costopt.model.specs.ec2 import Ec2Instance

DESCRIBE_INSTANCES = Call(
    client="ec2",
    operation="DescribeInstances",
    action="ec2:DescribeInstances",
    result="Reservations",
    limit=("MaxResults", 1000),
)

GONE = frozenset({"terminated", "shutting-down"})
"""Listed for about an hour after the end; they cost nothing."""

_STOP = re.compile(r"\((\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?:GMT|UTC)\)")

_LIFECYCLES = {"spot": "spot", "capacity-block": "capacity_block"}

# Tags that services put on the machines that they start. Sources:
# https://docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html https://karpenter.sh/docs/concepts/nodepools/
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/asg-capacity-providers.html (AmazonECSManaged)
# https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-plan-tags.html
# https://docs.aws.amazon.com/batch/latest/userguide/using-tags.html
# https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.tagging.html
_MANAGING_TAGS: tuple[tuple[str, str], ...] = (
    ("eks:cluster-name", "eks"),
    ("aws:eks:cluster-name", "eks"),
    ("eks:nodegroup-name", "eks"),
    ("kubernetes.io/cluster/", "kubernetes"),
    ("karpenter.sh/", "kubernetes"),
    ("AmazonECSManaged", "ecs"),
    ("aws:ecs:", "ecs"),
    ("aws:elasticmapreduce:", "emr"),
    ("AWSBatchServiceTag", "batch"),
    ("elasticbeanstalk:", "elasticbeanstalk"),
)


def instance_of(api: Api, item: Mapping[str, Any]) -> Resource:
    """A resource of one instance of DescribeInstances. User data is not part of that answer."""
    tags, state = tag_map(item.get("Tags")), state_of(item, "State", "Name")
    placement = item.get("Placement") or {}
    spec = Ec2Instance(
        instance_type=item["InstanceType"],
        state=state,
        platform=platform_of(item),
        availability_zone=placement.get("AvailabilityZone") or "unknown",
        tenancy=placement.get("Tenancy") or "default",
        lifecycle=_LIFECYCLES.get(item.get("InstanceLifecycle") or "", "on_demand"),
        architecture=_architecture(item.get("Architecture")),
        launched_at=utc(item.get("LaunchTime")),
        stopped_at=stopped_at(state, item.get("StateTransitionReason") or ""),
        volume_ids=tuple(sorted(_volumes(item))),
        auto_scaling_group=tags.get("aws:autoscaling:groupName"),
        detailed_monitoring=state_of(item, "Monitoring", "State") == "enabled",
        image_id=item.get("ImageId"),
        managed_by=managed_by(tags, item.get("Operator") or {}),
    )
    return aws_resource(
        api,
        spec,
        item["InstanceId"],
        name=tags.get("Name"),
        arn=arn_of(api, "ec2", f"instance/{item['InstanceId']}"),
        created_at=created_at(item),
        tags=tags,
    )


def created_at(item: Mapping[str, Any]) -> datetime | None:
    """The earliest time at which the instance is known to have existed.

    The launch time moves with every start. The root volume is attached at creation, and the primary network interface
    stays for life, so the least of all these times is the best that the API tells; it is never too early.
    """
    volumes = [(mapping.get("Ebs") or {}).get("AttachTime") for mapping in item.get("BlockDeviceMappings") or ()]
    interfaces = [(card.get("Attachment") or {}).get("AttachTime") for card in item.get("NetworkInterfaces") or ()]
    times = [utc(value) for value in (item.get("LaunchTime"), *volumes, *interfaces)]
    return min((moment for moment in times if moment is not None), default=None)


def stopped_at(state: str, reason: str) -> datetime | None:
    """When a stopped instance stopped, from a reason such as `User initiated (2024-05-01 12:00:00 GMT)`."""
    found = _STOP.search(reason) if state in {"stopped", "stopping"} else None
    return utc(found.group(1)) if found else None


def managed_by(tags: Mapping[str, str], operator: Mapping[str, Any]) -> str | None:
    """Service that owns the machine: its own mark on the instance (EKS Auto Mode, ...), or a tag it puts there."""
    for prefix, service in _MANAGING_TAGS:
        if any(key.startswith(prefix) for key in tags):
            return service
    if operator.get("Managed"):
        return str(operator.get("Principal") or "aws").split(".")[0]
    return None


def _architecture(word: str | None) -> str | None:
    return word.removesuffix("_mac") if word else None


def _volumes(item: Mapping[str, Any]) -> Iterator[str]:
    for mapping in item.get("BlockDeviceMappings") or ():
        volume = (mapping.get("Ebs") or {}).get("VolumeId")
        if volume:
            yield volume


def _collect(api: Api) -> Iterator[Resource]:
    for reservation in api.pages(DESCRIBE_INSTANCES):
        for item in reservation.get("Instances") or ():
            if state_of(item, "State", "Name") not in GONE:
                yield instance_of(api, item)


EC2_INSTANCES = AwsCollector(id="ec2_instances", kinds=(Ec2Instance,), calls=(DESCRIBE_INSTANCES,), collect=_collect)
