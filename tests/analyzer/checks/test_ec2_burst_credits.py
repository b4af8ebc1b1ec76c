"""Burstable machines that pay beyond their credits."""

import pytest

from costopt.analyzer.checks.ec2_burst_credits import CHECK
from costopt.model.finding import ActionKind, Outcome
from tests.oracles.compute import instance
from tests.oracles.judging import judge, series


def charged(credits_a_day):
    return (series("surplus_credits_charged", credits_a_day, step_seconds=86400, days=30),)


@pytest.mark.parametrize(("credits_a_day", "outcome"), [(198.0, Outcome.FLAGGED), (197.0, Outcome.CLEAR)])
def test_hundred_vcpu_hours_a_month(credits_a_day, outcome):
    # A month has 730 / 24 = 30.4167 days: 197.26 credits a day are 6,000 a month, 100 vCPU-hours.
    assert judge(CHECK, instance("t3.large"), facts=charged(credits_a_day)).outcome is outcome


def test_it_is_a_warning_without_a_saving():
    verdict = judge(CHECK, instance("t3.large"), facts=charged(1440.0))
    assert verdict.action.kind is ActionKind.REVIEW
    assert (verdict.saving, verdict.price_gap) == (None, None)
    assert verdict.evidence[0].observed == pytest.approx(730.0)  # a whole vCPU all the month


def test_days_without_a_point_are_not_taken_as_zero():
    verdict = judge(CHECK, instance("t3.large"), facts=charged([1440.0] * 24))
    assert verdict.evidence[0].observed == pytest.approx(730.0)
    assert judge(CHECK, instance("t3.large"), facts=charged([1440.0] * 23)).outcome is Outcome.NO_DATA


def test_no_metric_is_no_data_and_other_types_do_not_apply():
    assert judge(CHECK, instance("t3.large")).outcome is Outcome.NO_DATA
    assert judge(CHECK, instance("m5.large")).outcome is Outcome.NOT_APPLICABLE
    assert judge(CHECK, instance("trn1.2xlarge")).outcome is Outcome.NOT_APPLICABLE
    assert judge(CHECK, instance("t3.large", state="stopped")).outcome is Outcome.NOT_APPLICABLE
