"""What a check of budgets finds: where each one stands, what is out of the ordinary, what commitments do."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from costopt.model.budget import Budget, Measure, Threshold


class BudgetState(StrEnum):
    """Where a budget stands."""

    FINE = "fine"
    AT_RISK = "at_risk"
    """More likely than not above its amount at the end, or a threshold on forecast or pace is crossed."""
    BREACHED = "breached"
    """Spent more than its amount."""
    UNKNOWN = "unknown"
    """No bill to judge it by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillFreshness:
    """How far the bill can be relied on."""

    charges: int
    """Charges in the budget's scope that the bill has, of any time."""
    complete_until: date | None
    """The day before which all days are complete; None where there is no bill at all."""
    late_days: int
    """Days of the period that are over and not complete yet."""
    estimated_days: int
    """Days of the period that are complete but may still be restated."""
    missing_days: int = 0
    """Days of the period before the bill begins: what was spent on them is not known, and the rest is at least that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendForecast:
    """What the period will have cost at its end, as far as the past tells."""

    expected: Decimal
    """What is spent, and what the days that are missing or still to come are expected to cost."""
    low: Decimal
    """Lower end of the 80 % interval."""
    high: Decimal
    """Upper end: with a chance of one in ten it will be more."""
    history_days: int
    """Days of history that it rests on."""
    trials: int
    """Forecasts of the same length in the past whose errors the interval rests on; 0 is a guess from other bills."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """What changed most against the period before, up to the same point."""

    dimension: str
    """Column of the bill or `tag:KEY`."""
    value: str | None
    """Its value; None for charges without. Hostile until escaped."""
    current: Decimal
    """Cost now."""
    previous: Decimal
    """Cost before."""

    @property
    def change(self) -> Decimal:
        """Current less previous."""
        return self.current - self.previous


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFinding:
    """A finding of the last audit in the budget's scope."""

    id: str
    """Its id."""
    title: str
    """What it is."""
    monthly_saving: Decimal | None
    """What it counts for, a month; None where no price is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetStatus:
    """One budget held against the bill. Amounts are in the currency of the budget."""

    budget: Budget
    """Which."""
    label: str
    """Of the period, such as `2026-11`."""
    start: date
    """First day of the period."""
    end: date
    """Day after its last."""
    amount: Decimal
    """What may be spent in it, grown and adjusted."""
    state: BudgetState
    """Where it stands."""
    spent: Decimal | None
    """So far, late and estimated days with what is known of them; None where there is no bill, or no charge in it."""
    forecast: SpendForecast | None
    """None without history to tell from."""
    breach_probability: float | None
    """That the amount is exceeded at the end, 0..1; None where it is not known."""
    breach_day: date | None
    """Day on which it was or is expected to be exceeded; None where neither."""
    usual_by_now: Decimal | None
    """Median of what earlier periods had spent on the complete days up to now; None where there are none."""
    pace_fraction: Decimal | None
    """Spent on those days over the usual; None where that is unknown or not above zero."""
    crossed: tuple[Threshold, ...]
    """Thresholds that are exceeded, as they stand in the budget."""
    freshness: BillFreshness
    """How far the bill can be relied on."""
    movers: tuple[Mover, ...] = ()
    """Largest changes first."""
    findings: tuple[OpenFinding, ...] = ()
    """Largest saving first."""
    notes: tuple[str, ...] = ()
    """What has to be known beside the figures, in sentences. May contain hostile names."""

    def fraction_of(self, measure: Measure) -> Decimal | None:
        """What a measure stands at, as thresholds have it; None where it is unknown."""
        if measure is Measure.PACE:
            return self.pace_fraction
        expected = self.forecast.expected if self.forecast else None
        reached = self.spent if measure is Measure.ACTUAL else expected
        return None if reached is None else reached / self.amount


class AnomalyKind(StrEnum):
    """What is out of the ordinary."""

    RISE = "rise"
    """More than expected."""
    DROP = "drop"
    """Less than expected: savings, an outage, or a bill that is not complete."""
    NEW = "new"
    """Something that had not cost anything before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one part has to do with an anomaly."""

    dimension: str
    """Column of the bill or `tag:KEY`."""
    value: str | None
    """Its value; None for charges without. Hostile until escaped."""
    excess: Decimal
    """What it cost more than expected, a day of the anomaly, mean; negative where less."""
    share: float
    """Of the anomaly's own excess; all parts of one dimension sum to about 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anomaly:
    """Consecutive steps of cost that the past does not explain."""

    dimension: str
    """Column of the bill or `tag:KEY` whose value is out of the ordinary; empty for the whole."""
    value: str | None
    """Its value; None for charges without, or the whole. Hostile until escaped."""
    kind: AnomalyKind
    """What it is."""
    start: datetime
    """First moment of the first step, in the zone of the series."""
    end: datetime
    """First moment after the last step that stood out."""
    actual: Decimal
    """Cost a day over those steps, mean."""
    expected: Decimal
    """What was expected a day."""
    score: float | None
    """Largest distance from what was expected, in robust deviations; None for what is new."""
    ongoing: bool
    """Whether it reaches to the last complete step."""
    causes: tuple[Contribution, ...] = ()
    """Parts that explain most of it, largest first."""

    @property
    def severity(self) -> Decimal:
        """Money a day that it is off by, never negative."""
        return abs(self.actual - self.expected)


class HealthIssueKind(StrEnum):
    """What is wrong with commitments."""

    UTILISATION = "utilisation"
    COVERAGE = "coverage"
    EXPIRY = "expiry"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthIssue:
    """Something about commitments that costs money or soon will."""

    kind: HealthIssueKind
    """What."""
    subject: str
    """Id of the commitment, or the scope of coverage. Hostile until escaped."""
    observed: float
    """Share 0..1, or days left."""
    threshold: float
    """What it was held against, likewise."""
    urgency: int
    """1 upwards; a higher one is said again."""
    daily_cost: Decimal
    """Money a day at stake: paid for nothing, or on demand for what could be covered; 0 where unknown."""
    statement: str
    """In words. May contain hostile names."""
