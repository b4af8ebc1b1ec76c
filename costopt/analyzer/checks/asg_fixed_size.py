"""Auto scaling groups that cannot scale.

Signal: minimum, maximum and desired size are equal and above one, and there is no scaling policy or schedule.

Such a group is paid for its peak at all hours. Whether it could be smaller depends on its load over the day, which the
group's own data does not tell, so it is a matter for review and no saving is counted. No metric is read.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Confidence, Effort, Evidence, Outcome, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.ec2 import AutoScalingGroup
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `asg_fixed_size`."""

    min_instances: int = 2
    """Size from which on a group of fixed size is flagged; a group of one only restarts its machine."""


def _run(group: Resource, spec: AutoScalingGroup, facts: Facts, context: Context, params: Params) -> Verdict:
    del group, facts, context
    fixed = spec.minimum == spec.maximum == spec.desired
    if not fixed or spec.desired < params.min_instances or spec.has_scaling_policy:
        return CLEAR
    statement = f"minimum, maximum and desired size are all {spec.desired}, and no policy changes them"
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(Evidence(statement=statement, observed=float(spec.desired), threshold=float(params.min_instances)),),
        action=Action(
            kind=ActionKind.REVIEW,
            summary="Let the group follow its load: lower the minimum and add a target tracking policy or a schedule",
        ),
        confidence=Confidence.MEDIUM,
        effort=Effort.MEDIUM,
    )


CHECK = Check(
    id="asg_fixed_size",
    title="Auto scaling group has a fixed size",
    category=Category.OPTIMISATION,
    lever="Right-sizing",
    applies_to=AutoScalingGroup,
    params=Params,
    source="https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html",
    run=_run,
)
