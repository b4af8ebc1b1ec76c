"""Schedules: on a made week, on noise, and on what a published service really used."""

import csv
import gzip
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from numpy.typing import NDArray

from costopt.errors import DemandError
from costopt.optimizer.fleets.schedule import (
    DEFAULTS,
    Declined,
    Schedule,
    hours_of_week,
    periodicity,
    plan_schedule,
)

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
WEEK = np.full((7, 24), 10.0)
WEEK[:5, 8:18] = 50.0
WEEK = WEEK.ravel()
EXACT = replace(DEFAULTS, headroom=1.0)


def planned(load: NDArray[np.float64], **more: object) -> Schedule:
    schedule = plan_schedule(load, MONDAY, **more)
    assert isinstance(schedule, Schedule)
    return schedule


def declined(load: NDArray[np.float64]) -> Declined:
    answer = plan_schedule(load, MONDAY)
    assert isinstance(answer, Declined)
    return answer


def test_a_week_that_repeats_is_its_own_schedule() -> None:
    schedule = planned(np.tile(WEEK, 12), params=EXACT)
    assert schedule.capacity == tuple(WEEK)
    assert [window.cron for window in schedule.windows] == [
        "0 0 * * MON-FRI",
        "0 8 * * MON-FRI",
        "0 18 * * MON-FRI",
        "0 0 * * SAT,SUN",
    ]
    assert schedule.periodicity == pytest.approx(1.0)
    assert (schedule.by_slot.weeks, schedule.by_slot.unmet_share) == (4, 0.0)
    assert schedule.by_slot.capacity_to_usage == pytest.approx(1.0)


def test_what_a_schedule_saves_is_against_a_fleet_of_the_peak() -> None:
    """50 busy hours of 50 and 118 of 10 are 3,680, where a fixed fleet keeps 8,400."""
    schedule = planned(np.tile(WEEK, 12), params=EXACT)
    assert schedule.fixed.capacity_to_usage == pytest.approx(8400 / 3680)
    assert schedule.saving_share == pytest.approx(1 - 3680 / 8400)


def test_the_last_week_is_judged_with_what_was_known_before_it() -> None:
    """It doubles; the capacity learnt before is half of it."""
    load = np.concatenate([np.tile(WEEK, 8), 2 * WEEK])
    answer = plan_schedule(load, MONDAY, params=replace(EXACT, most_unmet=1.0))
    assert isinstance(answer, Schedule)
    assert (answer.by_slot.weeks, answer.by_slot.unmet_share) == (1, pytest.approx(0.5))


def test_capacity_comes_in_whole_units_and_never_below_its_floor() -> None:
    params = replace(DEFAULTS, unit=8.0, least_capacity=20.0)
    assert set(planned(np.tile(WEEK, 12), params=params).capacity) == {20.0, 56.0}


def test_a_load_beyond_what_was_seen_declines() -> None:
    answer = declined(np.concatenate([np.tile(WEEK, 8), 2 * WEEK]))
    assert "found no capacity" in answer.reason


def test_noise_declines_with_its_periodicity() -> None:
    answer = declined(np.random.default_rng(0).gamma(4, 10, 168 * 12))
    assert answer.periodicity == 0.0
    assert "weeks do not repeat" in answer.reason


def test_a_load_that_never_changes_declines() -> None:
    assert declined(np.full(168 * 12, 4.0)).periodicity == 0.0


def test_a_small_rhythm_declines_for_what_it_would_save() -> None:
    assert "saves" in declined(np.tile(100 + WEEK / 100, 12)).reason


def test_too_few_weeks_decline() -> None:
    assert declined(np.tile(WEEK, 8)).reason == "8 weeks are known and 9 are needed"


def test_growth_is_not_taken_for_a_lack_of_rhythm() -> None:
    growing = np.concatenate([WEEK * 1.05**week for week in range(8)])
    assert periodicity(growing) == pytest.approx(1.0)


