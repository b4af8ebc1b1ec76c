"""Versioned buckets that keep every old version for ever.

Signal: versioning is on and no enabled lifecycle rule expires noncurrent versions. Every overwrite and delete then
leaves a full copy that is billed. How much of the bucket is old versions is not known, so no saving is stated. A rule
for a part of the bucket counts: its owner has thought of it. Where versioning or the rules could not be read the
check says `no data`. No metric is read.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
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
)
from costopt.model.resource import Resource
from costopt.model.specs.storage import S3Bucket
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `s3_versions_unexpired`."""

    expire_days: int = 30
    """Days after which an old version should expire; what is proposed."""


def _excludes(bucket: Resource, spec: S3Bucket) -> str | None:
    return "not versioned" if spec.versioning is False else None


def _run(bucket: Resource, spec: S3Bucket, facts: Facts, context: Context, params: Params) -> Verdict:
    if spec.versioning is None:
        return no_data("versioning not read")
    if spec.rules is None:
        return no_data("lifecycle rules not read")
    if any(rule.expire_noncurrent_days is not None for rule in spec.rules):
        return CLEAR
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(Evidence(statement="versioning is on and no lifecycle rule expires old versions"),),
        action=Action(
            kind=ActionKind.CONFIGURE,
            summary=f"Add a lifecycle rule that expires noncurrent versions after {params.expire_days} days",
            target=f"{params.expire_days} days",
        ),
        confidence=Confidence.MEDIUM,
        risk=Risk.DESTRUCTIVE,
    )


CHECK = Check(
    id="s3_versions_unexpired",
    title="Old versions of objects are kept for ever",
    category=Category.OPTIMISATION,
    lever="Storage tiers",
    applies_to=S3Bucket,
    params=Params,
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html;"
    " Flexera policy templates: AWS S3 Buckets Without Lifecycle Configuration",
    run=_run,
    excludes=_excludes,
)
