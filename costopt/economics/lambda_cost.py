"""What a Lambda function's provisioned concurrency costs a month."""

from decimal import Decimal

from costopt.economics.lookups import PriceBook
from costopt.model.finding import ComputeUsage, Term
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.resource import Resource
from costopt.model.specs.serverless import LambdaFunction

_MIB_PER_GIB = Decimal(1024)
_SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600


def provisioned_terms(
    function: Resource, spec: LambdaFunction, prices: PriceBook, *, architecture: str | None = None
) -> tuple[Term, ...]:
    """The provisioned environments' memory for every second of the month; no line where there are none.

    Args:
        function: whose cost it is.
        spec: its specification.
        prices: price book.
        architecture: `x86_64` or `arm64`, where it is not today's.

    Raises:
        PriceNotFound: no price of provisioned concurrency in the region.

    Source: https://aws.amazon.com/lambda/pricing/ (provisioned concurrency is billed by memory and time configured).
    """
    return tuple(
        Term(
            label=f"{spec.provisioned_concurrency} x {spec.memory_mib} MiB provisioned, {usage.variant}",
            subject=function.key,
            quantity=quantity,
            price=prices.unit("lambda", f"{usage.instance_type}_{usage.variant}", function.region),
            usage=usage,
        )
        for usage, quantity in provisioned_usages(spec, architecture=architecture)
    )


def provisioned_usages(
    spec: LambdaFunction, *, architecture: str | None = None
) -> tuple[tuple[ComputeUsage, Decimal], ...]:
    """GiB seconds a month of the provisioned environments; nothing where there are none."""
    if not spec.provisioned_concurrency:
        return ()
    chosen = architecture or spec.architecture
    usage = ComputeUsage(service="lambda", instance_type="provisioned_concurrency_gib_second", variant=chosen)
    return ((usage, Decimal(spec.provisioned_concurrency) * spec.memory_mib / _MIB_PER_GIB * _SECONDS_PER_MONTH),)
