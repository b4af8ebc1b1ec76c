"""From quantities of a linear model to quantities that can be bought, judged by the provider's own bill.

The model lets commitments pay where it is best; the provider has an order. Where the two differ, and where steps of
purchase are coarse, a search over neighbours on the simulated bill finds what the model cannot see.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costopt.optimizer.commitments.limits import Limit
from costopt.optimizer.solver import Deadline

Vector = NDArray[np.float64]

_FIRST_STEP = 0.1
"""Of a quantity, the first change that is tried."""
_NOISE = 1e-9
"""Relative difference of bills that is rounding."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """The best quantities, in whole steps."""

    quantities: Vector
    """Units, [options]."""
    bill: float
    """Dollars, as simulated."""
    trials: int
    """Bills that were simulated."""


def round_to_steps(quantities: Vector, steps: Vector, limits: Sequence[Limit]) -> Vector:
    """Whole steps nearest below, and above where a floor demands it, [options]."""
    whole = np.floor(quantities / steps + 1e-6) * steps
    for limit in limits:
        for place in np.argsort(-limit.weights, kind="stable").tolist():
            if limit.relation == "<=" or not limit.missing(whole) or not limit.weights[place]:
                break
            short = limit.missing(whole) / limit.weights[place]
            above = np.ceil(min(short, quantities[place] - whole[place] + steps[place]) / steps[place]) * steps[place]
            whole[place] += above
    return whole


def polish(
    bill: Callable[[Vector], float],
    start: Vector,
    steps: Vector,
    limits: Sequence[Limit],
    *,
    most: Vector,
    good_enough: float,
    trials: int,
    deadline: Deadline,
) -> Found:
    """Search near `start` for quantities with a lower bill.

    Args:
        bill: Dollars of quantities.
        start: Whole steps that keep the limits, [options].
        steps: Step of purchase of each option, [options].
        limits: What must be kept.
        most: Largest useful quantity of each option, [options].
        good_enough: Bill at which to stop.
        trials: How many bills may be simulated.
        deadline: When to stop.
    """
    search = _Search(bill, steps, limits, most, trials, deadline)
    search.consider(start)
    search.consider(np.zeros_like(start))
    size = np.maximum(_whole(_FIRST_STEP * np.maximum(search.best, start.sum() / max(1, len(start))), steps), steps)
    while not search.over(good_enough):
        if search.sweep(size, good_enough):
            continue
        if (size <= steps).all():
            break
        size = np.maximum(_whole(size / 2, steps), steps)
    return Found(quantities=search.best, bill=search.bill, trials=search.trials)


class _Search:
    """Best quantities so far, and how many bills are left to simulate."""

    def __init__(
        self,
        bill: Callable[[Vector], float],
        steps: Vector,
        limits: Sequence[Limit],
        most: Vector,
        trials: int,
        deadline: Deadline,
    ) -> None:
        self._bill, self._limits, self._deadline, self._most_trials = bill, limits, deadline, trials
        self._most = _whole(most, steps) + steps
        self.best, self.bill, self.trials = np.zeros_like(steps), float("inf"), 0

    def over(self, good_enough: float) -> bool:
        return self.bill <= good_enough or self.trials >= self._most_trials or self._deadline.passed

    def consider(self, quantities: Vector) -> bool:
        """Simulate quantities that keep the limits; whether they are the best so far."""
        if any(limit.missing(quantities) for limit in self._limits):
            return False
        dollars = self._bill(quantities)
        self.trials += 1
        if dollars >= self.bill - _NOISE * abs(dollars):
            return False
        self.best, self.bill = quantities, dollars
        return True

    def sweep(self, size: Vector, good_enough: float) -> bool:
        """Change one quantity after the other by its size, up or down; whether any change was better."""
        better = False
        for place in range(len(size)):
            for change in (size[place], -size[place]):
                tried = self.best.copy()
                tried[place] = np.clip(tried[place] + change, 0.0, self._most[place])
                if self.over(good_enough):
                    return better
                if tried[place] != self.best[place] and self.consider(tried):
                    better = True
                    break
        return better


def _whole(quantities: Vector, steps: Vector) -> Vector:
    whole: Vector = np.floor(quantities / steps) * steps
    return whole
