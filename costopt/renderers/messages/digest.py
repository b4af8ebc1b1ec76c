"""What a message tells, before it has a form: headlines, figures, the cause, and the next command."""

import hashlib
import json
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from costopt.model.alert import Alert, AlertKind, Rule
from costopt.model.budget_status import BudgetState, BudgetStatus
from costopt.renderers.clean import clean, shorten
from costopt.renderers.formats import MINUS, amount, counted, day, percent

BADGES = {
    AlertKind.NEW: "New",
    AlertKind.WORSENED: "Worse",
    AlertKind.REMINDER: "Still so",
    AlertKind.RESOLVED: "Over",
}
_BUDGET_RULES = frozenset({Rule.ACTUAL, Rule.FORECAST, Rule.PACE})
_COMMANDS = {
    Rule.ANOMALY: "costopt budget status",
    Rule.COMMITMENT: "costopt costs --show commitment_utilisation",
    Rule.DATA: "costopt reconcile",
}
_HEADLINE = 300
_NAME = 120
_SUBJECT = 120
_CAUSES = 3
_FINDINGS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One figure of an entry."""

    label: str
    """What it is, of our own making."""
    text: str
    """The figure; one clean line. May contain hostile names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One alert, spelt out."""

    alert: Alert
    """Which."""
    badge: str
    """Why now, in a word or two."""
    headline: str
    """One clean line. May contain hostile names."""
    facts: tuple[Fact, ...]
    """Figures; none of what is over."""
    command: str | None
    """What to run next, quoted for a shell; None of what is over."""
    status: BudgetStatus | None
    """Of the budget that it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One message without a form."""

    id: str
    """`costopt-` and 24 hexadecimal digits made of the keys of all its alerts."""
    subject: str
    """One clean line of at most 120 characters."""
    opening: str
    """How many there are of what, as a sentence of our own making."""
    entries: tuple[Entry, ...]
    """What is spelt out, new ones first."""
    left: int
    """How many alerts are not."""
    closing: str
    """When something is told again, and how to silence it, as sentences of our own making."""


def digest(alerts: Sequence[Alert], statuses: Sequence[BudgetStatus], *, top: int, remind_days: int) -> Digest:
    """Spell the first alerts out and count the rest.

    Args:
        alerts: at least one, in the order in which they are told.
        statuses: where the budgets stand.
        top: how many are spelt out.
        remind_days: after how many days what goes on is told again.
    """
    by_name = {one.budget.name: one for one in statuses}
    entries = tuple(_entry(one, by_name) for one in alerts[:top])
    return Digest(
        id=_id(alerts),
        subject=_subject(entries[0], len(alerts)),
        opening=_opening(alerts),
        entries=entries,
        left=len(alerts) - len(entries),
        closing=f"Each is told once, again when it is worse or {counted(remind_days, 'day')} old, and when it is over. "
        "To silence one until a date, write [[budget.mutes]] with its id as target.",
    )


def _id(alerts: Sequence[Alert]) -> str:
    keys = json.dumps(sorted(one.dedupe_key for one in alerts))
    return f"costopt-{hashlib.sha256(keys.encode()).hexdigest()[:24]}"


def _subject(first: Entry, count: int) -> str:
    more = f" (and {count - 1:,} more)" if count > 1 else ""
    return shorten(f"{first.badge}: {first.headline}", _SUBJECT - len(more)) + more


def _opening(alerts: Sequence[Alert]) -> str:
    kinds = [(kind, sum(one.kind is kind for one in alerts)) for kind in AlertKind]
    parts = [f"{count:,} {BADGES[kind].lower()}" for kind, count in kinds if count]
    return f"{counted(len(alerts), 'alert')}: {', '.join(parts)}."


def left_words(count: int) -> str:
    """A line about what is not spelt out."""
    return f"And {counted(count, 'more alert')}, not spelt out here: costopt budget status"


def _entry(alert: Alert, by_name: dict[str, BudgetStatus]) -> Entry:
    condition = alert.condition
    status = by_name.get(condition.subject) if condition.rule in _BUDGET_RULES else None
    over = alert.kind is AlertKind.RESOLVED
    facts = [] if over or status is None else list(_facts(status))
    if over:
        facts.append(Fact(label="Since", text=f"{day(alert.since.date())}; as it was last seen, it is over now"))
    elif alert.kind is not AlertKind.NEW:
        facts.append(Fact(label="Since", text=day(alert.since.date())))
    return Entry(
        alert=alert,
        badge=BADGES[alert.kind],
        headline=shorten(clean(condition.summary), _HEADLINE),
        facts=tuple(facts),
        command=None if over else _command(alert, status),
        status=None if over else status,
    )


def _facts(status: BudgetStatus) -> Iterator[Fact]:
    currency = status.budget.currency
    if status.spent is not None:
        share = percent(status.spent / status.amount)
        of = f"{amount(status.spent, currency)} of {amount(status.amount, currency)} ({share}) in {clean(status.label)}"
        yield Fact(label="Spent", text=f"{of}{_late(status)}")
    if status.forecast is not None:
        low, high = amount(status.forecast.low, currency), amount(status.forecast.high, currency)
        chance = status.breach_probability
        above = "" if chance is None else f"; above the amount with a chance of {percent(chance)}"
        expected = amount(status.forecast.expected, currency)
        yield Fact(label="Forecast", text=f"{expected} at the end, with 80% between {low} and {high}{above}")
    if status.breach_day is not None:
        word = "since" if status.state is BudgetState.BREACHED else "expected on"
        yield Fact(label="Breach", text=f"{word} {day(status.breach_day)}")
    yield from _causes(status)
    for finding in status.findings[:_FINDINGS]:
        saves = "" if finding.monthly_saving is None else f", {amount(finding.monthly_saving, currency)} a month"
        title = shorten(clean(finding.title), _NAME)
        yield Fact(label="Could save", text=f"{title}{saves}: costopt explain {clean(finding.id)}")
    if status.budget.owner:
        yield Fact(label="Owner", text=shorten(clean(status.budget.owner), _NAME))


def _late(status: BudgetStatus) -> str:
    """Late days make the spending an understatement, which has to be said beside it."""
    late, estimated = status.freshness.late_days, status.freshness.estimated_days
    parts = [f"{counted(late, 'day')} not billed yet"] if late else []
    parts += [f"{counted(estimated, 'day')} still estimated"] if estimated else []
    return f"; {', '.join(parts)}" if parts else ""


def _causes(status: BudgetStatus) -> Iterator[Fact]:
    currency = status.budget.currency
    for mover in [one for one in status.movers if one.change > 0][:_CAUSES]:
        name = shorten(clean(mover.value), _NAME) if mover.value is not None else f"no {clean(mover.dimension)}"
        change = f"+{amount(mover.change, currency)}".replace(f"+{MINUS}", MINUS)
        yield Fact(label="Cause", text=f"{name} {change} against the period before ({clean(mover.dimension)})")


def _command(alert: Alert, status: BudgetStatus | None) -> str:
    if status is None:
        return _COMMANDS.get(alert.condition.rule, "costopt budget status")
    rising = next((one.dimension for one in status.movers if one.change > 0), "ServiceName")
    parts = ["costopt", "costs", "--by", f"{rising},day", "--from", day(status.start)]
    for condition in status.budget.conditions:
        parts += ["--where", condition]
    return shlex.join(clean(part) for part in parts)
