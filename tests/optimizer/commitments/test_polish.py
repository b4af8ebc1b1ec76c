"""The local search buys whole steps, keeps limits and never makes a bill worse."""

import numpy as np
import pytest

from costopt.optimizer.commitments.limits import Limit
from costopt.optimizer.commitments.polish import polish, round_to_steps
from costopt.optimizer.solver import Deadline

STEPS = np.array([1.0, 0.5])


def limit(weights, relation, right):
    return Limit(name="row", weights=np.array(weights, dtype=float), relation=relation, right=right, unit="dollars")


def bowl(quantities):
    return 100 + float(np.abs(quantities - np.array([3.3, 4.2])).sum())


def searched(start=(0.0, 0.0), limits=(), **options):
    given = {"most": np.array([9.0, 9.0]), "good_enough": 0.0, "trials": 500, "deadline": Deadline(end=None), **options}
    return polish(bowl, np.array(start), STEPS, limits, **given)


def test_it_finds_the_best_whole_steps():
    assert searched().quantities.tolist() == pytest.approx([3.0, 4.0])


def test_it_keeps_limits():
    found = searched(limits=(limit([1, 1], "<=", 5),))
    assert found.quantities.sum() <= 5
    assert found.bill == pytest.approx(102.5)


def test_it_stops_at_a_bill_that_is_good_enough():
    assert searched(start=(3.0, 4.0), good_enough=101.0).trials == 2


def test_it_stops_after_its_trials_or_its_time():
    assert searched(trials=5).trials <= 5
    assert searched(deadline=Deadline.after(0, clock=lambda: 0.0)).trials == 2


def test_rounding_goes_down_but_not_below_a_floor():
    quantities = np.array([2.7, 1.3])
    assert round_to_steps(quantities, STEPS, []).tolist() == [2.0, 1.0]
    assert round_to_steps(quantities, STEPS, [limit([1, 0], ">=", 2.7)]).tolist() == [3.0, 1.0]


def test_what_is_a_whole_number_of_steps_stays_it():
    assert round_to_steps(np.array([3.0 - 1e-9, 0.1 * 5]), STEPS, []).tolist() == [3.0, 0.5]
