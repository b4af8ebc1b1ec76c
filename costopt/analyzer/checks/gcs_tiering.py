"""Buckets of Cloud Storage that nobody reads and that lie in a warm class.

Signal: not one object was read in 90 days, and at least 10 GiB lie in Standard or Nearline.

Absence of points is zero here: Cloud Storage sends the metric only for requests; where it was not read at all the
answer is `no data`. Coldline is offered, whose least storage time is those same 90 days. Buckets with Autoclass, with
a rule that moves objects, or with one that deletes them before they are old enough, are clear. The saving is that of
the storage; moving takes one operation for each object, once, and how many objects there are is not known: many small
ones make it not worth while, so the confidence is medium.
"""

from dataclasses import dataclass
from decimal import Decimal

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured
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
    warm = {name: size for name, size in spec.bytes_by_class.items() if name in _WARM and size}
    warm_gib = sum(warm.values()) / _GIB
    if warm_gib < params.min_gib:
        return CLEAR
    saving, price_gap = priced(lambda: class_change_terms(bucket, spec, _TARGET, context.prices, warm))
    if saving is not None and saving.monthly.amount < params.min_saving_usd:
        return CLEAR
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            measured(
                reads,
                f"{reads.total or 0.0:,.0f} objects read in {params.days} days",
                observed=reads.total or 0.0,
                threshold=params.max_reads,
            ),
            Evidence(statement=f"{warm_gib:,.1f} GiB in {', '.join(sorted(warm)).lower()}"),
        ),
        action=Action(
            kind=ActionKind.MIGRATE,
            summary="Add a lifecycle rule that moves objects to Coldline after 90 days, or switch on Autoclass",
            target=_TARGET,
        ),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.MEDIUM,
    )


def _decides(rule: BucketRule, params: Params) -> bool:
    """Whether a rule moves objects already, or deletes them before they could be moved."""
    if rule.action == "SetStorageClass":
        return True
    early = rule.age_days is not None and rule.age_days <= params.days
    return rule.action == "Delete" and early and not rule.noncurrent and not rule.partial


CHECK = Check(
    id="gcs_tiering",
    title="Cold bucket in a warm storage class",
    category=Category.OPTIMISATION,
    lever="Storage tiers",
    applies_to=GcsBucket,
    params=Params,
    source="https://cloud.google.com/storage/docs/storage-classes (Coldline: data read less than once a quarter)",
    run=_run,
    needs=(Need(metric="bucket_reads"),),
    grace_days=90,
)
