"""Fargate services whose tasks do nothing."""

from decimal import Decimal

import pytest

from costopt.analyzer.checks.ecs_idle import CHECK
from costopt.model.finding import ActionKind, Outcome
from costopt.model.specs.serverless import EcsService
from tests.oracles.judging import StaticPrices, judge, monthly, resource, series

PRICES = StaticPrices(
    units={
        ("fargate", "vcpu_hour_x86_64"): "0.04048",
        ("fargate", "gib_hour_x86_64"): "0.004445",
        ("fargate", "vcpu_hour_arm64"): "0.03238",
        ("fargate", "gib_hour_arm64"): "0.00356",
    }
)


def service(**fields):
    given = {
        "cluster": "main",
        "launch_type": "FARGATE",
        "desired": 2,
        "running": 2,
        "vcpu": 0.5,
        "memory_gib": 1.0,
        **fields,
    }
    return resource(EcsService(**given), "main/web")


def facts(cpu=0.5, memory=0.5):
    return (
        series("ecs_cpu_max_percent", cpu, step_seconds=86400, days=30),
        series("ecs_memory_max_percent", memory, step_seconds=86400, days=30),
    )


def test_idle_service_saves_vcpu_and_memory_hours():
    verdict = judge(CHECK, service(), facts=facts(), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.action.kind is ActionKind.STOP
    assert monthly(verdict) == Decimal("36.04010")  # 730 x (1 x 0.04048 + 2 x 0.004445)


def test_arm_tasks_have_their_own_prices():
    verdict = judge(CHECK, service(architecture="arm64"), facts=facts(), prices=PRICES)
    assert monthly(verdict) == Decimal("28.8350")  # 730 x (0.03238 + 2 x 0.00356)


@pytest.mark.parametrize(
    ("cpu", "memory", "outcome"),
    [(0.99, 0.99, Outcome.FLAGGED), (1.0, 0.5, Outcome.CLEAR), (0.5, 1.0, Outcome.CLEAR)],
)
def test_both_below_one_percent(cpu, memory, outcome):
    assert judge(CHECK, service(), facts=facts(cpu, memory), prices=PRICES).outcome is outcome


def test_only_the_last_fourteen_days_count():
    older = [50.0] * 16 + [0.5] * 14
    assert judge(CHECK, service(), facts=facts(older, older), prices=PRICES).outcome is Outcome.FLAGGED
    newer = [50.0] * 17 + [0.5] * 13
    assert judge(CHECK, service(), facts=facts(older, newer[::-1]), prices=PRICES).outcome is Outcome.CLEAR


def test_no_points_are_not_zero():
    assert judge(CHECK, service(), facts=facts([], []), prices=PRICES).outcome is Outcome.NO_DATA
    assert judge(CHECK, service(), prices=PRICES).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"launch_type": "EC2"}, "runs on machines that are judged themselves"),
        ({"launch_type": "EXTERNAL"}, "runs on machines that are judged themselves"),
        ({"running": 0}, "no running task"),
    ],
)
def test_not_applicable(fields, reason):
    verdict = judge(CHECK, service(**fields), facts=facts(), prices=PRICES)
    assert (verdict.outcome, verdict.reason) == (Outcome.NOT_APPLICABLE, reason)


@pytest.mark.parametrize("fields", [{"launch_type": "FARGATE_SPOT"}, {"vcpu": None}, {"memory_gib": None}])
def test_what_cannot_be_priced_is_a_gap(fields):
    verdict = judge(CHECK, service(**fields), facts=facts(), prices=PRICES)
    assert (verdict.outcome, verdict.saving, bool(verdict.price_gap)) == (Outcome.FLAGGED, None, True)
