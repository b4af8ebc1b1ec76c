"""Groups that never leave their minimum."""

import pytest

from costopt.analyzer.checks.asg_oversized_floor import CHECK
from costopt.model.finding import ActionKind, Outcome
from costopt.model.specs.ec2 import AutoScalingGroup
from tests.oracles.judging import judge, resource, series


def group(minimum=4, maximum=10):
    spec = AutoScalingGroup(
        minimum=minimum,
        maximum=maximum,
        desired=minimum,
        instance_ids=(),
        instance_types=("m5.large",),
        has_scaling_policy=True,
    )
    return resource(spec, "web")


def sizes(lowest, highest):
    return (
        series("asg_desired_min", lowest, step_seconds=86400, days=30),
        series("asg_desired_max", highest, step_seconds=86400, days=30),
    )


def test_thirty_days_on_the_floor():
    verdict = judge(CHECK, group(), facts=sizes(4, 4))
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.action.kind is ActionKind.REVIEW
    assert verdict.saving is None


@pytest.mark.parametrize(
    ("judged", "facts"),
    [
        (group(), sizes(4, [4.0] * 29 + [5.0])),  # once it needed more
        (group(), sizes(2, 2)),  # the minimum was raised within the window
        (group(), sizes([2.0] * 10 + [4.0] * 20, 4)),
        (group(minimum=1), sizes(1, 1)),  # cannot go lower
        (group(minimum=0), sizes(0, 0)),
    ],
)
def test_clear(judged, facts):
    assert judge(CHECK, judged, facts=facts).outcome is Outcome.CLEAR


def test_without_group_metrics_no_data():
    assert judge(CHECK, group()).outcome is Outcome.NO_DATA
    assert judge(CHECK, group(), facts=sizes([4.0] * 23, [4.0] * 23)).outcome is Outcome.NO_DATA


def test_fixed_group_is_not_applicable():
    assert judge(CHECK, group(4, 4), facts=sizes(4, 4)).outcome is Outcome.NOT_APPLICABLE
