"""Disks of Compute Engine that are attached to nothing and still billed by the GiB.

Signal: the disk is attached to no instance, for 15 days since it was detached, or since it was made where it never was
attached.

A disk that was made empty and never attached holds nothing and can be deleted at once; of any other a snapshot is made
first, whose cost (of the bytes in use, at about the price of a standard disk) comes off the saving and is not known
beforehand. Where Google tells the last attachment and no detachment, that attachment is the upper bound of the time
without one, and the confidence is medium. No metric is read: such a disk sends none.
"""

from dataclasses import dataclass
from datetime import datetime

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.analyzer.unattached_disks import long_unattached
from costopt.economics.gce.disk_cost import disk_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import Action, ActionKind, Category, Confidence, Outcome, Risk, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.persistent_disks import PersistentDisk
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `pd_unattached`."""

    days: int = 15
    """Days without an attachment from which on a disk is flagged."""


def _excludes(_: Resource, spec: PersistentDisk) -> str | None:
    if spec.status != "READY":
        return "not ready"
    if spec.replica_of is not None:
        return "replica of another disk"
    return "attached" if spec.instance_ids else None


def _run(disk: Resource, spec: PersistentDisk, facts: Facts, context: Context, params: Params) -> Verdict:
    del facts
    how, since, sure = _since(disk, spec)
    shown = long_unattached(how, since, context, params.days)
    if isinstance(shown, Verdict):
        return shown
    saving, price_gap = priced(lambda: disk_terms(disk, spec, context.prices))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(shown,),
        action=Action(kind=ActionKind.DELETE, summary=_advice(spec)),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.HIGH if sure and spec.managed_by is None else Confidence.MEDIUM,
        risk=Risk.SAFE if spec.blank else Risk.DESTRUCTIVE,
    )


def _since(disk: Resource, spec: PersistentDisk) -> tuple[str, datetime | None, bool]:
    """How and from when on it is attached to nothing, and whether that is sure."""
    if spec.last_attached_at is None and spec.last_detached_at is None:
        return "never attached, made", disk.created_at, True
    if spec.last_detached_at is not None:
        return "detached", spec.last_detached_at, True
    return "last attached", spec.last_attached_at, False


def _advice(spec: PersistentDisk) -> str:
    if spec.managed_by is not None:
        return f"Delete the volume claim in its {spec.managed_by} cluster, after a snapshot if its data may matter"
    return "Delete the disk: it is blank" if spec.blank else "Make a snapshot of the disk and delete it"


CHECK = Check(
    id="pd_unattached",
    title="Disk is attached to nothing",
    category=Category.WASTE,
    lever="Unused storage",
    applies_to=PersistentDisk,
    params=Params,
    source="https://cloud.google.com/compute/docs/viewing-and-applying-idle-resources-recommendations (15 days)",
    run=_run,
    excludes=_excludes,
)
