"""SageMaker endpoints and notebooks."""

from collections.abc import Iterator, Mapping
from typing import Any

from costopt.collectors.aws.interface import Api, AwsCollector, Call
from costopt.collectors.aws.services.identity import aws_resource
from costopt.collectors.aws.services.tagging import GET_RESOURCES, Tags
from costopt.collectors.aws.services.tolerance import answer_unless
from costopt.collectors.aws.services.values import utc
from costopt.model.resource import Resource
from costopt.model.specs.ml import EndpointVariant, SagemakerEndpoint, SagemakerNotebook

LIST_ENDPOINTS = Call(
    client="sagemaker",
    operation="ListEndpoints",
    action="sagemaker:ListEndpoints",
    result="Endpoints",
    limit=("MaxResults", 100),
)
DESCRIBE_ENDPOINT = Call(client="sagemaker", operation="DescribeEndpoint", action="sagemaker:DescribeEndpoint")
DESCRIBE_ENDPOINT_CONFIG = Call(
    client="sagemaker", operation="DescribeEndpointConfig", action="sagemaker:DescribeEndpointConfig"
)
"""Only the configuration knows the instance types of an endpoint's variants."""

LIST_NOTEBOOKS = Call(
    client="sagemaker",
    operation="ListNotebookInstances",
    action="sagemaker:ListNotebookInstances",
    result="NotebookInstances",
    limit=("MaxResults", 100),
)
DESCRIBE_NOTEBOOK = Call(
    client="sagemaker", operation="DescribeNotebookInstance", action="sagemaker:DescribeNotebookInstance"
)

INVALID = frozenset({"ValidationException"})
"""SageMaker has one code for broken requests and for what is gone; only the message tells them apart: `Could not find
...` (endpoints and configurations), `RecordNotFound` (notebooks)."""


def endpoint_of(
    api: Api, item: Mapping[str, Any], config: Mapping[str, Any], tags: Mapping[str, str] | None
) -> Resource:
    """A resource of an answer of DescribeEndpoint and one of DescribeEndpointConfig."""
    types = {one["VariantName"]: one.get("InstanceType") for one in config.get("ProductionVariants") or ()}
    spec = SagemakerEndpoint(
        status=item.get("EndpointStatus") or "unknown",
        variants=tuple(
            EndpointVariant(
                name=one["VariantName"],
                instance_type=types.get(one["VariantName"]),
                instance_count=one.get("CurrentInstanceCount") or 0,
            )
            for one in sorted(item.get("ProductionVariants") or (), key=lambda one: str(one["VariantName"]))
        ),
        modified_at=utc(item.get("LastModifiedTime")),
    )
    name, arn = item["EndpointName"], item["EndpointArn"]
    return aws_resource(api, spec, name, name=name, arn=arn, created_at=utc(item.get("CreationTime")), tags=tags)


def notebook_of(api: Api, item: Mapping[str, Any], tags: Mapping[str, str] | None) -> Resource:
    """A resource of an answer of DescribeNotebookInstance."""
    spec = SagemakerNotebook(
        status=item.get("NotebookInstanceStatus") or "unknown",
        instance_type=item["InstanceType"],
        volume_gib=item.get("VolumeSizeInGB"),
        modified_at=utc(item.get("LastModifiedTime")),
    )
    name, arn = item["NotebookInstanceName"], item["NotebookInstanceArn"]
    return aws_resource(api, spec, name, name=name, arn=arn, created_at=utc(item.get("CreationTime")), tags=tags)


def _endpoints(api: Api) -> Iterator[Resource]:
    items = list(api.pages(LIST_ENDPOINTS))
    tags = Tags(api, "sagemaker:endpoint") if items else None
    for item in items:
        name = item["EndpointName"]
        answer = answer_unless(api, DESCRIBE_ENDPOINT, INVALID, saying="could not find", EndpointName=name)
        if answer is None or tags is None:
            continue
        # A configuration may be deleted while its endpoint runs; the types are then unknown.
        config = answer_unless(
            api,
            DESCRIBE_ENDPOINT_CONFIG,
            INVALID,
            saying="could not find",
            EndpointConfigName=answer.get("EndpointConfigName"),
        )
        yield endpoint_of(api, answer, config or {}, tags.of(answer["EndpointArn"]))


def _notebooks(api: Api) -> Iterator[Resource]:
    items = list(api.pages(LIST_NOTEBOOKS))
    tags = Tags(api, "sagemaker:notebook-instance") if items else None
    for item in items:
        name = item["NotebookInstanceName"]
        answer = answer_unless(api, DESCRIBE_NOTEBOOK, INVALID, saying="RecordNotFound", NotebookInstanceName=name)
        if answer is not None and tags is not None:
            yield notebook_of(api, answer, tags.of(answer["NotebookInstanceArn"]))


SAGEMAKER_ENDPOINTS = AwsCollector(
    id="sagemaker_endpoints",
    kinds=(SagemakerEndpoint,),
    calls=(LIST_ENDPOINTS, DESCRIBE_ENDPOINT, DESCRIBE_ENDPOINT_CONFIG, GET_RESOURCES),
    collect=_endpoints,
)
SAGEMAKER_NOTEBOOKS = AwsCollector(
    id="sagemaker_notebooks",
    kinds=(SagemakerNotebook,),
    calls=(LIST_NOTEBOOKS, DESCRIBE_NOTEBOOK, GET_RESOURCES),
    collect=_notebooks,
)
