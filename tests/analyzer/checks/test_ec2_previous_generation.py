"""Newer types of equal size at a lower price."""

from decimal import Decimal

import pytest

from costopt.analyzer.checks.ec2_previous_generation import CHECK
from costopt.model.finding import ActionKind, Effort, Outcome
from tests.oracles.compute import LINUX, SHAPES, instance, market
from tests.oracles.judging import StaticPrices, judge, monthly, shape


def test_newer_type_of_the_same_series_and_size():
    verdict = judge(CHECK, instance("m5.xlarge"), prices=market())
    assert verdict.outcome is Outcome.FLAGGED
    assert (verdict.action.kind, verdict.action.target) == (ActionKind.MIGRATE, "m6a.xlarge")
    assert monthly(verdict) == Decimal("14.0160")  # 730 x (0.192 - 0.1728)
    assert verdict.effort is Effort.LOW


def test_from_xen_to_nitro_is_more_effort():
    verdict = judge(CHECK, instance("m4.xlarge"), prices=market())
    assert (verdict.action.target, verdict.effort) == ("m6a.xlarge", Effort.MEDIUM)


def test_burstable_goes_to_burstable():
    verdict = judge(CHECK, instance("t2.large"), prices=market())
    assert verdict.action.target == "t3.large"
    assert monthly(verdict) == Decimal("7.0080")  # 730 x (0.0928 - 0.0832)


def test_never_another_architecture_series_or_size():
    # Without m6a the cheaper ones are Arm (m6g), compute optimised (c5) and smaller (m5.large).
    assert judge(CHECK, instance("m5.xlarge"), prices=market("m6a.xlarge")).outcome is Outcome.CLEAR


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({}, Outcome.FLAGGED),
        ({"network_gbps": 1.125}, Outcome.FLAGGED),  # 90 % of 1.25
        ({"network_gbps": 1.12}, Outcome.CLEAR),
        ({"ebs_baseline_iops": 5399}, Outcome.CLEAR),
        ({"ebs_baseline_mibps": None}, Outcome.CLEAR),
        ({"memory_gib": 15.0}, Outcome.CLEAR),
        ({"vcpu": 8}, Outcome.CLEAR),
        ({"burstable": True}, Outcome.CLEAR),
        ({"bare_metal": True}, Outcome.CLEAR),
    ],
)
def test_nothing_but_price_may_be_less(fields, outcome):
    given = {
        "vcpu": 4,
        "memory_gib": 16.0,
        "network_gbps": 1.25,
        "ebs_baseline_mibps": 143.75,
        "ebs_baseline_iops": 6000,
        **fields,
    }
    prices = StaticPrices(
        instances={("ec2", "m5.xlarge", "linux"): "0.192", ("ec2", "m9i.xlarge", "linux"): "0.15"},
        shapes=(*[one for one in SHAPES if one.instance_type == "m5.xlarge"], shape("m9i.xlarge", **given)),
    )
    assert judge(CHECK, instance("m5.xlarge"), prices=prices).outcome is outcome


def test_flex_types_cannot_sustain_a_full_load():
    flex = shape("m7i-flex.xlarge", 4, 16, network_gbps=2.0, ebs_baseline_mibps=200.0, ebs_baseline_iops=9000)
    prices = StaticPrices(
        instances={("ec2", "m5.xlarge", "linux"): "0.192", ("ec2", "m7i-flex.xlarge", "linux"): "0.15"},
        shapes=(*[one for one in SHAPES if one.instance_type == "m5.xlarge"], flex),
    )
    assert judge(CHECK, instance("m5.xlarge"), prices=prices).outcome is Outcome.CLEAR


@pytest.mark.parametrize(("price", "outcome"), [("0.1824", Outcome.FLAGGED), ("0.1825", Outcome.CLEAR)])
def test_at_least_five_percent(price, outcome):
    prices = StaticPrices(
        instances={("ec2", name, "linux"): amount for name, amount in {**LINUX, "m6a.xlarge": price}.items()},
        shapes=SHAPES,
    )
    assert judge(CHECK, instance("m5.xlarge"), prices=prices).outcome is outcome


def test_group_members_change_through_the_template():
    verdict = judge(CHECK, instance("m5.xlarge", auto_scaling_group="web"), prices=market())
    assert "template of group web" in verdict.action.summary


@pytest.mark.parametrize(
    ("machine", "outcome"),
    [
        (instance("m5.xlarge", state="stopped"), Outcome.NOT_APPLICABLE),
        (instance("g4dn.xlarge"), Outcome.NOT_APPLICABLE),
        (instance("m5.xlarge", tenancy="dedicated"), Outcome.NOT_APPLICABLE),
        (instance("m5.xlarge", lifecycle="capacity_block"), Outcome.NOT_APPLICABLE),
        (instance("m5.xlarge", platform="rhel"), Outcome.NO_DATA),
        (instance("m99.large"), Outcome.NO_DATA),
    ],
)
def test_not_judged(machine, outcome):
    assert judge(CHECK, machine, prices=market()).outcome is outcome
