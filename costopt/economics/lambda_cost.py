"""What a Lambda function's provisioned concurrency costs a month."""

from decimal import Decimal

from costopt.economics.lookups import PriceBook
from costopt.model.finding import Term
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
    if not spec.provisioned_concurrency:
        return ()
    chosen = architecture or spec.architecture
    return (
        Term(
            label=f"{spec.provisioned_concurrency} x {spec.memory_mib} MiB provisioned, {chosen}",
            subject=function.key,
            quantity=Decimal(spec.provisioned_concurrency) * spec.memory_mib / _MIB_PER_GIB * _SECONDS_PER_MONTH,
            price=prices.unit("lambda", f"provisioned_concurrency_gib_second_{chosen}", function.region),
        ),
    )
