from decimal import Decimal

import pytest

from costopt.economics.network_cost import address_terms, load_balancer_terms, nat_gateway_terms
from costopt.errors import PriceNotFound
from costopt.model.specs.network import ElasticIp, LoadBalancer, NatGateway
from tests.oracles.judging import StaticPrices, resource

PRICES = StaticPrices(
    units={
        ("vpc", "public_ipv4_hour"): "0.005",
        ("vpc", "nat_gateway_hour"): "0.045",
        ("elb", "gateway_hour"): "0.0125",
    }
)


def test_hours_of_a_month_of_730():
    (address,) = address_terms(resource(ElasticIp(public_ip="203.0.113.7"), "eip-1"), PRICES)
    (gateway,) = nat_gateway_terms(resource(NatGateway(state="available", vpc_id="vpc-1"), "nat-1"), PRICES)
    assert (address.quantity, address.amount) == (730, Decimal("3.65"))
    assert gateway.amount == Decimal("32.85")
    assert (address.usage, gateway.usage) == (None, None)


def test_each_type_of_balancer_has_its_own_price():
    spec = LoadBalancer(lb_type="gateway", state="active", scheme=None, registered_targets=0, healthy_targets=0)
    (term,) = load_balancer_terms(resource(spec, "lb-1"), spec, PRICES)
    assert term.amount == Decimal("9.125")
    other = LoadBalancer(lb_type="classic", state="active", scheme=None, registered_targets=0, healthy_targets=0)
    with pytest.raises(PriceNotFound, match="classic_hour"):
        load_balancer_terms(resource(other, "lb-2"), other, PRICES)
