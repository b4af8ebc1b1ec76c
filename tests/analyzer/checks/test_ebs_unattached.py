from datetime import timedelta
from decimal import Decimal

import pytest

from costopt.analyzer.checks.ebs_unattached import CHECK
from costopt.model.finding import ActionKind, Confidence, Outcome, Risk
from costopt.model.specs.ebs import EbsVolume
from tests.oracles.judging import StaticPrices, ago, judge, monthly, resource

PRICES = StaticPrices(
    units={
        ("ebs", "gp3_storage"): "0.08",
        ("ebs", "gp3_iops"): "0.005",
        ("ebs", "gp3_throughput"): "0.04",
        ("ebs", "io2_storage"): "0.125",
        ("ebs", "io2_iops"): "0.065",
    }
)


def volume(**fields):
    given = {
        "volume_type": "gp3", "size_gib": 500, "state": "available", "availability_zone": "us-east-1a",
        "iops": 3000, "throughput_mibps": 125, "detached_at": ago(30), **fields,
    }  # fmt: skip
    return EbsVolume(**given)


def test_a_volume_detached_a_month_ago_is_deleted_for_its_whole_price():
    verdict = judge(CHECK, resource(volume()), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == Decimal(40)  # 500 GiB x 0.08
    assert verdict.action.kind is ActionKind.DELETE
    assert verdict.risk is Risk.DESTRUCTIVE
    assert verdict.confidence is Confidence.HIGH


def test_provisioned_performance_is_part_of_the_price():
    verdict = judge(CHECK, resource(volume(iops=5000, throughput_mibps=225)), prices=PRICES)
    assert monthly(verdict) == Decimal(40) + 2000 * Decimal("0.005") + 100 * Decimal("0.04")


@pytest.mark.parametrize(
    ("detached", "outcome"),
    [
        (ago(7), Outcome.FLAGGED),
        (ago(7) + timedelta(seconds=1), Outcome.CLEAR),
        (ago(6.9), Outcome.CLEAR),
    ],
)
def test_seven_days_is_the_boundary(detached, outcome):
    assert judge(CHECK, resource(volume(detached_at=detached)), prices=PRICES).outcome is outcome


def test_without_a_time_of_detachment_the_age_stands_in_with_less_confidence():
    verdict = judge(CHECK, resource(volume(detached_at=None), created_at=ago(20)), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.confidence is Confidence.MEDIUM
    assert "created 20 days ago" in verdict.evidence[0].statement


def test_nothing_is_said_where_no_time_is_known():
    verdict = judge(CHECK, resource(volume(detached_at=None), created_at=None), prices=PRICES)
    assert verdict.outcome is Outcome.NO_DATA


def test_a_volume_made_this_week_is_not_judged():
    assert judge(CHECK, resource(volume(detached_at=None), created_at=ago(3)), prices=PRICES).outcome is Outcome.NO_DATA


@pytest.mark.parametrize("state", ["in-use", "creating", "deleting", "error"])
def test_other_states_are_not_concerned(state):
    assert judge(CHECK, resource(volume(state=state)), prices=PRICES).outcome is Outcome.NOT_APPLICABLE


def test_waste_without_a_price_is_reported_as_a_gap():
    verdict = judge(CHECK, resource(volume(volume_type="st1", iops=None, throughput_mibps=None)), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.saving is None
    assert "st1_storage" in verdict.price_gap
