"""Large buckets whose objects never move to a cheaper class and never expire.

Signal: the bucket has no enabled lifecycle rule at all and holds at least 10 GiB. What a rule would save depends on
how old the objects are and how often they are read, which is not known, so no saving is stated; the evidence says
what the storage costs a month now. Rules that could not be read (`None`) are not the same as no rules, and a size
that could not be read is not zero: both give `no data`. CloudWatch sends the size once a day and only for buckets
that hold something. Buckets whose objects are all in Intelligent-Tiering or an archive class move by themselves and
are clear.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.economics.pricing_gaps import priced
from costopt.economics.storage_cost import bucket_terms
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Confidence, Evidence, Outcome, Verdict, no_data
from costopt.model.resource import Resource
from costopt.model.specs.storage import S3Bucket
from costopt.model.utilization import Facts

_GIB = 1024**3

_WARM_TYPES = ("StandardStorage", "StandardIAStorage", "OneZoneIAStorage", "ReducedRedundancyStorage")
"""Storage types from which a lifecycle rule can move objects to a cheaper one.
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `s3_no_lifecycle`."""

    min_gib: float = 10.0
    """Buckets that hold less in classes that a rule could empty are clear."""


def _run(bucket: Resource, spec: S3Bucket, facts: Facts, context: Context, params: Params) -> Verdict:
    if spec.rules is None:
        return no_data("lifecycle rules not read")
    if spec.rules:
        return CLEAR
    if spec.bytes_by_class is None:
        return no_data("size not read")
    warm_gib = sum(spec.bytes_by_class.get(storage_type, 0) for storage_type in _WARM_TYPES) / _GIB
    if warm_gib < params.min_gib:
        return CLEAR
    cost, _ = priced(lambda: bucket_terms(bucket, spec, context.prices))
    costs = "" if cost is None else f"; the bucket costs {cost.monthly.amount:,.2f} {cost.monthly.currency} a month"
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            Evidence(
                statement=f"no lifecycle rule; {warm_gib:,.1f} GiB in classes that a rule could move{costs}",
                observed=warm_gib,
                threshold=params.min_gib,
            ),
        ),
        action=Action(
            kind=ActionKind.CONFIGURE,
            summary="Add a lifecycle rule: expire what is not needed, move the rest to Intelligent-Tiering or archives",
        ),
        confidence=Confidence.MEDIUM,
    )


CHECK = Check(
    id="s3_no_lifecycle",
    title="Bucket has no lifecycle rule",
    category=Category.OPTIMISATION,
    lever="Storage tiers",
    applies_to=S3Bucket,
    params=Params,
    source="thrifty mods: S3 buckets without a lifecycle policy; CloudBurn: aws-s3-missing-lifecycle-configuration;"
    " https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html",
    run=_run,
)
