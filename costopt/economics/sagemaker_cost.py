"""What SageMaker endpoints and notebooks cost a month."""

from decimal import Decimal

from costopt.economics.lookups import PriceBook
from costopt.model.finding import ComputeUsage, Term
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.resource import Resource
from costopt.model.specs.ml import SagemakerEndpoint, SagemakerNotebook


def endpoint_terms(endpoint: Resource, spec: SagemakerEndpoint, prices: PriceBook) -> tuple[Term, ...]:
    """The instance hours of every variant; serverless variants cost nothing while nobody calls.

    Raises:
        PriceNotFound: no price of a variant's type.
    """
    return tuple(
        _hours(endpoint, variant.instance_type, "hosting", variant.instance_count, prices)
        for variant in spec.variants
        if variant.instance_type is not None and variant.instance_count
    )


def notebook_terms(notebook: Resource, spec: SagemakerNotebook, prices: PriceBook) -> tuple[Term, ...]:
    """The instance hours of a notebook in service; its volume is billed also while it is stopped.

    Raises:
        PriceNotFound: no price of its type.
    """
    return (_hours(notebook, spec.instance_type, "notebook", 1, prices),)


def _hours(resource: Resource, instance_type: str, variant: str, count: int, prices: PriceBook) -> Term:
    return Term(
        label=f"{count} x {instance_type} {variant}",
        subject=resource.key,
        quantity=HOURS_PER_MONTH * Decimal(count),
        price=prices.instance("sagemaker", instance_type, resource.region, variant=variant),
        usage=ComputeUsage(service="sagemaker", instance_type=instance_type, variant=variant),
    )
