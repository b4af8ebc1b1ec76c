"""Commitments that are not used, usage that they do not cover, and terms that end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from costopt.model.budget_status import HealthIssue, HealthIssueKind

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentUse:
    """One commitment over the days that are judged, as the question `commitment_utilisation` answers."""

    id: str
    """Id of the commitment. Hostile until escaped."""
    used_cost: Decimal
    """Effective cost of its used part."""
    unused_cost: Decimal
    """Effective cost of what nobody used."""
    days: int
    """Days that both are about, at least 1."""
    currency: str
    """ISO 4217 code of both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageUse:
    """What commitments cover in a scope, as the question `commitment_coverage` answers; at list prices."""

    scope: str
    """Service, or another dimension's value. Hostile until escaped."""
    eligible_cost: Decimal
    """Usage that commitments could pay for."""
    covered_cost: Decimal
    """Of it, what they pay for."""
    days: int
    """Days that both are about, at least 1."""
    currency: str
    """ISO 4217 code of both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentTerm:
    """When a commitment ends."""

    id: str
    """Its id. Hostile until escaped."""
    end: datetime
    """First moment after its term, UTC."""
    renewed: bool = False
    """Whether a queued purchase takes over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthLimits:
    """What is still well."""

    utilisation: float = 0.9
    """Least share of a commitment that is used, 0..1. Ours: a saving of 10 % is gone below it."""
    coverage: float | None = None
    """Least share of eligible usage that is covered, 0..1; None where the user has set no target."""
    expiry_days: tuple[int, ...] = (60, 30, 15)
    """Days before the end at which it is said, and said again."""
    floor: Decimal = Decimal(1)
    """Money a day below which idle or uncovered cost is not worth a message."""


def judge_health(
    uses: Iterable[CommitmentUse],
    coverage: Iterable[CoverageUse],
    terms: Iterable[CommitmentTerm],
    now: datetime,
    *,
    limits: HealthLimits,
) -> tuple[HealthIssue, ...]:
    """What is wrong with commitments, most urgent and dearest first.

    Args:
        uses: each commitment once.
        coverage: each scope once.
        terms: each commitment once.
        now: aware time.
        limits: what is still well.
    """
    found = [_utilisation(one, limits) for one in uses]
    found += [_coverage(one, limits) for one in coverage]
    found += [_expiry(one, now, limits) for one in terms]
    issues = (one for one in found if one is not None)
    return tuple(sorted(issues, key=lambda one: (-one.urgency, -one.daily_cost, one.kind, one.subject)))


def _utilisation(use: CommitmentUse, limits: HealthLimits) -> HealthIssue | None:
    cost = use.used_cost + use.unused_cost
    daily = use.unused_cost / use.days
    if cost <= 0 or daily < limits.floor or use.used_cost / cost >= Decimal(repr(limits.utilisation)):
        return None
    share = float(use.used_cost / cost)
    return HealthIssue(
        kind=HealthIssueKind.UTILISATION,
        subject=use.id,
        observed=share,
        threshold=limits.utilisation,
        urgency=1,
        daily_cost=daily,
        statement=f"{use.id} is used to {share:.0%} (limit {limits.utilisation:.0%}): {_daily(daily, use)} for nothing",
    )


def _coverage(use: CoverageUse, limits: HealthLimits) -> HealthIssue | None:
    daily = (use.eligible_cost - use.covered_cost) / use.days
    if limits.coverage is None or use.eligible_cost <= 0 or daily < limits.floor:
        return None
    share = float(use.covered_cost / use.eligible_cost)
    if share >= limits.coverage:
        return None
    return HealthIssue(
        kind=HealthIssueKind.COVERAGE,
        subject=use.scope,
        observed=share,
        threshold=limits.coverage,
        urgency=1,
        daily_cost=daily,
        statement=f"{use.scope} is covered to {share:.0%} (target {limits.coverage:.0%}): "
        f"{_daily(daily, use)} on demand",
    )


def _daily(cost: Decimal, use: CommitmentUse | CoverageUse) -> str:
    return f"{cost:,.2f} {use.currency} a day"


def _expiry(term: CommitmentTerm, now: datetime, limits: HealthLimits) -> HealthIssue | None:
    """One that has ended is no longer owned, and nothing can be done about it."""
    left = (term.end - now) / DAY
    passed = [days for days in limits.expiry_days if left <= days]
    if term.renewed or left <= 0 or not passed:
        return None
    return HealthIssue(
        kind=HealthIssueKind.EXPIRY,
        subject=term.id,
        observed=left,
        threshold=min(passed),
        urgency=len(passed),
        daily_cost=Decimal(0),
        statement=f"{term.id} ends on {term.end:%Y-%m-%d}, in {int(left)} days: its usage is on demand from then on",
    )
