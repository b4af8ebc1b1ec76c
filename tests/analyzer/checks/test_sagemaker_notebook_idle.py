"""Notebooks left running."""

from decimal import Decimal

import pytest

from costopt.analyzer.checks.sagemaker_notebook_idle import CHECK
from costopt.model.finding import ActionKind, Confidence, Outcome
from costopt.model.specs.ml import SagemakerNotebook
from tests.oracles.judging import LONG_AGO, StaticPrices, ago, judge, monthly, resource, series

PRICES = StaticPrices(instances={("sagemaker", "ml.t3.medium", "notebook"): "0.05"})


def notebook(modified_at=LONG_AGO, status="InService", instance_type="ml.t3.medium"):
    return resource(SagemakerNotebook(status=status, instance_type=instance_type, modified_at=modified_at), "eda")


def cpu(values):
    return (series("sagemaker_cpu_percent", values, step_seconds=86400, days=30),)


def test_without_cpu_metric_the_time_since_the_last_change_is_a_hint():
    verdict = judge(CHECK, notebook(), prices=PRICES)
    assert (verdict.outcome, verdict.confidence) == (Outcome.FLAGGED, Confidence.LOW)
    assert verdict.action.kind is ActionKind.STOP
    assert monthly(verdict) == Decimal("36.50")  # 730 x 0.05


@pytest.mark.parametrize(("days", "outcome"), [(14.0, Outcome.FLAGGED), (13.9, Outcome.CLEAR)])
def test_fourteen_days(days, outcome):
    assert judge(CHECK, notebook(ago(days)), prices=PRICES).outcome is outcome


@pytest.mark.parametrize(
    ("peak", "outcome", "confidence"),
    [(4.9, Outcome.FLAGGED, Confidence.HIGH), (5.0, Outcome.CLEAR, Confidence.HIGH)],
)
def test_cpu_metric_decides_where_there_is_one(peak, outcome, confidence):
    verdict = judge(CHECK, notebook(), facts=cpu(peak), prices=PRICES)
    assert (verdict.outcome, verdict.confidence) == (outcome, confidence)


def test_a_few_busy_points_show_use_and_a_few_idle_ones_show_nothing():
    assert judge(CHECK, notebook(), facts=cpu([60.0] + [None] * 5), prices=PRICES).outcome is Outcome.CLEAR
    assert judge(CHECK, notebook(), facts=cpu([1.0] * 5), prices=PRICES).confidence is Confidence.LOW
    assert judge(CHECK, notebook(ago(2)), facts=cpu([1.0] * 5), prices=PRICES).outcome is Outcome.CLEAR


def test_neither_metric_nor_time_is_no_data():
    assert judge(CHECK, notebook(None), prices=PRICES).outcome is Outcome.NO_DATA
    assert judge(CHECK, notebook(None), facts=cpu([]), prices=PRICES).outcome is Outcome.NO_DATA


def test_stopped_notebook_is_not_applicable():
    assert judge(CHECK, notebook(status="Stopped")).outcome is Outcome.NOT_APPLICABLE


def test_missing_price_is_a_gap():
    verdict = judge(CHECK, notebook(instance_type="ml.p3.2xlarge"), prices=PRICES)
    assert (verdict.outcome, verdict.saving, bool(verdict.price_gap)) == (Outcome.FLAGGED, None, True)
