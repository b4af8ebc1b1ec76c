"""Health of commitments: what of them was not used, what they do not cover, and which end."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from costopt.budgets.health import CommitmentTerm, CommitmentUse, CoverageUse, HealthLimits, judge_health
from costopt.budgets.periods import midnight
from costopt.config.budget_settings import BudgetSettings
from costopt.model.budget_status import HealthIssue
from costopt.model.resource import Resource
from costopt.model.specs.commitment import Commitment
from costopt.model.specs.committed_use import CommittedUse
from costopt.model.specs.google_storage import CapacityCommitment
from costopt.pipeline.budgets.bill import BudgetBill

JUDGED_DAYS = 30
"""Complete days whose use is judged: about a month, so that weekends weigh as they do."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What was found, and what was looked at."""

    issues: tuple[HealthIssue, ...]
    """Most urgent and dearest first."""
    judged: frozenset[str]
    """Subjects of conditions that could be judged."""


def commitment_health(
    bill: BudgetBill | None, owned: Sequence[Resource], limits: BudgetSettings, now: datetime
) -> Health:
    """What is wrong with commitments.

    Args:
        bill: what was used and covered; None where there is no bill.
        owned: resources of a snapshot, whose commitments tell when they end.
        limits: of the user.
        now: aware time.
    """
    uses = list(_uses(bill)) if bill else []
    coverage = list(_coverage(bill)) if bill else []
    ends = list(terms(owned))
    well = HealthLimits(utilisation=limits.utilisation, coverage=limits.coverage, expiry_days=limits.expiry_days)
    judged = {one.id for one in uses} | {one.scope for one in coverage} | {f"end of {one.id}" for one in ends}
    return Health(issues=judge_health(uses, coverage, ends, now, limits=well), judged=frozenset(judged))


def _window(bill: BudgetBill) -> tuple[datetime, datetime, int]:
    end = midnight(bill.complete_until, ZoneInfo("UTC"))
    start = max(end - JUDGED_DAYS * DAY, midnight(bill.first_day, ZoneInfo("UTC")))
    return start, end, max(1, (end - start) // DAY)


def _uses(bill: BudgetBill) -> Iterator[CommitmentUse]:
    start, end, days = _window(bill)
    table, _ = bill.ask("unused_commitments", start=start, end=end)
    for row in table.to_pylist():
        yield CommitmentUse(
            id=row["CommitmentDiscountId"],
            used_cost=row["used_cost"],
            unused_cost=row["unused_cost"],
            days=days,
            currency=row["BillingCurrency"],
        )


def _coverage(bill: BudgetBill) -> Iterator[CoverageUse]:
    start, end, days = _window(bill)
    table, (name,) = bill.ask("commitment_coverage", by=["ServiceName"], start=start, end=end)
    for row in table.to_pylist():
        if row["eligible_cost"] is not None:
            yield CoverageUse(
                scope=row[name] or "(no service)",
                eligible_cost=row["eligible_cost"],
                covered_cost=row["covered_cost"],
                days=days,
                currency=row["BillingCurrency"],
            )


def terms(resources: Iterable[Resource]) -> Iterator[CommitmentTerm]:
    """Ends of the active commitments of a snapshot.

    One that a queued purchase follows within a day is renewed, and so is one of Google with automatic renewal.
    """
    owned = list(_owned(resources))
    queued: dict[tuple[str | None, ...], list[datetime]] = defaultdict(list)
    for one in owned:
        if one.queued:
            queued[one.sort].append(one.start)
    for one in owned:
        if one.active:
            follows = any(abs(start - one.end) <= DAY for start in queued[one.sort])
            yield CommitmentTerm(id=one.id, end=one.end, renewed=one.renews or follows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Owned:
    """What the end of a commitment of either cloud hangs on."""

    id: str
    start: datetime
    end: datetime
    active: bool
    queued: bool
    sort: tuple[str | None, ...]
    renews: bool = False


def _owned(resources: Iterable[Resource]) -> Iterator[_Owned]:
    for resource in resources:
        match resource.spec:
            case Commitment() as spec:
                yield _Owned(
                    id=resource.id,
                    start=spec.start,
                    end=spec.end,
                    active=spec.state == "active",
                    queued=spec.state == "queued",
                    sort=(spec.commitment_kind, spec.service, spec.region, spec.instance_type, spec.instance_family),
                )
            case CommittedUse() as spec:
                yield _Owned(
                    id=resource.id,
                    start=spec.start,
                    end=spec.end,
                    active=spec.status == "ACTIVE",
                    queued=spec.status == "NOT_YET_ACTIVE",
                    sort=(resource.region, spec.commitment_type, spec.category, spec.license),
                    renews=spec.auto_renew,
                )
            case CapacityCommitment(start=datetime() as start, end=datetime() as end) as spec:
                yield _Owned(
                    id=resource.id,
                    start=start,
                    end=end,
                    active=spec.state == "ACTIVE",
                    queued=False,
                    sort=(resource.account, resource.region, spec.edition),
                    # Without a plan to follow it is paid on until somebody deletes it: nothing ends.
                    renews=spec.renewal_plan != "NONE",
                )
