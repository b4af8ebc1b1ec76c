"""When machines run: one window a day, or none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.terraform.render.planned.running_windows import DAYS, running_window


def profile(days: set[int], start: int, length: int) -> tuple[float, ...]:
    week = [0.0] * 168
    for day in days:
        for hour in range(length):
            week[(day * 24 + start + hour) % 168] = 1.0
    return tuple(week)


def test_a_window_may_end_on_the_next_day() -> None:
    window = running_window(profile({0, 6}, 20, 8))
    assert window
    assert window.start_cron == "cron(0 20 ? * MON,SUN *)"
    assert window.stop_cron == "cron(0 4 ? * MON,TUE *)"
    assert window.hours == 16


def test_a_profile_of_one_day_holds_for_all_days() -> None:
    window = running_window(tuple(1.0 if 6 <= hour < 22 else 0.0 for hour in range(24)))
    assert window
    assert (window.start_cron, window.stop_cron) == ("cron(0 6 ? * * *)", "cron(0 22 ? * * *)")


@pytest.mark.parametrize(
    "given_profile",
    [(1.0,), (0.5,) * 24, profile({0}, 8, 2)[:12] + profile({0}, 0, 3)[:156], profile({0, 1}, 0, 24), (0.0,) * 24],
    ids=["always", "half", "two windows", "two days through", "never"],
)
def test_what_is_no_single_window_gives_none(given_profile: tuple[float, ...]) -> None:
    assert running_window(given_profile) is None


@settings(deadline=None)
@given(st.sets(st.integers(0, 6), min_size=1), st.integers(0, 23), st.integers(1, 20))
def test_every_window_reads_back(days: set[int], start: int, length: int) -> None:
    window = running_window(profile(days, start, length))
    assert window
    assert (set(window.days), window.start, window.length) == (days, start, length)
    names = "*" if len(days) == 7 else ",".join(DAYS[day] for day in sorted(days))
    assert window.start_cron == f"cron(0 {start} ? * {names} *)"
