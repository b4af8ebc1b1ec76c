"""What one plan covers, against hour by hour."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.optimizer.backtest.plan_curve import PlanCurve
from tests.oracles.made_replays import left_on_demand


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), quantity=st.floats(0, 30))
def test_it_covers_what_hour_by_hour_covers(seed: int, quantity: float) -> None:
    generator = np.random.default_rng(seed)
    dollars = generator.integers(0, 10, (12, 3)).astype(float)
    take = np.array([0.7, 0.5, np.inf]) if seed % 2 else generator.uniform(0.4, 0.9, 3)
    expected = dollars.sum() - left_on_demand(dollars, take, quantity)
    assert PlanCurve(dollars, take).covered(quantity) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.floats(0.01, 0.99))
def test_the_quantity_for_some_dollars_covers_them(seed: int, share: float) -> None:
    dollars = np.random.default_rng(seed).uniform(0, 10, (10, 2))
    curve = PlanCurve(dollars, np.array([0.7, 0.6]))
    target = share * float(dollars.sum())
    assert curve.covered(curve.quantity_covering(target)) == pytest.approx(target)


def test_more_than_there_is_gives_the_quantity_that_covers_all() -> None:
    curve = PlanCurve(np.array([[10.0], [20.0]]), np.array([0.5]))
    assert curve.quantity_covering(1000) == 10
    assert curve.quantity_covering(0) == 0


def test_needs_leave_out_what_the_plan_does_not_pay_for() -> None:
    assert PlanCurve(np.array([[10.0, 5.0]]), np.array([0.5, np.inf])).needs.tolist() == [5.0]
