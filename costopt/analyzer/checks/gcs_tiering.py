"""Buckets of Cloud Storage that nobody reads and that lie in a warm class.

Signal: not one object was read in 90 days, and at least 10 GiB lie in Standard or Nearline.

Absence of points is zero here: Cloud Storage sends the metric only for requests; where it was not read at all the
answer is `no data`. Coldline is offered, whose least storage time is those same 90 days: a rule that moves an object
after 90 days costs no early deletion, since the days in the old class count. Buckets with Autoclass, with a rule that
moves objects, or with one that deletes them before they are old enough, are clear.

Only live objects and replaced versions move: no rule touches deleted objects that are still kept, nor the parts of
unfinished uploads. The saving is that of the storage, and is stated where nothing was written or deleted in those 90
days, so that all of it is old enough. Else the age of the objects is not known: a backup that is replaced every night
never moves. Moving takes one operation for each object, once, and how many objects there are is not known: many small
ones make it not worth while, so the confidence is medium.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured, usable
from costopt.economics.google_services_cost import class_change_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Confidence, Evidence, Outcome, Verdict, no_data
from costopt.model.resource import Resource
from costopt.model.specs.google_storage import BucketRule, GcsBucket
from costopt.model.utilization import Facts

_GIB = 1024**3
_WARM = ("STANDARD", "REGIONAL", "MULTI_REGIONAL", "DURABLE_REDUCED_AVAILABILITY", "NEARLINE")
_TARGET = "COLDLINE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `gcs_tiering`."""

    days: int = 90
    """Look-back in days."""
    max_reads: float = 0.0
    """Buckets of which more objects were read are clear."""
    min_gib: float = 10.0
    """Buckets that hold less in warm classes are clear."""
    min_saving_usd: Decimal = Decimal(5)
    """Least saving a month, where the price is known."""


def _run(bucket: Resource, spec: GcsBucket, facts: Facts, context: Context, params: Params) -> Verdict:
    reads = facts["bucket_reads"]
    if spec.autoclass or any(_decides(rule, params) for rule in spec.rules):
        return CLEAR
    if (reads.total or 0.0) > params.max_reads:
        return CLEAR
    if spec.bytes_by_class is None:
        return no_data("size not read")
    warm = _movable(spec.bytes_by_class, spec)
    if sum(warm.values()) / _GIB < params.min_gib:
        return CLEAR
    saving, price_gap = priced(lambda: class_change_terms(bucket, spec, _TARGET, context.prices, warm))
    if saving is not None and saving.monthly.amount < params.min_saving_usd:
        return CLEAR
    unsettled = _unsettled(spec, facts, params)
    if unsettled is not None:
        saving, price_gap = None, f"age of the objects: {unsettled}"
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            measured(
                reads,
                f"{reads.total or 0.0:,.0f} objects read in {params.days} days",
                observed=reads.total or 0.0,
                threshold=params.max_reads,
            ),
            Evidence(statement=_holds(spec, warm)),
        ),
        action=Action(
            kind=ActionKind.MIGRATE,
            summary="Add a lifecycle rule that moves objects to Coldline after 90 days, or switch on Autoclass",
            target=_TARGET,
        ),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.MEDIUM if unsettled is None else Confidence.LOW,
    )


def _decides(rule: BucketRule, params: Params) -> bool:
    """Whether a rule moves objects already, or deletes them before they could be moved."""
    if rule.action == "SetStorageClass":
        return True
    early = rule.age_days is not None and rule.age_days <= params.days
    return rule.action == "Delete" and early and not rule.noncurrent and not rule.partial


def _movable(live: Mapping[str, int], spec: GcsBucket) -> Mapping[str, int]:
    """Bytes by warm class that a rule could move; replaced versions only where no rule deletes them."""
    found = Counter(live)
    if not any(rule.action == "Delete" and rule.noncurrent for rule in spec.rules):
        found.update(spec.noncurrent_bytes_by_class or {})
    return {name: size for name, size in found.items() if name in _WARM and size}


def _unsettled(spec: GcsBucket, facts: Facts, params: Params) -> str | None:
    """Why some objects may never be as old as the rule asks for, or None."""
    changes = facts.get("bucket_changes")
    if changes is None or not usable(changes):
        return "writes and deletions not read"
    if changes.total:
        return f"{changes.total:,.0f} writes and deletions in {params.days} days"
    return "some were deleted or replaced of late" if spec.soft_deleted_bytes else None


def _holds(spec: GcsBucket, warm: Mapping[str, int]) -> str:
    """What lies there, and what of it does not move."""
    size = f"{sum(warm.values()) / _GIB:,.1f} GiB in {', '.join(sorted(warm)).lower()}"
    kept = (spec.soft_deleted_bytes or 0) / _GIB
    return f"{size}; {kept:,.1f} GiB of deleted objects are kept beside and do not move" if kept else size


CHECK = Check(
    id="gcs_tiering",
    title="Cold bucket in a warm storage class",
    category=Category.OPTIMISATION,
    lever="Storage tiers",
    applies_to=GcsBucket,
    params=Params,
    source="https://cloud.google.com/storage/docs/storage-classes (Coldline: data read less than once a quarter);"
    " https://cloud.google.com/storage/docs/lifecycle (days in the old class count)",
    run=_run,
    needs=(Need(metric="bucket_reads"), Need(metric="bucket_changes", required=False)),
    grace_days=90,
)
