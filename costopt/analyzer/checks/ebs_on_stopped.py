"""Volumes that are attached to stopped machines only and billed as if they ran.

Signal: every machine that the volume is attached to has been stopped for 30 days.

No metric is read: a volume of a stopped machine sends none. Where the time of the stop is unknown the check says `no
data`, because a machine that was stopped last night keeps its volumes for good reason. The stopped machine itself is
the matter of `ec2_stopped`; both save on the same volume, and only one of them is counted.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.analyzer.stopped_machines import Stops, on_stopped
from costopt.economics.ebs_cost import volume_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import Action, ActionKind, Category, Confidence, Outcome, Risk, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.ebs import EbsVolume
from costopt.model.specs.ec2 import Ec2Instance
from costopt.model.utilization import Facts

_STOPS = Stops(machine=Ec2Instance, rests=lambda spec: spec.state == "stopped", at=lambda spec: spec.stopped_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `ebs_on_stopped`."""

    days: int = 30
    """Days since the last of its machines was stopped."""


def _excludes(volume: Resource, spec: EbsVolume) -> str | None:
    return None if spec.instance_ids else "attached to no instance"


def _run(volume: Resource, spec: EbsVolume, facts: Facts, context: Context, params: Params) -> Verdict:
    del facts
    shown = on_stopped(volume, spec, _STOPS, context, params.days)
    if isinstance(shown, Verdict):
        return shown
    saving, price_gap = priced(lambda: volume_terms(volume, spec, context.prices))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(shown,),
        action=Action(
            kind=ActionKind.DELETE,
            summary="Delete the volume after a snapshot, or terminate the stopped instance with its volumes",
        ),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.MEDIUM,
        risk=Risk.DESTRUCTIVE,
    )


CHECK = Check(
    id="ebs_on_stopped",
    title="Volume is attached to a stopped instance only",
    category=Category.WASTE,
    lever="Unused storage",
    applies_to=EbsVolume,
    params=Params,
    source="https://docs.aws.amazon.com/awssupport/latest/user/cost-optimization-checks.html"
    " (EC2 instances stopped for 30 days); thrifty mods: EBS volumes attached to stopped instances",
    run=_run,
    excludes=_excludes,
    relies_on=(Ec2Instance,),
)
