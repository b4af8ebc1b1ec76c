"""Machine images that the account owns."""

from collections.abc import Iterator, Mapping
from typing import Any

from costopt.collectors.aws.interface import Api, AwsCollector, Call
from costopt.collectors.aws.services.identity import aws_resource
from costopt.collectors.aws.services.values import tag_map, utc
from costopt.model.resource import Resource
from costopt.model.specs.ec2 import Ami

DESCRIBE_IMAGES = Call(
    client="ec2",
    operation="DescribeImages",
    action="ec2:DescribeImages",
    result="Images",
    limit=("MaxResults", 1000),
)


def image_of(api: Api, item: Mapping[str, Any]) -> Resource:
    """A resource of one image of DescribeImages."""
    mappings = item.get("BlockDeviceMappings") or ()
    snapshots = {(mapping.get("Ebs") or {}).get("SnapshotId") for mapping in mappings}
    spec = Ami(
        state=item.get("State") or "unknown",
        snapshot_ids=tuple(sorted(one for one in snapshots if one)),
        last_launched_at=utc(item.get("LastLaunchedTime")),
        public=bool(item.get("Public")),
    )
    return aws_resource(
        api,
        spec,
        item["ImageId"],
        name=item.get("Name"),
        arn=f"arn:{api.partition}:ec2:{api.region}::image/{item['ImageId']}",
        created_at=utc(item.get("CreationDate")),
        tags=tag_map(item.get("Tags")),
    )


def _collect(api: Api) -> Iterator[Resource]:
    # Disabled images cannot be started any more, and their snapshots are still paid for.
    return (image_of(api, item) for item in api.pages(DESCRIBE_IMAGES, Owners=["self"], IncludeDisabled=True))


AMIS = AwsCollector(id="amis", kinds=(Ami,), calls=(DESCRIBE_IMAGES,), collect=_collect)
