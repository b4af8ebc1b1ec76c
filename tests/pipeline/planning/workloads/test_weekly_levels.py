"""Profiles as levels: every hour once, nowhere less than asked for."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.pipeline.planning.workloads.weekly_levels import MOST_WINDOWS, levels_of


def test_a_flat_profile_is_one_level() -> None:
    (level,) = levels_of((1.0,))
    assert (level.share, int(level.hours.sum())) == (1.0, 168)


def test_office_hours_are_two_levels_in_the_words_of_a_scheduler() -> None:
    week = [1.0 if day < 5 and 8 <= hour < 18 else 0.3 for day in range(7) for hour in range(24)]
    high, low = levels_of(tuple(week))
    assert (high.share, int(high.hours.sum()), high.words) == (1.0, 50, "MON-FRI 8-18")
    assert (low.share, int(low.hours.sum())) == (0.3, 118)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.2, 0.5, 0.9]), min_size=24, max_size=24))
def test_each_hour_has_one_level_that_is_at_least_its_share(day: list[float]) -> None:
    profile = (1.0, *day[1:])
    levels = levels_of(profile)
    assert sum(level.hours.astype(int) for level in levels).tolist() == [1] * 168
    given_shares = sum(level.share * level.hours for level in levels)
    assert (given_shares >= np.resize(np.array(profile), 168)).all()
    assert len(levels) <= MOST_WINDOWS
