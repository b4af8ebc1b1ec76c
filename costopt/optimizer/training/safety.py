"""The hard switch: what may still be chosen so that the deadline holds whatever happens to spot capacity."""

from dataclasses import dataclass

import numpy as np

from costopt.optimizer.training.timetable import IDLE, Timetable, Units


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SafetyNet:
    """Ticks that must remain after a choice, in the worst case: taken away at once, then the fallback to the end."""

    after_idle: Units
    """Ticks to finish after a tick of idleness, by units left before it, [work + 1]."""
    after_run: Units
    """The same after a tick on a capacity at an age, [capacities, ages + 1, work + 1]."""

    def allows(self, capacity: int, age: int, units: int, ticks_left: int) -> bool:
        """Whether a choice for this tick keeps the promise; `ticks_left` counts this tick."""
        needed = self.after_idle[units] if capacity == IDLE else self.after_run[capacity, age, units]
        return bool(needed < ticks_left)


def spread_net(table: Timetable) -> SafetyNet:
    """The net of a timetable.

    A choice is allowed where `ticks to finish on the fallback from the worst state after this tick <= ticks left - 1`.
    Starting from a feasible timetable the fallback itself is always allowed: idle states satisfy
    `cold ticks(units) <= ticks left`, and an allowed choice leaves every state that may follow so. Where there is no
    fallback nothing can be promised and everything is allowed.
    """
    ages, count = table.ages, table.work + 1
    run = np.zeros((len(table.capacities), ages + 1, count), dtype=np.int64)
    if table.fallback is None:
        return SafetyNet(after_idle=np.zeros(count, dtype=np.int64), after_run=run)
    cold = table.ticks_to_finish(table.fallback, 0, np.arange(count))
    for place in range(len(table.capacities)):
        for age in range(ages + 1):
            left = table.after(place, age)
            if table.revocable[place]:
                run[place, age] = cold[table.lost(place)[left]]
            else:
                on = table.ticks_to_finish(place, min(age + 1, ages), left)
                run[place, age] = np.minimum(on, cold[left])
    return SafetyNet(after_idle=cold, after_run=run)
