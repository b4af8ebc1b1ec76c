"""A week told in few windows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.optimizer.fleets.windows import Window, merge, week_of

OFFICE = np.full((7, 24), 2.0)
OFFICE[:5, 8:18] = 10.0
OFFICE = OFFICE.ravel()


def test_office_hours_are_three_windows_of_weekdays_and_one_weekend() -> None:
    windows = merge(OFFICE, most_windows=8)
    assert [(window.day_names, window.start_hour, window.end_hour, window.capacity) for window in windows] == [
        ("MON-FRI", 0, 8, 2.0),
        ("MON-FRI", 8, 18, 10.0),
        ("MON-FRI", 18, 24, 2.0),
        ("SAT,SUN", 0, 24, 2.0),
    ]
    assert (week_of(windows) == OFFICE).all()


def test_a_load_that_never_changes_is_one_window() -> None:
    (window,) = merge(np.full(168, 3.0), most_windows=8)
    assert (window.cron, window.end_hour, window.capacity) == ("0 0 * * *", 24, 3.0)


def test_one_window_is_the_peak() -> None:
    assert week_of(merge(OFFICE, most_windows=1)).tolist() == [10.0] * 168


def test_a_window_that_saves_next_to_nothing_is_not_told() -> None:
    nearly = OFFICE.copy()
    nearly[3 * 24 + 12] = 9.9
    assert merge(nearly, most_windows=8) == merge(OFFICE, most_windows=8)


@pytest.mark.parametrize(
    ("days", "names"),
    [((0,), "MON"), ((5, 6), "SAT,SUN"), ((1, 2, 3), "TUE-THU"), (tuple(range(7)), "*")],
)
def test_days_are_named_as_cron_names_them(days: tuple[int, ...], names: str) -> None:
    window = Window(days=days, start_hour=8, end_hour=18, capacity=1.0)
    assert (window.day_names, window.cron) == (names, f"0 8 * * {names}")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=168, max_size=168), st.integers(1, 6))
def test_windows_fill_the_week_once_and_never_give_less(capacity, most) -> None:
    need = np.array(capacity, dtype=float)
    windows = merge(need, most_windows=most)
    hours = [(day, hour) for one in windows for day in one.days for hour in range(one.start_hour, one.end_hour)]
    assert len(windows) <= most
    assert sorted(hours) == [(day, hour) for day in range(7) for hour in range(24)]
    assert (week_of(windows) >= need).all()


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=168, max_size=168))
def test_more_windows_never_give_more_capacity_than_needed_for_fewer(capacity) -> None:
    need = np.array(capacity, dtype=float)
    totals = [week_of(merge(need, most_windows=most)).sum() for most in (1, 3, 6)]
    slack = 0.01 * need.sum()
    assert totals[0] + slack >= totals[1]
    assert totals[1] + slack >= totals[2]
