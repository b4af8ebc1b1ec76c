"""Three plain expectations of daily cost: a trend carried on, and the level of four and of eight weeks held.

Each is right where the others are wrong: in growth, after a step, in noise. All have the weekday profile of the last
eight weeks. A day that is far from its own week's median is drawn in, so that one day of waste, or a fee that is paid
once, does not become the expectation.
"""

import numpy as np
from numpy.typing import NDArray

Costs = NDArray[np.float64]

WEEK = 7
VIEWS = 3
MOST_WEEKS = 8
"""Weeks that level, profile and trend are taken from: an older one says little of what runs today."""
TREND_WEEKS = 4
"""Fewer weeks have no trend that could be told from noise."""
PROFILE_WEEKS = 2
"""Fewer weeks have no weekday profile."""
DAMPING = 0.97
"""A trend loses 3 % of its slope a day: growth that goes on for ever is the dearest mistake of forecasts. Measured in
docs/budget-models.md; the idea is of Gardner & McKenzie 1985. Source: https://doi.org/10.1287/mnsc.31.10.1237."""
DRAWN_IN = 3.0
"""A day further than so many robust deviations from its week's median is drawn in to that."""
STILL = 1e-9
"""Deviations that are a smaller share of a day are the arithmetic's."""
ODD_WEEKS = 4
"""Where the others do not deviate at all, one day in so many weeks is odd, and drawn in whole; more are how it runs."""
MAD_TO_SIGMA = 1.4826
"""Of a normal distribution, standard deviation over median absolute deviation."""


def expected_days(costs: Costs, days: int) -> Costs:
    """The three expectations of the days that follow.

    Args:
        costs: consecutive days, at least one, shape (history,).
        days: how many follow.

    Returns:
        Shape (3, days).
    """
    weeks = min(len(costs) // WEEK, MOST_WEEKS)
    if weeks < PROFILE_WEEKS:
        return np.full((VIEWS, days), _drawn_in(costs[np.newaxis, -WEEK:]).mean())
    by_week = costs[-weeks * WEEK :].reshape(weeks, WEEK)
    profile, level_days = _apart(by_week)
    levels = _drawn_in(level_days).mean(axis=1)
    latest = levels[-2:]
    ahead = len(latest) * WEEK / 2 + np.cumsum(DAMPING ** np.arange(1, days + 1))
    trended = latest.mean() + _slope(levels) * ahead
    held = [np.full(days, levels[-count:].mean()) for count in (MOST_WEEKS // 2, MOST_WEEKS)]
    on_weekdays = np.resize(profile, days)
    stacked = np.stack([trended, *held])
    return np.asarray(stacked * on_weekdays if _multiplies(by_week) else stacked + on_weekdays)


def _multiplies(by_week: Costs) -> bool:
    """Whether weekdays are factors of the level; a level around zero (credits) has none."""
    return bool(by_week.mean(axis=1).min() > 0)


def _apart(by_week: Costs) -> tuple[Costs, Costs]:
    """Weekday profile, from the first weekday of the weeks on, and the days without it."""
    means = by_week.mean(axis=1, keepdims=True)
    if not _multiplies(by_week):
        profile = np.median(by_week - means, axis=0)
        profile -= profile.mean()
        return profile, by_week - profile
    level = means + _slope(means[:, 0]) * (np.arange(WEEK) - WEEK // 2)  # or growth would look like a late weekday
    profile = np.median(by_week / (level if level.min() > 0 else means), axis=0)
    if profile.sum() <= 0:
        return np.ones(WEEK), by_week
    profile = profile * WEEK / profile.sum()
    if profile.min() <= 0:  # weekdays without cost, which nothing can be divided by: the weeks stand as they are
        return profile, np.repeat(means, WEEK, axis=1)
    return profile, by_week / profile


def _drawn_in(by_week: Costs) -> Costs:
    """Days no further from their week's median than is usual among all of them."""
    middle = np.median(by_week, axis=1, keepdims=True)
    off = np.abs(by_week - middle)
    width = DRAWN_IN * MAD_TO_SIGMA * np.median(off)
    least = STILL * np.abs(middle)
    if width > least.max():
        return np.clip(by_week, middle - width, middle + width)
    odd = (off > least) & (middle != 0)  # a week that costs nothing has no usual day
    few = np.count_nonzero(odd) <= max(1, len(by_week) // ODD_WEEKS)
    return np.where(odd, middle, by_week) if few else by_week


def _slope(levels: Costs) -> float:
    """Theil-Sen slope of weekly levels, a day: the median over all pairs of weeks.

    Source: Sen 1968, https://doi.org/10.1080/01621459.1968.10480934.
    """
    if len(levels) < TREND_WEEKS:
        return 0.0
    earlier, later = np.triu_indices(len(levels), 1)
    return float(np.median((levels[later] - levels[earlier]) / (later - earlier))) / WEEK
