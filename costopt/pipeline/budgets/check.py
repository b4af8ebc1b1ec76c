"""The check of all budgets: spent, expected, out of the ordinary, and what somebody wants to know of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from costopt.billing.dimensions import parse_dimension
from costopt.budgets.anomaly import Sensitivity
from costopt.budgets.conditions import (
    anomaly_conditions,
    budget_conditions,
    data_condition,
    health_conditions,
    unjudged_condition,
)
from costopt.budgets.forecasters import forecaster
from costopt.budgets.scopes import overlap_notes
from costopt.config.budget_settings import budgets_of
from costopt.config.settings import Settings
from costopt.errors import ConfigError, UsageError
from costopt.model.alert import Condition, Rule
from costopt.model.budget_check import BUDGET_SCHEMA_VERSION, BudgetCheck
from costopt.model.budget_status import BudgetState, BudgetStatus
from costopt.pipeline.budgets.anomalies import Oddities, find_oddities
from costopt.pipeline.budgets.bill import BudgetBill, opened_bill
from costopt.pipeline.budgets.commitments import Health, commitment_health
from costopt.pipeline.budgets.findings import PlacedFinding, findings_of, read_findings
from costopt.pipeline.budgets.statuses import Judge
from costopt.pipeline.engines import columns_of
from costopt.pipeline.version import tool_version
from costopt.store.open import open_snapshot

_MOST_OVERLAPS = 5
"""Pairs of budgets that are named; of many budgets most lie within some other."""
THE_BILL = "the bill"
"""Subject of the condition that there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRequest:
    """What to check, and what else to look at."""

    now: datetime
    """The moment, aware."""
    store: Path | None = None
    """Store of bills; the settings' otherwise."""
    files: tuple[Path, ...] = ()
    """FOCUS files or folders to read instead of a store."""
    report: Path | None = None
    """What `costopt audit -f json` wrote: open findings."""
    snapshot: Path | None = None
    """A snapshot: ends of commitments, and open findings where no report is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRun:
    """A check, and what telling people of it needs beside."""

    check: BudgetCheck
    """What was found."""
    judged: frozenset[str]
    """Subjects that this run could judge: what it did not find of them is over."""


def check_budgets(settings: Settings, request: CheckRequest) -> CheckRun:
    """Hold every budget against the bill, look for anomalies, and judge commitments. Nothing is written or sent.

    A budget that cannot be judged, such as one in another currency than its charges, is UNKNOWN with the reason; the
    others are judged all the same.

    Args:
        settings: the user's settings.
        request: what to look at.

    Raises:
        ConfigError: a budget names a column that the bill does not have, or `now` has no zone.
        StoreError: a store that is damaged, or was named and is not there.
        EngineError: the engine failed.
        BillError, SnapshotError, UsageError: files, snapshot or report are not what they should be.
    """
    budgets = budgets_of(settings.budgets)
    forecast = forecaster(settings.budget.forecast)
    owned = open_snapshot(request.snapshot).resources if request.snapshot else ()
    with opened_bill(settings, request.now, store=request.store, files=request.files) as bill:
        _require_columns(bill, settings.budget.group_by)
        findings = _findings(settings, request)
        judge = Judge(
            bill=bill, group_by=settings.budget.group_by, forecast=forecast, findings=findings, now=request.now
        )
        judged = [judge.judge(one) for one in budgets]
        found = _Found(
            bill=bill,
            statuses=tuple(current for current, _ in judged),
            closed=tuple(one for _, closed in judged for one in closed),
            oddities=_oddities(bill, settings),
            health=commitment_health(bill, owned, settings.budget, request.now),
            currencies=frozenset(one.counted.currency for one in findings),
        )
        return _run(settings, found, request.now.astimezone(UTC))


def _require_columns(bill: BudgetBill | None, group_by: Sequence[str]) -> None:
    if bill is None:
        return
    known = columns_of(bill.engine.catalog)
    for name in group_by:
        try:
            parse_dimension(name, known)
        except UsageError as error:
            raise ConfigError(f"budget.group_by: {error}", hint=error.hint) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    bill: BudgetBill | None
    statuses: tuple[BudgetStatus, ...]
    closed: tuple[BudgetStatus, ...]
    oddities: Oddities | None
    health: Health
    currencies: frozenset[str]
    """Of open findings."""


def _findings(settings: Settings, request: CheckRequest) -> tuple[PlacedFinding, ...]:
    if request.report is not None:
        return read_findings(request.report)
    if request.snapshot is None:
        return ()
    from costopt.pipeline.audit import audit
    from costopt.pipeline.paid.store import chosen_store
    from costopt.pipeline.present import render

    store = chosen_store(settings, request.store, no_bill=False)
    report = audit(request.snapshot, settings, now=request.now, store=store)
    return findings_of(render(report, "json"), str(request.snapshot))


def _oddities(bill: BudgetBill | None, settings: Settings) -> Oddities | None:
    """None where there is no bill, or one in several currencies that are not converted."""
    if bill is None or bill.currency is None:
        return None
    wanted = settings.budget
    sensitivity = Sensitivity(threshold=wanted.anomaly_threshold, floor=wanted.anomaly_floor)
    return find_oddities(bill, wanted.group_by, sensitivity)


def _run(settings: Settings, found: _Found, now: datetime) -> CheckRun:
    bill, health = found.bill, found.health.issues
    anomalies = found.oddities.anomalies if found.oddities else ()
    late = list(_data_conditions(bill, settings.budget.stale_after_days, now))
    conditions = [one for status in found.statuses for one in budget_conditions(status)]
    conditions += [one for status in found.closed for one in budget_conditions(status) if one.rule is Rule.ACTUAL]
    conditions += [*anomaly_conditions(anomalies, now), *health_conditions(health), *late]
    conditions += [unjudged_condition(one) for one in found.statuses if bill and one.state is BudgetState.UNKNOWN]
    check = BudgetCheck(
        schema_version=BUDGET_SCHEMA_VERSION,
        now=now,
        tool_version=tool_version(),
        sources=bill.sources if bill else (),
        currency=bill.currency if bill else None,
        budgets=found.statuses,
        closed=found.closed,
        anomalies=anomalies,
        commitments=health,
        conditions=tuple(conditions),
        gaps=tuple(_gaps(found, late)),
        notes=tuple(_notes(found)),
    )
    return CheckRun(check=check, judged=_judged(found, late))


def _data_conditions(bill: BudgetBill | None, stale_after_days: int, now: datetime) -> Iterator[Condition]:
    ends: Mapping[str, date | None] = {one.name: one.complete_until for one in bill.live} if bill else {THE_BILL: None}
    for name, until in ends.items():
        condition = data_condition(name, until, now, stale_after_days=stale_after_days)
        if condition is not None:
            yield condition


def _gaps(found: _Found, late: Sequence[Condition]) -> Iterator[str]:
    yield from (one.summary for one in late)
    bill = found.bill
    if bill is None:
        return
    yield from (
        f"{one.budget.name}: {' '.join(one.notes)}" for one in found.statuses if one.state is BudgetState.UNKNOWN
    )
    for one in (*found.statuses, *found.closed):
        if one.freshness.missing_days:
            yield (
                f"{one.budget.name} {one.label}: the bill begins on {bill.first_day}, "
                f"after {one.freshness.missing_days} of this period's days."
            )
    if bill.currency is None:
        yield (
            f"Anomalies were not looked for: the bill is in {' and '.join(bill.currencies)}. "
            "Set [billing] currency with dated rates."
        )


def _notes(found: _Found) -> Iterator[str]:
    if not found.statuses:
        yield "There are no budgets: write [[budgets]] in costopt.toml, as docs/budgets.md shows."
    overlaps = overlap_notes([one.budget for one in found.statuses])
    yield from overlaps[:_MOST_OVERLAPS]
    if len(overlaps) > _MOST_OVERLAPS:
        yield f"{len(overlaps) - _MOST_OVERLAPS:,} more pairs of budgets overlap: their amounts do not add up."
    others = sorted({one.budget.currency for one in found.statuses} - found.currencies) if found.currencies else []
    if others:
        known = " and ".join(sorted(found.currencies))
        yield f"Budgets in {' and '.join(others)} show no open findings: these are in {known}."
    if found.bill is not None:
        yield from _bill_notes(found.bill, found.statuses)


def _bill_notes(bill: BudgetBill, statuses: Sequence[BudgetStatus]) -> Iterator[str]:
    for one in bill.sources:
        if one.ended:
            yield f"{one.name} ends before {one.complete_until}: another source has taken its place, as it seems."
    daily = [one.budget for one in statuses if one.budget.time_zone != "UTC" and not bill.hourly]
    if daily:
        yield (
            f"The bill tells usage by UTC day: days of {', '.join(sorted({one.time_zone for one in daily}))} "
            "are taken as days of UTC."
        )


def _judged(found: _Found, late: Sequence[Condition]) -> frozenset[str]:
    """Of a bill that lags, only what still holds is known: nothing is over merely because it was not seen."""
    known = {one.budget.name for one in found.statuses if one.state is not BudgetState.UNKNOWN}
    if found.bill is not None:
        known |= {one.name for one in found.bill.sources} | {THE_BILL}
    if late or found.bill is None:
        return frozenset(known)
    odd = found.oddities.judged if found.oddities else frozenset()
    return frozenset(known | odd | found.health.judged)
