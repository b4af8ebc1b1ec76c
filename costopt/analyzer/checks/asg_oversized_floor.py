"""Auto scaling groups that never leave their minimum size.

Signal: for 30 days the desired size equalled the minimum, which is above one, although the group may grow.

The minimum then decides the cost and not the load. How far it can be lowered depends on the members' load, so it is a
matter for review and no saving is counted. The metric is sent only where group metrics are enabled; without it the
answer is `no data`. A minimum that was changed within the look-back is not judged against the old sizes: they differ
from today's minimum, and the group is clear.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Confidence, Outcome, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.ec2 import AutoScalingGroup
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `asg_oversized_floor`."""

    days: int = 30
    """Look-back in days."""
    min_floor: int = 2
    """Minimum size from which on a group is judged."""


def _excludes(_: Resource, spec: AutoScalingGroup) -> str | None:
    return "fixed size" if spec.minimum == spec.maximum else None


def _run(group: Resource, spec: AutoScalingGroup, facts: Facts, context: Context, params: Params) -> Verdict:
    del group, context
    if spec.minimum < params.min_floor:
        return CLEAR
    highest, lowest = facts["asg_desired_max"], facts["asg_desired_min"]
    peak = highest.maximum or 0.0
    if peak > spec.minimum or lowest.minimum != spec.minimum:
        return CLEAR
    statement = (
        f"the group wanted {spec.minimum} instances, its minimum, at all times of {params.days} days"
        f" and never more, although up to {spec.maximum} are allowed"
    )
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(measured(highest, statement, observed=peak, threshold=float(spec.minimum)),),
        action=Action(
            kind=ActionKind.REVIEW,
            summary=f"Lower the minimum below {spec.minimum} if the load allows, and let the policy find the size",
        ),
        confidence=Confidence.MEDIUM,
    )


CHECK = Check(
    id="asg_oversized_floor",
    title="Auto scaling group never leaves its minimum",
    category=Category.OPTIMISATION,
    lever="Right-sizing",
    applies_to=AutoScalingGroup,
    params=Params,
    source="https://docs.aws.amazon.com/compute-optimizer/latest/ug/view-asg-recommendations.html",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="asg_desired_max"), Need(metric="asg_desired_min")),
)
