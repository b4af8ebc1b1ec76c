"""Burstable machines that pay for CPU beyond their credits.

Signal: surplus credits of at least 100 vCPU-hours a month are charged, over 30 days.

In unlimited mode a burstable machine goes on at full speed when its credits are used up, at an extra price for each
vCPU-hour. A machine that does so all the time is often cheaper as a type of fixed performance. Without the metric the
answer is `no data`. It is a warning: which type is better depends on the load, so no saving is counted.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured
from costopt.economics.instance_families import family_of
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Outcome, Risk, Verdict
from costopt.model.money import DAYS_PER_MONTH
from costopt.model.resource import Resource
from costopt.model.specs.ec2 import Ec2Instance
from costopt.model.utilization import Facts

_CREDITS_PER_VCPU_HOUR = 60
"""One credit is one vCPU at full speed for one minute.
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `ec2_burst_credits`."""

    days: int = 30
    """Look-back in days."""
    min_vcpu_hours_per_month: float = 100.0
    """Charged vCPU-hours a month from which on the machine is flagged; 100 cost about 5 dollars."""


def _excludes(_: Resource, spec: Ec2Instance) -> str | None:
    family = family_of(spec.instance_type)
    if family is None or family.series != "t":
        return "not burstable"
    return None if spec.state == "running" else "not running"


def _run(instance: Resource, spec: Ec2Instance, facts: Facts, context: Context, params: Params) -> Verdict:
    del instance, spec, context
    charged = facts["surplus_credits_charged"]
    per_day = (charged.total or 0.0) / charged.points * 86_400 / charged.step_seconds
    hours = per_day * float(DAYS_PER_MONTH) / _CREDITS_PER_VCPU_HOUR
    if hours < params.min_vcpu_hours_per_month:
        return CLEAR
    statement = (
        f"about {hours:,.0f} vCPU-hours a month charged beyond the credits, over {params.days} days;"
        f" the threshold is {params.min_vcpu_hours_per_month:g}"
    )
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(measured(charged, statement, observed=hours, threshold=params.min_vcpu_hours_per_month),),
        action=Action(
            kind=ActionKind.REVIEW,
            summary="Compare with a type of fixed performance, or with a larger burstable one",
            restart=True,
        ),
        risk=Risk.SAFE,
    )


CHECK = Check(
    id="ec2_burst_credits",
    title="Burstable instance pays for surplus CPU credits",
    category=Category.OPTIMISATION,
    lever="Right-sizing",
    applies_to=Ec2Instance,
    params=Params,
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-unlimited-mode-concepts.html",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="surplus_credits_charged"),),
)
