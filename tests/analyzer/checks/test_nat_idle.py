from decimal import Decimal

import pytest

from costopt.analyzer.checks.nat_idle import CHECK
from costopt.model.finding import ActionKind, Outcome
from costopt.model.specs.network import NatGateway
from tests.oracles.judging import StaticPrices, ago, judge, monthly, resource, series

PRICES = StaticPrices(units={("vpc", "nat_gateway_hour"): "0.045", ("vpc", "nat_gateway_gib"): "0.045"})
DAY = 86400


def gateway(state="available", **fields):
    return resource(NatGateway(state=state, vpc_id="vpc-1"), "nat-1", **fields)


def traffic(out, into, days=30):
    return [
        series("nat_bytes_out_to_destination", out, DAY, days),
        series("nat_bytes_in_from_source", into, DAY, days),
    ]


def test_a_month_without_a_byte():
    verdict = judge(CHECK, gateway(), facts=traffic(0.0, 0.0), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == Decimal("32.85")  # 730 h x 0.045
    assert verdict.action.kind is ActionKind.DELETE
    assert "vpc-1" in verdict.action.summary


@pytest.mark.parametrize(("out", "into"), [(1.0, 0.0), (0.0, 1.0)])
def test_one_byte_in_either_direction_is_use(out, into):
    facts = traffic([0.0] * 29 + [out], [into] + [0.0] * 29)
    assert judge(CHECK, gateway(), facts=facts, prices=PRICES).outcome is Outcome.CLEAR


@pytest.mark.parametrize(
    "facts",
    [[], traffic([None] * 30, [None] * 30), traffic([0.0] * 23, [0.0] * 23), traffic(0.0, 0.0)[:1]],
    ids=["never read", "no points", "23 of 30 days", "one direction only"],
)
def test_missing_points_are_no_sign_of_idleness(facts):
    assert judge(CHECK, gateway(), facts=facts, prices=PRICES).outcome is Outcome.NO_DATA


def test_four_fifths_of_the_points_are_enough():
    assert judge(CHECK, gateway(), facts=traffic([0.0] * 24, [0.0] * 24), prices=PRICES).outcome is Outcome.FLAGGED


def test_gateways_that_are_gone_or_new():
    assert judge(CHECK, gateway("deleted"), facts=traffic(0.0, 0.0)).outcome is Outcome.NOT_APPLICABLE
    young = gateway(created_at=ago(5))
    assert judge(CHECK, young, facts=traffic([0.0] * 5, [0.0] * 5), prices=PRICES).outcome is Outcome.NO_DATA


def test_a_missing_price_is_a_gap():
    verdict = judge(CHECK, gateway(), facts=traffic(0.0, 0.0))
    assert (verdict.outcome, verdict.saving) == (Outcome.FLAGGED, None)
    assert "nat_gateway_hour" in verdict.price_gap
