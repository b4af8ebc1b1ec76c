"""What a history tells, and what it is too short to tell."""

import numpy as np
import pytest

from costopt.optimizer.training.estimation import PRIOR_DOWN_HOURS, PRIOR_UP_HOURS, fit
from tests.optimizer.training.conftest import MakeTrace
from tests.oracles.spot_processes import PER_DAY, TICK_HOURS, bursty, heavy_tailed


def memoryless(ticks: int, loss: float | np.ndarray, back: float, seed: int) -> np.ndarray:
    drawn, there = np.random.default_rng(seed).random(ticks), np.ones(ticks, dtype=bool)
    losses = np.broadcast_to(loss, ticks)
    for tick in range(1, ticks):
        there[tick] = drawn[tick] >= losses[tick] if there[tick - 1] else drawn[tick] < back
    return there


def test_the_chances_of_a_memoryless_history_are_found_and_nothing_more(make_trace: MakeTrace) -> None:
    model = fit(make_trace(memoryless(60 * PER_DAY, 0.02, 0.1, 3), TICK_HOURS))
    assert (model.classes, model.daily) == (1, False)
    assert model.chance_of_loss[0, 0] == pytest.approx(0.02, rel=0.15)
    assert model.chance_of_return[0, 0] == pytest.approx(0.1, rel=0.15)


def test_a_history_of_one_tick_says_what_was_assumed_before(make_trace: MakeTrace) -> None:
    model = fit(make_trace("1"))
    assert model.chance_of_loss[0, 0] == pytest.approx(1 / PRIOR_UP_HOURS)
    assert model.chance_of_return[0, 0] == pytest.approx(1 / PRIOR_DOWN_HOURS)


def test_capacity_that_was_never_lost_may_still_be(make_trace: MakeTrace) -> None:
    model = fit(make_trace("1" * 200))
    assert model.chance_of_loss[0, 0] == pytest.approx(1 / (199 + PRIOR_UP_HOURS))


def test_hours_of_day_are_told_apart_where_they_differ(make_trace: MakeTrace) -> None:
    clock = np.arange(30 * PER_DAY) % PER_DAY // 6
    busy = (clock >= 8) & (clock < 20)
    model = fit(make_trace(memoryless(30 * PER_DAY, np.where(busy, 0.2, 0.02), 0.3, 1), TICK_HOURS))
    assert model.daily
    assert model.chance_of_loss[12].mean() == pytest.approx(0.2, rel=0.3)
    assert model.chance_of_loss[2].mean() == pytest.approx(0.02, abs=0.02)


@pytest.mark.parametrize("process", [heavy_tailed, bursty])
def test_old_spells_are_safer_than_young_ones_where_tails_are_heavy(make_trace: MakeTrace, process) -> None:  # type: ignore[no-untyped-def]
    model = fit(make_trace(process(60 * PER_DAY, 1), TICK_HOURS))
    assert model.classes > 1
    assert model.chance_of_loss[:, -1].mean() < 0.5 * model.chance_of_loss[:, 0].mean()


def test_ages_are_left_out_where_they_are_not_wanted(make_trace: MakeTrace) -> None:
    assert fit(make_trace(heavy_tailed(60 * PER_DAY, 1), TICK_HOURS), by_age=False).classes == 1
