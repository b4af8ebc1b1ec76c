"""Snapshots of Compute Engine's disks that were made by hand and kept for long.

Signal: the snapshot is older than 90 days and no schedule made it.

Google tells the bytes that each snapshot is billed for. Snapshots are incremental: when one goes, the blocks that the
next one needs move there and stay billed. So the saving is known only where no younger snapshot of the same disk stays;
else the finding says which one holds the blocks. A snapshot of a schedule is deleted by the schedule's own rule and is
not concerned. No metric is read.
Source: https://cloud.google.com/compute/docs/disks/snapshots#incremental-snapshots.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.economics.gce.disk_cost import snapshot_terms
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
    Saving,
    Verdict,
    no_data,
)
from costopt.model.resource import Resource
from costopt.model.specs.persistent_disks import DiskSnapshot
from costopt.model.utilization import Facts

_GIB = 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `gce_snapshot_old`."""

    days: int = 90
    """Age in days above which a snapshot is flagged."""


def _excludes(_: Resource, spec: DiskSnapshot) -> str | None:
    if spec.status != "READY":
        return "not ready"
    return "made by a schedule" if spec.auto_created else None


def _run(snapshot: Resource, spec: DiskSnapshot, facts: Facts, context: Context, params: Params) -> Verdict:
    del facts
    age = context.age(snapshot)
    if age is None:
        return no_data("creation time unknown")
    if age <= timedelta(days=params.days):
        return CLEAR
    saving, price_gap = _freed(snapshot, spec, context, params)
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            Evidence(
                statement=f"{age.days} days old, more than {params.days}; {_size(spec)}",
                observed=age / timedelta(days=1),
                threshold=params.days,
            ),
        ),
        action=Action(kind=ActionKind.DELETE, summary="Delete the snapshot, unless a rule of retention asks for it"),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.MEDIUM,
        risk=Risk.DESTRUCTIVE,
    )


def _freed(
    snapshot: Resource, spec: DiskSnapshot, context: Context, params: Params
) -> tuple[Saving | None, str | None]:
    """What is saved by deleting it together with all older ones that are flagged, or why that is not known."""
    for other, its in _of_disk(snapshot, spec, context):
        its_age, age = context.age(other), context.age(snapshot)
        younger = its_age is None or age is None or its_age < age
        stays = its_age is None or its_age <= timedelta(days=params.days) or its.auto_created
        if younger and stays:
            return None, f"size of the blocks of {snapshot.id} that {other.id} needs"
    return priced(lambda: snapshot_terms(snapshot, spec, context.prices))


def _of_disk(snapshot: Resource, spec: DiskSnapshot, context: Context) -> list[tuple[Resource, DiskSnapshot]]:
    """The other snapshots of the same disk, by id; none where the disk is not told."""
    place = ("gce_snapshot_old", "of disk", snapshot.account)
    if place not in context.memo:
        by_disk: dict[str | None, list[tuple[Resource, DiskSnapshot]]] = defaultdict(list)
        for one in context.of_account(snapshot, DiskSnapshot):
            if isinstance(one.spec, DiskSnapshot):
                by_disk[one.spec.source_disk_id].append((one, one.spec))
        context.memo[place] = by_disk
    if spec.source_disk_id is None:
        return []
    found: list[tuple[Resource, DiskSnapshot]] = context.memo[place].get(spec.source_disk_id, [])
    return sorted((one for one in found if one[0].id != snapshot.id), key=lambda one: one[0].id)


def _size(spec: DiskSnapshot) -> str:
    if spec.storage_bytes is None:
        return f"holds at most its disk's {spec.disk_size_gib:,} GiB"
    return f"billed for {spec.storage_bytes / _GIB:,.1f} GiB"


CHECK = Check(
    id="gce_snapshot_old",
    title="Disk snapshot is old",
    category=Category.WASTE,
    lever="Unused storage",
    applies_to=DiskSnapshot,
    params=Params,
    source="CloudBurn and thrifty mods: snapshots older than 90 days;"
    " https://cloud.google.com/compute/docs/disks/snapshot-best-practices",
    run=_run,
    excludes=_excludes,
)
