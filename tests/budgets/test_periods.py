"""Periods of budgets: calendars, zones, growth."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.budgets.periods import (
    Window,
    amount_of,
    label_of,
    local_day,
    same_point,
    window_before,
    window_of,
)
from costopt.errors import ConfigError
from costopt.model.budget import Adjustment, Budget, BudgetPeriod

D = Decimal
BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2026, 11, 20)


def budget(period: str = "month", **more: Any) -> Budget:
    return Budget(name="web", amount=D(100), period=BudgetPeriod(period), **more)


@pytest.mark.parametrize(
    ("period", "start", "end", "label"),
    [
        ("day", date(2026, 11, 20), date(2026, 11, 21), "2026-11-20"),
        ("week", date(2026, 11, 16), date(2026, 11, 23), "2026-W47"),
        ("month", date(2026, 11, 1), date(2026, 12, 1), "2026-11"),
        ("quarter", date(2026, 10, 1), date(2027, 1, 1), "2026-Q4"),
        ("year", date(2026, 1, 1), date(2027, 1, 1), "2026"),
    ],
)
def test_a_period_is_the_calendar_s(period: str, start: date, end: date, label: str) -> None:
    found = window_of(budget(period), DAY)
    assert found == Window(start=start, end=end)
    assert label_of(budget(period), found) == label


def test_a_rolling_period_ends_with_today() -> None:
    rolling = budget("rolling", rolling_days=30)
    found = window_of(rolling, DAY)
    assert (found.start, found.end, found.days) == (date(2026, 10, 22), date(2026, 11, 21), 30)
    assert window_before(rolling, found).end == found.start
    assert label_of(rolling, found) == "30 days to 2026-11-20"


def test_days_on_which_clocks_change_have_23_or_25_hours() -> None:
    spring = Window(start=date(2026, 3, 29), end=date(2026, 3, 30)).bounds(BERLIN)
    autumn = Window(start=date(2026, 10, 25), end=date(2026, 10, 26)).bounds(BERLIN)
    assert spring.duration == timedelta(hours=23)
    assert autumn.duration == timedelta(hours=25)
    assert spring.start == datetime(2026, 3, 28, 23, tzinfo=UTC)


def test_a_month_in_california_begins_at_eight_in_utc_and_ends_at_seven() -> None:
    march = Window(start=date(2026, 3, 1), end=date(2026, 4, 1)).bounds(ZoneInfo("America/Los_Angeles"))
    assert (march.start.hour, march.end.hour) == (8, 7)
    assert march.duration == timedelta(hours=31 * 24 - 1)


def test_a_day_that_begins_at_one_o_clock_begins_at_the_change() -> None:
    """In Beirut clocks go from midnight to one on 29 March 2026."""
    day = Window(start=date(2026, 3, 29), end=date(2026, 3, 30)).bounds(ZoneInfo("Asia/Beirut"))
    assert day.start == datetime(2026, 3, 28, 22, tzinfo=UTC)
    assert day.duration == timedelta(hours=23)


def test_the_last_evening_of_a_month_in_utc_is_the_next_month_in_berlin() -> None:
    moment = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
    assert local_day(moment, ZoneInfo("UTC")) == date(2026, 10, 31)
    assert local_day(moment, BERLIN) == date(2026, 11, 1)


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ConfigError, match="no time zone"):
        local_day(datetime(2026, 11, 20), BERLIN)  # noqa: DTZ001


def test_the_same_point_of_earlier_months_stops_at_their_end() -> None:
    march = window_of(budget(), date(2026, 3, 31))
    found = list(islice(same_point(budget(), march, 31), 2))
    assert [one.days for one in found] == [28, 31]


def test_an_amount_grows_from_period_to_period_and_not_backwards() -> None:
    growing = budget(growth_fraction=D("0.1"), growth_from=date(2026, 9, 15))
    assert [amount_of(growing, window_of(growing, date(2026, month, 5))) for month in (8, 9, 10, 11)] == [
        D(100), D(100), D("110"), D("121"),
    ]  # fmt: skip


def test_weeks_grow_over_the_turn_of_the_year() -> None:
    growing = budget("week", growth_fraction=D(1), growth_from=date(2026, 12, 28))
    assert amount_of(growing, window_of(growing, date(2027, 1, 3))) == D(100)
    assert amount_of(growing, window_of(growing, date(2027, 1, 4))) == D(200)


def test_an_adjustment_is_of_its_period_alone_and_may_not_leave_nothing() -> None:
    adjusted = budget(adjustments=(Adjustment(on=date(2026, 11, 30), amount=D(50), reason="move"),))
    assert amount_of(adjusted, window_of(adjusted, DAY)) == D(150)
    assert amount_of(adjusted, window_of(adjusted, date(2026, 12, 1))) == D(100)
    cut = budget(adjustments=(Adjustment(on=DAY, amount=D(-100), reason="cut"),))
    with pytest.raises(ConfigError, match="adjustments leave 0"):
        amount_of(cut, window_of(cut, DAY))


@settings(max_examples=100, deadline=None)
@given(st.dates(date(2001, 1, 1), date(2100, 1, 1)), st.sampled_from([one for one in BudgetPeriod if one != "rolling"]))
def test_periods_follow_each_other_without_a_gap(day: date, period: BudgetPeriod) -> None:
    one = budget(period)
    window = window_of(one, day)
    assert window.start <= day < window.end
    assert window_before(one, window).end == window.start
    assert window_of(one, window.end).start == window.end