def test_half_rhythm_half_noise_is_between() -> None:
    """A square wave of variance 1 and noise of variance 1: the others' mean explains a bit less than half."""
    wave = np.tile(np.where(np.arange(168) % 24 < 12, 1.0, -1.0), 40)
    noisy = 100 + wave + np.random.default_rng(1).normal(0, 1, len(wave))
    assert periodicity(noisy) == pytest.approx(0.5 - 0.5 / 39, abs=0.03)


def test_hours_of_the_week_are_those_of_the_clock_on_the_wall() -> None:
    """Monday 00:00 UTC is Monday 02:00 in Berlin's summer, and Sunday evening in New York."""
    assert hours_of_week(2, MONDAY, timezone(timedelta(hours=2))).tolist() == [2, 3]
    assert hours_of_week(1, MONDAY, timezone(timedelta(hours=-4))).tolist() == [6 * 24 + 20]


def test_windows_follow_summer_time() -> None:
    """A shop that opens at 9 by the wall clock in Berlin, over the end of summer time on 25 October 2026."""
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 9, 7, tzinfo=UTC)
    slots = hours_of_week(168 * 12, start, berlin)
    load = np.where((slots < 120) & (slots % 24 >= 9) & (slots % 24 < 17), 40.0, 5.0)
    schedule = plan_schedule(load, start, zone=berlin, params=EXACT)
    assert isinstance(schedule, Schedule)
    assert [(one.cron, one.end_hour) for one in schedule.windows if one.capacity == 40.0] == [("0 9 * * MON-FRI", 17)]
    assert schedule.zone == "Europe/Berlin"


@pytest.mark.parametrize(("value", "what"), [(np.nan, "missing"), (-1.0, "negative")])
def test_holes_and_negative_hours_are_errors_with_their_hour(value: float, what: str) -> None:
    load = np.tile(WEEK, 12)
    load[30] = value
    with pytest.raises(DemandError, match=f"{what} at 2026-06-02 06:00"):
        plan_schedule(load, MONDAY)


def test_no_load_and_a_start_within_an_hour_are_refused() -> None:
    with pytest.raises(DemandError, match="no load"):
        plan_schedule(np.zeros(168 * 12), MONDAY)
    with pytest.raises(DemandError, match="full hour in UTC"):
        plan_schedule(np.tile(WEEK, 12), MONDAY + timedelta(minutes=5))
    with pytest.raises(DemandError, match="full hour in UTC"):
        plan_schedule(np.tile(WEEK, 12), MONDAY.replace(tzinfo=None))


def shaved_ice(shared_data: Path, region: str) -> NDArray[np.float64]:
    """Hourly use of all types in one region, from 2021-02-01."""
    used: defaultdict[str, float] = defaultdict(float)
    with gzip.open(shared_data / "shavedice/hourly_normalized_dev.csv.gz", "rt") as lines:
        for hour, place, _, amount in csv.reader(lines):
            if place == region:
                used[hour] += float(amount)
    return np.array([used[hour] for hour in sorted(used)])


@pytest.mark.parametrize(
    ("region", "most_kept", "most_unmet", "fixed"), [("1", 1.21, 0.015, 2.0), ("4", 1.13, 0.001, 1.4)]
)
def test_a_real_service_keeps_little_more_than_it_uses(shared_data, region, most_kept, most_unmet, fixed) -> None:
    """p90 of 8 weeks with a tenth of headroom, in 96 weeks not seen."""
    answer = plan_schedule(shaved_ice(shared_data, region), datetime(2021, 2, 1, tzinfo=UTC))
    assert isinstance(answer, Schedule)
    assert answer.by_slot.weeks == 96
    assert answer.by_slot.capacity_to_usage <= most_kept
    assert answer.by_slot.unmet_share <= most_unmet
    assert answer.fixed.capacity_to_usage >= fixed
    assert answer.saving_share > 0.1
