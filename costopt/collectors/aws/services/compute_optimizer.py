"""Recommendations of AWS Compute Optimizer, kept to compare with our own."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from costopt.collectors.aws.interface import Api, AwsCollector, Call
from costopt.collectors.aws.services.identity import aws_resource
from costopt.collectors.aws.services.values import dollars
from costopt.collectors.faults import FailedResults
from costopt.model.money import USD
from costopt.model.resource import Resource
from costopt.model.specs.commitment import ProviderAdvice

ADVISER = "compute-optimizer"
GET_ENROLLMENT = Call(
    client="compute-optimizer",
    operation="GetEnrollmentStatus",
    action="compute-optimizer:GetEnrollmentStatus",
    result="status",
)


def _get(operation: str, result: str, *, paginator: bool = False, page: int = 1000) -> Call:
    return Call(
        client="compute-optimizer",
        operation=operation,
        action=f"compute-optimizer:{operation}",
        result=result,
        # botocore pages only one of these operations by itself.
        token=None if paginator else ("nextToken", "nextToken"),
        limit=("maxResults", page),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """Where the recommendations of one kind of resource are found."""

    topic: str
    """Part of the id of the advice."""
    call: Call
    """Its operation."""
    arn: str
    """Key of the resource's ARN."""
    finding: str
    """Key of the finding."""
    options: str
    """Key of the list of what to do instead."""
    describe: Callable[[Mapping[str, Any]], Any]
    """What an option recommends."""


def _volume(option: Mapping[str, Any]) -> str:
    config = option.get("configuration") or {}
    parts = (
        config.get("volumeType"),
        _with_unit(config.get("volumeSize"), "GiB"),
        _with_unit(config.get("volumeBaselineIOPS"), "IOPS"),
        _with_unit(config.get("volumeBaselineThroughput"), "MiB/s"),
    )
    return " ".join(part for part in parts if part)


def _with_unit(value: int | None, unit: str) -> str | None:
    return None if value is None else f"{value} {unit}"


SOURCES: tuple[_Source, ...] = (
    _Source(
        topic="ec2",
        call=_get("GetEC2InstanceRecommendations", "instanceRecommendations"),
        arn="instanceArn",
        finding="finding",
        options="recommendationOptions",
        describe=lambda option: option.get("instanceType"),
    ),
    _Source(
        topic="ebs",
        call=_get("GetEBSVolumeRecommendations", "volumeRecommendations"),
        arn="volumeArn",
        finding="finding",
        options="volumeRecommendationOptions",
        describe=_volume,
    ),
    _Source(
        topic="asg",
        call=_get("GetAutoScalingGroupRecommendations", "autoScalingGroupRecommendations"),
        arn="autoScalingGroupArn",
        finding="finding",
        options="recommendationOptions",
        describe=lambda option: (option.get("configuration") or {}).get("instanceType"),
    ),
    _Source(
        topic="lambda",
        call=_get("GetLambdaFunctionRecommendations", "lambdaFunctionRecommendations", paginator=True),
        arn="functionArn",
        finding="finding",
        options="memorySizeRecommendationOptions",
        describe=lambda option: _with_unit(option.get("memorySize"), "MiB"),
    ),
    _Source(
        topic="rds",
        call=_get("GetRDSDatabaseRecommendations", "rdsDBRecommendations"),
        arn="resourceArn",
        finding="instanceFinding",
        options="instanceRecommendationOptions",
        describe=lambda option: option.get("dbInstanceClass"),
    ),
)
GET_IDLE = _get("GetIdleRecommendations", "idleRecommendations", page=100)


def advice_of(api: Api, source: _Source, item: Mapping[str, Any]) -> Resource | None:
    """Advice of one recommendation; None where the provider finds the resource in order or cannot say."""
    finding = str(item.get(source.finding) or "")
    if finding.casefold() in {"", "optimized", "unavailable"}:
        return None
    option = _best(item.get(source.options) or ())
    spec = ProviderAdvice(
        adviser=ADVISER,
        resource_id=id_in(item[source.arn]),
        finding=finding,
        recommended=(source.describe(option) or None) if option else None,
        monthly_saving_usd=saving_of(option),
    )
    return aws_resource(api, spec, f"{ADVISER}/{source.topic}/{spec.resource_id}", arn=item[source.arn])


def idle_advice_of(api: Api, item: Mapping[str, Any]) -> Resource:
    """Advice of one item of GetIdleRecommendations."""
    resource_id = id_in(item["resourceArn"])
    spec = ProviderAdvice(
        adviser=ADVISER,
        resource_id=resource_id,
        finding=item.get("finding") or "Idle",
        recommended=item.get("findingDescription"),
        monthly_saving_usd=saving_of(item),
    )
    return aws_resource(api, spec, f"{ADVISER}/idle/{resource_id}", arn=item["resourceArn"])


def saving_of(option: Mapping[str, Any]) -> Decimal | None:
    """Estimated dollars a month: after the account's discounts where the provider knows them, else at list prices."""
    for key in ("savingsOpportunityAfterDiscounts", "savingsOpportunity"):
        amount = (option.get(key) or {}).get("estimatedMonthlySavings") or {}
        if amount.get("currency") == USD:
            return dollars(amount.get("value"))
    return None


def id_in(arn: str) -> str:
    """The id by which the resource's own service lists it: the end of its ARN.

    A function's ARN goes on with its version; a group's ends in `autoScalingGroupName/NAME`.
    """
    resource = arn.split(":", 5)[-1]
    if resource.startswith("function:"):
        return resource.split(":")[1]
    if resource.startswith("service/"):
        return resource.removeprefix("service/")
    return resource.rsplit("/", 1)[-1].rsplit(":", 1)[-1]


def _best(options: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    return min(options, key=lambda option: option.get("rank") or 0, default={})


def _collect(api: Api) -> Iterator[Resource]:
    # Answers carry `errors` for accounts and resources that a request names; these name none.
    status = api.call(GET_ENROLLMENT)["status"]
    if status != "Active":
        raise FailedResults("not enabled", f"Compute Optimizer is {status} for this account", retryable=False)
    for source in SOURCES:
        for item in api.pages(source.call):
            advice = advice_of(api, source, item)
            if advice is not None:
                yield advice
    for item in api.pages(GET_IDLE):
        yield idle_advice_of(api, item)


COMPUTE_OPTIMIZER = AwsCollector(
    id="compute_optimizer",
    kinds=(ProviderAdvice,),
    calls=(GET_ENROLLMENT, *(source.call for source in SOURCES), GET_IDLE),
    collect=_collect,
    optional=True,
)
