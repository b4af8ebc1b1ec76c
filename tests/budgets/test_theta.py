"""The extra forecast: told in the same form as the built-in one, and refused clearly where it is not installed."""

import sys
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pytest

from costopt.budgets.evaluate import evaluate
from costopt.budgets.forecast import DailyCosts, Outlook, forecast_days
from costopt.budgets.forecasters import FORECASTERS, forecaster
from costopt.budgets.scoped_costs import ScopedCosts
from costopt.budgets.theta import theta_days
from costopt.errors import ConfigError
from costopt.model.budget import Budget

MONDAY = date(2026, 3, 2)
WEEK = [10.0, 10, 10, 10, 10, 4, 2]


def told(costs: list[float], days: int) -> Outlook:
    outlook = theta_days(DailyCosts(first_day=MONDAY, costs=np.array(costs, dtype=float)), days)
    assert outlook is not None
    return outlook


def test_a_steady_bill_goes_on() -> None:
    assert told([7.0] * 60, 5).daily == pytest.approx([7.0] * 5)


def test_weekdays_come_again() -> None:
    assert told((WEEK * 8)[:-3], 10).daily == pytest.approx([10.0, 4, 2, *WEEK], rel=0.01)


def test_growth_is_carried_on_with_half_of_its_trend() -> None:
    """The simple level after day 119 of 100, 101, ... is near 219; half of the slope of 1 a day is added for each."""
    found = told([100.0 + day for day in range(120)], 30).daily
    assert found[0] == pytest.approx(219.5, abs=1)
    assert found[-1] - found[0] == pytest.approx(29 / 2, abs=1)


def test_a_few_days_give_their_mean_and_the_interval_says_that_it_rests_on_no_trial() -> None:
    outlook = told([10.0, 11, 12], 30)
    assert outlook.expected == pytest.approx(330)
    assert outlook.trials == 0
    assert outlook.margin > 0


@pytest.mark.parametrize("costs", [[5.0, -8.0] * 30, [0.0] * 30 + [5.0] * 30, [0.0, 3.0] * 20 + [0.0]])
def test_credits_pauses_and_late_starts_give_finite_days(costs: list[float]) -> None:
    outlook = told(costs, 14)
    assert np.isfinite(outlook.daily).all()
    assert np.isfinite(outlook.deviation)
    assert min(costs) < 0 or outlook.daily.min() >= 0


def test_nothing_is_told_from_nothing_and_no_days_cost_nothing() -> None:
    assert theta_days(DailyCosts(first_day=MONDAY, costs=np.zeros(40)), 10) is None
    assert told(WEEK * 6, 0).expected == 0


def test_the_setting_chooses_what_a_budget_is_judged_by() -> None:
    costs = ScopedCosts(
        first_day=date(2026, 1, 1),
        costs=tuple(Decimal(100 + day) for day in range(120)),
        charges=120,
        currencies=frozenset({"USD"}),
        complete_until=date(2026, 5, 1),
    )
    budget = Budget(name="all", amount=Decimal(7000))
    now = datetime(2026, 5, 1, 12, tzinfo=UTC)
    expected = {
        name: status.forecast.expected
        for name in FORECASTERS
        if (status := evaluate(budget, costs, now, forecast=forecaster(name))).forecast
    }
    assert set(expected) == {"built-in", "theta"}
    assert expected["built-in"] != expected["theta"]
    assert expected["theta"] == pytest.approx(Decimal(219 * 31 + 31 * 32 // 4), rel=Decimal("0.01"))


def test_an_extra_that_is_missing_is_named_before_anything_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "statsmodels", None)
    with pytest.raises(ConfigError, match="statsmodels, which is not installed") as told_so:
        forecaster("theta")
    assert "cloud-costopt[forecast]" in told_so.value.hint
    assert forecaster("built-in") is forecast_days


def test_a_forecast_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(ConfigError, match="'prophet'") as told_so:
        forecaster("prophet")
    assert "built-in, theta" in told_so.value.hint
