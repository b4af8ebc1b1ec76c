"""Histories of availability and models of it."""

from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest

from costopt.errors import DemandError
from costopt.optimizer.training.availability import AvailabilityModel, Trace, hours_of_day
from tests.optimizer.training.conftest import START, MakeModel, MakeTrace

if TYPE_CHECKING:
    from numpy.typing import NDArray


def test_ages_count_the_ticks_of_each_spell(make_trace: MakeTrace) -> None:
    assert make_trace("1100010").ages().tolist() == [1, 2, 1, 2, 3, 1, 1]


def test_coarse_ticks_can_be_had_where_all_of_their_parts_could(make_trace: MakeTrace) -> None:
    coarse = make_trace("1111011").coarsened(2)
    assert coarse.available.tolist() == [True, True, False]
    assert coarse.tick_hours == 2.0


def test_a_part_of_a_history_begins_when_it_does(make_trace: MakeTrace) -> None:
    part = make_trace("110011").between(2, 5)
    assert part.available.tolist() == [False, False, True]
    assert (START - part.start).total_seconds() == 4 * 3600


def test_hours_of_day_go_round_the_clock() -> None:
    assert hours_of_day(START.replace(hour=23), 0.5, 4).tolist() == [23, 23, 0, 0]


@pytest.mark.parametrize(
    ("available", "start", "message"),
    [
        (np.array([], dtype=bool), START, "no history"),
        (np.array([True]), datetime(2026, 3, 2), "not in UTC"),  # noqa: DTZ001 - the fault under test
    ],
)
def test_a_history_that_is_none_is_refused(available: "NDArray[np.bool_]", start: datetime, message: str) -> None:
    with pytest.raises(DemandError, match=message):
        Trace(start=start, tick_hours=1.0, available=available)


def test_the_long_run_share_of_a_plain_model_is_its_closed_form(make_model: MakeModel) -> None:
    assert make_model(0.1, 0.3).availability == pytest.approx(0.3 / 0.4)


def test_an_interruption_rate_is_a_mean_spell() -> None:
    model = AvailabilityModel.from_rates(tick_hours=0.5, mean_up_hours=10.0, mean_down_hours=2.0)
    assert model.chance_of_loss[0, 0] == pytest.approx(0.05)
    assert model.availability == pytest.approx(10 / 12, rel=1e-3)


def aged() -> AvailabilityModel:
    return AvailabilityModel(
        tick_hours=1.0,
        age_classes=(1, 3, 7),
        chance_of_loss=np.array([[0.4, 0.2, 0.05]]),
        chance_of_return=np.array([[0.5, 0.3, 0.1]]),
    )


@pytest.mark.parametrize(("age", "state"), [(1, 0), (2, 0), (3, 1), (6, 1), (7, 2), (99, 2)])
def test_a_spell_is_in_the_class_that_its_age_has_reached(age: int, state: int) -> None:
    assert aged().state_of(available=True, age=age) == state
    assert aged().state_of(available=False, age=age) == state + 3


def test_chances_from_a_state_sum_to_one_and_a_new_spell_is_young() -> None:
    chances = aged().transition(0)
    assert chances.sum(axis=1) == pytest.approx(np.ones(6))
    assert chances[2].tolist() == pytest.approx([0, 0, 0.95, 0.05, 0, 0])
    assert chances[0].tolist() == pytest.approx([0.3, 0.3, 0, 0.4, 0, 0])


def test_scaled_chances_stay_chances() -> None:
    scaled = aged().scaled(loss=10.0, back=1e-9)
    assert scaled.chance_of_loss.max() < 1
    assert scaled.chance_of_return.min() > 0
