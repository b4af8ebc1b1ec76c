"""A fee that is paid once counts once: in the month in which it falls, and never in what a day costs."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from costopt.budgets.forecast import DailyCosts, Forecaster, Outlook, forecast_days
from costopt.budgets.periods import Window
from costopt.budgets.prospect import prospect_of
from costopt.budgets.scoped_costs import ScopedCosts
from costopt.budgets.theta import theta_days

MONDAY = date(2026, 3, 2)
BOTH = pytest.mark.parametrize("forecast", [forecast_days, theta_days])


def bill(
    fees: dict[int, float], *, known: bool = True, first: date = MONDAY, daily: float = 10, days: int = 70
) -> DailyCosts:
    """Even days, and fees by the number of their day, which the provider calls one-time or not."""
    paid = np.zeros(days)
    paid[list(fees)] = list(fees.values())
    return DailyCosts(first_day=first, costs=daily + paid, fees=paid if known else None)


def told(history: DailyCosts, forecast: Forecaster = forecast_days, days: int = 30) -> Outlook:
    outlook = forecast(history, days)
    assert outlook is not None
    return outlook


@BOTH
def test_a_fee_that_is_called_one_time_changes_neither_the_rate_nor_the_interval(forecast: Forecaster) -> None:
    without, with_fee = (told(bill(fees), forecast) for fees in ({}, {51: 500.0}))
    assert with_fee.daily == pytest.approx(without.daily)
    assert with_fee.margin == pytest.approx(without.margin)


@pytest.mark.parametrize("ago", [1, 6, 19, 40, 69])
@pytest.mark.parametrize("days", [70, 21, 10])
def test_a_single_odd_day_of_an_even_bill_does_not_become_the_rate_though_nobody_says_what_it_is(
    ago: int, days: int
) -> None:
    if ago < days:
        assert told(bill({days - ago: 500.0}, known=False, days=days)).daily == pytest.approx([10.0] * 30)


def test_odd_days_that_come_more_often_than_once_in_four_weeks_are_how_it_runs() -> None:
    """Eight weeks hold 56 days of 10 and three of 70 more: 10 + 210 / 56 a day is 13.75."""
    spiked = told(bill({20: 70.0, 39: 70.0, 61: 70.0}, known=False))
    assert spiked.expected > 30 * 13
    assert told(bill({20: 70.0, 61: 70.0}, known=False)).expected == pytest.approx(300)


@BOTH
def test_a_fee_that_falls_on_the_same_day_of_two_months_is_expected_again_whatever_it_is_called(
    forecast: Forecaster,
) -> None:
    first = date(2026, 1, 1)
    fees = {(date(2026, month, 5) - first).days: 300.0 for month in (2, 3)}
    ahead = told(bill(fees, first=first, days=90), forecast)
    assert ahead.daily[(date(2026, 4, 5) - date(2026, 4, 1)).days] == pytest.approx(310)
    assert ahead.expected == pytest.approx(30 * 10 + 300)


@BOTH
@pytest.mark.parametrize("month", [2, 3])
def test_what_recurs_on_the_day_of_a_fee_is_told_without_it(forecast: Forecaster, month: int) -> None:
    """A tax of 3 on the first of two months, once beside a fee of 500: April has 30 days of 10 and 3 more."""
    first = date(2026, 1, 20)
    firsts = [(date(2026, number, 1) - first).days for number in (2, 3)]
    costs, fees = np.full(71, 10.0), np.zeros(71)
    fees[firsts[month - 2]] = 500
    costs[firsts] += 3
    ahead = told(DailyCosts(first_day=first, costs=costs + fees, fees=fees), forecast)
    assert ahead.daily[(date(2026, 4, 1) - date(2026, 4, 1)).days] == pytest.approx(13)
    assert ahead.expected == pytest.approx(303)


@BOTH
def test_fees_of_most_days_are_a_habit_and_go_on(forecast: Forecaster) -> None:
    assert told(bill(dict.fromkeys(range(70), 5.0)), forecast).expected == pytest.approx(450)


def test_fees_of_more_than_once_in_four_weeks_are_no_one_offs() -> None:
    """Of the 30 days from the 70th on those with the numbers 71, 78, 85, 92 and 99 are of the fee's weekday."""
    assert told(bill({20: 500.0, 61: 500.0})).expected == pytest.approx(300)
    assert told(bill(dict.fromkeys(range(15, 70, 7), 500.0))).expected == pytest.approx(30 * 10 + 5 * 500)


def scoped(costs: dict[int, int], fees: dict[int, int], *, complete: int) -> ScopedCosts:
    """Days of April with 10 until the last complete one, and what is added to some, by day of the month."""
    last = max(complete, *costs, *fees, 0)
    usual = [Decimal(10 if day <= complete else 0) + costs.get(day, 0) + fees.get(day, 0) for day in range(1, last + 1)]
    paid = tuple(Decimal(fees.get(day, 0)) for day in range(1, last + 1))
    return ScopedCosts(
        first_day=date(2026, 4, 1), costs=tuple(usual), fees=paid, charges=1, currencies=frozenset({"USD"}),
        complete_until=date(2026, 4, 1) + timedelta(days=complete),
    )  # fmt: skip


APRIL = Window(start=date(2026, 4, 1), end=date(2026, 5, 1))


def test_in_its_month_it_counts_once() -> None:
    prospect = prospect_of(scoped({}, {3: 500}, complete=20), APRIL)
    assert prospect is not None
    assert prospect.expected == pytest.approx(Decimal(30 * 10 + 500))


@pytest.mark.parametrize(("used", "expected"), [(0, 10), (4, 10), (12, 12)])
def test_a_fee_of_a_day_that_is_not_over_does_not_stand_for_its_usage(used: int, expected: int) -> None:
    prospect = prospect_of(scoped({21: used}, {21: 500}, complete=20), APRIL)
    assert prospect is not None
    assert prospect.daily[20] == pytest.approx(Decimal(500 + expected))
