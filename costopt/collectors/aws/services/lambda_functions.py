"""Lambda functions. The answer holds environment variables, which are not looked at."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from costopt.collectors.aws.interface import Api, AwsCollector, Call
from costopt.collectors.aws.services.identity import arn_of, aws_resource
from costopt.collectors.aws.services.tagging import GET_RESOURCES, Tags
from costopt.collectors.aws.services.tolerance import items_unless
from costopt.collectors.aws.services.values import utc
from costopt.model.resource import Resource
from costopt.model.specs.serverless import LambdaFunction

LIST_FUNCTIONS = Call(
    client="lambda",
    operation="ListFunctions",
    action="lambda:ListFunctions",
    result="Functions",
    limit=("MaxItems", 50),
)
"""50 a page is the most. Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html"""

LIST_PROVISIONED_CONCURRENCY = Call(
    client="lambda",
    operation="ListProvisionedConcurrencyConfigs",
    action="lambda:ListProvisionedConcurrencyConfigs",
    result="ProvisionedConcurrencyConfigs",
    limit=("MaxItems", 50),
)

LATEST = "$LATEST"
GONE = frozenset({"ResourceNotFoundException"})
"""The function was deleted since it was listed."""


def function_of(
    api: Api,
    versions: Sequence[Mapping[str, Any]],
    concurrency: Sequence[Mapping[str, Any]],
    tags: Tags,
) -> Resource:
    """A resource of all versions of one function, and of its answer of ListProvisionedConcurrencyConfigs.

    Lambda does not say when a function was created. The oldest change of a version that still exists is a time at
    which it was there for sure.
    """
    latest = next((item for item in versions if item.get("Version") == LATEST), versions[0])
    name = latest["FunctionName"]
    arn = arn_of(api, "lambda", f"function:{name}")
    spec = LambdaFunction(
        memory_mib=latest.get("MemorySize") or 128,
        architecture=(latest.get("Architectures") or ["x86_64"])[0],
        runtime=latest.get("Runtime"),
        code_bytes=latest.get("CodeSize"),
        provisioned_concurrency=sum(one.get("RequestedProvisionedConcurrentExecutions") or 0 for one in concurrency),
    )
    changes = [utc(item.get("LastModified")) for item in versions]
    created_at = min((one for one in changes if one is not None), default=None)
    return aws_resource(api, spec, name, name=name, arn=arn, created_at=created_at, tags=tags.of(arn))


def _collect(api: Api) -> Iterator[Resource]:
    versions: dict[str, list[Mapping[str, Any]]] = {}
    for item in api.pages(LIST_FUNCTIONS, FunctionVersion="ALL"):
        versions.setdefault(item["FunctionName"], []).append(item)
    if not versions:
        return
    tags = Tags(api, "lambda:function")
    for name, items in versions.items():
        concurrency = _concurrency(api, name, items)
        if concurrency is not None:
            yield function_of(api, items, concurrency, tags)


def _concurrency(api: Api, name: str, versions: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]] | None:
    """Provisioned concurrency, None where the function is gone.

    Only published versions can have any, so that functions without one need no call.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
    """
    if all(item.get("Version") == LATEST for item in versions):
        return ()
    return items_unless(api, LIST_PROVISIONED_CONCURRENCY, GONE, FunctionName=name)


LAMBDA_FUNCTIONS = AwsCollector(
    id="lambda_functions",
    kinds=(LambdaFunction,),
    calls=(LIST_FUNCTIONS, LIST_PROVISIONED_CONCURRENCY, GET_RESOURCES),
    collect=_collect,
)
