"""What the coming days will cost, and how far off that may be, judged by forecasts of the same past.

Three views (`views`) are weighted by how each would have done on the same bill: forecasts of the same length are made
for moments a week apart in its past, and held against what came. The errors of the weighted forecast at those moments
give the interval. docs/budget-models.md compares it with others.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from costopt.budgets.month_days import month_day_effects
from costopt.budgets.one_offs import lone_fees, without_fees
from costopt.budgets.views import VIEWS, WEEK, expected_days

Costs = NDArray[np.float64]

MOST_TRIALS = 12
"""Moments in the past, a week apart: a quarter."""
LEAST_HISTORY = 28
"""Days that a trial needs before its moment."""
MOST_HISTORY = 400
"""Days that are looked at: a year, and the month that its first days of the month are told by."""
HEAD_START = 0.01
"""Relative error that is added to each view's own before weighing: views that are nearly perfect are equal."""
USUAL_ERROR = 0.12
"""Standard deviation of the sum of 30 days over the sum, where the past says nothing: of the series in
docs/budget-models.md. It grows with the square root of the days."""
USUAL_WEIGHT = 3
"""Trials that the usual error counts for: few trials of one's own, which overlap, prove little."""
BAND = 0.8
"""Share of the outcomes that the interval is to hold."""
EDGE = NormalDist().inv_cdf((1 + BAND) / 2)
"""Standard deviations from the middle to an end of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyCosts:
    """Consecutive days of cost, complete ones only."""

    first_day: date
    """Day of the first value, in the zone of the budget."""
    costs: Costs
    """Cost of each day, shape (days,); a day without charges has cost 0. Credits make days negative."""
    fees: Costs | None = None
    """What of each day was paid once and is not known to come again, likewise; None where no day had such a fee."""

    @property
    def next_day(self) -> date:
        """The day after the last."""
        return self.first_day + timedelta(days=len(self.costs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The coming days."""

    daily: Costs
    """Expected cost of each, shape (days,)."""
    deviation: float
    """Standard deviation of their sum, in money."""
    history_days: int
    """Days that it rests on."""
    trials: int
    """Moments of the past that the deviation rests on."""

    @property
    def expected(self) -> float:
        """Expected sum."""
        return float(self.daily.sum())

    @property
    def margin(self) -> float:
        """From the expected sum to either end of the 80 % interval."""
        return EDGE * self.deviation

    def probability_above(self, amount: float) -> float:
        """That the sum is above an amount, 0..1."""
        if not self.deviation:
            return float(self.expected > amount)
        return 1 - NormalDist(self.expected, self.deviation).cdf(amount)


Forecaster = Callable[[DailyCosts, int], Outlook | None]
"""What `forecast_days` is: complete days, and how many follow, to the outlook on these."""


def forecast_days(history: DailyCosts, days: int) -> Outlook | None:
    """Expected cost of each of the days that follow.

    Args:
        history: complete days; those before the first one that cost anything are left out.
        days: how many, at least 0.

    Returns:
        None where no day of the history cost anything: nothing can be told from nothing.
    """
    recent = since_first_cost(history)
    if recent is None:
        return None
    known = recent.costs
    plain, coming = usual_days(recent, days)
    trials = _Trials.of(plain, days)
    daily = trials.weights @ expected_days(plain, days) + coming
    if known.min() >= 0:
        daily = np.maximum(daily, 0.0)
    deviation = trials.relative_error(days) * float(np.abs(daily).sum())
    return Outlook(daily=daily, deviation=deviation, history_days=len(known), trials=len(trials.actual))


def since_first_cost(history: DailyCosts) -> DailyCosts | None:
    """The days that are looked at; None where none cost anything."""
    started = np.flatnonzero(history.costs)
    if not len(started):
        return None
    first = max(int(started[0]), len(history.costs) - MOST_HISTORY)
    fees = None if history.fees is None else history.fees[first:]
    return DailyCosts(first_day=history.first_day + timedelta(days=first), costs=history.costs[first:], fees=fees)


def usual_days(history: DailyCosts, days: int) -> tuple[Costs, Costs]:
    """The past without what stood out for a reason that is known, and what of that comes again.

    Args:
        history: complete days.
        days: how many follow.

    Returns:
        Costs of the past days, and additions to each day that follows, shapes (history,) and (days,).
    """
    fees = np.zeros(len(history.costs)) if history.fees is None else history.fees
    lone = lone_fees(history.first_day, fees)
    costs = history.costs - lone
    past, coming = month_day_effects(history.first_day, costs, days)
    return without_fees(costs, fees - lone, past), coming


def trial_moments(known: int, days: int) -> tuple[int, range]:
    """How long trials of a forecast are, and after how many days of the history each begins, latest first.

    Args:
        known: days of the history.
        days: how many are to be told; trials are shorter where the history is too short for more than one of them.
    """
    length = min(max(days, 1), max(1, (known - LEAST_HISTORY - WEEK) // 2))
    return length, range(known - length, LEAST_HISTORY - 1, -WEEK)[:MOST_TRIALS]


def relative_deviation(expected: Costs, actual: Costs, *, trial_days: int, days: int) -> float:
    """Standard deviation of the sum of `days` days over the sum, as trials of a forecast had it.

    Args:
        expected: sum that each trial expected, shape (trials,).
        actual: sum that came, likewise.
        trial_days: how long each trial was.
        days: how many days are told.
    """
    usual = USUAL_ERROR * math.sqrt(days / 30)
    if not len(actual):
        return usual
    errors = np.abs(actual - expected) / np.maximum(np.abs(expected), 1e-9)
    rank = min(1.0, BAND * (len(errors) + 1) / len(errors))
    own = float(np.quantile(np.minimum(errors, 1.0), rank)) / EDGE * math.sqrt(days / trial_days)
    share = USUAL_WEIGHT / (USUAL_WEIGHT + len(errors))
    return math.sqrt((1 - share) * own**2 + share * usual**2)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trials:
    """Forecasts of the past beside what came."""

    days: int
    """How long each is."""
    expected: Costs
    """Sum that each view expected, shape (trials, views)."""
    actual: Costs
    """Sum that came, shape (trials,)."""

    @classmethod
    def of(cls, costs: Costs, days: int) -> "_Trials":
        """Trials of the views on the same past."""
        length, moments = trial_moments(len(costs), days)
        expected = [expected_days(costs[:moment], length).sum(axis=1) for moment in moments]
        actual = [costs[moment : moment + length].sum() for moment in moments]
        return cls(days=length, expected=np.array(expected).reshape(len(actual), VIEWS), actual=np.array(actual))

    @property
    def weights(self) -> Costs:
        """Of the views, summing to 1: by the inverse square of their mean relative error."""
        if not len(self.actual):
            return np.full(VIEWS, 1 / VIEWS)
        size = np.maximum(np.abs(self.actual), 1e-9)[:, np.newaxis]
        errors = np.minimum(np.abs(self.expected - self.actual[:, np.newaxis]) / size, 1.0).mean(axis=0)
        weights = (errors + HEAD_START) ** -2.0
        return np.asarray(weights / weights.sum())

    def relative_error(self, days: int) -> float:
        """Standard deviation of the sum of `days` days over the sum."""
        expected = self.expected @ self.weights if len(self.actual) else self.actual
        return relative_deviation(expected, self.actual, trial_days=self.days, days=days)
