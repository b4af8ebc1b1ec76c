"""The maximum of many small concave functions at once, one for each hour, with a proof for each.

In one dimension the tangents from both sides meet above the maximum; their meeting point is tried next, and since the
functions are piecewise linear, a few steps end exactly. In more dimensions the same is done for the first coordinate,
with the maximum over the others in place of the function; of two tangents that meet, the mean that is flat in an inner
coordinate bounds the function in the outer ones, so the proof holds there too.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

Hours = NDArray[np.int64]
"""Numbers of some hours."""

Function = Callable[[Array, Hours], tuple[Array, Array]]
"""Points [dimensions, hours] of the hours of these numbers to values [hours] and supergradients [dimensions, hours]."""

_MOST_STEPS = 40


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Peak:
    """Where each function is highest, as far as it was found."""

    point: Array
    """Coordinates, [dimensions, hours]."""
    value: Array
    """Value there, [hours]."""
    upper: Array
    """What no point betters, [hours]."""
    slope: Array
    """Supergradient in the outer coordinates, which `upper` goes with, [outer dimensions, hours]."""

    def put(self, hours: Hours, other: "Peak", which: NDArray[np.bool_]) -> None:
        """Take over `other`, which is of some hours, in those of them that are marked; in place."""
        target = hours[which]
        self.point[:, target] = other.point[:, which]
        self.value[target], self.upper[target] = other.value[which], other.upper[which]
        self.slope[:, target] = other.slope[:, which]


def find_peak(function: Function, top: Array, tolerance: Array) -> Peak:
    """Maximise over the box from 0 to `top`.

    Args:
        function: Concave in each hour's point.
        top: Largest useful value of each coordinate, [dimensions].
        tolerance: How far value and upper bound may be apart, [hours].
    """
    return _over(function, np.empty((0, len(tolerance))), np.arange(len(tolerance)), top, tolerance)


def _over(function: Function, fixed: Array, hours: Hours, top: Array, tolerance: Array) -> Peak:
    """Maximise over the coordinates that are not fixed yet, in some hours."""
    place = len(fixed)
    if place == len(top):
        value, slope = function(fixed, hours)
        return Peak(point=fixed, value=value, upper=value, slope=slope)

    def at(coordinate: Array, which: Hours) -> Peak:
        points = np.vstack([fixed[:, which], coordinate])
        return _over(function, points, hours[which], top, tolerance[which])

    everywhere = np.arange(len(hours))
    low, high = at(np.zeros(len(hours)), everywhere), at(np.full(len(hours), top[place]), everywhere)
    best = _pick(high.value > low.value, high, low)
    for _ in range(_MOST_STEPS):
        meeting, upper, _weight = _meet(low, high, place)
        # Most hours are proved after a step or two: only the others are looked at again.
        still = np.flatnonzero(upper - best.value > tolerance)
        if not still.size:
            break
        middle = at(meeting[still], still)
        best.put(still, middle, middle.value > best.value[still])
        rising = middle.slope[place] > 0
        low.put(still, middle, rising)
        high.put(still, middle, ~rising)
    _, upper, weight = _meet(low, high, place)
    slope = (weight * low.slope + (1 - weight) * high.slope)[:place]
    return Peak(point=best.point, value=best.value, upper=np.maximum(upper, best.value), slope=slope)


def _meet(low: Peak, high: Peak, place: int) -> tuple[Array, Array, Array]:
    """Where the tangents meet, how high, and the weight of the lower point's tangent in the flat mean of both."""
    left, right, up, down = low.point[place], high.point[place], low.slope[place], high.slope[place]
    between = (up > 0) & (down < 0)
    steep = np.where(between, up - down, 1.0)
    meeting = np.clip((high.upper - low.upper + up * left - down * right) / steep, left, right)
    meeting = np.where(between, meeting, np.where(up <= 0, left, right))
    weight = np.where(between, -down / steep, np.where(up <= 0, 1.0, 0.0))
    upper = np.where(between, low.upper + up * (meeting - left), np.where(up <= 0, low.upper, high.upper))
    return meeting, upper, weight


def _pick(which: NDArray[np.bool_], one: Peak, other: Peak) -> Peak:
    """Of each hour one peak or the other, in arrays of their own."""
    return Peak(
        point=np.where(which, one.point, other.point),
        value=np.where(which, one.value, other.value),
        upper=np.where(which, one.upper, other.upper),
        slope=np.where(which, one.slope, other.slope),
    )
