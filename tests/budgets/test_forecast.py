"""Forecasts that can be worked out by hand, and what no bill may break."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from costopt.budgets.forecast import USUAL_ERROR, DailyCosts, forecast_days
from costopt.budgets.month_days import month_day_effects

MONDAY = date(2026, 3, 2)
WEEK = [10.0, 10, 10, 10, 10, 4, 2]


def past(costs: list[float] | NDArray[np.float64]) -> DailyCosts:
    return DailyCosts(first_day=MONDAY, costs=np.array(costs, dtype=float))


def days(costs: list[float] | NDArray[np.float64], count: int) -> NDArray[np.float64]:
    outlook = forecast_days(past(costs), count)
    assert outlook is not None
    return outlook.daily


def test_a_steady_bill_goes_on() -> None:
    assert days([7.0] * 60, 5) == pytest.approx([7.0] * 5)


def test_weekdays_come_again_where_the_history_ends_within_a_week() -> None:
    assert days((WEEK * 10)[:-3], 10) == pytest.approx([10.0, 4, 2, *WEEK])


def test_a_day_of_waste_does_not_become_the_expectation() -> None:
    wasted = np.array(WEEK * 10)
    wasted += np.resize([0.0, 0.2, -0.2, 0.1, -0.1], 70)
    spiked = wasted.copy()
    spiked[66] = 500
    assert days(spiked, 28).sum() == pytest.approx(days(wasted, 28).sum(), rel=0.01)


def test_growth_is_carried_on_and_fades() -> None:
    found = days(100 + np.arange(120.0), 60)
    assert np.all(np.diff(found) > 0)
    assert 210 < found[0] <= 221
    assert found[-1] < 279


def test_fees_on_the_first_come_again_once_they_came_twice() -> None:
    first = date(2026, 1, 1)
    bill = np.array([100.0 + 50 * ((first + timedelta(days=day)).day == 1) for day in range(90)])
    _, coming = month_day_effects(first, bill, 30)
    assert coming.sum() == coming[0] == pytest.approx(50)
    once = month_day_effects(date(2026, 1, 15), bill[14:55], 31)[1]
    assert not once.any()


def test_the_last_day_of_a_month_is_its_own_whatever_its_number() -> None:
    first = date(2026, 1, 1)
    everyday = [(first + timedelta(days=day)) for day in range(31 + 28 + 31)]
    bill = np.array([100.0 + 80 * ((day + timedelta(days=1)).day == 1) for day in everyday])
    _, coming = month_day_effects(first, bill, 30)
    assert np.flatnonzero(coming).tolist() == [29]


def test_nothing_is_told_from_nothing() -> None:
    assert forecast_days(past([]), 10) is None
    assert forecast_days(past([0.0] * 40), 10) is None


def test_what_began_late_is_not_held_against_the_days_before_it() -> None:
    assert days([0.0] * 300 + [5.0] * 30, 3) == pytest.approx([5.0] * 3)


def test_a_few_days_give_their_mean_and_the_usual_error() -> None:
    outlook = forecast_days(past([10.0, 11, 12]), 30)
    assert outlook is not None
    assert outlook.expected == pytest.approx(330)
    assert outlook.trials == 0
    assert outlook.deviation == pytest.approx(330 * USUAL_ERROR)


def test_credits_may_make_days_negative_and_a_bill_without_them_never_is() -> None:
    assert days([5.0, -8.0] * 30, 14).sum() == pytest.approx(-21, abs=3)
    assert days(np.maximum(100 - 3 * np.arange(60.0), 0), 60).min() >= 0


def test_noise_widens_the_interval_and_months_in_quiet_narrow_it() -> None:
    rng = np.random.default_rng(5)
    quiet, loud = (forecast_days(past(100 * np.exp(rng.normal(0, noise, 200))), 30) for noise in (0.01, 0.5))
    assert quiet is not None
    assert loud is not None
    assert quiet.margin < loud.margin
    assert quiet.margin < 1.29 * USUAL_ERROR * quiet.expected


def test_the_probability_is_a_half_at_what_is_expected_and_a_tenth_at_the_end_of_the_interval() -> None:
    outlook = forecast_days(past([10.0] * 20), 30)
    assert outlook is not None
    assert outlook.probability_above(outlook.expected) == pytest.approx(0.5)
    assert outlook.probability_above(outlook.expected + outlook.margin) == pytest.approx(0.1)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.floats(0, 1e7, allow_subnormal=False).filter(lambda cost: cost == 0 or cost > 1e-6), max_size=90),
    st.integers(0, 40),
)
def test_a_forecast_is_finite_and_never_negative_without_credits(costs: list[float], count: int) -> None:
    outlook = forecast_days(past(costs), count)
    if outlook is not None:
        assert outlook.daily.shape == (count,)
        assert np.isfinite(outlook.daily).all()
        assert (outlook.daily >= 0).all()
        assert np.isfinite(outlook.deviation)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 1000), min_size=40, max_size=80), st.sampled_from([0.015625, 4.0, 1024.0]))
def test_another_currency_changes_nothing_but_the_unit(costs: list[int], rate: float) -> None:
    plain = forecast_days(past([float(cost) for cost in costs]), 20)
    other = forecast_days(past([cost * rate for cost in costs]), 20)
    assert plain is not None
    assert other is not None
    assert other.expected == pytest.approx(plain.expected * rate, rel=1e-6)
    assert other.deviation == pytest.approx(plain.deviation * rate, rel=1e-6)
