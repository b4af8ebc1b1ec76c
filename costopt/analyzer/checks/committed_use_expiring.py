"""Commitments of Google Cloud whose term ends, or begins anew, soon.

Signal: an active commitment whose term ends within 60 days. One without automatic renewal ends: from then on its usage
is billed on demand, and reservations that are attached to it are deleted. One with automatic renewal binds for another
whole term, whether it is still needed or not. The wording grows more urgent at 30 and 15 days. A commitment of the same
type and at least the same size that begins within a day of the end makes it clear, unless this one renews as well. No
saving is stated: whether and what to buy again is for the commitment plan to say. No metric is read; flexible
commitments are in no inventory, so that their end is not known here.
"""

from dataclasses import dataclass
from datetime import timedelta

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.analyzer.google.commitments import in_region
from costopt.economics.gce.committed_amounts import YEARS, amounts
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
    not_applicable,
)
from costopt.model.resource import Resource
from costopt.model.specs.committed_use import CommittedUse
from costopt.model.utilization import Facts

_HAND_OVER = timedelta(days=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `committed_use_expiring`."""

    days: int = 60
    """Commitments that end within as many days are flagged."""
    soon_days: int = 30
    """Within as many days they are called soon."""
    urgent_days: int = 15
    """Within as many days they are called urgent."""


def _excludes(_: Resource, spec: CommittedUse) -> str | None:
    return None if spec.status == "ACTIVE" else "not active"


def _run(owned: Resource, spec: CommittedUse, facts: Facts, context: Context, params: Params) -> Verdict:
    left = spec.end - context.now
    if left <= timedelta(0):
        return not_applicable("not active")
    if left > timedelta(days=params.days):
        return CLEAR
    follower = _follower(owned, spec, context)
    if follower is not None and not spec.auto_renew:
        return CLEAR
    days = left / _DAY
    urgency = "urgent: " if days <= params.urgent_days else "soon: " if days <= params.soon_days else ""
    statement = f"{urgency}{_what(spec)} {_fate(spec)} on {spec.end:%Y-%m-%d}, in {left.days} days"
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(Evidence(statement=statement, observed=days, threshold=params.days), *_beside(spec, follower)),
        action=_RENEWS if spec.auto_renew else _ENDS,
        confidence=Confidence.HIGH,
        risk=Risk.SAFE,
    )


_ENDS = Action(
    kind=ActionKind.BUY,
    summary="Decide before the end: compare today's usage, and switch automatic renewal on, buy another or let it go",
)
_RENEWS = Action(
    kind=ActionKind.REVIEW,
    summary="Decide before the end: compare today's usage, and switch automatic renewal off where it is not needed",
)


def _what(spec: CommittedUse) -> str:
    """The commitment in words."""
    held = [one.words() for one in amounts(spec)]
    if spec.license is not None:
        held.append(f"the licence {spec.license.rpartition('/')[2]}")
    return f"commitment of {' and '.join(held) or spec.commitment_type}"


def _fate(spec: CommittedUse) -> str:
    if not spec.auto_renew:
        return "ends"
    years = YEARS.get(spec.plan)
    return f"renews by itself for another {12 * years} months" if years else "renews by itself for another term"


def _beside(spec: CommittedUse, follower: str | None) -> tuple[Evidence, ...]:
    """What happens at the end beside it."""
    told = []
    if spec.auto_renew and follower is not None:
        told.append(f"{follower} of the same type begins then, so that both are paid")
    if spec.reservation_ids and not spec.auto_renew:
        told.append(f"with it its reservations are deleted: {', '.join(spec.reservation_ids)}")
    return tuple(Evidence(statement=one) for one in told)


def _follower(owned: Resource, spec: CommittedUse, context: Context) -> str | None:
    """A commitment that takes over when this one ends, or None."""
    return next(
        (one.id for one, other in in_region(context, owned.region, CommittedUse) if _takes_over(other, spec)), None
    )


def _takes_over(other: CommittedUse, spec: CommittedUse) -> bool:
    same = (other.commitment_type, other.category, other.license) == (spec.commitment_type, spec.category, spec.license)
    if other.status != "NOT_YET_ACTIVE" or not same or abs(other.start - spec.end) > _HAND_OVER:
        return False
    given = {(one.families, one.kind): one.count for one in amounts(other)}
    return all(given.get((one.families, one.kind), 0) >= one.count for one in amounts(spec))


CHECK = Check(
    id="committed_use_expiring",
    title="Committed use ends or renews soon",
    category=Category.OPTIMISATION,
    lever="Commitments",
    applies_to=CommittedUse,
    params=Params,
    source="https://cloud.google.com/compute/docs/reference/rest/v1/regionCommitments (autoRenew);"
    " https://cloud.google.com/compute/docs/instances/reservations-with-commitments (attached reservations);"
    " days as of `commitment_expiring`",
    run=_run,
    excludes=_excludes,
    grace_days=0,
)
