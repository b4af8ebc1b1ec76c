"""Machines of Compute Engine that were stopped long ago and whose disks are still paid for.

Signal: the machine has been stopped for more than 30 days and has persistent disks.

A stopped machine costs nothing itself; the saving is that of its disks, each counted under the disk so that no other
finding counts it again. A disk that a second machine holds too is not counted. Where Google does not tell when it was
stopped the answer is `no data`: the last start says nothing of the stop. Not concerned are suspended machines, which
Google stops by itself after 60 days, and members of a managed instance group, which may keep them stopped on purpose.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.analyzer.stopped_machines import Disks, held_alone, long_stopped
from costopt.economics.gce.disk_cost import disk_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import Action, ActionKind, Category, Outcome, Risk, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.gce import GceInstance
from costopt.model.specs.persistent_disks import PersistentDisk
from costopt.model.utilization import Facts

_DISKS = Disks(kind=PersistentDisk, name="disk", costs=disk_terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `gce_stopped`."""

    max_stopped_days: int = 30
    """Days after which a stopped machine is flagged."""


def _excludes(_: Resource, spec: GceInstance) -> str | None:
    if not spec.stopped:
        return "not stopped"
    return "standby of a managed instance group" if spec.instance_group else None


def _run(machine: Resource, spec: GceInstance, facts: Facts, context: Context, params: Params) -> Verdict:
    del facts
    shown = long_stopped(spec.last_stopped_at, spec.disk_ids, _DISKS, context, params.max_stopped_days)
    if isinstance(shown, Verdict):
        return shown
    saving, price_gap = priced(lambda: tuple(held_alone(machine, spec.disk_ids, _DISKS, context)))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(shown,),
        action=Action(kind=ActionKind.DELETE, summary=_advice(spec)),
        saving=saving,
        price_gap=price_gap,
        risk=Risk.DESTRUCTIVE,
    )


def _advice(spec: GceInstance) -> str:
    if spec.managed_by is not None:
        return (
            f"Keep a copy of its data if it may be needed, then delete its {spec.managed_by} environment, not it alone"
        )
    return "Make a machine image if it may be needed, delete the instance and its disks"


CHECK = Check(
    id="gce_stopped",
    title="Compute Engine instance has been stopped for long",
    category=Category.WASTE,
    lever="Unused storage",
    applies_to=GceInstance,
    params=Params,
    source="https://cloud.google.com/compute/docs/instances/stop-start-instance (attached disks are billed);"
    " as `ec2_stopped`: 30 days",
    run=_run,
    excludes=_excludes,
    relies_on=(PersistentDisk,),
)
