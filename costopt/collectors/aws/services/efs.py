"""EFS file systems."""

from collections.abc import Iterator, Mapping
from typing import Any

from costopt.collectors.aws.interface import Api, AwsCollector, Call
from costopt.collectors.aws.services.identity import aws_resource
from costopt.collectors.aws.services.values import tag_map, utc
from costopt.model.resource import Resource
from costopt.model.specs.storage import EfsFileSystem

DESCRIBE_FILE_SYSTEMS = Call(
    client="efs",
    operation="DescribeFileSystems",
    action="elasticfilesystem:DescribeFileSystems",
    result="FileSystems",
    limit=("MaxItems", 100),
)


def file_system_of(api: Api, item: Mapping[str, Any]) -> Resource:
    """A resource of one item of DescribeFileSystems."""
    size = item.get("SizeInBytes") or {}
    spec = EfsFileSystem(
        size_bytes=size.get("Value") or 0,
        state=item.get("LifeCycleState") or "unknown",
        throughput_mode=item.get("ThroughputMode") or "bursting",
        provisioned_mibps=item.get("ProvisionedThroughputInMibps"),
        mount_targets=item.get("NumberOfMountTargets") or 0,
        infrequent_access_bytes=size.get("ValueInIA"),
    )
    return aws_resource(
        api,
        spec,
        item["FileSystemId"],
        name=item.get("Name") or None,
        arn=item.get("FileSystemArn"),
        created_at=utc(item.get("CreationTime")),
        tags=tag_map(item.get("Tags")),
    )


def _collect(api: Api) -> Iterator[Resource]:
    return (file_system_of(api, item) for item in api.pages(DESCRIBE_FILE_SYSTEMS))


EFS_FILE_SYSTEMS = AwsCollector(
    id="efs_file_systems", kinds=(EfsFileSystem,), calls=(DESCRIBE_FILE_SYSTEMS,), collect=_collect
)
