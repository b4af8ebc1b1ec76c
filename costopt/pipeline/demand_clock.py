"""Times of a demand file that are those of a clock on the wall, which is put back in autumn."""

import numpy as np
from numpy.typing import NDArray

from costopt.errors import DemandError
from costopt.pipeline.demand_holes import HOUR

UTC_HINT = "One hour in autumn comes twice by local clocks: give times in UTC, or with their offset."

_CHANGES = (3, 4, 10, 11)
"""Months in which clocks are put back, of both hemispheres. Source: https://www.iana.org/time-zones."""
_SUNDAY = 3
"""Day of the week of a number of days since 1970, a Thursday."""
_LAST_HOUR = 3
"""Last hour of the day that comes twice anywhere of note."""
_TWICE = 1.9
"""Rows of each value in that hour over those in the hours beside it."""


def refuse_local_times(hours: NDArray[np.datetime64], item: NDArray[np.int64]) -> None:
    """Refuse a table in which the hour of a change of clocks has every row twice: it would count for two.

    Args:
        hours: of each row, taken as UTC.
        item: group of each row.

    Raises:
        DemandError: there is such an hour.
    """
    known, place = np.unique(hours, return_inverse=True)
    rows = np.bincount(place)
    cells = np.bincount(np.unique(np.column_stack([place, item]), axis=0)[:, 0])
    times = rows / cells
    for late in np.flatnonzero(_may_be_put_back(known)).tolist():
        beside = [
            one for one in (late - 1, late + 1) if 0 <= one < len(known) and abs(known[one] - known[late]) == HOUR
        ]
        if beside and times[late] >= _TWICE * max(times[one] for one in beside):
            raise DemandError(f"{known[late]} has each row twice, as by a clock that is put back", hint=UTC_HINT)


def _may_be_put_back(hours: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    """Whether clocks are put back in an hour somewhere: early on a Sunday of some months."""
    days = hours.astype("datetime64[D]")
    month = hours.astype("datetime64[M]").astype(int) % 12 + 1
    hour = (hours - days) // HOUR
    flags: NDArray[np.bool_] = (
        np.isin(month, _CHANGES) & (days.astype(int) % 7 == _SUNDAY) & (hour.astype(int) <= _LAST_HOUR)
    )
    return flags
