"""The best purchases with knowledge of the future."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.optimizer.backtest.calendar import Rhythm, decision_months
from costopt.optimizer.backtest.hindsight import buy_in_hindsight
from costopt.optimizer.backtest.policies.registry import policies
from costopt.optimizer.backtest.walk import settle_purchases, walk
from tests.oracles.made_replays import MONTH, demand, family_plan, steps, wide_plan


def test_flat_demand_is_covered_in_full() -> None:
    past = steps(4, 4, 4)
    found = buy_in_hindsight(past, [wide_plan(0.5)], decision_months(past, rhythm=Rhythm.AVERAGE))
    assert found.walk.purchases.tolist() == [[2000], [0]]
    assert found.cost_fraction == pytest.approx(0.5)
    assert found.bound_fraction == pytest.approx(0.5)


def test_what_lasts_a_month_of_six_is_not_committed_to() -> None:
    """A commitment for the rest of history at 0.7 of the price pays from 70 % of its hours on."""
    past = steps(1, 1, 9, 1, 1, 1, 1, 1)
    months = decision_months(past, rhythm=Rhythm.AVERAGE)
    found = buy_in_hindsight(past, [wide_plan(0.7)], months)
    assert found.walk.purchases[0].tolist() == [700]
    assert not found.walk.purchases[1:].any()


def test_it_waits_for_growth() -> None:
    past = steps(1, 1, 1, 1, 1, 5, 5, 5)
    months = decision_months(past, rhythm=Rhythm.AVERAGE)
    found = buy_in_hindsight(past, [wide_plan(0.7)], months)
    assert found.walk.purchases[:, 0].tolist() == [700, 0, 0, 2800, 0, 0]
    assert found.cost_fraction == pytest.approx(0.7)


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_no_policy_and_no_random_purchases_beat_the_bound(seed: int) -> None:
    generator = np.random.default_rng(seed)
    levels = np.repeat(generator.uniform(0.5, 5, (5, 2)), MONTH, axis=0)
    past = demand(levels * generator.uniform(0.7, 1.3, levels.shape))
    offers = [wide_plan(0.7, 0.75), family_plan(0, 0.6, 2), family_plan(1, 0.62, 2)]
    months = decision_months(past, rhythm=Rhythm.AVERAGE)
    found = buy_in_hindsight(past, offers, months)
    assert 0 <= 1 - found.bound_fraction / found.cost_fraction < 5e-4
    costs = [walk(past, offers, policy, months).cost for policy in policies(seed)[::6]]
    random = generator.integers(0, 1500, (len(months), len(offers))) * (generator.random((len(months), 3)) < 0.4)
    costs.append(settle_purchases(past, offers, months, random).cost)
    assert all(float(cost) >= found.bound - 1e-6 for cost in costs)


def test_an_offer_that_another_one_beats_everywhere_is_not_bought() -> None:
    past = steps(4, 4, 4)
    dear, cheap = wide_plan(0.6), wide_plan(0.5)
    found = buy_in_hindsight(past, [dear, cheap], decision_months(past, rhythm=Rhythm.AVERAGE))
    assert found.walk.purchases.tolist() == [[0, 2000], [0, 0]]


def test_parts_of_a_step_that_rounding_takes_off_are_bought_later() -> None:
    """Levels rise by half of what a step covers each month: every other month a whole step is due."""
    past = steps(4, 4, 5, 6, 7, 8, 9)
    coarse = replace(wide_plan(0.5), step=Decimal(1))
    found = buy_in_hindsight(past, [coarse], decision_months(past, rhythm=Rhythm.AVERAGE))
    assert found.walk.purchases.sum() == 4
    assert found.bound_fraction <= found.cost_fraction
