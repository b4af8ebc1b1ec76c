"""Disks of Compute Engine that are attached to stopped machines only and billed as if they ran.

Signal: every machine that the disk is attached to has been stopped for 30 days.

No metric is read: a disk of a stopped machine sends none. Where the time of the stop is unknown, or a machine is not in
the snapshot, the check says `no data`. Disks of standbys of a managed instance group are clear: the group keeps them on
purpose. The stopped machine itself is the matter of `gce_stopped`; both save on the same disk, and only one of them is
counted.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.analyzer.google.machines import STOPS
from costopt.analyzer.stopped_machines import on_stopped
from costopt.economics.gce.disk_cost import disk_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import Action, ActionKind, Category, Confidence, Outcome, Risk, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.gce import GceInstance
from costopt.model.specs.persistent_disks import PersistentDisk
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `pd_on_stopped`."""

    days: int = 30
    """Days since the last of its machines was stopped."""


def _excludes(_: Resource, spec: PersistentDisk) -> str | None:
    return None if spec.instance_ids else "attached to no instance"


def _run(disk: Resource, spec: PersistentDisk, facts: Facts, context: Context, params: Params) -> Verdict:
    del facts
    shown = on_stopped(disk, spec, STOPS, context, params.days)
    if isinstance(shown, Verdict):
        return shown
    saving, price_gap = priced(lambda: disk_terms(disk, spec, context.prices))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(shown,),
        action=Action(
            kind=ActionKind.DELETE,
            summary="Delete the disk after a snapshot, or delete the stopped instance with its disks",
        ),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.MEDIUM,
        risk=Risk.DESTRUCTIVE,
    )


CHECK = Check(
    id="pd_on_stopped",
    title="Disk is attached to a stopped instance only",
    category=Category.WASTE,
    lever="Unused storage",
    applies_to=PersistentDisk,
    params=Params,
    source="https://cloud.google.com/compute/docs/instances/stop-start-instance (attached disks are billed);"
    " thrifty mods: disks attached to stopped instances",
    run=_run,
    excludes=_excludes,
    relies_on=(GceInstance,),
)
