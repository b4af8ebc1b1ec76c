"""What people are told, and what has to be remembered so that they are told once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Rule(StrEnum):
    """What a condition is about."""

    ACTUAL = "actual"
    FORECAST = "forecast"
    PACE = "pace"
    ANOMALY = "anomaly"
    COMMITMENT = "commitment"
    DATA = "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something that holds now and that somebody wants to know of."""

    fingerprint: str
    """The same in every run while it is about the same thing: no run id, no amount, no time of the run in it."""
    rule: Rule
    """What it is about."""
    subject: str
    """Name of the budget, anomalous value, commitment or source of the bill. Hostile until escaped."""
    rank: int
    """Steps that are taken: thresholds crossed, urgency. A higher one than was told is worse."""
    measure: Decimal
    """How bad, above 0: fraction of the amount, money a day."""
    grows: bool
    """Whether a measure that is much higher is worse by itself; spending grows to the end of a period anyway."""
    summary: str
    """One line. May contain hostile names."""
    channels: tuple[str, ...] = ()
    """Who is told; none is everybody."""


class AlertKind(StrEnum):
    """Why somebody is told now."""

    NEW = "new"
    WORSENED = "worsened"
    REMINDER = "reminder"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing to tell."""

    kind: AlertKind
    """Why now."""
    condition: Condition
    """What; of a resolved one as it was last seen."""
    dedupe_key: str
    """The same where the same step is told again because a run was killed before it could remember; otherwise unique.
    For systems with incidents, the fingerprint is the incident."""
    since: datetime
    """When it was first seen, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What is known of a condition from earlier runs."""

    condition: Condition
    """As last seen."""
    episode: int
    """How many times it has come up, from 1."""
    since: datetime
    """When it was first seen this time, UTC."""
    last_seen: datetime
    """When it was last seen, UTC."""
    told_at: datetime | None = None
    """When somebody was last told, UTC; None while it is muted from the start, or after it was resolved."""
    told_rank: int = 0
    """Highest rank that was told in this episode."""
    told_measure: Decimal = Decimal(0)
    """Measure that was last told."""
    told_times: int = 0
    """How often somebody was told in this episode."""
    open: bool = True
    """False once it is resolved; kept so that a later episode has another number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMute:
    """Silence about one thing until a date."""

    target: str
    """A fingerprint, or the subject of conditions such as the name of a budget."""
    until: date
    """Last day of silence, UTC."""
    reason: str = ""
    """Why. Hostile until escaped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertBook:
    """All that is remembered between runs."""

    remembered: Mapping[str, Remembered] = field(default_factory=dict)
    """By fingerprint."""
