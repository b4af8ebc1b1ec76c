"""Sections `[[budgets]]` and `[budget]`: what may be spent on what, and what a check of it looks for."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from costopt.config.budget_words import scope_of, threshold_of
from costopt.errors import ConfigError
from costopt.model.budget import USUAL_THRESHOLDS, Adjustment, Basis, Budget, BudgetPeriod
from costopt.model.budget_check import Gate

MOST_BUDGETS = 500
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentEntry:
    """One of `adjustments`: a one-off change of the amount."""

    on: date
    """The period that this day lies in is changed."""
    amount: Decimal
    """Added; negative takes away."""
    reason: str
    """Why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetEntry:
    """One `[[budgets]]`, as it is written."""

    name: str
    """Unique; alerts are recognised by it."""
    amount: Decimal
    """What may be spent a period."""
    period: BudgetPeriod = BudgetPeriod.MONTH
    """`day`, `week`, `month`, `quarter`, `year` or `rolling`."""
    rolling_days: int | None = None
    """Length of a rolling period, days."""
    scope: Mapping[str, Any] = field(default_factory=dict)
    """Column of FOCUS or `tag:KEY` to a value or a list of them; `not` to a table of the same kind. All must hold."""
    thresholds: tuple[str, ...] | None = None
    """Such as `80%`, `forecast 100%` or `pace 130%`; 80 % and 100 % spent and 100 % foretold by default."""
    basis: Basis = Basis.BILLED
    """`BilledCost` or `EffectiveCost`."""
    currency: str = "USD"
    """ISO 4217 code."""
    credits: bool = True
    """Whether credits reduce what is spent."""
    time_zone: str = "UTC"
    """IANA name of the zone whose midnights bound the period."""
    growth: Decimal = Decimal(0)
    """Fraction by which the amount grows from one period to the next."""
    growth_from: date | None = None
    """A day of the period whose amount is `amount`."""
    adjustments: tuple[AdjustmentEntry, ...] = ()
    """One-off changes."""
    owner: str | None = None
    """Who answers for it."""
    channels: tuple[str, ...] = ()
    """Names of the channels that are told; none is all."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Anything else to find it by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetMute:
    """One `[[budget.mutes]]`: nobody is told of one thing until a date."""

    target: str
    """Name of a budget, what else alerts are about, or their fingerprint (`A-` and 16 digits)."""
    until: date
    """Last day of silence, UTC."""
    reason: str
    """Why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetSettings:
    """Section `[budget]`: how a check is made."""

    fail_on: Gate = Gate.BREACH
    """What ends a check with exit code 3: `breach`, `risk`, `anomaly` or `never`."""
    forecast: str = "built-in"
    """`built-in`, or `theta`, which needs the extra `forecast`."""
    group_by: tuple[str, ...] = ("ServiceName", "SubAccountId", "tag:team")
    """Columns or tags by which anomalies and movers are looked for."""
    anomaly_threshold: float = 5.5
    """Robust deviations from which a day is an anomaly; less finds more, and more that is none."""
    anomaly_floor: Decimal = Decimal(10)
    """Money a day, in the bill's currency, below which nothing is an anomaly."""
    utilisation: float = 0.9
    """Least share of a commitment that is used, 0..1."""
    coverage: float | None = None
    """Least share of eligible usage that commitments cover, 0..1; not judged without."""
    expiry_days: tuple[int, ...] = (60, 30, 15)
    """Days before the end of a commitment at which it is said."""
    stale_after_days: int = 2
    """Whole days that a bill may lag before that itself is told."""
    heartbeat_url_env: str | None = None
    """Environment variable that holds an address to be called at the end of every run."""
    mutes: tuple[BudgetMute, ...] = ()
    """Silences."""


def budgets_of(entries: tuple[BudgetEntry, ...]) -> tuple[Budget, ...]:
    """The budgets that entries mean, in their order.

    Raises:
        ConfigError: one that makes no sense or has a name that another has; it says which and what to write.
    """
    if len(entries) > MOST_BUDGETS:
        raise ConfigError(f"{len(entries)} budgets are too many", hint=f"At most {MOST_BUDGETS} in one file.")
    for name, count in Counter(entry.name for entry in entries).items():
        if count > 1:
            raise ConfigError(
                f"budgets: {name!r} is there twice", hint="Alerts are recognised by it: give each its own."
            )
    unseen = next((entry.name for entry in entries if not entry.name.isprintable()), None)
    if unseen is not None:
        raise ConfigError(f"budgets: the name {unseen!r} has characters that nobody sees", hint="Leave them out.")
    foreign = next((entry for entry in entries if not _CURRENCY.fullmatch(entry.currency)), None)
    if foreign is not None:
        raise ConfigError(f"budget {foreign.name!r}: no currency {foreign.currency!r}", hint="Write it as USD.")
    return tuple(map(_budget, entries))


def _budget(entry: BudgetEntry) -> Budget:
    thresholds = USUAL_THRESHOLDS if entry.thresholds is None else tuple(map(threshold_of, entry.thresholds))
    return Budget(
        name=entry.name,
        amount=entry.amount,
        period=entry.period,
        rolling_days=entry.rolling_days,
        scope=scope_of(entry.name, entry.scope),
        thresholds=thresholds,
        basis=entry.basis,
        currency=entry.currency,
        credits_count=entry.credits,
        time_zone=entry.time_zone,
        growth_fraction=entry.growth,
        growth_from=entry.growth_from,
        adjustments=tuple(Adjustment(on=one.on, amount=one.amount, reason=one.reason) for one in entry.adjustments),
        owner=entry.owner,
        channels=entry.channels,
        labels=entry.labels,
    )


def check_budget_settings(budget: BudgetSettings) -> None:
    """Refuse limits that would always or never speak.

    Raises:
        ConfigError: which, and what to write.
    """
    for wrong, problem, hint in _problems(budget):
        if wrong:
            raise ConfigError(f"budget.{problem}", hint=hint)


def _problems(budget: BudgetSettings) -> Iterator[tuple[bool, str, str]]:
    threshold, floor, days = budget.anomaly_threshold, budget.anomaly_floor, budget.expiry_days
    yield not 1 <= threshold <= 1000, f"anomaly_threshold is {threshold}", "Robust deviations, such as 5.5."
    yield not (floor.is_finite() and floor > 0), f"anomaly_floor is {floor}", "Money a day above 0, such as 10."
    for name, share in (("utilisation", budget.utilisation), ("coverage", budget.coverage)):
        yield share is not None and not 0 < share <= 1, f"{name} is {share}", "A share, such as 0.9 for 90 %."
    yield any(one < 1 for one in days), f"expiry_days are {list(days)}", "Days from 1, such as [60, 30, 15]."
    yield budget.stale_after_days < 1, f"stale_after_days is {budget.stale_after_days}", "Whole days, from 1."
    unasked = next((one for one in budget.group_by if "=" in one), None)
    yield unasked is not None, f"group_by has {unasked!r}, by which no bill can be filtered", "Keys without an =."
    yield not budget.group_by, "group_by is empty", 'Such as ["ServiceName", "SubAccountId", "tag:team"].'
