"""Buckets that keep the parts of unfinished uploads for ever.

Signal: no enabled lifecycle rule aborts incomplete multipart uploads. Their parts are billed as storage and no
listing of objects shows them. How much there is of them is not known without listing every bucket, so no saving is
stated. A rule for a part of the bucket counts: its owner has thought of it. Rules that could not be read are not the
same as no rules and give `no data`. No metric is read.
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
    """Thresholds of `s3_incomplete_uploads`."""

    abort_days: int = 7
    """Days after which an unfinished upload should be aborted; what is proposed."""


def _run(bucket: Resource, spec: S3Bucket, facts: Facts, context: Context, params: Params) -> Verdict:
    if spec.rules is None:
        return no_data("lifecycle rules not read")
    if any(rule.abort_multipart_days is not None for rule in spec.rules):
        return CLEAR
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(Evidence(statement="no lifecycle rule aborts incomplete multipart uploads"),),
        action=Action(
            kind=ActionKind.CONFIGURE,
            summary=f"Add a lifecycle rule that aborts incomplete multipart uploads after {params.abort_days} days",
            target=f"{params.abort_days} days",
        ),
        confidence=Confidence.MEDIUM,
        risk=Risk.SAFE,
    )


CHECK = Check(
    id="s3_incomplete_uploads",
    title="Unfinished uploads are kept for ever",
    category=Category.OPTIMISATION,
    lever="Storage tiers",
    applies_to=S3Bucket,
    params=Params,
    source="https://docs.aws.amazon.com/awssupport/latest/user/cost-optimization-checks.html"
    " (Amazon S3 Incomplete Multipart Upload Abort Configuration);"
    " https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html",
    run=_run,
)
