"""Manual database snapshots whose database is gone.

Signal: a manual snapshot older than 90 days whose instance or cluster is no longer in its account and region. Absence
is the signal, so the check says `no data` where the instances or clusters of the region could not be read. What the
snapshot holds is unknown; the storage that was allocated is the most that it can hold, so the saving is an upper
bound and the confidence low; of several snapshots of one database, which share their blocks, the largest is counted
once. While a younger one stays, what an old one frees is unknown and the finding has no figure. Snapshots of
DocumentDB and Neptune, which the same API lists, are not concerned: their sources are not collected. Many final
snapshots are kept on purpose: look before deleting.
"""

from dataclasses import dataclass
from datetime import timedelta

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.economics.pricing_gaps import priced
from costopt.economics.rds_cost import snapshot_terms
from costopt.errors import PriceNotFound
from costopt.model.finding import (
    CLEAR,
    Action,
    ActionKind,
    Category,
    Confidence,
    Evidence,
    Outcome,
    Risk,
    Term,
    Verdict,
    no_data,
)
from costopt.model.resource import Resource
from costopt.model.specs.databases import RdsCluster, RdsInstance, RdsSnapshot
from costopt.model.utilization import Facts

_OTHER_SERVICES = ("docdb", "neptune")


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `rds_snapshot_orphan`."""

    days: int = 90
    """Older snapshots are flagged."""


def _excludes(snapshot: Resource, spec: RdsSnapshot) -> str | None:
    if spec.engine.startswith(_OTHER_SERVICES):
        return "engine of another service"
    return None if spec.status == "available" else "not available"


def _source_exists(snapshot: Resource, spec: RdsSnapshot, context: Context) -> bool:
    if spec.source_kind == RdsCluster.KIND:
        return context.find(snapshot, RdsCluster, spec.source_id) is not None
    return context.find(snapshot, RdsInstance, spec.source_id) is not None


def _terms(snapshot: Resource, spec: RdsSnapshot, context: Context, params: Params) -> tuple[Term, ...]:
    for other, its in context.all(snapshot, RdsSnapshot):
        age = context.age(other)
        young = age is None or age <= timedelta(days=params.days)
        if young and (its.source_kind, its.source_id) == (spec.source_kind, spec.source_id):
            raise PriceNotFound(f"size of the blocks of {snapshot.id} that younger snapshot {other.id} does not need")
    return snapshot_terms(snapshot, spec, context.prices)


def _run(snapshot: Resource, spec: RdsSnapshot, facts: Facts, context: Context, params: Params) -> Verdict:
    age = context.age(snapshot)
    if age is None:
        return no_data("creation time unknown")
    if age <= timedelta(days=params.days) or _source_exists(snapshot, spec, context):
        return CLEAR
    saving, price_gap = priced(lambda: _terms(snapshot, spec, context, params))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            Evidence(
                statement=f"taken {age.days} days ago of {spec.source_id}, which is gone",
                observed=age / timedelta(days=1),
                threshold=params.days,
            ),
            Evidence(statement=f"holds at most the {spec.storage_gib:,} GiB that were allocated"),
        ),
        action=Action(kind=ActionKind.DELETE, summary="Delete the snapshot if nobody needs to restore the database"),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.LOW,
        risk=Risk.DESTRUCTIVE,
    )


CHECK = Check(
    id="rds_snapshot_orphan",
    title="Manual snapshot of a database that is gone",
    category=Category.WASTE,
    lever="Unused storage",
    applies_to=RdsSnapshot,
    params=Params,
    source="CleanCloud aws.rds.snapshot.old;"
    " https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html",
    run=_run,
    excludes=_excludes,
    relies_on=(RdsInstance, RdsCluster),
)
