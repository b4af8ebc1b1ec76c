"""A load profile in few levels, each with the hours of the week in which it is asked for."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costopt.model.utilization import HOURS_PER_WEEK
from costopt.optimizer.fleets.windows import Window, merge, week_of

MOST_WINDOWS = 8
"""Windows that a week is told in."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Level:
    """Hours in which the same capacity is asked for."""

    share: float
    """Of the peak, 0..1."""
    hours: NDArray[np.bool_]
    """Whether it is asked for, by hour of the week from Monday 00:00 UTC, [168]."""
    windows: tuple[Window, ...]
    """The same in words of a scheduler."""

    @property
    def words(self) -> str:
        """`MON-FRI 8-20, SAT 10-12`, UTC."""
        return ", ".join(
            f"{'daily' if one.day_names == '*' else one.day_names} {one.start_hour}-{one.end_hour}"
            for one in self.windows
        )


def levels_of(profile: tuple[float, ...]) -> tuple[Level, ...]:
    """The levels of a profile, highest first; nowhere less than the profile asks for.

    Args:
        profile: share of the peak in each hour of the week (168), of the day (24), or always (1).
    """
    week = np.resize(np.array(profile, dtype=float), HOURS_PER_WEEK)
    windows = merge(week, most_windows=MOST_WINDOWS)
    shares = week_of(windows)
    return tuple(
        Level(
            share=float(share),
            hours=shares == share,
            windows=tuple(one for one in windows if one.capacity == share),
        )
        for share in sorted(set(shares.tolist()), reverse=True)
    )
