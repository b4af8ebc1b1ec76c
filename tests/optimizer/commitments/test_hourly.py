"""Prices of an hour: the best of all ways to let commitments pay, against a linear model of that hour."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.optimizer.commitments.hourly import first_level, price_hours
from costopt.optimizer.commitments.pools import join
from tests.oracles.commitment_lp import solve_monolith
from tests.oracles.offers import offer

NO = np.inf


def priced(take, dollars, capacity, **options):
    take, dollars = np.array(take), np.atleast_2d(np.array(dollars, dtype=float))
    pools = join(take, **options)
    return pools, price_hours(pools, first_level(pools, dollars), np.array(capacity, dtype=float).reshape(-1, 1))


def least_left(take, dollars, capacity):
    """On-demand dollars of each hour by a linear model."""
    given_units = [(offer(row), np.array([units])) for row, units in zip(take, capacity, strict=True)]
    return [solve_monolith(hour.reshape(1, -1), [], owned=given_units)[0] for hour in np.atleast_2d(dollars)]


def test_the_deepest_saving_is_used_first():
    """7 units at 0.5 cover all 8 dollars of the first item and 3 / 0.9 of the second."""
    _, prices = priced([[0.5, 0.9]], [8.0, 10.0], [7.0])
    assert prices.value[0] == pytest.approx(10 - 3 / 0.9)
    assert prices.pool[0, 0] == pytest.approx(1 / 0.9)
    assert prices.item[:, 0].tolist() == pytest.approx([0.5 / 0.9, 1.0])


def test_where_there_is_room_for_all_nothing_more_is_worth_anything():
    _, prices = priced([[0.5, 0.9]], [8.0, 10.0], [50.0])
    assert (prices.value[0], prices.pool[0, 0], prices.item.max()) == (0.0, 0.0, 0.0)


def test_narrow_plans_come_before_the_wide_one():
    pools, prices = priced([[0.6, NO], [0.7, 0.7]], [10.0, 10.0], [3.0, 7.0])
    assert prices.value[0] == pytest.approx(20 - 5 - 10)
    assert pools.levels[0].cover[0].max() == pytest.approx(1 / 0.6)


rates = st.sampled_from([0.4, 0.5, 0.55, 0.6, 0.72, 0.8, 1.0, NO])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_prices_of_any_small_hour_are_those_of_a_linear_model(data):
    instruments, items = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    take = np.array(
        data.draw(st.lists(st.lists(rates, min_size=items, max_size=items), min_size=instruments, max_size=instruments))
    )
    dollars = np.array(data.draw(st.lists(st.integers(0, 9), min_size=items, max_size=items)), dtype=float)
    capacity = np.array(data.draw(st.lists(st.integers(0, 6), min_size=instruments, max_size=instruments)), dtype=float)
    pools, prices = priced(take, dollars, capacity, most_outer=4)
    (least,) = least_left(take, dollars, capacity)
    assert pools.exact
    assert prices.value[0] == pytest.approx(least, abs=1e-5)
    assert prices.excess[0] <= 1e-5 + 1e-6 * dollars.sum()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_taking_pools_for_one_only_lowers_the_bound(seed):
    rng = np.random.default_rng(seed)
    take, dollars, capacity = rng.uniform(0.4, 0.9, (5, 4)), rng.gamma(1, 3, 4), rng.gamma(1, 1.5, 5)
    pools, prices = priced(take, dollars, capacity, most_outer=1)
    (least,) = least_left(take, dollars, capacity)
    assert not pools.exact
    assert prices.value[0] <= least + 1e-6


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_prices_bound_every_other_demand_and_quantity_too(seed):
    """So they are valid cuts in demand and commitments at once."""
    rng = np.random.default_rng(seed)
    take = np.where(rng.random((3, 4)) < 0.7, rng.uniform(0.4, 0.9, (3, 4)), NO)
    capacity, other_capacity = rng.gamma(1, 2, (2, 3))
    dollars, other = rng.gamma(1, 3, (2, 4))
    pools, prices = priced(take, dollars, capacity)
    unit = pools.unit @ prices.pool[:, 0]
    for level, item in zip(pools.levels, prices.alone, strict=True):
        unit = unit + level.cover @ item[:, 0]
    cut = prices.value[0] + prices.item[:, 0] @ (other - dollars) - unit @ (other_capacity - capacity)
    assert cut <= least_left(take, other, other_capacity)[0] + 1e-6


def test_a_cheaper_dollar_on_demand_is_covered_last():
    """With sustained use the first item costs 0.5 a dollar: a unit is worth more on the second."""
    pools = join(np.array([[0.6, 0.9]]), apart=np.array([0, 1]))
    on_demand = np.array([[0.5, 1.0]])[:, pools.origin].T
    prices = price_hours(pools, first_level(pools, np.array([[10.0, 10.0]])), np.array([[9.0]]), on_demand)
    assert prices.value[0] == pytest.approx(5.0)
