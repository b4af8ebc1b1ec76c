from decimal import Decimal

import pytest

from costopt.analyzer.checks.eip_unattached import CHECK
from costopt.model.finding import Confidence, Outcome, Risk
from costopt.model.specs.ec2 import Ec2Instance
from costopt.model.specs.network import ElasticIp
from tests.oracles.judging import StaticPrices, judge, monthly, resource

PRICES = StaticPrices(units={("vpc", "public_ipv4_hour"): "0.005"})


def address(**fields):
    return resource(ElasticIp(public_ip="203.0.113.7", **fields), "eipalloc-1", created_at=None)


def machine(state):
    spec = Ec2Instance(instance_type="m5.large", state=state, platform="linux", availability_zone="us-east-1a")
    return resource(spec, "i-1")


def test_an_address_of_nothing_costs_half_a_cent_an_hour():
    verdict = judge(CHECK, address(), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == Decimal("3.65")  # 730 h x 0.005
    assert (verdict.confidence, verdict.risk) == (Confidence.HIGH, Risk.DESTRUCTIVE)


@pytest.mark.parametrize(
    ("state", "outcome"),
    [("stopped", Outcome.FLAGGED), ("running", Outcome.CLEAR), ("stopping", Outcome.CLEAR)],
)
def test_an_address_is_used_by_a_machine_that_is_not_stopped(state, outcome):
    attached = address(association_id="eipassoc-1", instance_id="i-1", network_interface_id="eni-1")
    assert judge(CHECK, attached, beside=[machine(state)], prices=PRICES).outcome is outcome


def test_addresses_of_stopped_machines_can_be_left_out():
    attached = address(association_id="eipassoc-1", instance_id="i-1")
    verdict = judge(CHECK, attached, beside=[machine("stopped")], prices=PRICES, on_stopped=False)
    assert verdict.outcome is Outcome.CLEAR


def test_an_address_of_an_interface_is_in_use():
    attached = address(association_id="eipassoc-1", network_interface_id="eni-1")
    assert judge(CHECK, attached, prices=PRICES).outcome is Outcome.CLEAR


def test_a_machine_that_was_not_read_is_not_a_stopped_one():
    attached = address(association_id="eipassoc-1", instance_id="i-unseen")
    assert judge(CHECK, attached, prices=PRICES).outcome is Outcome.NO_DATA


def test_a_missing_price_is_a_gap():
    verdict = judge(CHECK, address())
    assert (verdict.outcome, verdict.saving) == (Outcome.FLAGGED, None)
    assert "public_ipv4_hour" in verdict.price_gap
