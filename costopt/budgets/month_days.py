"""Days of the month on which something recurs: fees and taxes on the first, invoices on the last."""

from collections import defaultdict
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Costs = NDArray[np.float64]

HALF_WIDTH = 7
"""Days before and after, whose median a day is held against."""
STANDS_OUT = 4.0
"""Robust deviations from which a day stands out."""
OCCURRENCES = 2
"""Months in a row in which it has to, to be expected again: one is chance."""
KEPT = 3
"""Latest months whose median is expected again."""
LAST_DAY = -1


def month_day_effects(
    first_day: date, costs: Costs, days: int, *, occurrences: int = OCCURRENCES
) -> tuple[Costs, Costs]:
    """What recurring days of the month added to a past, and what they will add to the days that follow.

    A day of the month counts where its last occurrences all stood out of the fortnight around them, to the same
    side. The last day of a month is its own, whatever its number.

    Args:
        first_day: of `costs`.
        costs: consecutive days.
        days: how many days follow.
        occurrences: how many have to stand out; 1 excuses what may be chance, as detectors should.

    Returns:
        Additions to each past day and to each day that follows, shapes (len(costs),) and (days,); zero for most.
    """
    all_days = [first_day + timedelta(days=number) for number in range(len(costs) + days)]
    places: dict[int, list[int]] = defaultdict(list)
    for number, day in enumerate(all_days):
        places[day_of_month(day)].append(number)
    added = np.zeros(len(all_days))
    if len(costs) > 2 * HALF_WIDTH:
        residuals = costs - _surroundings(costs)
        usual = 1.4826 * float(np.median(np.abs(residuals)))
        bound = STANDS_OUT * max(usual, 0.01 * float(np.median(np.abs(costs))))
        for numbers in places.values():
            _add_recurring(added, residuals, numbers, bound, occurrences)
    return added[: len(costs)], added[len(costs) :]


def _add_recurring(added: Costs, residuals: Costs, numbers: list[int], bound: float, occurrences: int) -> None:
    past = [number for number in numbers if number < len(residuals)]
    seen = residuals[past[-KEPT:]]
    latest = seen[-occurrences:]
    if len(latest) == occurrences and np.abs(latest).min() > bound and np.ptp(np.sign(latest)) == 0:
        added[numbers] = np.median(seen)
        added[past] = residuals[past]


def day_of_month(day: date) -> int:
    """Number of a day in its month; `LAST_DAY` of the last one, whatever its number."""
    return LAST_DAY if (day + timedelta(days=1)).day == 1 else day.day


def _surroundings(costs: Costs) -> Costs:
    """Median of the days around each, at the ends of the nearest whole span."""
    spans = np.lib.stride_tricks.sliding_window_view(costs, 2 * HALF_WIDTH + 1)
    return np.pad(np.median(spans, axis=1), HALF_WIDTH, mode="edge")
