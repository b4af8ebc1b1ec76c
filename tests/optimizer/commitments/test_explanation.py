"""Curves that a reader can check by hand."""

import numpy as np
import pytest

from costopt.economics.simulator.settlement import settle
from costopt.optimizer.commitments.explanation import load_durations
from tests.oracles.offers import demand_of, family_plan, held, offer


def test_a_commitment_faces_the_load_that_no_other_pays_for():
    demand = demand_of([[10.0], [20.0], [30.0]])
    settlement = settle(demand, [held(family_plan([0.5]), 2), held(offer([0.5]), 4)])
    narrow, wide = load_durations(settlement)
    assert [narrow.need[0], narrow.need[-1]] == pytest.approx([(30 - 8) / 2, (10 - 6) / 2])
    assert [wide.need[0], wide.need[50], wide.need[-1]] == pytest.approx([13, 8, 3])
    assert (wide.committed, len(wide.need)) == (4, 101)


def test_hours_outside_of_a_term_do_not_count():
    demand = demand_of([[10.0], [20.0], [30.0]])
    (curve,) = load_durations(settle(demand, [held(offer([1.0]), 5, hours=2)]))
    assert curve.need[0] == pytest.approx(20)


def test_a_commitment_that_is_never_active_faces_nothing():
    demand = demand_of(np.ones(3))
    (curve,) = load_durations(settle(demand, [held(offer([1.0]), 0)]))
    assert not curve.need.any()
