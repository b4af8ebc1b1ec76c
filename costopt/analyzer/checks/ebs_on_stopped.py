"""Volumes that are attached to stopped machines only and billed as if they ran.

Signal: every machine that the volume is attached to has been stopped for 30 days.

No metric is read: a volume of a stopped machine sends none. Where the time of the stop is unknown the check says `no
data`, because a machine that was stopped last night keeps its volumes for good reason. The stopped machine itself is
the matter of `ec2_stopped`; both save on the same volume, and only one of them is counted.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.economics.ebs_cost import volume_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import (
    CLEAR,
    Action,
    ActionKind,
    Category,
    Confidence,
    Evidence,
    Outcome,
    Risk,
    Verdict,
    no_data,
)
from costopt.model.resource import Resource
from costopt.model.specs.ebs import EbsVolume
from costopt.model.specs.ec2 import Ec2Instance
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `ebs_on_stopped`."""

    days: int = 30
    """Days since the last of its machines was stopped."""


def _excludes(volume: Resource, spec: EbsVolume) -> str | None:
    return None if spec.instance_ids else "attached to no instance"


def _last_stop(volume: Resource, spec: EbsVolume, context: Context) -> datetime | Verdict:
    """When the last machine was stopped, or why that is not the question."""
    stops: list[datetime | None] = []
    for instance_id in spec.instance_ids:
        found = context.find(volume, Ec2Instance, instance_id)
        if found is None:
            return no_data("instance not in the snapshot")
        if found[1].state != "stopped":
            return CLEAR
        stops.append(found[1].stopped_at)
    known = [stop for stop in stops if stop is not None]
    return max(known) if len(known) == len(stops) else no_data("stop time unknown")


def _run(volume: Resource, spec: EbsVolume, facts: Facts, context: Context, params: Params) -> Verdict:
    stopped = _last_stop(volume, spec, context)
    if isinstance(stopped, Verdict):
        return stopped
    idle = context.now - stopped
    if idle < timedelta(days=params.days):
        return CLEAR
    saving, price_gap = priced(lambda: volume_terms(volume, spec, context.prices))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            Evidence(
                statement=f"attached only to {', '.join(spec.instance_ids)}, stopped for {idle.days} days",
                observed=idle / timedelta(days=1),
                threshold=params.days,
            ),
        ),
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
