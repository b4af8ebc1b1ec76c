"""Savings plans of the account."""

from collections.abc import Iterator, Mapping
from typing import Any

from costopt.collectors.aws.interface import Api, AwsCollector, Call
from costopt.collectors.aws.services.identity import GLOBAL, aws_resource
from costopt.collectors.aws.services.reservation_terms import payment_option
from costopt.collectors.aws.services.values import dollars, utc
from costopt.model.money import USD
from costopt.model.resource import Resource
from costopt.model.specs.commitment import Commitment, CommitmentKind

DESCRIBE_SAVINGS_PLANS = Call(
    client="savingsplans",
    operation="DescribeSavingsPlans",
    action="savingsplans:DescribeSavingsPlans",
    result="savingsPlans",
    token=("nextToken", "nextToken"),
    limit=("maxResults", 1000),
)

# What each type of plan covers. Source: https://docs.aws.amazon.com/savingsplans/latest/userguide/what-is-savings-plans.html
KINDS: Mapping[str, tuple[CommitmentKind, str]] = {
    "Compute": (CommitmentKind.COMPUTE_SP, "any"),
    "EC2Instance": (CommitmentKind.EC2_INSTANCE_SP, "ec2"),
    "SageMaker": (CommitmentKind.SAGEMAKER_SP, "sagemaker"),
    "Database": (CommitmentKind.DATABASE_SP, "database"),
}


def plan_of(api: Api, item: Mapping[str, Any]) -> Resource | None:
    """A commitment of one item of DescribeSavingsPlans; None for orders without a term, which cover nothing."""
    start, end = utc(item.get("start")), utc(item.get("end"))
    if start is None or end is None:
        return None
    kind, service = KINDS[item["savingsPlanType"]]
    is_bound = kind is CommitmentKind.EC2_INSTANCE_SP
    spec = Commitment(
        commitment_kind=kind,
        service=service,
        state=item.get("state") or "unknown",
        start=start,
        end=end,
        payment_option=payment_option(item.get("paymentOption")),
        instance_family=item.get("ec2InstanceFamily") or None,
        hourly_commitment=dollars(item.get("commitment")) if item.get("currency", USD) == USD else None,
        region=item.get("region") if is_bound else None,
    )
    return aws_resource(
        api,
        spec,
        item["savingsPlanId"],
        name=item.get("description") or None,
        arn=item.get("savingsPlanArn"),
        created_at=start,
        tags=item.get("tags") or {},
        region=GLOBAL,
    )


def _collect(api: Api) -> Iterator[Resource]:
    for item in api.pages(DESCRIBE_SAVINGS_PLANS):
        plan = plan_of(api, item)
        if plan is not None:
            yield plan


SAVINGS_PLANS = AwsCollector(
    id="savings_plans", kinds=(Commitment,), calls=(DESCRIBE_SAVINGS_PLANS,), collect=_collect, is_global=True
)
