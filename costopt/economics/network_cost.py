"""What addresses, NAT gateways and load balancers cost a month by the hour, whether used or not."""

from costopt.economics.lookups import PriceBook
from costopt.model.finding import Term
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.resource import Resource
from costopt.model.specs.network import LoadBalancer


def address_terms(address: Resource, prices: PriceBook) -> tuple[Term, ...]:
    """A public IPv4 address; the same hourly price whether in use or not.

    Source: https://aws.amazon.com/vpc/pricing/ (0.005 dollars an hour since 1 February 2024).

    Raises:
        PriceNotFound: no price in the region.
    """
    return _hours("public IPv4 address", address, "vpc", "public_ipv4_hour", prices)


def nat_gateway_terms(gateway: Resource, prices: PriceBook) -> tuple[Term, ...]:
    """The hours of a NAT gateway, without the data that it processes and without its public address.

    Raises:
        PriceNotFound: no price in the region.
    """
    return _hours("NAT gateway", gateway, "vpc", "nat_gateway_hour", prices)


def load_balancer_terms(balancer: Resource, spec: LoadBalancer, prices: PriceBook) -> tuple[Term, ...]:
    """The hours of a load balancer, without capacity units and public addresses: both depend on its use and zones.

    Raises:
        PriceNotFound: no price in the region.
    """
    return _hours(f"{spec.lb_type} load balancer", balancer, "elb", f"{spec.lb_type}_hour", prices)


def _hours(label: str, subject: Resource, service: str, item: str, prices: PriceBook) -> tuple[Term, ...]:
    price = prices.unit(service, item, subject.region)
    return (Term(label=label, subject=subject.key, quantity=HOURS_PER_MONTH, price=price),)
