"""ECS services and the size of their Fargate tasks; the environment variables of a task are not looked at."""

from collections.abc import Iterator, Mapping
from typing import Any

from costopt.collectors.aws.interface import Api, AwsCollector, Call
from costopt.collectors.aws.services.batches import in_batches
from costopt.collectors.aws.services.identity import aws_resource
from costopt.collectors.aws.services.tolerance import answer_unless, items_unless
from costopt.collectors.aws.services.values import tag_map, utc
from costopt.collectors.faults import FailedResults
from costopt.model.resource import Resource
from costopt.model.specs.serverless import EcsService

LIST_CLUSTERS = Call(
    client="ecs",
    operation="ListClusters",
    action="ecs:ListClusters",
    result="clusterArns",
    limit=("maxResults", 100),
)
LIST_SERVICES = Call(
    client="ecs",
    operation="ListServices",
    action="ecs:ListServices",
    result="serviceArns",
    limit=("maxResults", 100),
)
DESCRIBE_SERVICES = Call(client="ecs", operation="DescribeServices", action="ecs:DescribeServices", result="services")
DESCRIBE_TASK_DEFINITION = Call(
    client="ecs",
    operation="DescribeTaskDefinition",
    action="ecs:DescribeTaskDefinition",
    result="taskDefinition",
)
SERVICES_PER_CALL = 10
"""Most services that DescribeServices takes.
Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html"""

CPU_UNITS_PER_VCPU = 1024
MIB_PER_GIB = 1024
_CLUSTER_GONE = frozenset({"ClusterNotFoundException"})
_DEFINITION_GONE = frozenset({"ClientException"})


def service_of(api: Api, item: Mapping[str, Any], definition: Mapping[str, Any]) -> Resource:
    """A resource of one item of DescribeServices and, for Fargate, its `taskDefinition` (else empty)."""
    cluster, name = item["clusterArn"].rpartition("/")[2], item["serviceName"]
    architecture = (definition.get("runtimePlatform") or {}).get("cpuArchitecture") or "X86_64"
    spec = EcsService(
        cluster=cluster,
        launch_type=launch_type(item),
        desired=item.get("desiredCount") or 0,
        running=item.get("runningCount") or 0,
        vcpu=_divided(definition.get("cpu"), CPU_UNITS_PER_VCPU),
        memory_gib=_divided(definition.get("memory"), MIB_PER_GIB),
        architecture=architecture.lower(),
    )
    return aws_resource(
        api,
        spec,
        f"{cluster}/{name}",
        name=name,
        arn=item.get("serviceArn"),
        created_at=utc(item.get("createdAt")),
        tags=tag_map(item.get("tags")),
    )


def launch_type(item: Mapping[str, Any]) -> str:
    """Where the tasks run: the launch type, or the provider with the greatest weight of the service's strategy."""
    strategy = item.get("capacityProviderStrategy") or ()
    if not strategy:
        return str(item.get("launchType") or "EC2")
    provider = max(strategy, key=lambda one: (one.get("weight") or 0, one.get("base") or 0))["capacityProvider"]
    return provider if provider in {"FARGATE", "FARGATE_SPOT"} else "EC2"


def _divided(text: str | None, divisor: int) -> float | None:
    """Size of a task definition, which writes its numbers as text."""
    return int(text) / divisor if text and text.isdigit() else None


def _collect(api: Api) -> Iterator[Resource]:
    definitions: dict[str, Mapping[str, Any]] = {}
    clusters: list[Any] = list(api.pages(LIST_CLUSTERS))
    for cluster in clusters:
        # None where the cluster was deleted since it was listed.
        arns: list[Any] = items_unless(api, LIST_SERVICES, _CLUSTER_GONE, cluster=cluster) or []
        for batch in in_batches(arns, SERVICES_PER_CALL):
            for item in _described(api, cluster, list(batch)):
                yield service_of(api, item, _definition(api, item, definitions))


def _described(api: Api, cluster: str, arns: list[str]) -> Iterator[Mapping[str, Any]]:
    answer = answer_unless(api, DESCRIBE_SERVICES, _CLUSTER_GONE, cluster=cluster, services=arns, include=["TAGS"])
    for failure in (answer or {}).get("failures") or ():
        # A service that is missing was deleted since it was listed; any other failure is no answer.
        if failure.get("reason") != "MISSING":
            raise FailedResults("server", f"{failure.get('arn')}: {failure.get('reason')}", retryable=True)
    for item in (answer or {}).get("services") or ():
        if item.get("status") != "INACTIVE":
            yield item


def _definition(api: Api, item: Mapping[str, Any], known: dict[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """Task definition of a Fargate service, read once each; empty for what pays for its machines instead."""
    arn = item.get("taskDefinition")
    if not arn or not launch_type(item).startswith("FARGATE"):
        return {}
    if arn not in known:
        answer = answer_unless(
            api, DESCRIBE_TASK_DEFINITION, _DEFINITION_GONE, saying="unable to describe", taskDefinition=arn
        )
        known[arn] = {} if answer is None else answer["taskDefinition"]
    return known[arn]


ECS_SERVICES = AwsCollector(
    id="ecs_services",
    kinds=(EcsService,),
    calls=(LIST_CLUSTERS, LIST_SERVICES, DESCRIBE_SERVICES, DESCRIBE_TASK_DEFINITION),
    collect=_collect,
)
