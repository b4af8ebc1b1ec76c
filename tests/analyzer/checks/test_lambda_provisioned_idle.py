"""Provisioned concurrency that no call uses."""

from decimal import Decimal

import pytest

from costopt.analyzer.checks.lambda_provisioned_idle import CHECK
from costopt.model.finding import ActionKind, Outcome
from costopt.model.specs.serverless import LambdaFunction
from tests.oracles.judging import LONG_AGO, StaticPrices, ago, judge, monthly, resource, series

PRICES = StaticPrices(
    units={
        ("lambda", "provisioned_concurrency_gib_second_x86_64"): "0.000004",
        ("lambda", "provisioned_concurrency_gib_second_arm64"): "0.000003",
    }
)


def function(created_at=LONG_AGO, **fields):
    given = {
        "memory_mib": 2048,
        "architecture": "x86_64",
        "runtime": "python3.12",
        "provisioned_concurrency": 5,
        **fields,
    }
    return resource(LambdaFunction(**given), "api", created_at=created_at)


def calls(values):
    return (series("lambda_provisioned_invocations", values, step_seconds=86400, days=30),)


@pytest.mark.parametrize(("architecture", "dollars"), [("x86_64", "105.120"), ("arm64", "78.840")])
def test_unused_environments_cost_by_memory_and_second(architecture, dollars):
    # 5 x 2 GiB x 730 x 3,600 s
    verdict = judge(CHECK, function(architecture=architecture), facts=calls([]), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.action.kind is ActionKind.STOP
    assert monthly(verdict) == Decimal(dollars)


def test_one_call_on_them_is_clear():
    assert judge(CHECK, function(), facts=calls([1.0]), prices=PRICES).outcome is Outcome.CLEAR


def test_young_is_no_data_and_unread_is_no_data():
    assert judge(CHECK, function(created_at=ago(20)), facts=calls([])).outcome is Outcome.NO_DATA
    assert judge(CHECK, function()).outcome is Outcome.NO_DATA


def test_without_provisioned_concurrency_not_applicable():
    assert judge(CHECK, function(provisioned_concurrency=0)).outcome is Outcome.NOT_APPLICABLE


def test_missing_price_is_a_gap():
    verdict = judge(CHECK, function(), facts=calls([]))
    assert (verdict.outcome, verdict.saving, bool(verdict.price_gap)) == (Outcome.FLAGGED, None, True)
