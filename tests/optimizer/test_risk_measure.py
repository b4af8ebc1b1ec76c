"""The mean of the worst outcomes, by hand."""

import numpy as np
import pytest

from costopt.optimizer.risk_measure import Risk, cvar


def risk(**changed):
    given = {
        "scenario": np.array([0, 1, 1]),
        "probability": np.array([0.5, 0.5]),
        "on_demand": np.array([10.0, 20.0]),
        "weight": 0.25,
        "tail": 0.5,
    }
    return Risk(**{**given, **changed})


def test_the_worst_half_of_four_equal_outcomes_is_the_mean_of_two():
    assert cvar(np.array([1.0, 7.0, 3.0, 5.0]), np.full(4, 0.25), 0.5) == pytest.approx(6.0)


def test_a_scenario_at_the_edge_of_the_tail_counts_in_part():
    """The worst 0.5: all of the 0.4 at 10 and 0.1 of the 0.6 at 0."""
    assert cvar(np.array([0.0, 10.0]), np.array([0.6, 0.4]), 0.5) == pytest.approx(8.0)


def test_a_tail_of_nothing_is_the_mean():
    assert cvar(np.array([2.0, 4.0]), np.array([0.25, 0.75]), 0.0) == pytest.approx(3.5)


def test_losses_are_measured_against_on_demand():
    """Costs 4 and 4 + 5 + 6; losses -6 and -5; the worst half is -5."""
    assert risk().cost(4.0, np.array([0.0, 5.0, 6.0])) == pytest.approx(0.75 * 9.5 + 0.25 * -5)


@pytest.mark.parametrize(
    "changed",
    [
        {"weight": 1.0},
        {"tail": -0.1},
        {"probability": np.array([0.5, 0.6])},
        {"probability": np.array([1.5, -0.5])},
        {"on_demand": np.array([1.0])},
        {"scenario": np.array([0, 2])},
    ],
)
def test_what_is_no_distribution_is_refused(changed):
    with pytest.raises(ValueError, match=r"risk|scenario"):
        risk(**changed)
