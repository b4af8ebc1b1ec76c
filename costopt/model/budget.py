"""A budget: how much may be spent on what, in which time, and when to say something."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from costopt.errors import ConfigError
from costopt.model.money import USD

MOST_ROLLING_DAYS = 366


class BudgetPeriod(StrEnum):
    """How long a budget runs before it begins anew."""

    DAY = "day"
    WEEK = "week"
    """Monday to Sunday, as ISO 8601 has it."""
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ROLLING = "rolling"
    """The last days up to and with today."""


class Basis(StrEnum):
    """Which cost of FOCUS is held against the amount."""

    BILLED = "BilledCost"
    """What is invoiced, fees when they fall due."""
    EFFECTIVE = "EffectiveCost"
    """Amortised: fees spread over what they cover."""


class Measure(StrEnum):
    """What a threshold is about."""

    ACTUAL = "actual"
    """Spent, over the budgeted amount."""
    FORECAST = "forecast"
    """Expected at the end of the period, over the budgeted amount."""
    PACE = "pace"
    """Spent, over what earlier periods had spent by the same day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """Something is said once the measure is above the fraction, as AWS and Google do ("exceeds").

    Source: https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-create.html.
    """

    measure: Measure
    """What is measured."""
    fraction: Decimal
    """Of the amount, or of the usual pace; 1 is all of it."""

    def __post_init__(self) -> None:
        """Refuse what would always or never fire.

        Raises:
            ConfigError: a fraction that is zero, negative or no number.
        """
        if not self.fraction.is_finite() or self.fraction <= 0:
            raise ConfigError(
                f"a threshold of {self.fraction} on {self.measure} would fire always",
                hint="Give a fraction above 0, such as 0.8 for 80 %; for no threshold leave it out.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeFilter:
    """Which charges belong to the budget, by one column of the bill."""

    column: str
    """A column of FOCUS, or `tag:KEY`."""
    values: tuple[str, ...]
    """Any of them."""
    exclude: bool = False
    """All charges but those. As in SQL, a charge without any value is among the others."""

    def __post_init__(self) -> None:
        """Refuse a filter without values.

        Raises:
            ConfigError: no column or no value.
        """
        if not self.column or not self.values:
            raise ConfigError(
                f"the scope {self.column or '(no column)'!r} names no value",
                hint='Write for example ServiceName = "Amazon Elastic Compute Cloud", or leave the scope out.',
            )

    @property
    def conditions(self) -> tuple[str, ...]:
        """As questions to the bill have it: `COLUMN=VALUE` or `COLUMN!=VALUE`, one each."""
        sign = "!=" if self.exclude else "="
        return tuple(f"{self.column}{sign}{value}" for value in self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """A one-off change of the amount: a migration that was agreed on, a campaign, a cut."""

    on: date
    """The period that this day lies in is changed, and no other."""
    amount: Decimal
    """Added to the amount; negative takes away."""
    reason: str
    """Why. Hostile until escaped."""


USUAL_THRESHOLDS = (
    Threshold(measure=Measure.ACTUAL, fraction=Decimal("0.8")),
    Threshold(measure=Measure.ACTUAL, fraction=Decimal(1)),
    Threshold(measure=Measure.FORECAST, fraction=Decimal(1)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """One budget."""

    name: str
    """Unique among the budgets; alerts are recognised by it. Hostile until escaped."""
    amount: Decimal
    """A period, before growth and adjustments."""
    period: BudgetPeriod = BudgetPeriod.MONTH
    """How long it runs."""
    rolling_days: int | None = None
    """Length of a rolling period, days; None for all others."""
    scope: tuple[ScopeFilter, ...] = ()
    """Charges that meet all of them; none is the whole bill."""
    thresholds: tuple[Threshold, ...] = USUAL_THRESHOLDS
    """When to say something."""
    basis: Basis = Basis.BILLED
    """Which cost."""
    currency: str = USD
    """ISO 4217 code; the bill, or what it is converted to, has to be in it."""
    credits_count: bool = True
    """Whether credits reduce what is spent. Refunds and corrections always count."""
    time_zone: str = "UTC"
    """IANA name of the zone whose midnights bound the periods; AWS bills in UTC, Google in America/Los_Angeles."""
    growth_fraction: Decimal = Decimal(0)
    """The amount grows by this from one period to the next, compounded; 0.02 is 2 %."""
    growth_from: date | None = None
    """A day of the period whose amount is `amount`; earlier periods have it too."""
    adjustments: tuple[Adjustment, ...] = ()
    """One-off changes."""
    owner: str | None = None
    """Who answers for it. Hostile until escaped."""
    channels: tuple[str, ...] = ()
    """Names of the channels that are told; none is all of them."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Anything else that the user wants to find again in results."""

    def __post_init__(self) -> None:
        """Refuse what no bill can be held against.

        Raises:
            ConfigError: it names the budget, what is wrong with it, and what to write instead.
        """
        for problem, hint in self._problems():
            raise ConfigError(f"budget {self.name!r}: {problem}", hint=hint)

    def _problems(self) -> list[tuple[str, str]]:
        rolling = self.period is BudgetPeriod.ROLLING
        days = self.rolling_days
        found = [
            (not self.name.strip(), "it has no name", "Give it one; alerts are recognised by it."),
            (
                not self.amount.is_finite() or self.amount <= 0,
                f"an amount of {self.amount} is exceeded by anything",
                "Give an amount above 0; 0.01 watches for any spending at all.",
            ),
            (
                rolling != (days is not None) or (days is not None and not 1 <= days <= MOST_ROLLING_DAYS),
                f"period {self.period} with {'no' if days is None else days} rolling days",
                f"A rolling budget needs 1 to {MOST_ROLLING_DAYS} days, and no other period takes any.",
            ),
            (
                self.growth_fraction != 0 and (rolling or self.growth_from is None),
                "growth needs a period to grow from",
                "Give growth_from, a day of the first period; a rolling budget cannot grow.",
            ),
            (
                not self.growth_fraction.is_finite() or self.growth_fraction <= -1,
                f"growth of {self.growth_fraction} leaves nothing",
                "Give a fraction above -1, such as 0.02 for 2 %.",
            ),
            (not _is_zone(self.time_zone), f"no time zone {self.time_zone!r}", "Write an IANA name: Europe/Berlin."),
        ]
        return [(problem, hint) for wrong, problem, hint in found if wrong]

    @property
    def conditions(self) -> tuple[str, ...]:
        """All filters on the bill, those that leave credits out among them."""
        credits_out = () if self.credits_count else ("ChargeCategory!=Credit",)
        return tuple(text for one in self.scope for text in one.conditions) + credits_out


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
