"""Snapshots that nobody has looked at for a quarter.

Signal: taken more than 90 days ago, not behind a machine image, and not kept by a service that deletes by its own
rule (AWS Backup, Data Lifecycle Manager). Whether a backup is still wanted is its owner's to say, so the finding is
never of high confidence. What a snapshot costs is known only where the provider tells its full size; else the size of
the volume is the most that it can hold, the saving reads `at most` and the confidence is low. Snapshots share blocks
with their neighbours, so that deleting one frees at most its size. No metric is read. Where machine images could not
be read, the check says `no data`, because any snapshot may then be held by one.
"""

from dataclasses import dataclass
from datetime import timedelta

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.economics.ebs_cost import snapshot_terms
from costopt.economics.pricing_gaps import priced
from costopt.economics.snapshot_use import held_by_images
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

_GIB = 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `ebs_snapshot_old`."""

    days: int = 90
    """Older snapshots are flagged."""


def _excludes(snapshot: Resource, spec: EbsSnapshot) -> str | None:
    return None if spec.managed_by is None else "a service keeps and deletes it"


def _held(snapshot: Resource, context: Context) -> bool:
    place = ("ebs_snapshot_old", snapshot.account, snapshot.region)
    if place not in context.memo:
        context.memo[place] = held_by_images(image for _, image in context.all(snapshot, Ami))
    return snapshot.id in context.memo[place]


def _size(spec: EbsSnapshot) -> str:
    if spec.full_size_bytes is None:
        return f"holds at most its volume's {spec.volume_size_gib:,} GiB"
    return f"holds at most {spec.full_size_bytes / _GIB:,.1f} GiB"


def _run(snapshot: Resource, spec: EbsSnapshot, facts: Facts, context: Context, params: Params) -> Verdict:
    age = context.age(snapshot)
    if age is None:
        return no_data("creation time unknown")
    if age <= timedelta(days=params.days):
        return CLEAR
    if _held(snapshot, context):
        return not_applicable("behind a machine image")
    saving, price_gap = priced(lambda: snapshot_terms(snapshot, spec, context.prices))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            Evidence(
                statement=f"taken {age.days} days ago, more than {params.days}",
                observed=age / timedelta(days=1),
                threshold=params.days,
            ),
            Evidence(statement=_size(spec)),
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
