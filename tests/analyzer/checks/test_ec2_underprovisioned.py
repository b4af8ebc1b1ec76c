"""Overloaded machines: a warning that costs nothing and saves nothing."""

import pytest

from costopt.analyzer.checks.ec2_underprovisioned import CHECK
from costopt.model.finding import ActionKind, Outcome
from tests.oracles.compute import instance, load
from tests.oracles.judging import judge


@pytest.mark.parametrize(("mean", "outcome"), [(80.1, Outcome.FLAGGED), (80.0, Outcome.CLEAR)])
def test_mean_cpu(mean, outcome):
    assert judge(CHECK, instance(), facts=load(100.0, mean=mean)).outcome is outcome


def test_warning_names_no_saving():
    verdict = judge(CHECK, instance(), facts=load(100.0, mean=95.0, memory=85.0))
    assert verdict.action.kind is ActionKind.REVIEW
    assert (verdict.saving, verdict.price_gap) == (None, None)
    assert [one.metric for one in verdict.evidence] == ["cpu_mean_percent", "memory_used_percent"]


def test_memory_alone_is_enough():
    assert judge(CHECK, instance(), facts=load(mean=5.0, memory=80.1)).outcome is Outcome.FLAGGED


def test_memory_with_too_few_points_is_not_judged():
    assert judge(CHECK, instance(), facts=load(mean=5.0, memory=[99.0] * 100)).outcome is Outcome.CLEAR


def test_without_cpu_no_data_and_stopped_not_applicable():
    assert judge(CHECK, instance(), facts=load(memory=99.0)).outcome is Outcome.NO_DATA
    assert judge(CHECK, instance(state="stopped")).outcome is Outcome.NOT_APPLICABLE
