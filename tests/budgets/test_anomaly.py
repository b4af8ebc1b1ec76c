"""Anomalies are found once, with their cause, and what is usual is none."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from costopt.budgets.anomaly import Sensitivity, find_all, find_anomalies
from costopt.budgets.cause import explain
from costopt.budgets.series import CostSeries, Step
from costopt.errors import ConfigError
from costopt.model.budget_status import AnomalyKind

START = datetime(2026, 6, 1, tzinfo=UTC)
WEEK = [100.0, 100, 100, 100, 100, 60, 50]


def series(costs: NDArray[np.float64], value: str | None = "web", dimension: str = "ServiceName") -> CostSeries:
    return CostSeries(dimension=dimension, value=value, start=START, step=Step.DAY, costs=costs)


def usual(days: int = 84, noise: float = 0.02) -> NDArray[np.float64]:
    return np.resize(WEEK, days) * np.exp(np.random.default_rng(1).normal(0, noise, days))


def test_weekends_and_noise_are_usual() -> None:
    assert find_anomalies(series(usual())) == ()


def test_a_spike_is_one_anomaly_with_its_money_a_day() -> None:
    costs = np.resize(WEEK, 84)
    costs[78:80] += 200
    (found,) = find_anomalies(series(costs))
    assert found.kind is AnomalyKind.RISE
    assert (found.start, found.end) == (START + timedelta(days=78), START + timedelta(days=80))
    assert found.severity == Decimal(200)
    assert not found.ongoing


def test_a_lasting_step_is_told_once_and_then_is_usual() -> None:
    costs = usual()
    costs[65:] *= 2
    (found,) = find_anomalies(series(costs))
    assert found.start == START + timedelta(days=65)
    assert (found.end - found.start).days <= 5


def test_a_fall_to_nothing_is_a_drop() -> None:
    costs = usual()
    costs[83] = 0
    (found,) = find_anomalies(series(costs))
    assert (found.kind, found.ongoing) == (AnomalyKind.DROP, True)


def test_what_begins_is_new_once_and_its_growth_is_no_anomaly() -> None:
    costs = np.zeros(84)
    costs[70:] = np.linspace(20, 90, 14)
    (found,) = find_anomalies(series(costs))
    assert (found.kind, found.start, found.expected) == (AnomalyKind.NEW, START + timedelta(days=70), 0)


def test_a_bill_that_has_just_begun_has_nothing_new_in_it() -> None:
    assert find_anomalies(series(usual(10))) == ()


def test_a_fee_that_was_there_on_the_same_day_of_last_month_is_usual() -> None:
    costs = usual(122)
    firsts = [number for number in range(122) if (START + timedelta(days=number)).day == 1]
    costs[firsts] += 80
    assert find_anomalies(series(costs)) == ()
    costs[firsts[-1]] += 240
    (found,) = find_anomalies(series(costs))
    assert found.start == START + timedelta(days=firsts[-1])


@pytest.mark.parametrize("floor", [Decimal(11), Decimal(1000)])
def test_what_is_not_worth_a_message_is_none(floor: Decimal) -> None:
    costs = usual() / 20
    costs[80] *= 3
    assert find_anomalies(series(costs), Sensitivity(floor=floor)) == ()
    assert len(find_anomalies(series(costs), Sensitivity(floor=Decimal(5)))) == 1


def test_hours_are_judged_by_the_hour_of_the_week() -> None:
    day = np.array([5.0] * 8 + [20.0] * 10 + [5.0] * 6)
    costs = np.concatenate([day * (1 if number % 7 < 5 else 0.4) for number in range(35)])
    costs[-22:-20] += 60
    (found,) = find_anomalies(
        CostSeries(dimension="", value=None, start=START, step=Step.HOUR, costs=costs), Sensitivity(look_back_days=3)
    )
    assert found.start == START + timedelta(hours=35 * 24 - 22)
    assert found.end - found.start == timedelta(hours=2)
    assert found.severity == Decimal(60 * 24)


def test_a_day_on_which_clocks_change_is_a_day() -> None:
    zone = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 9, 7, tzinfo=zone)
    costs = np.resize(WEEK, 56)
    costs[50] += 300
    (found,) = find_anomalies(CostSeries(dimension="", value=None, start=start, step=Step.DAY, costs=costs))
    assert found.start == datetime(2026, 10, 27, tzinfo=zone)
    assert found.start.date() == date(2026, 10, 27)


def test_the_most_money_a_day_comes_first() -> None:
    small, large = usual(), usual() * 10
    small[80] += 300
    large[82] += 3000
    assert [one.value for one in find_all([series(small, "small"), series(large, "large")])] == ["large", "small"]


def test_the_cause_is_the_part_that_rose_and_its_share_of_the_rise() -> None:
    parts = {"gpu": usual(84, 0.0), "web": usual(84, 0.0) * 3, "db": usual(84, 0.0)}
    parts["gpu"][80:] += 90
    parts["web"][80:] += 10
    (found,) = find_anomalies(series(sum(parts.values(), np.zeros(84)), None, ""))
    causes = explain(found, [series(costs, value) for value, costs in parts.items()]).causes
    assert [(one.value, one.excess) for one in causes] == [("gpu", Decimal(90))]
    assert causes[0].share == pytest.approx(0.9)


def test_the_dimension_that_one_part_explains_comes_first_and_new_parts_count_whole() -> None:
    whole = usual(84, 0.0)
    new = np.zeros(84)
    new[80:] = 100
    (found,) = find_anomalies(series(whole + new, None, ""))
    halves = [series((whole + new) / 2, name, "RegionId") for name in ("eu", "us")]
    causes = explain(found, [*halves, series(whole, "web"), series(new, "gpu")]).causes
    assert [(one.dimension, one.value) for one in causes] == [
        ("ServiceName", "gpu"), ("RegionId", "eu"), ("RegionId", "us"),
    ]  # fmt: skip


def test_costs_that_are_no_numbers_and_times_without_zone_are_refused() -> None:
    with pytest.raises(ConfigError, match="not all numbers"):
        series(np.array([1.0, np.nan]))
    with pytest.raises(ConfigError, match="no time zone"):
        CostSeries(dimension="", value=None, start=datetime(2026, 1, 1), step=Step.DAY, costs=usual())  # noqa: DTZ001


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), max_size=60))
def test_any_bill_can_be_judged_and_no_two_anomalies_overlap(costs: list[float]) -> None:
    found = [one for one in find_anomalies(series(np.array(costs))) if one.kind is not AnomalyKind.NEW]
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(one.severity >= 10 for one in found)


@settings(max_examples=30, deadline=None)
@given(st.integers(60, 83))
def test_no_day_is_judged_by_days_after_it(last: int) -> None:
    costs = usual()
    costs[70] += 400
    whole = {one.start for one in find_anomalies(series(costs))}
    early = {one.start for one in find_anomalies(series(costs[:last]))}
    assert early == {start for start in whole if start < START + timedelta(days=last)}
