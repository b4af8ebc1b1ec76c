"""What is wanted to be known has one name, whatever it costs today."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from costopt.budgets.conditions import (
    anomaly_conditions,
    budget_conditions,
    data_condition,
    fingerprint,
    health_conditions,
)
from costopt.budgets.evaluate import evaluate
from costopt.budgets.scoped_costs import ScopedCosts
from costopt.model.alert import Condition, Rule
from costopt.model.budget import Budget, BudgetPeriod, Measure, Threshold
from costopt.model.budget_status import Anomaly, AnomalyKind, Contribution, HealthIssue, HealthIssueKind

D = Decimal
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def crossings(amount: str, now: datetime = NOW, **more: object) -> list[Condition]:
    found = [("actual", "0.5"), ("actual", "1"), ("forecast", "1")]
    thresholds = tuple(Threshold(measure=Measure(measure), fraction=D(part)) for measure, part in found)
    days = (now.date() - date(2026, 8, 1)).days
    costs = ScopedCosts(
        first_day=date(2026, 8, 1), costs=tuple([D(10)] * days), charges=days, currencies=frozenset({"USD"}),
        complete_until=now.date(),
    )  # fmt: skip
    budget = Budget(name="web", amount=D(amount), thresholds=thresholds, **more)  # type: ignore[arg-type]
    return list(budget_conditions(evaluate(budget, costs, now)))


def test_of_several_thresholds_of_one_measure_one_condition_has_their_number_as_rank() -> None:
    assert [(one.rule, one.rank) for one in crossings("95")] == [(Rule.ACTUAL, 2), (Rule.FORECAST, 1)]
    assert [(one.rule, one.rank, one.measure) for one in crossings("200")] == [
        (Rule.ACTUAL, 1, D("0.95")), (Rule.FORECAST, 1, D("1.5")),
    ]  # fmt: skip
    assert crossings("1000") == []


def test_the_next_day_is_the_same_crossing_and_the_next_month_another() -> None:
    today, tomorrow, month = (crossings("20", NOW + timedelta(days=days))[0].fingerprint for days in (0, 1, 16))
    assert today == tomorrow != month


def test_a_rolling_budget_is_the_same_crossing_every_day() -> None:
    found = [
        crossings("20", NOW + timedelta(days=days), period=BudgetPeriod.ROLLING, rolling_days=7)[0] for days in (0, 1)
    ]
    assert found[0].fingerprint == found[1].fingerprint


def anomaly(**more: object) -> Anomaly:
    start = datetime(2026, 11, 12, tzinfo=UTC)
    plain = Anomaly(
        dimension="ServiceName", value="EC2", kind=AnomalyKind.RISE, start=start, end=NOW, actual=D(300),
        expected=D(100), score=12.0, ongoing=True,
        causes=(Contribution(dimension="tag:team", value="ml", excess=D(190), share=0.95),),
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]


def test_an_anomaly_that_grows_is_the_same_one_and_names_its_cause() -> None:
    (first,) = anomaly_conditions([anomaly()], NOW)
    (second,) = anomaly_conditions([anomaly(actual=D(900), end=NOW + timedelta(days=1))], NOW)
    assert first.fingerprint == second.fingerprint
    assert (first.measure, second.measure) == (D(200), D(800))
    assert "95% of it ml" in first.summary


def test_an_anomaly_of_long_ago_is_no_news() -> None:
    assert list(anomaly_conditions([anomaly(end=NOW - timedelta(days=8))], NOW)) == []


def test_expiry_has_its_urgency_as_rank() -> None:
    issue = HealthIssue(
        kind=HealthIssueKind.EXPIRY,
        subject="ri-1",
        observed=12.0,
        threshold=15,
        urgency=3,
        daily_cost=D(0),
        statement="",
    )
    (found,) = health_conditions([issue])
    assert (found.rank, found.measure > 0, found.grows) == (3, True, False)


@pytest.mark.parametrize(("until", "rank"), [(date(2026, 11, 18), None), (date(2026, 11, 17), 1), (None, 2)])
def test_a_bill_that_lags_more_than_two_days_or_is_missing_is_said(until: date | None, rank: int | None) -> None:
    found = data_condition("aws", until, NOW)
    assert (found and found.rank) == rank


def test_parts_of_a_fingerprint_do_not_run_into_each_other() -> None:
    assert fingerprint("a", "bc") != fingerprint("ab", "c")
    assert fingerprint("a", "bc") == fingerprint("a", "bc")


def test_where_there_is_no_bill_nothing_is_said_of_days_since_one() -> None:
    missing = data_condition("the bill", None, NOW)
    assert missing is not None
    assert missing.summary == "the bill: there is no bill, so that nothing is known of what is spent"
