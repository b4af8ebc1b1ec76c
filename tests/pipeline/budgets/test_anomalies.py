"""Each event once, in its clearest dimension, with the part that it comes from."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from costopt.config.budget_settings import BudgetSettings
from costopt.config.settings import BillingSettings, ExchangeRate
from costopt.model.alert import Rule
from costopt.model.budget_status import AnomalyKind
from tests.oracles.bill_rows import Row, at, bill_row
from tests.oracles.budget_bills import NOW, autumn, checked, days, hours, run_check

D = Decimal
FIRST, LAST = date(2026, 11, 17), date(2026, 11, 19)


def surge(cost: int = 80, **cells: object) -> list[Row]:
    """Three days of cost by one machine of one team, upon an estate of two teams."""
    loud = {"ResourceId": "i-loud", "SkuId": "sku-loud", "tags": {"team": "web"}, **cells}
    calm = [*autumn(100, tags={"team": "web"}, ResourceId="i-1"), *autumn(60, tags={"team": "ml"}, ServiceName="Other")]
    return [*calm, *days(FIRST, LAST, cost, **loud)]


def test_a_service_its_account_and_its_team_are_one_event(tmp_path: Path) -> None:
    (event,) = checked(tmp_path / "s", surge(), limits=BudgetSettings()).anomalies
    assert (event.dimension, event.value, event.kind) == ("ServiceName", "Amazon EC2", AnomalyKind.RISE)
    assert (event.start, event.end) == (datetime(2026, 11, 17, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC))
    assert (event.actual, event.expected, event.ongoing) == (D(180), D(100), True)
    named = {one.dimension: (one.value, one.excess) for one in event.causes}
    assert named["ResourceId"] == ("i-loud", D(80))
    assert named["SkuId"] == ("sku-loud", D(80))
    assert named["tag:team"] == ("web", D(80))


def test_two_events_in_two_services_stay_two(tmp_path: Path) -> None:
    other = days(FIRST, LAST, 90, ServiceName="Other", SubAccountId="9", tags={"team": "ml"}, ResourceId="i-2")
    found = checked(tmp_path / "s", [*surge(), *other], limits=BudgetSettings()).anomalies
    assert [(one.value, one.severity) for one in found if one.dimension == "ServiceName"] == [
        ("Other", D(90)), ("Amazon EC2", D(80)),
    ]  # fmt: skip


def test_taxes_fees_and_corrections_are_no_anomalies(tmp_path: Path) -> None:
    fees = [
        bill_row(5000, ChargePeriodStart=at(11, 18), ChargeCategory="Purchase"),
        bill_row(5000, ChargePeriodStart=at(11, 18), ChargeCategory="Tax"),
        bill_row(5000, ChargePeriodStart=at(11, 18), ChargeClass="Correction"),
    ]
    assert checked(tmp_path / "s", [*autumn(100), *fees]).anomalies == ()


def test_what_was_over_more_than_a_week_ago_is_not_told_again(tmp_path: Path) -> None:
    rows = [*autumn(100), *days(date(2026, 11, 5), date(2026, 11, 6), 100)]
    assert checked(tmp_path / "s", rows).anomalies == ()
    early = checked(tmp_path / "s", rows, now=NOW - timedelta(days=10))
    assert [one.ongoing for one in early.anomalies] == [False]


def test_a_tag_that_no_charge_has_is_no_dimension(tmp_path: Path) -> None:
    rows = [*autumn(100), *days(FIRST, LAST, 100)]
    limits = BudgetSettings(group_by=("tag:nothing",))
    assert checked(tmp_path / "s", rows, limits=limits).anomalies == ()


def test_charges_without_a_value_are_a_part_like_any_other(tmp_path: Path) -> None:
    rows = [*autumn(100, tags={"team": "web"}), *autumn(20), *days(FIRST, LAST, 60)]
    (event,) = checked(tmp_path / "s", rows, limits=BudgetSettings(group_by=("tag:team",))).anomalies
    assert (event.dimension, event.value, event.severity) == ("tag:team", None, D(60))


@pytest.mark.parametrize("value", ['it\'s "x=y" -- DROP', "a,b\\😀"])
def test_hostile_values_find_their_cause(tmp_path: Path, value: str) -> None:
    (event,) = checked(tmp_path / "s", surge(ResourceId=value, ServiceName=value), limits=BudgetSettings()).anomalies
    assert value in {event.value, *(one.value for one in event.causes)}
    assert [one.value for one in event.causes if one.dimension == "ResourceId"] == [value]


def test_amounts_are_converted_at_the_rate_of_each_day(tmp_path: Path) -> None:
    rates = (ExchangeRate(currency="USD", into="EUR", since=date(2026, 1, 1), rate=D("0.5")),)
    billing = BillingSettings(store=str(tmp_path / "s"), currency="EUR", rates=rates)
    (event,) = checked(tmp_path / "s", surge(), billing=billing).anomalies
    assert (event.actual, event.expected) == (D(90), D(50))


def burst(*last: int, cost: int = 2) -> list[Row]:
    """Two months of 2.00 an hour, and 20 more in each of these hours of 20 November."""
    calm = hours(date(2026, 9, 25), date(2026, 11, 20), cost, ResourceId="i-1")[: -24 + 12]
    return [*calm, *(bill_row(20, ResourceId="i-loud", ChargePeriodStart=at(11, 20, hour)) for hour in last)]


def test_hours_of_today_are_told_before_the_day_is_over(tmp_path: Path) -> None:
    (event,) = checked(tmp_path / "s", burst(9, 10, 11)).anomalies
    assert (event.start, event.end) == (datetime(2026, 11, 20, 9, tzinfo=UTC), NOW)
    assert (event.actual, event.expected, event.ongoing) == (D(22 * 24), D(2 * 24), True)
    assert [(one.value, one.excess) for one in event.causes if one.dimension == "ResourceId"] == [("i-loud", D(480))]


def test_hours_that_are_still_filling_are_no_drop(tmp_path: Path) -> None:
    assert checked(tmp_path / "s", burst()[:-3]).anomalies == ()


def test_an_hour_has_to_cost_what_a_day_would(tmp_path: Path) -> None:
    limits = BudgetSettings(group_by=("ServiceName",), anomaly_floor=D(21))
    assert checked(tmp_path / "s", burst(10), limits=limits).anomalies == ()
    assert len(checked(tmp_path / "t", burst(10, 11), limits=limits).anomalies) == 1


def test_a_bill_that_lags_ends_nothing(tmp_path: Path) -> None:
    fresh, late = (run_check(tmp_path / "s", surge(), now=NOW + timedelta(days=days)) for days in (0, 5))
    assert "Amazon EC2" in fresh.judged
    assert "Amazon EC2" not in late.judged
    assert [one.rule for one in late.check.conditions if one.rule is Rule.DATA] == [Rule.DATA]
