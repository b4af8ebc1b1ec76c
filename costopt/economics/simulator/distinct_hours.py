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
    parts = [np.unique(dollars[start:stop], axis=0, return_counts=True) for start, stop in pairwise(edges)]
    sizes = [len(rows) for rows, _ in parts]
    if sum(sizes) > _WORTH_IT * len(dollars):
        return every_hour(dollars, windows)
    places = dict(zip(edges, np.concatenate([[0], np.cumsum(sizes)]).tolist(), strict=True))
    return DistinctHours(
        dollars=np.concatenate([rows for rows, _ in parts]),
        weight=np.concatenate([counts for _, counts in parts]).astype(np.float64),
        windows=tuple(slice(places[one.start], places[one.stop]) for one in windows),
    )


def every_hour(dollars: Dollars, windows: Sequence[slice]) -> DistinctHours:
    """All hours as they are; arguments as of `distinct_hours`."""
    return DistinctHours(dollars=dollars, weight=np.ones(len(dollars)), windows=tuple(windows))
