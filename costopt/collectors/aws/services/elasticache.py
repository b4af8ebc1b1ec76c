"""ElastiCache clusters."""

from collections.abc import Iterator, Mapping
from typing import Any

from costopt.collectors.aws.interface import Api, AwsCollector, Call
from costopt.collectors.aws.services.identity import arn_of, aws_resource
from costopt.collectors.aws.services.tagging import GET_RESOURCES, Tags
from costopt.collectors.aws.services.values import utc
from costopt.model.resource import Resource
from costopt.model.specs.databases import ElasticacheCluster

DESCRIBE_CACHE_CLUSTERS = Call(
    client="elasticache",
    operation="DescribeCacheClusters",
    action="elasticache:DescribeCacheClusters",
    result="CacheClusters",
    limit=("MaxRecords", 100),
)


def cluster_of(api: Api, item: Mapping[str, Any], tags: Tags) -> Resource:
    """A resource of one item of DescribeCacheClusters."""
    name = item["CacheClusterId"]
    arn = item.get("ARN") or arn_of(api, "elasticache", f"cluster:{name}")
    spec = ElasticacheCluster(
        node_type=item["CacheNodeType"],
        nodes=item.get("NumCacheNodes") or 0,
        engine=item.get("Engine") or "unknown",
        status=item.get("CacheClusterStatus") or "unknown",
        replication_group_id=item.get("ReplicationGroupId") or None,
    )
    created_at = utc(item.get("CacheClusterCreateTime"))
    return aws_resource(api, spec, name, name=name, arn=arn, created_at=created_at, tags=tags.of(arn))


def _collect(api: Api) -> Iterator[Resource]:
    items = list(api.pages(DESCRIBE_CACHE_CLUSTERS))
    if items:
        tags = Tags(api, "elasticache")
        for item in items:
            yield cluster_of(api, item, tags)


ELASTICACHE_CLUSTERS = AwsCollector(
    id="elasticache_clusters",
    kinds=(ElasticacheCluster,),
    calls=(DESCRIBE_CACHE_CLUSTERS, GET_RESOURCES),
    collect=_collect,
)
