"""Reservations and savings plans that end soon.

Signal: an active commitment whose term ends within 60 days. From that moment on its usage is billed on demand,
without any change that somebody would notice. The wording grows more urgent at 30 and 15 days. No saving is stated:
whether and what to buy again is for the commitment plan to say. A queued purchase of the same kind that takes over
within a day of the end makes it clear. No metric is read; the end of a term is always known.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Confidence, Evidence, Outcome, Risk, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.commitment import Commitment, CommitmentKind
from costopt.model.utilization import Facts

_HAND_OVER = timedelta(days=1)

_NAMES = {
    CommitmentKind.STANDARD_RI: "standard reservation",
    CommitmentKind.CONVERTIBLE_RI: "convertible reservation",
    CommitmentKind.EC2_INSTANCE_SP: "EC2 instance savings plan",
    CommitmentKind.COMPUTE_SP: "compute savings plan",
    CommitmentKind.SAGEMAKER_SP: "SageMaker savings plan",
    CommitmentKind.DATABASE_SP: "database savings plan",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `commitment_expiring`."""

    days: int = 60
    """Commitments that end within as many days are flagged."""
    soon_days: int = 30
    """Within as many days they are called soon."""
    urgent_days: int = 15
    """Within as many days they are called urgent."""


def _excludes(owned: Resource, spec: Commitment) -> str | None:
    return None if spec.state == "active" else "not active"


def _replaces(other: Commitment, spec: Commitment) -> bool:
    """Whether a queued purchase covers the same and starts when the commitment ends."""
    same = (other.commitment_kind, other.service, other.instance_type, other.instance_family, other.region) == (
        spec.commitment_kind, spec.service, spec.instance_type, spec.instance_family, spec.region,
    )  # fmt: skip
    return other.state == "queued" and same and abs(other.start - spec.end) <= _HAND_OVER


def _what(spec: Commitment) -> str:
    """The commitment in words."""
    name = _NAMES[spec.commitment_kind]
    if spec.hourly_commitment is not None:
        return f"{name} of {spec.hourly_commitment:f} USD an hour"
    return f"{name} of {spec.count} x {spec.instance_type}"


def _run(owned: Resource, spec: Commitment, facts: Facts, context: Context, params: Params) -> Verdict:
    left = spec.end - context.now
    if left > timedelta(days=params.days):
        return CLEAR
    if any(_replaces(cast("Commitment", other.spec), spec) for other in context.of_account(owned, Commitment)):
        return CLEAR
    days = left / timedelta(days=1)
    urgency = "urgent: " if days <= params.urgent_days else "soon: " if days <= params.soon_days else ""
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            Evidence(
                statement=f"{urgency}{_what(spec)} ends on {spec.end:%Y-%m-%d}, in {max(0, left.days)} days",
                observed=days,
                threshold=params.days,
            ),
        ),
        action=Action(
            kind=ActionKind.BUY,
            summary="Decide on a renewal before the end: compare today's usage first, and queue the purchase",
        ),
        confidence=Confidence.HIGH,
        risk=Risk.SAFE,
    )


CHECK = Check(
    id="commitment_expiring",
    title="Commitment ends soon",
    category=Category.OPTIMISATION,
    lever="Commitments",
    applies_to=Commitment,
    params=Params,
    source="https://docs.aws.amazon.com/awssupport/latest/user/cost-optimization-checks.html"
    " (Amazon EC2 Reserved Instance Lease Expiration: 30 days); Flexera: AWS Expiring Reserved Instances",
    run=_run,
    excludes=_excludes,
    grace_days=0,
)
