"""The made bill's anomaly: for its last days a backup goes through a NAT gateway instead of an endpoint.

It is what a check of budgets has to find: a sudden cost with one resource behind it. Made, like the company.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from costopt.collectors.made.billing_lines.charges import Charge, bill_id
from costopt.collectors.made.billing_lines.meters import EC2, Meter, prefixed
from costopt.model.finding import Term
from costopt.model.price import Price, Quality
from costopt.model.resource import Resource
from costopt.model.specs.network import NatGateway

SURGE_DAYS = 4
"""Days before the bill ends on which it began."""
_GIB_PER_MONTH = Decimal(120_000)
"""Some four tebibytes a day."""
_PRICE = Decimal("0.045")
"""Dollars a GB in US East (N. Virginia). Source: https://aws.amazon.com/vpc/pricing/ (NAT gateway)."""
_REGION = "us-east-1"


def surge(resources: Sequence[Resource], now: datetime) -> tuple[Charge, ...]:
    """Data that one NAT gateway of N. Virginia has processed since the surge began; nothing where there is none.

    Args:
        resources: the company's, sorted.
        now: when it is as if the bill was fetched.
    """
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    gateways = [one for one in resources if isinstance(one.spec, NatGateway) and one.region == _REGION and one.tags]
    return tuple(_processed(one, today) for one in gateways[:1])


def _processed(gateway: Resource, today: datetime) -> Charge:
    price = Price(
        amount=_PRICE,
        unit="GiB",
        source="https://aws.amazon.com/vpc/pricing/",
        as_of=today.date(),
        quality=Quality.LIST,
    )
    return Charge(
        resource=gateway,
        bill_id=bill_id(gateway),
        meter=Meter(
            service=EC2,
            usage_type=prefixed(gateway.region, "NatGateway-Bytes"),
            operation="NatGateway",
            unit="GB",
            resource_type="NAT Gateway",
        ),
        term=Term(label="NAT gateway data", subject=gateway.key, quantity=_GIB_PER_MONTH, price=price),
        discount=Decimal(0),
        begins=today - timedelta(days=SURGE_DAYS),
        ends=today,
    )
