"""Prices that are assumed."""

import numpy as np
import pytest

from costopt.economics.instruments import InstrumentKind
from costopt.optimizer.backtest.assumed_offers import COMPUTE_PLAN, assume_prices, assumed_offers
from tests.oracles.made_replays import item


def test_the_same_seed_has_the_same_prices_and_order_does_not_matter() -> None:
    one, again = assume_prices(["b", "a", "b"], 3), assume_prices(["a", "b"], 3)
    assert one.families == again.families == ("a", "b")
    assert (one.wide_ratio == again.wide_ratio).all()
    assert (one.wide_ratio != assume_prices(["a", "b"], 4).wide_ratio).any()


def test_ratios_are_within_what_is_said() -> None:
    prices = assume_prices([f"f{number}" for number in range(200)], 0)
    assert prices.wide_ratio.min() >= COMPUTE_PLAN[0]
    assert prices.wide_ratio.max() <= COMPUTE_PLAN[1]
    below = prices.wide_ratio - prices.family_ratio
    assert 0.09 - 1e-6 <= below.min() <= below.max() <= 0.11 + 1e-6


def test_one_wide_plan_and_one_for_each_family_and_region() -> None:
    items = (item("a", "x"), item("b", "x"), item("a", "y"))
    prices = assume_prices(["a", "b"], 0)
    wide, *bound = assumed_offers(items, prices)
    assert wide.kind is InstrumentKind.COMPUTE_SP
    assert wide.take.tolist() == [prices.wide_ratio[0], prices.wide_ratio[1], prices.wide_ratio[0]]
    assert [offer.scope for offer in bound] == ["a x", "a y", "b x"]
    assert [offer.covers.tolist() for offer in bound] == [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
    assert bound[0].take[0] == pytest.approx(prices.family_ratio[0])
    assert np.isinf(bound[0].take[1])
