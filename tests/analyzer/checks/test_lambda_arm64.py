"""Busy functions on x86-64."""

from decimal import Decimal

import pytest

from costopt.analyzer.checks.lambda_arm64 import CHECK
from costopt.model.finding import ActionKind, Outcome
from costopt.model.specs.serverless import LambdaFunction
from tests.oracles.judging import StaticPrices, judge, monthly, resource, series

X86, ARM = (
    ("lambda", "provisioned_concurrency_gib_second_x86_64"),
    ("lambda", "provisioned_concurrency_gib_second_arm64"),
)


def function(**fields):
    given = {"memory_mib": 1024, "architecture": "x86_64", "runtime": "python3.12", **fields}
    return resource(LambdaFunction(**given), "api")


def calls(total):
    return (series("lambda_invocations", [float(total)], step_seconds=86400, days=30),)


@pytest.mark.parametrize(("total", "outcome"), [(1_000_000, Outcome.FLAGGED), (999_999, Outcome.CLEAR)])
def test_a_million_calls(total, outcome):
    assert judge(CHECK, function(), facts=calls(total)).outcome is outcome


def test_without_durations_no_figure_is_made_up():
    verdict = judge(CHECK, function(), facts=calls(5e6))
    assert verdict.action.kind is ActionKind.MIGRATE
    assert (verdict.saving, verdict.price_gap) == (None, None)


def test_provisioned_part_is_counted():
    prices = StaticPrices(units={X86: "0.000005", ARM: "0.000004"})
    verdict = judge(CHECK, function(provisioned_concurrency=10), facts=calls(5e6), prices=prices)
    assert monthly(verdict) == Decimal("26.280")  # 10 GiB x 2,628,000 s x 0.000001
    assert "only the provisioned part is counted" in verdict.evidence[0].statement


def test_arm_that_is_not_cheaper_is_no_recommendation():
    prices = StaticPrices(units={X86: "0.000004", ARM: "0.000004"})
    assert judge(CHECK, function(provisioned_concurrency=10), facts=calls(5e6), prices=prices).outcome is Outcome.CLEAR


def test_missing_price_is_a_gap():
    prices = StaticPrices(units={X86: "0.000005"})
    verdict = judge(CHECK, function(provisioned_concurrency=10), facts=calls(5e6), prices=prices)
    assert (verdict.outcome, verdict.saving, bool(verdict.price_gap)) == (Outcome.FLAGGED, None, True)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"architecture": "arm64"}, "already Arm"),
        ({"runtime": None}, "container image"),
        ({"runtime": "python3.7"}, "runtime has no Arm build"),
        ({"runtime": "java8"}, "runtime has no Arm build"),
    ],
)
def test_not_applicable(fields, reason):
    verdict = judge(CHECK, function(**fields), facts=calls(5e6))
    assert (verdict.outcome, verdict.reason) == (Outcome.NOT_APPLICABLE, reason)


def test_java8_on_the_second_amazon_linux_has_an_arm_build():
    assert judge(CHECK, function(runtime="java8.al2"), facts=calls(5e6)).outcome is Outcome.FLAGGED


def test_unread_metric_is_no_data():
    assert judge(CHECK, function()).outcome is Outcome.NO_DATA
