"""The result of one check of all budgets: the one thing that its renderers see."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from costopt.model.alert import Condition
from costopt.model.budget_status import Anomaly, BudgetState, BudgetStatus, HealthIssue

LIVE_DAYS = 45
"""A bill that ends longer ago says nothing of today: a month's bill is complete some two weeks after its end.
Source: https://docs.aws.amazon.com/cur/latest/userguide/what-is-cur.html (finalised bills)."""
BUDGET_SCHEMA_VERSION = 1
"""Version of the document that `-f json` writes."""


class Gate(StrEnum):
    """What ends a check with exit code 3."""

    BREACH = "breach"
    """A budget is breached."""
    RISK = "risk"
    """A budget is breached or at risk."""
    ANOMALY = "anomaly"
    """A budget is breached, or there is an anomaly."""
    NEVER = "never"

    def fails(self, state: BudgetState) -> bool:
        """Whether a budget in a state meets it."""
        if state is BudgetState.BREACHED:
            return self is not Gate.NEVER
        return state is BudgetState.AT_RISK and self is Gate.RISK


@dataclass(frozen=True, slots=True, kw_only=True)
class BillSource:
    """How far one source of the bill reaches."""

    name: str
    """Name of the source, or of the engine that holds the bill. Hostile until escaped."""
    complete_until: date
    """The day, UTC, before which all days are complete."""
    hourly: bool
    """Whether its usage is told by the hour."""
    ended: bool
    """Whether it stopped so long ago that another source has taken its place: nobody waits for it any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetCheck:
    """Where every budget stands at one moment."""

    schema_version: int
    """Version of this structure."""
    now: datetime
    """The moment, UTC."""
    tool_version: str
    """Version of costopt."""
    sources: tuple[BillSource, ...]
    """What the bill consists of; none where there is no bill."""
    currency: str | None
    """ISO 4217 code of anomalies and commitments; None where there is no bill, or several currencies in it."""
    budgets: tuple[BudgetStatus, ...]
    """The periods that run, in the order of the settings."""
    closed: tuple[BudgetStatus, ...]
    """Breached periods that ended within the last two days, whose last day has only just come with the bill."""
    anomalies: tuple[Anomaly, ...]
    """Those that go on or ended within a week, most money a day first; one event is one of them."""
    commitments: tuple[HealthIssue, ...]
    """What is wrong with commitments, most urgent first."""
    conditions: tuple[Condition, ...]
    """What somebody wants to know, with the fingerprint that it has in every run."""
    gaps: tuple[str, ...]
    """What could not be judged, in sentences. May contain hostile names."""
    notes: tuple[str, ...]
    """What has to be known beside, such as budgets that overlap. May contain hostile names."""

    @property
    def has_bill(self) -> bool:
        """Whether there is a bill that says something of today."""
        return any((self.now.date() - one.complete_until).days <= LIVE_DAYS for one in self.sources)

    def count(self, state: BudgetState) -> int:
        """How many periods are in a state."""
        return sum(one.state is state for one in (*self.budgets, *self.closed))

    def meets(self, gate: Gate) -> bool:
        """Whether the check ends with exit code 3."""
        odd = gate is Gate.ANOMALY and bool(self.anomalies)
        return odd or any(gate.fails(one.state) for one in (*self.budgets, *self.closed))
