"""Snapshots that nobody has looked at for a quarter.

Signal: taken more than 90 days ago, not behind a machine image, and not kept by a service that deletes by its own
rule (AWS Backup, Data Lifecycle Manager). Whether a backup is still wanted is its owner's to say, so the finding is
never of high confidence. What a snapshot costs is known only where the provider tells its full size; else the size of
the volume is the most that it can hold, the saving reads `at most` and the confidence is low. Snapshots share blocks
with their neighbours: where a later one of the same volume stays, nobody can tell what deleting this one frees and
the finding has no figure; where all of them are old, the largest is counted once for the volume. No metric is read.
Where machine images could not be read, the check says `no data`, because any snapshot may then be held by one.
"""

from dataclasses import dataclass
from datetime import timedelta

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.analyzer.snapshots import freed, images_on, size
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
    not_applicable,
)
from costopt.model.resource import Resource
from costopt.model.specs.ebs import EbsSnapshot
from costopt.model.specs.ec2 import Ami
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `ebs_snapshot_old`."""

    days: int = 90
    """Older snapshots are flagged."""


def _excludes(snapshot: Resource, spec: EbsSnapshot) -> str | None:
    return None if spec.managed_by is None else "a service keeps and deletes it"


def _stays(other: Resource, spec: EbsSnapshot, context: Context, params: Params) -> bool:
    """Whether another snapshot is not flagged here."""
    age = context.age(other)
    young = age is None or age <= timedelta(days=params.days)
    return young or spec.managed_by is not None or images_on(other, other.id, context) > 0


def _run(snapshot: Resource, spec: EbsSnapshot, facts: Facts, context: Context, params: Params) -> Verdict:
    age = context.age(snapshot)
    if age is None:
        return no_data("creation time unknown")
    if age <= timedelta(days=params.days):
        return CLEAR
    if images_on(snapshot, snapshot.id, context):
        return not_applicable("behind a machine image")
    saving, price_gap = freed([(snapshot, spec)], context, lambda other, its: _stays(other, its, context, params))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            Evidence(
                statement=f"taken {age.days} days ago, more than {params.days}",
                observed=age / timedelta(days=1),
                threshold=params.days,
            ),
            size(spec),
        ),
        action=Action(kind=ActionKind.DELETE, summary="Delete the snapshot if nobody needs to go back to it"),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.LOW if spec.full_size_bytes is None else Confidence.MEDIUM,
        risk=Risk.DESTRUCTIVE,
    )


CHECK = Check(
    id="ebs_snapshot_old",
    title="Snapshot is old",
    category=Category.WASTE,
    lever="Unused storage",
    applies_to=EbsSnapshot,
    params=Params,
    source="thrifty mods: EBS snapshots older than 90 days; CleanCloud aws.ebs.snapshot.old;"
    " https://docs.aws.amazon.com/ebs/latest/userguide/ebs-snapshots.html",
    run=_run,
    excludes=_excludes,
    relies_on=(Ami,),
)
