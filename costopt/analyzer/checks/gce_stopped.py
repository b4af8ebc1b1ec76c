"""Machines of Compute Engine that were stopped long ago and whose disks are still paid for.

Signal: the machine has been stopped for more than 30 days and has persistent disks.

A stopped machine costs nothing itself; the saving is that of its disks, each counted under the disk so that no other
finding counts it again. A disk that a second machine holds too is not counted. Where Google does not tell when it was
stopped the answer is `no data`: the last start says nothing of the stop. Not concerned are suspended machines, which
Google stops by itself after 60 days, and members of a managed instance group, which may keep them stopped on purpose.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.economics.gce.disk_cost import disk_terms
from costopt.economics.pricing_gaps import priced
from costopt.errors import PriceNotFound
from costopt.model.finding import (
    CLEAR,
    Action,
    ActionKind,
    Category,
    Evidence,
    Outcome,
    Risk,
    Term,
    Verdict,
    no_data,
)
from costopt.model.resource import Resource
from costopt.model.specs.gce import GceInstance
from costopt.model.specs.persistent_disks import PersistentDisk
from costopt.model.utilization import Facts


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
    if not spec.disks:
        return CLEAR
    if spec.last_stopped_at is None:
        return no_data("stop time unknown")
    stopped = context.now - spec.last_stopped_at
    if stopped <= timedelta(days=params.max_stopped_days):
        return CLEAR
    saving, price_gap = priced(lambda: tuple(_disk_costs(machine, spec, context)))
    statement = (
        f"stopped for {stopped.days} days, more than {params.max_stopped_days};"
        f" {len(spec.disks)} attached disk(s) still billed"
    )
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            Evidence(statement=statement, observed=float(stopped.days), threshold=float(params.max_stopped_days)),
        ),
        action=Action(
            kind=ActionKind.DELETE,
            summary="Make a machine image if it may be needed, delete the instance and its disks",
        ),
        saving=saving,
        price_gap=price_gap,
        risk=Risk.DESTRUCTIVE,
    )


def _disk_costs(machine: Resource, spec: GceInstance, context: Context) -> Iterator[Term]:
    """The cost of the disks that only this machine holds.

    Raises:
        PriceNotFound: a price is missing, or a disk is not in the snapshot.
    """
    for disk_id in spec.disk_ids:
        found = context.find(machine, PersistentDisk, disk_id)
        if found is None:
            raise PriceNotFound(f"disk {disk_id} is not in the snapshot")
        disk, its = found
        if len(its.instance_ids) <= 1:
            yield from disk_terms(disk, its, context.prices)


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
