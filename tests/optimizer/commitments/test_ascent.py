"""Maxima of concave piecewise-linear functions, with their proofs."""

import numpy as np
import pytest

from costopt.optimizer.commitments.ascent import find_peak


def lowest_of(planes):
    """Minimum of planes a.x + b, given as [planes, hours, dimensions + 1]."""

    def function(points, hours):
        mine = planes[:, hours]
        heights = np.einsum("phd,dh->ph", mine[:, :, :-1], points) + mine[:, :, -1]
        lowest, place = heights.argmin(axis=0), np.arange(len(hours))
        return heights[lowest, place], mine[lowest, place, :-1].T

    return function


@pytest.mark.parametrize("dimensions", [1, 2, 3])
def test_the_peak_of_random_roofs_is_found_and_proved(dimensions):
    rng = np.random.default_rng(dimensions)
    planes = rng.normal(size=(8, 50, dimensions + 1))
    function = lowest_of(planes)
    peak = find_peak(function, np.ones(dimensions), np.full(50, 1e-9))
    assert (peak.upper - peak.value).max() <= 1e-8
    for point in rng.random((500, dimensions, 50)):
        assert (function(point, np.arange(50))[0] <= peak.upper + 1e-9).all()


def test_a_peak_at_the_edge_is_found():
    planes = np.array([[[1.0, 0.0], [-1.0, 0.0]]])
    peak = find_peak(lowest_of(planes), np.array([2.0]), np.full(2, 1e-9))
    assert (peak.point[0].tolist(), peak.value.tolist(), peak.upper.tolist()) == ([2.0, 0.0], [2.0, 0.0], [2.0, 0.0])
