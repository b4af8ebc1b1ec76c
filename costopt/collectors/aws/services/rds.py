"""RDS and Aurora instances and clusters."""

from collections.abc import Iterator, Mapping
from typing import Any

from costopt.collectors.aws.interface import Api, AwsCollector, Call
from costopt.collectors.aws.services.identity import aws_resource
from costopt.collectors.aws.services.values import tag_map, utc
from costopt.model.resource import Resource
from costopt.model.specs.databases import RdsCluster, RdsInstance

DESCRIBE_DB_INSTANCES = Call(
    client="rds",
    operation="DescribeDBInstances",
    action="rds:DescribeDBInstances",
    result="DBInstances",
    limit=("MaxRecords", 100),
)
DESCRIBE_DB_CLUSTERS = Call(
    client="rds",
    operation="DescribeDBClusters",
    action="rds:DescribeDBClusters",
    result="DBClusters",
    limit=("MaxRecords", 100),
)

RDS_ENGINES = ("aurora", "mysql", "postgres", "mariadb", "oracle", "sqlserver", "custom-", "db2")
"""Beginnings of the names of RDS's engines. The API lists DocumentDB (`docdb`) and Neptune (`neptune`) too, which have
other prices. Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"""


def is_rds(item: Mapping[str, Any]) -> bool:
    """Whether an item of RDS's API is a database of RDS itself."""
    return str(item.get("Engine") or "").startswith(RDS_ENGINES)


def instance_of(api: Api, item: Mapping[str, Any]) -> Resource:
    """A resource of one item of DescribeDBInstances."""
    name = item["DBInstanceIdentifier"]
    spec = RdsInstance(
        instance_class=item["DBInstanceClass"],
        engine=item["Engine"],
        engine_version=item.get("EngineVersion") or "unknown",
        status=item.get("DBInstanceStatus") or "unknown",
        multi_az=bool(item.get("MultiAZ")),
        storage_type=item.get("StorageType"),
        storage_gib=item.get("AllocatedStorage") or 0,
        iops=item.get("Iops"),
        cluster_id=item.get("DBClusterIdentifier") or None,
        replica_of=item.get("ReadReplicaSourceDBInstanceIdentifier") or None,
        license_model=item.get("LicenseModel"),
    )
    return aws_resource(
        api,
        spec,
        name,
        name=name,
        arn=item.get("DBInstanceArn"),
        created_at=utc(item.get("InstanceCreateTime")),
        tags=tag_map(item.get("TagList")),
    )


def cluster_of(api: Api, item: Mapping[str, Any]) -> Resource:
    """A resource of one item of DescribeDBClusters."""
    name = item["DBClusterIdentifier"]
    spec = RdsCluster(
        engine=item["Engine"],
        engine_version=item.get("EngineVersion") or "unknown",
        status=item.get("Status") or "unknown",
        member_ids=tuple(sorted(one["DBInstanceIdentifier"] for one in item.get("DBClusterMembers") or ())),
        storage_type=item.get("StorageType"),
        serverless=item.get("EngineMode") == "serverless" or bool(item.get("ServerlessV2ScalingConfiguration")),
    )
    return aws_resource(
        api,
        spec,
        name,
        name=name,
        arn=item.get("DBClusterArn"),
        created_at=utc(item.get("ClusterCreateTime")),
        tags=tag_map(item.get("TagList")),
    )


def _instances(api: Api) -> Iterator[Resource]:
    return (instance_of(api, item) for item in api.pages(DESCRIBE_DB_INSTANCES) if is_rds(item))


def _clusters(api: Api) -> Iterator[Resource]:
    return (cluster_of(api, item) for item in api.pages(DESCRIBE_DB_CLUSTERS) if is_rds(item))


RDS_INSTANCES = AwsCollector(
    id="rds_instances", kinds=(RdsInstance,), calls=(DESCRIBE_DB_INSTANCES,), collect=_instances
)
RDS_CLUSTERS = AwsCollector(id="rds_clusters", kinds=(RdsCluster,), calls=(DESCRIBE_DB_CLUSTERS,), collect=_clusters)
