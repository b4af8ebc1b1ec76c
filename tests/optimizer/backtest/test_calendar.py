"""The months of a replay."""

import itertools
from datetime import UTC, datetime

import numpy as np
import pytest

from costopt.economics.demand import HourlyDemand
from costopt.errors import DemandError
from costopt.optimizer.backtest.calendar import Rhythm, decision_months
from tests.oracles.made_replays import MONTH, demand


def hours(count: int, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> HourlyDemand:
    return demand(np.ones((count, 1)), start)


def test_calendar_months_begin_on_the_first_and_what_is_no_whole_month_is_left_out() -> None:
    from_mid_january = hours(24 * 100, datetime(2026, 1, 15, 6, tzinfo=UTC))
    (march,) = decision_months(from_mid_january, rhythm=Rhythm.CALENDAR)
    assert march.start == datetime(2026, 3, 1, tzinfo=UTC)
    assert march.hours == 31 * 24
    assert march.begin == (17 + 28) * 24 - 6


def test_average_months_have_730_hours() -> None:
    months = decision_months(hours(MONTH * 9 + 5), rhythm=Rhythm.AVERAGE)
    assert [month.begin for month in months] == [MONTH * number for number in range(3, 9)]
    assert {month.hours for month in months} == {MONTH}


@pytest.mark.parametrize(("whole", "known"), [(2, 1), (5, 1), (6, 2), (18, 6), (36, 6)])
def test_a_short_history_spends_a_third_on_knowing(whole: int, known: int) -> None:
    months = decision_months(hours(MONTH * whole), rhythm=Rhythm.AVERAGE)
    assert months[0].begin == known * MONTH
    assert len(months) == whole - known


def test_less_than_two_months_are_an_error() -> None:
    with pytest.raises(DemandError, match="1 whole month"):
        decision_months(hours(MONTH * 2 - 1), rhythm=Rhythm.AVERAGE)


def test_months_follow_each_other_without_a_gap() -> None:
    months = decision_months(hours(24 * 500), rhythm=Rhythm.CALENDAR)
    assert all(one.end == other.begin for one, other in itertools.pairwise(months))
