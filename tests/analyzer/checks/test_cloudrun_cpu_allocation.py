import pytest

from costopt.analyzer.checks.cloudrun_cpu_allocation import CHECK
from costopt.model.finding import ActionKind, Confidence, Outcome
from tests.oracles.google_estate import run_service
from tests.oracles.judging import judge, series

DAY = 86_400


def facts(requests=863.0, billed=86_400.0):
    """Each day."""
    return [
        series("cloud_run_requests", requests, DAY, 30),
        series("cloud_run_billable_seconds", billed, DAY, 30),
    ]


def verdict_of(measured=None, **fields):
    one = run_service(**{"cpu_always_allocated": True, **fields})
    return judge(CHECK, one, facts=facts() if measured is None else measured)


def test_few_requests_on_an_instance_that_always_has_its_cpu_are_a_question_without_a_saving():
    verdict = verdict_of()
    assert (verdict.outcome, verdict.confidence) == (Outcome.FLAGGED, Confidence.LOW)
    assert verdict.action.kind is ActionKind.CONFIGURE
    assert (verdict.saving, verdict.price_gap) == (None, None)


@pytest.mark.parametrize(("requests", "outcome"), [(863.0, Outcome.FLAGGED), (864.0, Outcome.CLEAR)])
def test_a_request_for_a_hundred_billed_seconds_is_the_boundary(requests, outcome):
    assert verdict_of(facts(requests)).outcome is outcome


@pytest.mark.parametrize(("billed", "outcome"), [(2_880.0, Outcome.FLAGGED), (2_879.0, Outcome.CLEAR)])
def test_less_than_a_day_of_instances_in_a_month_is_not_worth_it(billed, outcome):
    assert verdict_of(facts(0.0, billed)).outcome is outcome


@pytest.mark.parametrize("lost", range(2))
def test_a_metric_that_was_not_read_is_no_data(lost):
    known = facts()
    del known[lost]
    assert verdict_of(known).outcome is Outcome.NO_DATA


@pytest.mark.parametrize("fields", [{"cpu_always_allocated": False}, {"gpu_type": "nvidia-l4", "gpu_count": 1}])
def test_other_services_are_not_concerned(fields):
    assert verdict_of(**fields).outcome is Outcome.NOT_APPLICABLE
