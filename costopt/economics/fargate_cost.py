"""What an ECS service on Fargate costs a month."""

from decimal import Decimal

from costopt.economics.lookups import PriceBook
from costopt.errors import PriceNotFound
from costopt.model.finding import Term
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
    parts = (("vcpu_hour", "vCPU", spec.vcpu), ("gib_hour", "GiB", spec.memory_gib))
    return tuple(
        Term(
            label=f"{spec.running} tasks x {size:g} {unit}, {spec.architecture}",
            subject=service.key,
            quantity=Decimal(spec.running) * Decimal(str(size)) * HOURS_PER_MONTH,
            price=prices.unit("fargate", f"{item}_{spec.architecture}", service.region),
        )
        for item, unit, size in parts
    )
