"""Fees that are paid once: they count where they fall, and say nothing of the days that follow."""

import numpy as np
from numpy.typing import NDArray

Costs = NDArray[np.float64]

LOOKED_AT = 56
"""Days, as many as the views look at."""
MOST = 2
"""Days with fees among these; more are a habit, which goes on: as of odd days in `views`, one in four weeks."""


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
    if np.count_nonzero(fees[-LOOKED_AT:]) > MOST:
        return costs - recurring
    return np.asarray(costs - np.where(recurring != 0, recurring, fees))
