"""What single purchases promised and came to."""

import numpy as np
import pytest

from costopt.optimizer.backtest.calendar import Rhythm, decision_months
from costopt.optimizer.backtest.policies.look_back import LookBack
from costopt.optimizer.backtest.policies.mix import Mix
from costopt.optimizer.backtest.policies.rules import AllOnDemand
from costopt.optimizer.backtest.starts import Start, single_purchases
from tests.oracles.made_replays import MONTH, demand, family_plan, steps, wide_plan


def starts(*levels: float) -> tuple[Start, ...]:
    past = steps(*levels)
    return single_purchases(past, [wide_plan(0.5)], LookBack(), decision_months(past, rhythm=Rhythm.AVERAGE))


def test_flat_demand_keeps_its_promise() -> None:
    (only,) = starts(4, 4, 4, 4)
    assert (only.predicted_fraction, only.realised_fraction) == (pytest.approx(0.5), pytest.approx(0.5))
    assert only.months == 3


def test_a_cliff_after_the_purchase_breaks_it() -> None:
    """Two dollars a unit are bought for 4; of 1 that comes, half a unit is used: 2 paid instead of 1."""
    (only,) = starts(4, 1, 1, 1)
    assert only.predicted_fraction == pytest.approx(0.5)
    assert only.realised_fraction == pytest.approx(-1)


def test_a_start_is_held_for_its_term_at_most_and_six_months_at_least() -> None:
    found = starts(*[4.0] * 30)
    assert [start.months for start in found[:13]] == [12] * 13
    assert [start.months for start in found[13:]] == [11, 10, 9, 8, 7, 6]


def test_buying_nothing_promises_nothing() -> None:
    past = steps(4, 4, 4)
    (start,) = single_purchases(past, [wide_plan(0.5)], AllOnDemand(), decision_months(past, rhythm=Rhythm.AVERAGE))
    assert (start.predicted_fraction, start.realised_fraction) == (0, 0)


def test_a_migration_breaks_the_promise_of_family_plans_most() -> None:
    """All moves from one family to the other after the purchase: what is bound to the first is lost."""
    values = np.zeros((9 * MONTH, 2))
    values[: 3 * MONTH, 0], values[3 * MONTH :, 1] = 10, 10
    past = demand(values)
    months = decision_months(past, rhythm=Rhythm.AVERAGE)
    offers = [wide_plan(0.75, 0.75), family_plan(0, 0.6, 2), family_plan(1, 0.6, 2)]
    bold, capped = (single_purchases(past, offers, policy, months)[0] for policy in (Mix(cap=None), Mix()))
    assert bold.predicted_fraction == pytest.approx(0.4, abs=1e-3)
    assert bold.realised_fraction == pytest.approx(-0.6, abs=1e-3)
    assert capped.realised_fraction == pytest.approx(0.5 * 0.25 - 0.5 * 0.6, abs=1e-3)
