"""Components of load balancers, NAT gateways, public addresses and VPC endpoints.

Sources: https://aws.amazon.com/elasticloadbalancing/pricing/, https://aws.amazon.com/vpc/pricing/,
https://aws.amazon.com/privatelink/pricing/
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from decimal import Decimal

from costopt.model.terraform_cost import Component
from costopt.terraform.cost.estate import Estate, Item
from costopt.terraform.cost.lines import MONTH, hours, line, tiers, unit_rate, used
from costopt.terraform.cost.reading import NotKnown, Section
from costopt.terraform.cost.usage import Usage

_PER_UNIT: Mapping[str, Mapping[str, int]] = {
    "application": {
        "new_connections_per_second": 25,
        "active_connections_per_minute": 3000,
        "rule_evaluations_per_second": 1000,
    },
    "network": {"new_connections_per_second": 800, "active_connections_per_minute": 100_000},
    "gateway": {"new_connections_per_second": 600, "active_connections_per_minute": 60_000},
}
"""What one capacity unit carries beside a GB an hour."""

_PER_UNIT_OF_INFRACOST: Mapping[str, int] = {
    "new_connections": 100,
    "active_connections": 3000,
    "rule_evaluations": 1000,
}
"""The same names in Infracost's file are sums of a month there, for every kind of balancer: read as it reads them."""


def load_balancer(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_lb` and `aws_alb`.

    Raises:
        NotKnown: its type is not known.
    """
    del estate
    kind = item.text("load_balancer_type", "application")
    yield hours(f"{kind.capitalize()} load balancer", 1, unit_rate("elb", f"{kind}_hour"))
    rate = unit_rate("elb", f"{kind}_capacity_unit_hour")
    units = _capacity_units(kind, item.usage)
    name = "Load balancer capacity units"
    if units is None:
        yield used(name, item.usage, "processed_bytes_gb", "LCU", rate)
    else:
        yield line(name, units, "LCU", rate, per=MONTH)


def _capacity_units(kind: str, usage: Usage) -> Decimal | None:
    """The dimension that needs most of them; None where no dimension is known."""
    found = []
    gib = usage.number("processed_bytes_gb")
    if gib is not None:
        found.append(gib / MONTH)
    for name, size in _PER_UNIT.get(kind, {}).items():
        rate = usage.number(name)
        if rate is not None:
            found.append(rate / size)
    for name, size in _PER_UNIT_OF_INFRACOST.items():
        total = usage.number(name)
        if total is not None and (name != "rule_evaluations" or kind == "application"):
            found.append(total / size / MONTH)
    return max(found, default=None)


def classic_load_balancer(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_elb`."""
    del estate
    yield hours("Classic load balancer", 1, unit_rate("elb", "classic_hour"))
    yield used("Data processed", item.usage, "monthly_data_processed_gb", "GB", unit_rate("elb", "classic_gib"))


def nat_gateway(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_nat_gateway`; its address is a resource of its own."""
    del estate
    yield hours("NAT gateway", 1, unit_rate("vpc", "nat_gateway_hour"))
    yield used("Data processed", item.usage, "monthly_data_processed_gb", "GB", unit_rate("vpc", "nat_gateway_gib"))


def elastic_ip(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_eip`: charged whether it is used or not, since February 2024; an own address pool is not.

    Raises:
        NotKnown: whose pool it is from is not known.
    """
    if item.text("public_ipv4_pool", "amazon") != "amazon" or item.text("customer_owned_ipv4_pool"):
        return
    state = "in use" if _is_used(item, estate) else "if unused"
    yield hours(f"IP address ({state})", 1, unit_rate("vpc", "public_ipv4_hour"))


def _is_used(item: Item, estate: Estate) -> bool:
    if any(item.given(name) for name in ("instance", "network_interface", "associate_with_private_ip")):
        return True
    return item.address in estate.once("used addresses", lambda: set(_used_addresses(estate)))


def _used_addresses(estate: Estate) -> Iterator[str]:
    users: list[Section] = list(estate.of_type("aws_nat_gateway", "aws_eip_association"))
    for balancer in estate.of_type("aws_lb", "aws_alb"):
        with suppress(NotKnown):  # what one balancer does not tell yet is no reason to doubt all addresses
            users.extend(balancer.blocks("subnet_mapping"))
    for user in users:
        found = estate.follow(user, "allocation_id", "aws_eip")
        if found is not None:
            yield found.address


def vpc_endpoint(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_vpc_endpoint`: gateways are free, others are charged in every subnet.

    Raises:
        NotKnown: its type or subnets are not known.
    """
    del estate
    kind = item.text("vpc_endpoint_type", "Gateway")
    if kind == "Gateway":
        return
    processed = item.usage.number("monthly_data_processed_gb")
    if kind == "Interface":
        steps = (
            ("first 1PB", Decimal(1_000_000), unit_rate("vpc", "endpoint_gib_first_pb")),
            ("next 4PB", Decimal(4_000_000), unit_rate("vpc", "endpoint_gib_next_4_pb")),
            ("over 5PB", None, unit_rate("vpc", "endpoint_gib_over_5_pb")),
        )
        why = "depends on use: give monthly_data_processed_gb in the usage file"
        yield from tiers("Data processed", processed, "GB", steps, why)
    else:
        rate = unit_rate("vpc", "gateway_endpoint_gib")
        yield used("Data processed", item.usage, "monthly_data_processed_gb", "GB", rate)
    count = max(item.count("subnet_ids"), 1)
    yield hours(f"Endpoint ({kind})", count, unit_rate("vpc", "endpoint_hour"))
