from decimal import Decimal

import pytest

from costopt.analyzer.checks.cloudrun_min_instances import CHECK
from costopt.model.finding import ActionKind, Confidence, Outcome
from tests.oracles.google_estate import REGION, run_service
from tests.oracles.judging import StaticPrices, ago, judge, monthly, series

PRICES = StaticPrices(
    units={("cloud_run", "idle_vcpu_hour"): "0.009", ("cloud_run", "idle_memory_hour"): "0.009"}, region=REGION
)


def verdict_of(requests=(), one=None):
    facts = [] if requests is None else [series("cloud_run_requests", list(requests), 86_400, 30)]
    return judge(CHECK, one or run_service(min_instances=2), facts=facts, prices=PRICES)


def test_warm_instances_without_requests_are_saved():
    verdict = verdict_of()
    assert (verdict.outcome, verdict.confidence) == (Outcome.FLAGGED, Confidence.HIGH)
    assert verdict.action.kind is ActionKind.CONFIGURE
    assert monthly(verdict) == 730 * 2 * (1 + Decimal("0.5")) * Decimal("0.009")


def test_one_request_in_thirty_days_is_use():
    assert verdict_of([1.0] + [0.0] * 29).outcome is Outcome.CLEAR


def test_a_metric_that_was_not_read_is_no_data():
    assert verdict_of(None).outcome is Outcome.NO_DATA


def test_work_without_requests_is_possible_where_the_cpu_is_always_there():
    verdict = verdict_of(one=run_service(min_instances=1, cpu_always_allocated=True))
    assert verdict.confidence is Confidence.LOW
    assert "always_vcpu_hour" in verdict.price_gap


def test_a_gpu_without_a_price_is_a_gap():
    verdict = verdict_of(one=run_service(min_instances=1, gpu_type="nvidia-l4", gpu_count=1))
    assert verdict.saving is None
    assert "nvidia-l4" in verdict.price_gap


@pytest.mark.parametrize(("age", "outcome"), [(29.9, Outcome.NO_DATA), (30, Outcome.FLAGGED)])
def test_a_younger_service_is_not_judged(age, outcome):
    assert verdict_of(one=run_service(min_instances=1, created_at=ago(age))).outcome is outcome


def test_a_service_that_scales_to_zero_is_not_concerned():
    assert verdict_of(one=run_service()).outcome is Outcome.NOT_APPLICABLE
