"""Manual snapshots of RDS instances and clusters."""

from collections.abc import Iterator, Mapping
from typing import Any

from costopt.collectors.aws.interface import Api, AwsCollector, Call
from costopt.collectors.aws.services.identity import aws_resource
from costopt.collectors.aws.services.rds import is_rds
from costopt.collectors.aws.services.values import tag_map, utc
from costopt.model.resource import Resource
from costopt.model.specs.databases import RdsCluster, RdsInstance, RdsSnapshot

DESCRIBE_DB_SNAPSHOTS = Call(
    client="rds",
    operation="DescribeDBSnapshots",
    action="rds:DescribeDBSnapshots",
    result="DBSnapshots",
    limit=("MaxRecords", 100),
)
DESCRIBE_DB_CLUSTER_SNAPSHOTS = Call(
    client="rds",
    operation="DescribeDBClusterSnapshots",
    action="rds:DescribeDBClusterSnapshots",
    result="DBClusterSnapshots",
    limit=("MaxRecords", 100),
)


def instance_snapshot_of(api: Api, item: Mapping[str, Any]) -> Resource:
    """A resource of one item of DescribeDBSnapshots."""
    name = item["DBSnapshotIdentifier"]
    spec = RdsSnapshot(
        source_id=item.get("DBInstanceIdentifier") or "unknown",
        source_kind=RdsInstance.KIND,
        storage_gib=item.get("AllocatedStorage") or 0,
        engine=item["Engine"],
        status=item.get("Status") or "unknown",
    )
    arn, created_at = item.get("DBSnapshotArn"), utc(item.get("SnapshotCreateTime"))
    return aws_resource(api, spec, name, name=name, arn=arn, created_at=created_at, tags=tag_map(item.get("TagList")))


def cluster_snapshot_of(api: Api, item: Mapping[str, Any]) -> Resource:
    """A resource of one item of DescribeDBClusterSnapshots.

    Its id begins with `cluster-snapshot:` as in its ARN, since a snapshot of an instance may have the same name.
    """
    name = item["DBClusterSnapshotIdentifier"]
    spec = RdsSnapshot(
        source_id=item.get("DBClusterIdentifier") or "unknown",
        source_kind=RdsCluster.KIND,
        storage_gib=item.get("AllocatedStorage") or 0,
        engine=item["Engine"],
        status=item.get("Status") or "unknown",
    )
    return aws_resource(
        api,
        spec,
        f"cluster-snapshot:{name}",
        name=name,
        arn=item.get("DBClusterSnapshotArn"),
        created_at=utc(item.get("SnapshotCreateTime")),
        tags=tag_map(item.get("TagList")),
    )


def _collect(api: Api) -> Iterator[Resource]:
    # The filter is AWS's, and asked again here: an answer with an automated snapshot would read as waste.
    for item in api.pages(DESCRIBE_DB_SNAPSHOTS, SnapshotType="manual"):
        if is_rds(item) and item.get("SnapshotType") == "manual":
            yield instance_snapshot_of(api, item)
    for item in api.pages(DESCRIBE_DB_CLUSTER_SNAPSHOTS, SnapshotType="manual"):
        if is_rds(item) and item.get("SnapshotType") == "manual":
            yield cluster_snapshot_of(api, item)


RDS_SNAPSHOTS = AwsCollector(
    id="rds_snapshots",
    kinds=(RdsSnapshot,),
    calls=(DESCRIBE_DB_SNAPSHOTS, DESCRIBE_DB_CLUSTER_SNAPSHOTS),
    collect=_collect,
)
