"""Arm types of at least the same size at a lower price."""

from decimal import Decimal

import pytest

from costopt.analyzer.checks.ec2_graviton import CHECK
from costopt.model.finding import ActionKind, Confidence, Effort, Outcome
from tests.oracles.compute import LINUX, SHAPES, instance, market
from tests.oracles.judging import StaticPrices, judge, monthly


def test_arm_type_of_the_same_size():
    verdict = judge(CHECK, instance("m5.xlarge"), prices=market())
    assert (verdict.action.kind, verdict.action.target) == (ActionKind.MIGRATE, "m6g.xlarge")
    assert monthly(verdict) == Decimal("27.740")  # 730 x (0.192 - 0.154)
    assert (verdict.confidence, verdict.effort) == (Confidence.MEDIUM, Effort.HIGH)


def test_ebs_throughput_three_percent_below_counts_as_equal():
    assert judge(CHECK, instance("m5.large"), prices=market()).action.target == "m6g.large"


def test_never_a_smaller_one():
    assert judge(CHECK, instance("m5.2xlarge"), prices=market()).outcome is Outcome.CLEAR


def test_nodes_of_a_cluster_are_less_effort():
    assert judge(CHECK, instance("m5.xlarge", managed_by="eks"), prices=market()).effort is Effort.MEDIUM


@pytest.mark.parametrize(("price", "outcome"), [("0.1824", Outcome.FLAGGED), ("0.1825", Outcome.CLEAR)])
def test_at_least_five_percent(price, outcome):
    given = {**LINUX, "m6g.xlarge": price}
    prices = StaticPrices(instances={("ec2", name, "linux"): amount for name, amount in given.items()}, shapes=SHAPES)
    assert judge(CHECK, instance("m5.xlarge"), prices=prices).outcome is outcome


def test_spot_needs_spot_prices_on_both_sides():
    machine = instance("m5.xlarge", lifecycle="spot")
    assert judge(CHECK, machine, prices=market()).outcome is Outcome.NO_DATA
    one_side = market(spot={"m5.xlarge": "0.08"})
    assert judge(CHECK, machine, prices=one_side).outcome is Outcome.CLEAR
    both = market(spot={"m5.xlarge": "0.08", "m6g.xlarge": "0.06"})
    assert monthly(judge(CHECK, machine, prices=both)) == Decimal("14.60")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"platform": "windows"}, "not plain Linux"),
        ({"platform": "rhel"}, "not plain Linux"),
        ({"architecture": "arm64"}, "already Arm"),
        ({"state": "stopped"}, "not running"),
        ({"instance_type": "g4dn.xlarge"}, "accelerated type"),
        ({"tenancy": "dedicated"}, "dedicated hardware"),
        ({"lifecycle": "capacity_block"}, "paid in advance"),
    ],
)
def test_not_applicable(fields, reason):
    verdict = judge(CHECK, instance(**fields), prices=market())
    assert (verdict.outcome, verdict.reason) == (Outcome.NOT_APPLICABLE, reason)


def test_an_arm_type_stays_even_where_the_architecture_was_not_told():
    assert judge(CHECK, instance("m6g.xlarge", architecture=None), prices=market()).outcome is Outcome.CLEAR


def test_unknown_type_is_no_data():
    assert judge(CHECK, instance("m99.large"), prices=market()).outcome is Outcome.NO_DATA
