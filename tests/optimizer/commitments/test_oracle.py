"""Costs and slopes of hours beside purchases."""

import numpy as np
import pytest

from costopt.optimizer.commitments.oracle import Column, HourlyRecourse

NO = np.inf
TAKE = np.array([[0.6, NO, NO], [NO, 0.6, NO], [0.7, 0.75, 0.8]])
WINDOWS = [Column(instrument=k, hours=slice(first, last)) for k in range(3) for first, last in ((0, 50), (20, 50))]


def dollars(seed=0, hours=50):
    return np.random.default_rng(seed).gamma(2.0, 2.0, (hours, 3))


def recourse(**options):
    return HourlyRecourse(dollars(), TAKE, WINDOWS, **options)


def test_slopes_are_those_of_the_cost():
    oracle, rng = recourse(), np.random.default_rng(1)
    x = rng.uniform(0.1, 1.5, 6)
    here = oracle(x)
    for column in range(6):
        step = np.zeros(6)
        step[column] = 1e-6
        change = (oracle(x + step).cost.sum() - oracle(x - step).cost.sum()) / 2e-6
        assert here.gradient[:, column].sum() == pytest.approx(change, rel=1e-5)


def test_every_cut_lies_below_the_cost_everywhere():
    oracle, rng = recourse(), np.random.default_rng(2)
    for _ in range(20):
        x, other = rng.uniform(0, 4, (2, 6))
        here, there = oracle(x), oracle(other)
        assert (here.bound + here.gradient @ (other - x) <= there.cost + 1e-9).all()


def test_groups_add_up_to_the_hours_whatever_they_are():
    x = np.full(6, 0.5)
    whole = recourse(group=np.zeros(50, dtype=int))(x)
    parts = recourse(group=np.arange(50) % 7)(x)
    assert (len(whole.cost), len(parts.cost)) == (1, 7)
    assert parts.cost.sum() == pytest.approx(whole.cost[0])
    assert parts.gradient.sum(axis=0) == pytest.approx(whole.gradient[0])


def test_weights_count_hours_more_than_once():
    x = np.full(6, 0.5)
    twice = recourse(weight=np.full(50, 2.0))(x)
    assert twice.cost == pytest.approx(2 * recourse()(x).cost)
    assert twice.gradient == pytest.approx(2 * recourse()(x).gradient)


def test_a_purchase_helps_only_in_its_hours():
    oracle = recourse(group=(np.arange(50) >= 20).astype(int))
    later = np.array([0.0, 1.0, 0.0, 1.0, 0.0, 1.0])
    none, some = oracle(np.zeros(6)), oracle(later)
    assert some.cost[0] == none.cost[0]
    assert some.cost[1] < none.cost[1]
    assert none.gradient[0, 1::2].tolist() == [0.0, 0.0, 0.0]


def test_what_is_owned_helps_while_it_is_owned():
    owned = np.zeros((50, 3))
    owned[:30, 2] = 2.0
    hours = (np.arange(50) >= 30).astype(int)
    with_it, without = recourse(owned=owned, group=hours)(np.zeros(6)), recourse(group=hours)(np.zeros(6))
    assert with_it.cost[0] < without.cost[0]
    assert with_it.cost[1] == without.cost[1]


def test_prices_of_items_are_slopes_in_demand():
    hour = dollars(hours=1)
    x = np.array([0.5, 0.0, 0.5, 0.0, 0.8, 0.0])
    columns = [Column(instrument=k, hours=slice(0, 1)) for k in (0, 0, 1, 1, 2, 2)]
    price = HourlyRecourse(hour, TAKE, columns).price(x).item[:, 0]
    for item in range(3):
        more = hour.copy()
        more[0, item] += 1e-6
        change = HourlyRecourse(more, TAKE, columns)(x).cost.sum() - HourlyRecourse(hour, TAKE, columns)(x).cost.sum()
        assert price[item] == pytest.approx(change / 1e-6, rel=1e-4)
