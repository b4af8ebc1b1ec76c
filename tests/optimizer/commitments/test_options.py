"""Purchases, their terms and their useful sizes."""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from costopt.optimizer.commitments.options import good_start, largest_useful, list_options
from tests.oracles.offers import START, demand_of, family_plan, held, offer


def test_a_term_lasts_365_days_to_the_hour():
    one, three = list_options(demand_of(np.ones(10)), [offer([0.5]), offer([0.5], term_months=36)], ())
    assert (one.end - one.start, three.end - three.start) == (timedelta(days=365), timedelta(days=1095))
    assert one.hours == slice(0, 10)
    assert one.unit_cost == 10.0


def test_each_moment_is_a_purchase_of_its_own_and_later_ones_cost_less_of_the_horizon():
    moments = (START + timedelta(hours=6), START)
    first, second = list_options(demand_of(np.ones(10)), [offer([0.5])], moments)
    assert (first.start, second.hours, second.unit_cost) == (START, slice(6, 10), 4.0)


def test_moments_after_the_demand_are_left_out():
    assert list_options(demand_of(np.ones(10)), [offer([0.5])], (START + timedelta(hours=10),)) == ()


def test_more_than_the_busiest_hour_needs_is_of_no_use():
    demand = demand_of([[4.0, 1.0], [2.0, 6.0]])
    most = largest_useful(demand, list_options(demand, [offer([0.5, 1.0]), family_plan([0.5, None])], ()))
    assert most.tolist() == [7.0, 2.0]


def test_the_start_is_the_quantile_that_is_best_for_an_option_alone():
    demand = demand_of(np.arange(1.0, 102.0))
    (start,) = good_start(demand, list_options(demand, [offer([0.63])], ()), [])
    assert start == pytest.approx(0.63 * 38)


def test_the_start_leaves_to_wide_plans_what_narrow_and_owned_ones_do_not_cover():
    demand = demand_of(np.full((10, 2), 8.0))
    options = list_options(demand, [offer([0.7, 0.7]), family_plan([0.5, None])], ())
    wide, narrow = good_start(demand, options, [held(offer([0.5, 0.5], name="old"), Decimal(4))])
    assert narrow == pytest.approx(2.0), "of 4 dollars in the family"
    assert wide == pytest.approx(0.7 * 4)
