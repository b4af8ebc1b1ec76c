"""Hours of demand that are missing: refused, or filled knowingly."""

from collections.abc import Callable
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from costopt.errors import DemandError

HOUR = np.timedelta64(1, "h")


class Fill(StrEnum):
    """What takes the place of an hour that is missing."""

    REFUSE = "refuse"
    """Nothing: it is an error."""
    FORWARD = "forward"
    """The hour before it."""
    ZERO = "zero"
    """No demand."""


def fill_holes(values: NDArray[np.float64], holes: NDArray[np.bool_], start: np.datetime64, fill: Fill) -> list[str]:
    """Fill holes in place.

    Args:
        values: demand, [hours, items]; changed where there are holes.
        holes: where it is not known, [hours, items].
        start: first hour, UTC.
        fill: what takes their place.

    Returns:
        What was filled, in a sentence; nothing where there was no hole.

    Raises:
        DemandError: a hole that may not, or cannot, be filled.
    """
    count = int(holes.any(axis=1).sum())
    if not count:
        return []
    first = start + int(np.argmax(holes.any(axis=1))) * HOUR
    if fill is Fill.REFUSE:
        raise DemandError(
            f"{_counted(count)} missing, the first {first}Z",
            hint="--fill forward takes the hour before, --fill zero no demand. One hour in spring is a"
            " change of clocks: give times in UTC.",
        )
    _FILLERS[fill](values, holes)
    how = "the hour before" if fill is Fill.FORWARD else "no demand"
    return [f"{_counted(count)} missing, the first {first}Z: filled with {how}."]


def _counted(hours: int) -> str:
    return "1 hour is" if hours == 1 else f"{hours:,} hours are"


def _fill_forward(values: NDArray[np.float64], holes: NDArray[np.bool_]) -> None:
    if holes[0].any():
        raise DemandError("the first hour is missing: there is none before it", hint="Begin later, or --fill zero.")
    known = np.maximum.accumulate(np.where(holes, 0, np.arange(len(values))[:, None]), axis=0)
    values[:] = np.take_along_axis(values, known, axis=0)


def _fill_zero(values: NDArray[np.float64], holes: NDArray[np.bool_]) -> None:
    values[holes] = 0.0


_FILLERS: dict[Fill, Callable[[NDArray[np.float64], NDArray[np.bool_]], None]] = {
    Fill.FORWARD: _fill_forward,
    Fill.ZERO: _fill_zero,
}
