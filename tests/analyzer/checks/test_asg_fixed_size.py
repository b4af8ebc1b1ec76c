"""Groups that cannot scale."""

import pytest

from costopt.analyzer.checks.asg_fixed_size import CHECK
from costopt.model.finding import ActionKind, Outcome
from costopt.model.specs.ec2 import AutoScalingGroup
from tests.oracles.judging import ago, judge, resource


def group(minimum=3, maximum=3, desired=3, policy=False, **fields):
    spec = AutoScalingGroup(
        minimum=minimum,
        maximum=maximum,
        desired=desired,
        instance_ids=(),
        instance_types=("m5.large",),
        has_scaling_policy=policy,
    )
    return resource(spec, "web", **fields)


def test_fixed_group_is_for_review_without_a_saving():
    verdict = judge(CHECK, group())
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.action.kind is ActionKind.REVIEW
    assert (verdict.saving, verdict.price_gap) == (None, None)


@pytest.mark.parametrize(
    "healthy",
    [
        group(1, 1, 1),
        group(0, 0, 0),
        group(2, 3, 2),
        group(2, 3, 3),
        group(policy=True),
    ],
)
def test_healthy_groups_are_clear(healthy):
    assert judge(CHECK, healthy).outcome is Outcome.CLEAR


def test_two_is_the_least_size_and_a_parameter():
    assert judge(CHECK, group(2, 2, 2)).outcome is Outcome.FLAGGED
    assert judge(CHECK, group(2, 2, 2), min_instances=3).outcome is Outcome.CLEAR


def test_young_group_is_no_data():
    assert judge(CHECK, group(created_at=ago(3))).outcome is Outcome.NO_DATA
