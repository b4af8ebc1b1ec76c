"""Hours that no bill can tell apart, taken together: a bill by the day has a few dozen of them in a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from costopt.economics.demand import Dollars

_WORTH_IT = 0.5
"""Share of the hours above which distinct ones are not worth the copy."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DistinctHours:
    """Each different hour once."""

    dollars: Dollars
    """On-demand dollars, [distinct hours, items]."""
    weight: NDArray[np.float64]
    """How often each occurs, [distinct hours]."""
    windows: tuple[slice, ...]
    """The windows that were given, over distinct hours."""


def distinct_hours(dollars: Dollars, windows: Sequence[slice]) -> DistinctHours:
    """Hours with the same dollars within the same windows, each once; all of them where few are the same.

    Args:
        dollars: on-demand dollars, [hours, items].
        windows: hours in which something is active.
    """
    edges = sorted({0, len(dollars), *(edge for one in windows for edge in (one.start, one.stop))})
    parts = [_first_of_each(dollars, start, stop) for start, stop in pairwise(edges)]
    sizes = [len(part) for part in parts]
    if sum(sizes) > _WORTH_IT * len(dollars):
        return every_hour(dollars, windows)
    places = dict(zip(edges, np.concatenate([[0], np.cumsum(sizes)]).tolist(), strict=True))
    return DistinctHours(
        dollars=dollars[[hour for part in parts for hour in part]],
        weight=np.array([count for part in parts for count in part.values()], dtype=np.float64),
        windows=tuple(slice(places[one.start], places[one.stop]) for one in windows),
    )


def _first_of_each(dollars: Dollars, start: int, stop: int) -> dict[int, int]:
    """First hour of each different one within a stretch, and how often it comes."""
    first: dict[bytes, int] = {}
    count: dict[int, int] = {}
    for hour in range(start, stop):
        place = first.setdefault(dollars[hour].tobytes(), hour)
        count[place] = count.get(place, 0) + 1
    return count


def every_hour(dollars: Dollars, windows: Sequence[slice]) -> DistinctHours:
    """All hours as they are; arguments as of `distinct_hours`."""
    return DistinctHours(dollars=dollars, weight=np.ones(len(dollars)), windows=tuple(windows))
