"""A capacity for each of the 168 hours of a week, told in few windows that people can read and schedulers can keep."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

HOURS_A_DAY = 24
DAYS_A_WEEK = 7
HOURS_A_WEEK = DAYS_A_WEEK * HOURS_A_DAY

_NAMES = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")

_NEGLIGIBLE = 0.01
"""Part of the week's capacity that one window less may cost."""

Week = NDArray[np.float64]
"""Capacity of each hour of a week, [168], from Monday 00:00 in the schedule's time zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Hours of some days in which the capacity is the same. The windows of a schedule fill the week without overlap."""

    days: tuple[int, ...]
    """Days of the week, Monday is 0."""
    start_hour: int
    """First hour, 0..23."""
    end_hour: int
    """Hour after the last, 1..24."""
    capacity: float
    """What must run, in the load's unit."""

    @property
    def cron(self) -> str:
        """When it begins, as cron and AWS's scheduled scaling read it: `0 8 * * MON-FRI`."""
        return f"0 {self.start_hour} * * {self.day_names}"

    @property
    def day_names(self) -> str:
        """Its days as cron writes them: `MON-FRI`, `SAT,SUN`, `*`."""
        if len(self.days) == DAYS_A_WEEK:
            return "*"
        names = [_NAMES[day] for day in self.days]
        run = len(names) > 2 and self.days[-1] - self.days[0] == len(names) - 1
        return f"{names[0]}-{names[-1]}" if run else ",".join(names)


def merge(capacity: Week, *, most_windows: int) -> tuple[Window, ...]:
    """The fewest windows that nowhere give less than `capacity`, and hardly more of it than the best ones.

    Args:
        capacity: what each hour needs, [168].
        most_windows: how many there may be, at least 1.

    Returns:
        Windows by day and hour. Days that follow each other may share theirs (Monday to Friday); of all such groupings
        and all hours at which windows may begin it is the one with the least capacity. Their number is the smallest
        beside which `most_windows` save less than a hundredth of the week's capacity.
    """
    days = capacity.reshape(DAYS_A_WEEK, HOURS_A_DAY)
    plans = _group_days(days, most_windows)
    enough = min(plan.waste for plan in plans[1:]) + _NEGLIGIBLE * float(capacity.sum())
    chosen = next(plan for plan in plans[1:] if plan.waste <= enough)
    return tuple(window for run, own in chosen.runs for window in run.windows(own))


def week_of(windows: Sequence[Window]) -> Week:
    """The capacity that windows give each hour of the week, [168]."""
    week = np.zeros((DAYS_A_WEEK, HOURS_A_DAY))
    for window in windows:
        week[list(window.days), window.start_hour : window.end_hour] = window.capacity
    return week.ravel()


class _Plan(NamedTuple):
    """The first days of a week, told in windows."""

    waste: float
    """Capacity beyond need, summed over their hours."""
    runs: "tuple[tuple[_Run, int], ...]"
    """Days that share windows, and how many they have."""


def _group_days(days: Week, most: int) -> list[_Plan]:
    """The best plan of the whole week for each number of windows up to `most`, [0..most] (the one for 0 is none)."""
    none = _Plan(math.inf, ())
    best = [[_Plan(0.0, ())] + [none] * most] + [[none] * (most + 1) for _ in range(DAYS_A_WEEK)]
    for first in range(DAYS_A_WEEK):
        for after in range(first + 1, DAYS_A_WEEK + 1):
            run = _Run(days[first:after], first, most)
            for own in range(1, most + 1):
                for before in range(most + 1 - own):
                    waste = best[first][before].waste + run.waste(own)
                    if waste < best[after][before + own].waste:
                        best[after][before + own] = _Plan(waste, (*best[first][before].runs, (run, own)))
    return best[DAYS_A_WEEK]


class _Run:
    """Days that share windows, cut in every number of them with the least waste (a programme over the last cut)."""

    def __init__(self, days: Week, first: int, most: int) -> None:
        self._days = tuple(range(first, first + len(days)))
        self._need = days.max(axis=0)
        self._most = min(most, HOURS_A_DAY)
        self._least, self._cut = self._cuts(self._waste_of_segments(days))

    def waste(self, count: int) -> float:
        """Capacity beyond need, summed over the hours of all days, with so many windows; inf above one an hour."""
        return float(self._least[count]) if count <= self._most else math.inf

    def windows(self, count: int) -> list[Window]:
        """The windows, by hour."""
        found, end = [], HOURS_A_DAY
        for number in range(count, 0, -1):
            start = int(self._cut[number, end])
            peak = float(self._need[start:end].max())
            found.append(Window(days=self._days, start_hour=start, end_hour=end, capacity=peak))
            end = start
        return found[::-1]

    def _waste_of_segments(self, days: Week) -> Week:
        """Waste of one window from each hour to each later one, [start, end]; inf where it would end before."""
        waste = np.full((HOURS_A_DAY, HOURS_A_DAY + 1), np.inf)
        lengths = np.arange(1, HOURS_A_DAY + 1)
        for start in range(HOURS_A_DAY):
            given = np.maximum.accumulate(self._need[start:]) * lengths[: HOURS_A_DAY - start] * len(days)
            waste[start, start + 1 :] = given - np.cumsum(days.sum(axis=0)[start:])
        return waste

    def _cuts(self, segments: Week) -> tuple[Week, NDArray[np.int64]]:
        """Least waste of the day for each number of windows, and where the last one of them begins, [windows, end]."""
        least = np.full(HOURS_A_DAY + 1, np.inf)
        least[0] = 0.0
        totals, cut = [np.inf], np.zeros((self._most + 1, HOURS_A_DAY + 1), dtype=np.int64)
        for count in range(1, self._most + 1):
            ways = least[:HOURS_A_DAY, None] + segments
            cut[count], least = ways.argmin(axis=0), ways.min(axis=0)
            totals.append(float(least[HOURS_A_DAY]))
        return np.array(totals), cut
