"""EBS volumes and the account's own snapshots."""

from collections.abc import Iterator, Mapping
from typing import Any

from costopt.collectors.aws.interface import Api, AwsCollector, Call
from costopt.collectors.aws.services.identity import arn_of, aws_resource
from costopt.collectors.aws.services.values import tag_map, utc
from costopt.model.resource import Resource
from costopt.model.specs.ebs import EbsSnapshot, EbsVolume

DESCRIBE_VOLUMES = Call(
    client="ec2",
    operation="DescribeVolumes",
    action="ec2:DescribeVolumes",
    result="Volumes",
    limit=("MaxResults", 500),
)
"""500 a page is the most. Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html"""

DESCRIBE_SNAPSHOTS = Call(
    client="ec2",
    operation="DescribeSnapshots",
    action="ec2:DescribeSnapshots",
    result="Snapshots",
    limit=("MaxResults", 1000),
)

ROOT_DEVICES = frozenset({"/dev/xvda", "/dev/sda1", "/dev/sda", "xvda", "sda1"})
"""Device names that are kept for the boot volume, which is how it is told without reading the instances again.
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html"""


def volume_of(api: Api, item: Mapping[str, Any]) -> Resource:
    """A resource of one volume of DescribeVolumes. When a volume was detached, the API does not tell."""
    tags, attachments = tag_map(item.get("Tags")), item.get("Attachments") or ()
    spec = EbsVolume(
        volume_type=item["VolumeType"],
        size_gib=item["Size"],
        state=item["State"],
        availability_zone=item.get("AvailabilityZone") or "unknown",
        iops=item.get("Iops"),
        throughput_mibps=item.get("Throughput"),
        instance_ids=tuple(sorted(one["InstanceId"] for one in attachments if one.get("InstanceId"))),
        root=any(one.get("Device") in ROOT_DEVICES for one in attachments),
        snapshot_id=item.get("SnapshotId") or None,
    )
    return aws_resource(
        api,
        spec,
        item["VolumeId"],
        name=tags.get("Name"),
        arn=arn_of(api, "ec2", f"volume/{item['VolumeId']}"),
        created_at=utc(item.get("CreateTime")),
        tags=tags,
    )


def snapshot_of(api: Api, item: Mapping[str, Any]) -> Resource:
    """A resource of one snapshot of DescribeSnapshots."""
    tags = tag_map(item.get("Tags"))
    spec = EbsSnapshot(
        volume_id=item.get("VolumeId") or "unknown",
        volume_size_gib=item["VolumeSize"],
        tier=item.get("StorageTier") or "standard",
        full_size_bytes=item.get("FullSnapshotSizeInBytes"),
        description=item.get("Description") or None,
        managed_by=managed_by(tags),
    )
    return aws_resource(
        api,
        spec,
        item["SnapshotId"],
        name=tags.get("Name"),
        # Snapshots have no account in their ARN.
        arn=f"arn:{api.partition}:ec2:{api.region}::snapshot/{item['SnapshotId']}",
        created_at=utc(item.get("StartTime")),
        tags=tags,
    )


def managed_by(tags: Mapping[str, str]) -> str | None:
    """Service that deletes the snapshot in time, by the tags that it sets.

    Sources: https://docs.aws.amazon.com/ebs/latest/userguide/dlm-tag-snapshots.html (`aws:dlm:...`, `dlm:managed`),
    https://docs.aws.amazon.com/aws-backup/latest/devguide/creating-a-backup.html (`aws:backup:source-resource`).
    """
    for key in tags:
        if key.startswith("aws:backup:"):
            return "aws-backup"
        if key.startswith(("aws:dlm:", "dlm:")):
            return "dlm"
    return None


def _volumes(api: Api) -> Iterator[Resource]:
    return (volume_of(api, item) for item in api.pages(DESCRIBE_VOLUMES))


def _snapshots(api: Api) -> Iterator[Resource]:
    for item in api.pages(DESCRIBE_SNAPSHOTS, OwnerIds=["self"]):
        # Servers that imitate AWS answer with snapshots of others, too; nobody can delete those.
        if item.get("OwnerId", api.account) == api.account:
            yield snapshot_of(api, item)


EBS_VOLUMES = AwsCollector(id="ebs_volumes", kinds=(EbsVolume,), calls=(DESCRIBE_VOLUMES,), collect=_volumes)
EBS_SNAPSHOTS = AwsCollector(id="ebs_snapshots", kinds=(EbsSnapshot,), calls=(DESCRIBE_SNAPSHOTS,), collect=_snapshots)
