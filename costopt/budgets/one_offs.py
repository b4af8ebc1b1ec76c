"""Fees that are paid once: they count where they fall, and say nothing of the days that follow."""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from costopt.budgets.month_days import day_of_month

Costs = NDArray[np.float64]

LOOKED_AT = 56
"""Days, as many as the views look at."""
MOST = 2
"""Days with fees among these; more are a habit, which goes on: as of odd days in `views`, one in four weeks."""


def lone_fees(first_day: date, fees: Costs) -> Costs:
    """Fees on a day of the month that has none in the month before or after; zero where fees are a habit.

    What recurs on a day of the month is told without them: a tax of 30 that once stands beside a fee of 5,000 is
    expected as 30.

    Args:
        first_day: of `fees`.
        fees: as of `without_fees`.
    """
    if _is_habit(fees):
        return np.zeros(len(fees))
    places = {int(number): _place(first_day + timedelta(days=int(number))) for number in np.flatnonzero(fees)}
    paid = set(places.values())
    lone = [number for number, (day, month) in places.items() if not {(day, month - 1), (day, month + 1)} & paid]
    found = np.zeros(len(fees))
    found[lone] = fees[lone]
    return found


def without_fees(costs: Costs, fees: Costs, recurring: Costs) -> Costs:
    """What a past cost without what is known to come again by itself, or not to come again.

    Args:
        costs: consecutive days.
        fees: what of each day was a fee that its provider calls one-time; all zero where nothing is known of them.
        recurring: what of each day recurs on that day of the month, and is told apart. A fee that does is no one-off,
            whatever it is called: support is billed so, month after month.

    Returns:
        Each day's usual cost.
    """
    if _is_habit(fees):
        return costs - recurring
    return np.asarray(costs - np.where(recurring != 0, recurring, fees))


def _is_habit(fees: Costs) -> bool:
    return bool(np.count_nonzero(fees[-LOOKED_AT:]) > MOST)


def _place(day: date) -> tuple[int, int]:
    """Day of the month, and number of the month."""
    return day_of_month(day), day.year * 12 + day.month
