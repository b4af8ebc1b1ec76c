"""Machines that were stopped long ago and whose volumes are still paid for.

Signal: the machine has been stopped for more than 30 days and has volumes.

A stopped machine costs nothing itself; the saving is that of its volumes, each counted under the volume so that no
other finding counts it again. A volume that a second machine holds too is not counted. Where the provider does not tell
when it was stopped the answer is `no data`: the last start says nothing of the stop.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.analyzer.stopped_machines import Disks, held_alone, long_stopped
from costopt.economics.ebs_cost import volume_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import Action, ActionKind, Category, Outcome, Risk, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.ebs import EbsVolume
from costopt.model.specs.ec2 import Ec2Instance
from costopt.model.utilization import Facts

_DISKS = Disks(kind=EbsVolume, name="volume", costs=volume_terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `ec2_stopped`."""

    max_stopped_days: int = 30
    """Days after which a stopped machine is flagged."""


def _excludes(_: Resource, spec: Ec2Instance) -> str | None:
    return None if spec.state == "stopped" else "not stopped"


def _run(instance: Resource, spec: Ec2Instance, facts: Facts, context: Context, params: Params) -> Verdict:
    del facts
    shown = long_stopped(spec.stopped_at, spec.volume_ids, _DISKS, context, params.max_stopped_days)
    if isinstance(shown, Verdict):
        return shown
    saving, price_gap = priced(lambda: tuple(held_alone(instance, spec.volume_ids, _DISKS, context)))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(shown,),
        action=Action(
            kind=ActionKind.DELETE, summary="Make an image if it may be needed, terminate it and delete its volumes"
        ),
        saving=saving,
        price_gap=price_gap,
        risk=Risk.DESTRUCTIVE,
    )


CHECK = Check(
    id="ec2_stopped",
    title="Instance has been stopped for long",
    category=Category.WASTE,
    lever="Unused storage",
    applies_to=Ec2Instance,
    params=Params,
    source="https://docs.aws.amazon.com/awssupport/latest/user/cost-optimization-checks.html"
    " (Amazon EC2 instances stopped for more than 30 days)",
    run=_run,
    excludes=_excludes,
    relies_on=(EbsVolume,),
)
