"""Statuses of budgets, worked out by hand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from costopt.budgets.evaluate import evaluate
from costopt.budgets.scoped_costs import ScopedCosts
from costopt.errors import CurrencyMismatch
from costopt.model.budget import Basis, Budget, BudgetPeriod, Measure, ScopeFilter, Threshold
from costopt.model.budget_status import BudgetState, Mover, OpenFinding

D = Decimal
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
FIRST = date(2026, 8, 1)


def steady(daily: str = "10", until: date = date(2026, 11, 20), **more: Any) -> ScopedCosts:
    days = (until - FIRST).days
    plain = {
        "first_day": FIRST,
        "costs": tuple([D(daily)] * days),
        "charges": days,
        "currencies": frozenset({"USD"}),
        "complete_until": until,
    }
    return ScopedCosts(**(plain | more))


def budget(amount: str, *thresholds: tuple[str, str], **more: Any) -> Budget:
    found = tuple(Threshold(measure=Measure(measure), fraction=D(fraction)) for measure, fraction in thresholds)
    return Budget(name="web", amount=D(amount), **({"thresholds": found} if found else {}), **more)


def test_nineteen_steady_days_of_thirty_are_spent_and_the_rest_expected() -> None:
    status = evaluate(budget("400"), steady(), NOON)
    assert status.spent == D(190)
    assert status.forecast is not None
    assert status.forecast.expected == D(300)
    assert status.forecast.low < D(300) < status.forecast.high
    assert status.forecast.low >= D(190)
    assert status.state is BudgetState.FINE
    assert status.crossed == ()
    assert status.breach_day is None
    assert status.breach_probability == pytest.approx(0, abs=0.01)


def test_what_will_be_exceeded_is_at_risk_on_the_day_it_will_be() -> None:
    status = evaluate(budget("255", ("forecast", "1")), steady(), NOON)
    assert status.state is BudgetState.AT_RISK
    assert status.breach_day == date(2026, 11, 26)
    assert status.breach_probability == pytest.approx(1, abs=0.01)
    assert [one.measure for one in status.crossed] == [Measure.FORECAST]


def test_what_is_exceeded_is_breached_since_that_day_for_certain() -> None:
    status = evaluate(budget("95", ("actual", "0.5"), ("actual", "1"), ("actual", "3")), steady(), NOON)
    assert status.state is BudgetState.BREACHED
    assert status.breach_day == date(2026, 11, 10)
    assert status.breach_probability == 1.0
    assert [one.fraction for one in status.crossed] == [D("0.5"), D(1)]


def test_an_amount_that_is_met_exactly_is_not_exceeded() -> None:
    over = datetime(2026, 11, 30, 23, tzinfo=UTC)
    status = evaluate(budget("300", ("actual", "1")), steady(until=date(2026, 12, 1)), over)
    assert (status.spent, status.state, status.crossed) == (D(300), BudgetState.FINE, ())
    assert status.forecast is not None
    assert status.forecast.low == status.forecast.high == D(300)


def test_a_month_on_its_first_day_is_judged_by_the_forecast_alone() -> None:
    status = evaluate(budget("400"), steady(until=date(2026, 11, 1)), datetime(2026, 11, 1, 8, tzinfo=UTC))
    assert status.spent == 0
    assert status.forecast is not None
    assert status.forecast.expected == D(300)
    assert (status.usual_by_now, status.pace_fraction) == (None, None)
    assert any("No day of this period is complete" in note for note in status.notes)


def test_late_days_count_as_expected_and_are_said() -> None:
    status = evaluate(budget("400"), steady(until=date(2026, 11, 17)), NOON)
    assert status.spent == D(160)
    assert status.forecast is not None
    assert status.forecast.expected == D(300)
    assert status.freshness.late_days == 3
    assert any(note.startswith("The bill lags by 3 days of this period") for note in status.notes)


def test_a_day_in_progress_counts_with_what_is_known_where_that_is_more() -> None:
    known = steady()
    more = steady(costs=(*known.costs, D(70)))
    less = steady(costs=(*known.costs, D(4)))
    for costs, expected in ((more, D(360)), (less, D(300))):
        status = evaluate(budget("400"), costs, NOON)
        assert status.forecast is not None
        assert status.forecast.expected == expected


def test_days_that_may_be_restated_are_counted() -> None:
    status = evaluate(budget("400"), steady(estimated_from=date(2026, 11, 15)), NOON)
    assert status.freshness.estimated_days == 5
    assert evaluate(budget("400"), steady(estimated_from=FIRST), NOON).freshness.estimated_days == 19


def test_a_bill_that_stopped_a_month_ago_is_carried_on_to_this_one() -> None:
    status = evaluate(budget("400"), steady(until=date(2026, 10, 20)), NOON)
    assert status.spent == 0
    assert status.forecast is not None
    assert status.forecast.expected == D(300)
    assert status.freshness.late_days == 19


def test_pace_is_the_complete_days_over_the_median_of_three_periods() -> None:
    costs = [D(10)] * (31 + 30 + 31) + [D(15)] * 19
    costs[31:61] = [D(8)] * 30
    status = evaluate(budget("900", ("pace", "1.4")), steady(costs=tuple(costs)), NOON)
    assert status.usual_by_now == D(190)
    assert status.pace_fraction == D("1.5")
    assert status.state is BudgetState.AT_RISK


def test_without_a_whole_earlier_period_there_is_no_pace() -> None:
    young = steady(first_day=date(2026, 10, 2), costs=tuple([D(10)] * 49), charges=49)
    assert evaluate(budget("400"), young, NOON).pace_fraction is None


def test_credits_make_a_spending_that_can_fall_again() -> None:
    """A credit of 500 on the first, 10 a day: 190 - 500 so far."""
    costs = [D(10) - 500 * ((FIRST + timedelta(days=day)).day == 1) for day in range(111)]
    status = evaluate(budget("100"), steady(costs=tuple(costs)), NOON)
    assert status.spent == D(-310)
    assert status.state is BudgetState.FINE
    assert status.breach_day is None
    assert status.pace_fraction is None


def test_an_empty_store_is_unknown_and_not_nothing_spent() -> None:
    status = evaluate(budget("400"), None, NOON)
    assert (status.state, status.spent, status.forecast) == (BudgetState.UNKNOWN, None, None)
    assert "no bill" in status.notes[0]


def test_a_scope_that_matches_no_charge_is_unknown_and_named() -> None:
    nothing = steady("0", charges=0, currencies=frozenset())
    scope = (ScopeFilter(column="tag:team", values=("wbe",)),)
    status = evaluate(budget("400", scope=scope), nothing, NOON)
    assert status.state is BudgetState.UNKNOWN
    assert "tag:team=wbe" in status.notes[0]


def test_another_currency_is_refused_with_the_name_of_the_budget() -> None:
    with pytest.raises(CurrencyMismatch, match="'web' is in USD, charges of its scope in EUR"):
        evaluate(budget("400"), steady(currencies=frozenset({"USD", "EUR"})), NOON)


def test_a_rolling_budget_looks_at_the_days_up_to_today() -> None:
    rolling = budget("65", period=BudgetPeriod.ROLLING, rolling_days=7, basis=Basis.EFFECTIVE)
    status = evaluate(rolling, steady(), NOON)
    assert (status.start, status.end, status.spent) == (date(2026, 11, 14), date(2026, 11, 21), D(60))
    assert status.forecast is not None
    assert status.forecast.expected == D(70)
    assert status.state is BudgetState.AT_RISK


def test_a_zone_decides_which_period_it_is() -> None:
    evening = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
    assert evaluate(budget("400"), steady(), evening).label == "2026-10"
    assert evaluate(budget("400", time_zone="Europe/Berlin"), steady(), evening).label == "2026-11"


def test_largest_movers_and_savings_come_first() -> None:
    moves = [Mover(dimension="ServiceName", value=name, current=D(now), previous=D(5)) for name, now in
             (("a", 6), ("b", 1), ("c", 9))]  # fmt: skip
    findings = [OpenFinding(id=id_, title="idle", monthly_saving=saving) for id_, saving in
                (("F-1", None), ("F-2", D(3)))]  # fmt: skip
    status = evaluate(budget("400"), steady(), NOON, movers=moves, findings=findings)
    assert [one.value for one in status.movers] == ["b", "c", "a"]
    assert [one.id for one in status.findings] == ["F-2", "F-1"]
