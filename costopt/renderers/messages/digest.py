"""What a message tells, before it has a form: headlines, figures, the cause, and the next command."""

import hashlib
import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from costopt.model.alert import Alert, AlertKind, Condition, Rule
from costopt.model.budget_status import Anomaly, BudgetStatus
from costopt.renderers import budget_words as words
from costopt.renderers.clean import clean, shorten
from costopt.renderers.formats import counted, day

BADGES = {
    AlertKind.NEW: "New",
    AlertKind.WORSENED: "Worse",
    AlertKind.REMINDER: "Still so",
    AlertKind.RESOLVED: "Ended",  # "over" would read as over budget
}
BUDGET_RULES = frozenset({Rule.ACTUAL, Rule.FORECAST, Rule.PACE})
_KINDS, _RULES = list(AlertKind), list(Rule)
_COMMANDS = {
    Rule.COMMITMENT: "costopt costs --show commitment_utilisation",
}
STATUS = "costopt budget status"
"""The next command where a better one cannot be pasted."""
MOST_COMMAND = 400
"""Characters of a command that people would still paste."""
_HEADLINE = 300
_FACT = 300
_SUBJECT = 120
_CAUSES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the check found, beside that somebody is to be told."""

    statuses: Mapping[str, BudgetStatus] = field(default_factory=dict)
    """Budgets by name."""
    anomalies: Mapping[str, Anomaly] = field(default_factory=dict)
    """Anomalies by the fingerprint of their condition."""
    currency: str | None = None
    """Of anomalies; None where it is not one."""

    def status_of(self, condition: Condition) -> BudgetStatus | None:
        """The budget that a condition is about; None where its period has ended and another one runs."""
        status = self.statuses.get(condition.subject) if condition.rule in BUDGET_RULES else None
        return status if status is not None and f"{status.budget.name} {status.label}:" in condition.summary else None


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
    """What to run next, quoted for a shell; None of what is over or was told further up."""
    status: BudgetStatus | None
    """Of the budget that it is about, where the figures are told here and not further up."""


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


def digest(alerts: Sequence[Alert], known: Known, *, top: int, remind_days: int) -> Digest:
    """Spell the first alerts out and count the rest.

    Args:
        alerts: at least one. New ones come first, then budgets before anomalies, then as they are given.
        known: what their figures and causes come from.
        top: how many are spelt out.
        remind_days: after how many days what goes on is told again.
    """
    ordered = sorted(alerts, key=lambda one: (_KINDS.index(one.kind), _RULES.index(one.condition.rule)))
    entries: list[Entry] = []
    for alert in ordered[:top]:
        told = {one.status.budget.name for one in entries if one.status is not None}
        entries.append(_entry(alert, known, told))
    return Digest(
        id=_id(alerts),
        subject=_subject(entries[0], len(alerts)),
        opening=_opening(alerts),
        entries=tuple(entries),
        left=len(alerts) - len(entries),
        closing=f"Each is told once, again when it is worse or {counted(remind_days, 'day')} old, and when it is over. "
        "To silence one until a date: costopt budget mute ID --until DATE --reason WHY",
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
    return f"And {counted(count, 'more alert')}, not spelt out here: {STATUS}"


def _entry(alert: Alert, known: Known, told: set[str]) -> Entry:
    condition = alert.condition
    if alert.kind is AlertKind.RESOLVED:
        facts = [("Since", f"{day(alert.since.date())}; as it was last seen: it is gone, or its period has ended")]
        return _made(alert, condition.summary, facts)
    since = [] if alert.kind is AlertKind.NEW else [("Since", day(alert.since.date()))]
    anomaly = known.anomalies.get(condition.fingerprint)
    if anomaly is not None:
        facts = [("Cause", words.cause(one, known.currency)) for one in words.causes(anomaly)[:_CAUSES]]
        return _made(alert, words.anomaly(anomaly, known.currency), [*facts, *since], _anomaly_command(anomaly))
    if condition.rule not in BUDGET_RULES:
        return _made(alert, condition.summary, since, _COMMANDS.get(condition.rule, STATUS))
    status = known.status_of(condition)
    if status is None or status.budget.name in told:
        return _made(alert, condition.summary, since)
    return _made(alert, condition.summary, [*_facts(status), *since], words.next_command(status), status)


def _made(
    alert: Alert,
    headline: str,
    facts: Sequence[tuple[str, str]],
    command: str | None = None,
    status: BudgetStatus | None = None,
) -> Entry:
    """The entry, every text of it on one clean line; a command that is cut or cleaned is another one, and left out."""
    runs = command is None or (len(command) <= MOST_COMMAND and clean(command) == command)
    return Entry(
        alert=alert,
        badge=BADGES[alert.kind],
        headline=shorten(clean(headline), _HEADLINE),
        # Slack refuses a whole message for one empty text.
        facts=tuple(Fact(label=label, text=shorten(clean(text), _FACT)) for label, text in facts if text.strip()),
        command=command if runs else STATUS,
        status=status,
    )


def _facts(status: BudgetStatus) -> Iterator[tuple[str, str]]:
    yield "So far", words.spent(status)
    yield "Forecast", words.forecast(status).removeprefix("forecast ")
    pace = words.pace(status)
    if pace is not None:
        yield "Pace", pace.removeprefix("pace: ")
    for mover in words.drivers(status)[:_CAUSES]:
        yield "Cause", words.driver(mover, status.budget.currency)
    saving = words.open_findings(status)
    if saving is not None:
        yield "Savings", f"{saving}: costopt explain {status.findings[0].id}"
    if status.budget.owner:
        yield "Owner", status.budget.owner


def _anomaly_command(one: Anomaly) -> str:
    """The days of what is out of the ordinary, by resource."""
    where = f" --where {shlex.quote(f'{one.dimension}={one.value}')}" if one.dimension and one.value else ""
    return f"costopt costs{where} --by day,ResourceId,SkuId --from {one.start:%Y-%m-%d}"
