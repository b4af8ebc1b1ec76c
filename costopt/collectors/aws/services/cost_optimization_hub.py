"""Recommendations of AWS Cost Optimization Hub, kept to compare with our own."""

from collections.abc import Iterator, Mapping
from typing import Any

from costopt.collectors.aws.interface import Api, AwsCollector, Call
from costopt.collectors.aws.services.identity import GLOBAL, aws_resource
from costopt.collectors.aws.services.values import dollars, tag_map
from costopt.collectors.faults import FailedResults
from costopt.model.money import USD
from costopt.model.resource import Resource
from costopt.model.specs.commitment import ProviderAdvice

ADVISER = "cost-optimization-hub"
LIST_ENROLLMENT = Call(
    client="cost-optimization-hub",
    operation="ListEnrollmentStatuses",
    action="cost-optimization-hub:ListEnrollmentStatuses",
    result="items",
)
LIST_RECOMMENDATIONS = Call(
    client="cost-optimization-hub",
    operation="ListRecommendations",
    action="cost-optimization-hub:ListRecommendations",
    result="items",
    limit=("maxResults", 1000),
)


def advice_of(api: Api, item: Mapping[str, Any]) -> Resource:
    """Advice of one item of ListRecommendations. A purchase concerns no resource; then the advice names itself."""
    saving = dollars(item.get("estimatedMonthlySavings")) if item.get("currencyCode", USD) == USD else None
    spec = ProviderAdvice(
        adviser=ADVISER,
        resource_id=item.get("resourceId") or item["recommendationId"],
        finding=item.get("actionType") or "unknown",
        recommended=item.get("recommendedResourceSummary") or item.get("recommendedResourceType"),
        monthly_saving_usd=saving,
    )
    return aws_resource(
        api,
        spec,
        f"{ADVISER}/{item['recommendationId']}",
        arn=item.get("resourceArn"),
        tags=tag_map(item.get("tags")),
        # The hub is read once an account; where the resource is, its ARN tells.
        region=GLOBAL,
    )


def _collect(api: Api) -> Iterator[Resource]:
    statuses = [item.get("status") for item in api.call(LIST_ENROLLMENT)["items"]]
    if "Active" not in statuses:
        raise FailedResults("not enabled", "Cost Optimization Hub is not active for this account", retryable=False)
    for item in api.pages(LIST_RECOMMENDATIONS):
        # The hub of an organisation's management account knows its members too; each account's scope is its own.
        if item.get("accountId", api.account) == api.account:
            yield advice_of(api, item)


COST_OPTIMIZATION_HUB = AwsCollector(
    id="cost_optimization_hub",
    kinds=(ProviderAdvice,),
    calls=(LIST_ENROLLMENT, LIST_RECOMMENDATIONS),
    collect=_collect,
    is_global=True,
    optional=True,
)
