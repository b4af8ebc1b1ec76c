"""Functions that nobody calls."""

from decimal import Decimal

import pytest

from costopt.analyzer.checks.lambda_idle import CHECK
from costopt.model.finding import ActionKind, Outcome, Risk
from costopt.model.specs.serverless import LambdaFunction
from tests.oracles.judging import LONG_AGO, StaticPrices, ago, judge, monthly, resource, series

PRICES = StaticPrices(units={("lambda", "provisioned_concurrency_gib_second_x86_64"): "0.0000041667"})


def function(created_at=LONG_AGO, **fields):
    given = {"memory_mib": 1024, "architecture": "x86_64", "runtime": "python3.12", **fields}
    return resource(LambdaFunction(**given), "resize-images", created_at=created_at)


def calls(values):
    return (series("lambda_invocations", values, step_seconds=86400, days=30),)


def test_never_called_without_provisioned_concurrency_costs_exactly_nothing():
    verdict = judge(CHECK, function(), facts=calls([]), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert (verdict.action.kind, verdict.risk) == (ActionKind.DELETE, Risk.DESTRUCTIVE)
    assert verdict.saving is not None
    assert monthly(verdict) == 0


def test_provisioned_concurrency_of_an_idle_function_is_its_cost():
    verdict = judge(CHECK, function(provisioned_concurrency=10, memory_mib=512), facts=calls([]), prices=PRICES)
    # 10 x 0.5 GiB x 2,628,000 s x 0.0000041667
    assert monthly(verdict).quantize(Decimal("0.0001")) == Decimal("54.7504")


def test_one_call_in_thirty_days_is_clear():
    assert judge(CHECK, function(), facts=calls([1.0] + [None] * 29)).outcome is Outcome.CLEAR


@pytest.mark.parametrize(
    ("age", "outcome"), [(29.9, Outcome.NO_DATA), (30.0, Outcome.FLAGGED), (None, Outcome.FLAGGED)]
)
def test_younger_than_the_look_back_is_no_data(age, outcome):
    judged = function(created_at=None if age is None else ago(age))
    assert judge(CHECK, judged, facts=calls([])).outcome is outcome


def test_metric_that_was_not_read_is_no_data_although_absence_of_points_is_zero():
    assert judge(CHECK, function()).outcome is Outcome.NO_DATA


def test_missing_price_is_a_gap():
    verdict = judge(CHECK, function(provisioned_concurrency=1), facts=calls([]))
    assert (verdict.outcome, verdict.saving, bool(verdict.price_gap)) == (Outcome.FLAGGED, None, True)
