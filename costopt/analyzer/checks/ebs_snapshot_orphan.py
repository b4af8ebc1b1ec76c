"""Snapshots whose volume is gone.

Signal: the volume that the snapshot was taken of is not among the volumes of its account and region, and no machine
image stands on the snapshot. Copies carry the volume `vol-ffffffff`, which never exists: they are flagged too, with
low confidence, because a copy is often a backup made on purpose. Absence is the signal here, so the check says `no
data` where volumes or images of the region could not be read. Snapshots that AWS Backup or Data Lifecycle Manager
keep are not concerned. What deleting it frees is counted as in `ebs_snapshot_old`.
"""

from dataclasses import dataclass
from datetime import timedelta

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.analyzer.snapshots import freed, images_on, size
from costopt.economics.snapshot_use import COPIED_VOLUME
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
    not_applicable,
)
from costopt.model.resource import Resource
from costopt.model.specs.ebs import EbsSnapshot, EbsVolume
from costopt.model.specs.ec2 import Ami
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `ebs_snapshot_orphan`."""

    days: int = 7
    """Younger snapshots are clear: a snapshot is often taken just before its volume is deleted."""


def _excludes(snapshot: Resource, spec: EbsSnapshot) -> str | None:
    return None if spec.managed_by is None else "a service keeps and deletes it"


def _stays(other: Resource, spec: EbsSnapshot, context: Context, params: Params) -> bool:
    """Whether another snapshot is not flagged here."""
    age = context.age(other)
    young = age is not None and age < timedelta(days=params.days)
    return young or spec.managed_by is not None or images_on(other, other.id, context) > 0


def _statement(spec: EbsSnapshot) -> str:
    if spec.volume_id == COPIED_VOLUME:
        return "a copy, which no volume stands behind"
    return f"its volume {spec.volume_id} is gone"


def _confidence(spec: EbsSnapshot) -> Confidence:
    vague = spec.volume_id == COPIED_VOLUME or spec.full_size_bytes is None
    return Confidence.LOW if vague else Confidence.MEDIUM


def _run(snapshot: Resource, spec: EbsSnapshot, facts: Facts, context: Context, params: Params) -> Verdict:
    if context.find(snapshot, EbsVolume, spec.volume_id) is not None:
        return CLEAR
    if images_on(snapshot, snapshot.id, context):
        return not_applicable("behind a machine image")
    age = context.age(snapshot)
    if age is not None and age < timedelta(days=params.days):
        return CLEAR
    saving, price_gap = freed([(snapshot, spec)], context, lambda other, its: _stays(other, its, context, params))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(Evidence(statement=_statement(spec)), size(spec)),
        action=Action(kind=ActionKind.DELETE, summary="Delete the snapshot if nobody needs to restore the volume"),
        saving=saving,
        price_gap=price_gap,
        confidence=_confidence(spec),
        risk=Risk.DESTRUCTIVE,
    )


CHECK = Check(
    id="ebs_snapshot_orphan",
    title="Snapshot of a volume that is gone",
    category=Category.WASTE,
    lever="Unused storage",
    applies_to=EbsSnapshot,
    params=Params,
    source="cloudrift: orphaned EBS snapshots;"
    " https://docs.aws.amazon.com/ebs/latest/userguide/ebs-deleting-snapshot.html",
    run=_run,
    excludes=_excludes,
    relies_on=(EbsVolume, Ami),
)
