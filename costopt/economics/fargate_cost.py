"""What an ECS service on Fargate costs a month."""

from decimal import Decimal

from costopt.economics.lookups import PriceBook
from costopt.errors import PriceNotFound
from costopt.model.finding import ComputeUsage, Term
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.resource import Resource
from costopt.model.specs.serverless import EcsService


def fargate_terms(service: Resource, spec: EcsService, prices: PriceBook) -> tuple[Term, ...]:
    """The hours of vCPU and GiB of the running tasks. Ephemeral storage above 20 GiB is left out.

    Raises:
        PriceNotFound: no price in the region, a task of unknown size, or a task on Fargate Spot.

    Source: https://aws.amazon.com/fargate/pricing/.
    """
    if spec.launch_type != "FARGATE":
        raise PriceNotFound(f"fargate bought as {spec.launch_type} in {service.region}")
    if spec.vcpu is None or spec.memory_gib is None:
        raise PriceNotFound(f"size of the tasks of ECS service {service.id}")
    labels = ((spec.vcpu, "vCPU"), (spec.memory_gib, "GiB"))
    return tuple(
        Term(
            label=f"{spec.running} tasks x {size:g} {unit}, {spec.architecture}",
            subject=service.key,
            quantity=quantity,
            price=prices.unit("fargate", f"{usage.instance_type}_{usage.variant}", service.region),
            usage=usage,
        )
        for (size, unit), (usage, quantity) in zip(labels, fargate_usages(spec), strict=True)
    )


def fargate_usages(spec: EcsService) -> tuple[tuple[ComputeUsage, Decimal], ...]:
    """VCPU hours and GiB hours a month of the running tasks; nothing where it is no Fargate, or the size is unknown."""
    if spec.launch_type != "FARGATE" or spec.vcpu is None or spec.memory_gib is None:
        return ()
    return tuple(
        (
            ComputeUsage(service="fargate", instance_type=item, variant=spec.architecture),
            Decimal(spec.running) * Decimal(str(size)) * HOURS_PER_MONTH,
        )
        for item, size in (("vcpu_hour", spec.vcpu), ("gib_hour", spec.memory_gib))
    )
