"""Large buckets of Cloud Storage whose objects never move to a colder class and never expire.

Signal: no lifecycle rule deletes objects or moves them, Autoclass is off, and at least 10 GiB lie in classes that a
rule could move from.

Rules for cancelled uploads or replaced versions alone leave live objects for ever, and count as none. Replaced
versions count where no rule deletes or moves them. Deleted objects that are still kept do not: no rule touches them,
they go when the bucket's time of soft deletion is over. What a rule would save depends on how old the objects are and
how often they are read, so no saving is stated. A size that could not be read is not zero: it gives `no data`. Google
sends the size once a day.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Confidence, Evidence, Outcome, Verdict, no_data
from costopt.model.resource import Resource
from costopt.model.specs.google_storage import GcsBucket
from costopt.model.utilization import Facts

_GIB = 1024**3
_COLDEST = "ARCHIVE"
_MOVING = ("Delete", "SetStorageClass")


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `gcs_no_lifecycle`."""

    min_gib: float = 10.0
    """Buckets that hold less in classes that a rule could empty are clear."""


def _run(bucket: Resource, spec: GcsBucket, facts: Facts, context: Context, params: Params) -> Verdict:
    del bucket, facts, context
    if spec.autoclass or any(rule.action in _MOVING and not rule.noncurrent for rule in spec.rules):
        return CLEAR
    if spec.bytes_by_class is None:
        return no_data("size not read")
    held = [spec.bytes_by_class]
    if not any(rule.action in _MOVING for rule in spec.rules):
        held.append(spec.noncurrent_bytes_by_class or {})
    warm_gib = sum(size for sizes in held for name, size in sizes.items() if name != _COLDEST) / _GIB
    if warm_gib < params.min_gib:
        return CLEAR
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            Evidence(
                statement=f"no lifecycle rule moves or deletes live objects; {warm_gib:,.1f} GiB could be moved",
                observed=warm_gib,
                threshold=params.min_gib,
            ),
        ),
        action=Action(
            kind=ActionKind.CONFIGURE,
            summary="Add a lifecycle rule that deletes what is not needed and moves the rest, or switch on Autoclass",
        ),
        confidence=Confidence.MEDIUM,
    )


CHECK = Check(
    id="gcs_no_lifecycle",
    title="Cloud Storage bucket has no lifecycle rule",
    category=Category.OPTIMISATION,
    lever="Storage tiers",
    applies_to=GcsBucket,
    params=Params,
    source="https://cloud.google.com/storage/docs/lifecycle; as `s3_no_lifecycle`",
    run=_run,
)
