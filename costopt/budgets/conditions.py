"""What of a check somebody wants to know: each condition with a fingerprint that no run changes."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from costopt.model.alert import Condition, Rule
from costopt.model.budget import BudgetPeriod, Measure, Threshold
from costopt.model.budget_status import Anomaly, BudgetStatus, HealthIssue, HealthIssueKind

LEAST = Decimal("0.01")
"""Measures are above 0, so that a worse one can be told by its ratio."""
RECENT = timedelta(days=7)
"""How long after its last step an anomaly is still told: a check that runs once a week misses none."""
STALE_AFTER_DAYS = 2
"""Days that a bill may lag: AWS and Google restate at least daily, and the last day is not whole before the next."""


def budget_conditions(status: BudgetStatus) -> Iterator[Condition]:
    """Thresholds that are crossed: one condition a measure, whose rank is how many of its thresholds are."""
    for measure in Measure:
        crossed = sorted((one for one in status.crossed if one.measure is measure), key=lambda one: one.fraction)
        reached = status.fraction_of(measure)
        if crossed and reached is not None:
            yield _crossing(status, measure, crossed, reached)


def _crossing(status: BudgetStatus, measure: Measure, crossed: Sequence[Threshold], reached: Decimal) -> Condition:
    budget = status.budget
    # A rolling period begins anew every day; what is crossed in it is the same crossing still.
    period = "rolling" if budget.period is BudgetPeriod.ROLLING else status.start.isoformat()
    of = "of the usual by now" if measure is Measure.PACE else f"of {status.amount:,.2f} {budget.currency}"
    return Condition(
        fingerprint=fingerprint("budget", budget.name, measure, period),
        rule=Rule(measure.value),
        subject=budget.name,
        rank=len(crossed),
        measure=reached,
        grows=measure is not Measure.ACTUAL,
        summary=f"{budget.name} {status.label}: {measure} {reached:.0%} {of}, above {crossed[-1].fraction:.0%}",
        channels=budget.channels,
    )


def anomaly_conditions(anomalies: Sequence[Anomaly], now: datetime) -> Iterator[Condition]:
    """Anomalies that go on or ended lately."""
    for one in anomalies:
        if one.end < now - RECENT:
            continue
        what = one.value or one.dimension or "the whole bill"
        cause = one.causes[0].value or f"no {one.causes[0].dimension}" if one.causes else ""
        because = f", {one.causes[0].share:.0%} of it {cause}" if one.causes else ""
        yield Condition(
            # The first day and not the first hour: an hour that is restated is no other anomaly.
            fingerprint=fingerprint("anomaly", one.dimension, one.value or "", one.kind, one.start.date().isoformat()),
            rule=Rule.ANOMALY,
            subject=what,
            rank=1,
            measure=max(one.severity, LEAST),
            grows=True,
            summary=f"{what}: {one.actual:,.2f} a day, not {one.expected:,.2f}, since {one.start:%Y-%m-%d}{because}",
        )


def health_conditions(issues: Sequence[HealthIssue]) -> Iterator[Condition]:
    """Everything that is wrong with commitments."""
    for one in issues:
        yield Condition(
            fingerprint=fingerprint("commitment", one.kind, one.subject),
            rule=Rule.COMMITMENT,
            # Without a snapshot nothing is known of ends, and much of the use: the one may be over and not the other.
            subject=f"end of {one.subject}" if one.kind is HealthIssueKind.EXPIRY else one.subject,
            rank=one.urgency,
            measure=max(one.daily_cost, LEAST),
            grows=one.kind is not HealthIssueKind.EXPIRY,
            summary=one.statement,
        )


def unjudged_condition(status: BudgetStatus) -> Condition:
    """A budget that watches nothing: its scope matches no charge, or its currency is not the bill's."""
    budget = status.budget
    return Condition(
        fingerprint=fingerprint("unjudged", budget.name),
        rule=Rule.DATA,
        subject=budget.name,
        rank=1,
        measure=Decimal(1),
        grows=False,
        summary=f"{budget.name} is not watched: {' '.join(status.notes[:1])}",
        channels=budget.channels,
    )


def data_condition(
    source: str, complete_until: date | None, now: datetime, *, stale_after_days: int = STALE_AFTER_DAYS
) -> Condition | None:
    """A bill that is missing or lags; None where it is as fresh as bills are.

    Args:
        source: name of the bill's source, or of the store where it is empty.
        complete_until: the day before which all days are complete, UTC; None where there is no bill.
        now: aware time.
        stale_after_days: whole days that may be missing.
    """
    missing = None if complete_until is None else (now.astimezone(UTC).date() - complete_until).days
    if missing is not None and missing <= stale_after_days:
        return None
    lag = f"the bill ends before {complete_until}, {missing} days ago; what is spent since is not known"
    absent = "there is no bill, so that nothing is known of what is spent"
    return Condition(
        fingerprint=fingerprint("data", source),
        rule=Rule.DATA,
        subject=source,
        rank=1 if missing is not None else 2,
        measure=Decimal(missing or 1),
        grows=False,
        summary=f"{source}: {absent if missing is None else lag}",
    )


def fingerprint(*parts: str) -> str:
    """`A-` and 16 hexadecimal digits that the same parts always have."""
    return f"A-{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]}"
