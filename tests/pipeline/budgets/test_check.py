"""Budgets held against small bills, every figure worked out by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from costopt.config.budget_settings import BudgetSettings
from costopt.config.settings import BillingSettings, ExchangeRate
from costopt.errors import ConfigError, StoreError
from costopt.model.alert import Rule
from costopt.model.budget import Basis, BudgetPeriod
from costopt.model.budget_check import Gate
from costopt.model.budget_status import BudgetState
from tests.oracles.bill_rows import CREDIT, TAX, Row, at, bill_row, publish
from tests.oracles.budget_bills import NOW, autumn, budget, checked, days, hours, run_check

D = Decimal


def test_what_is_spent_is_the_invoice_of_the_days_that_are_over(tmp_path: Path) -> None:
    rows = [
        *autumn(10),
        bill_row(7, **TAX, ChargePeriodStart=at(11, 1)),
        *days(date(2026, 11, 20), date(2026, 11, 20), 3),
    ]
    (status,) = checked(tmp_path / "s", rows, budget(amount=400)).budgets
    assert status.spent == D(19 * 10 + 7 + 3)
    assert (status.freshness.complete_until, status.freshness.late_days) == (date(2026, 11, 20), 0)
    assert status.usual_by_now == D(190)
    assert status.state is BudgetState.FINE


def test_a_budget_that_goes_on_as_it_did_is_foretold_to_the_cent(tmp_path: Path) -> None:
    (status,) = checked(tmp_path / "s", autumn(10), budget(amount=295)).budgets
    assert status.forecast is not None
    assert status.forecast.expected == D(300)
    assert (status.state, status.breach_day) == (BudgetState.AT_RISK, date(2026, 11, 30))


FEE: Row = {"ChargeCategory": "Purchase", "ChargeFrequency": "One-Time", "EffectiveCost": 0}


def test_a_fee_that_is_paid_once_counts_once_in_its_month_and_not_in_the_days_to_come(tmp_path: Path) -> None:
    """500 on the 1st: 690 are spent of 19 days, and the 11 that are left cost 10 each."""
    rows = [*autumn(10), bill_row(500, **FEE, ChargePeriodStart=at(11, 1))]
    billed, amortised = checked(
        tmp_path / "s", rows, budget("billed", 1000), budget("amortised", 1000, basis=Basis.EFFECTIVE)
    ).budgets
    assert (billed.spent, amortised.spent) == (D(690), D(190))
    assert billed.forecast is not None
    assert amortised.forecast is not None
    assert (billed.forecast.expected, amortised.forecast.expected) == (D(800), D(300))
    assert billed.forecast.high - billed.forecast.expected == amortised.forecast.high - amortised.forecast.expected
    assert billed.state is BudgetState.FINE


def test_a_fee_counts_once_in_a_zone_of_an_hourly_bill_too(tmp_path: Path) -> None:
    rows = [
        *hours(date(2026, 9, 1), date(2026, 11, 19), "0.5"),
        bill_row(500, **FEE, ChargePeriodStart=at(11, 1), hours=24),
    ]
    (status,) = checked(tmp_path / "s", rows, budget(amount=1000, time_zone="Europe/Berlin")).budgets
    assert status.forecast is not None
    assert status.forecast.expected == D(30 * 12 + 500)


def test_scope_basis_and_credits_choose_what_counts(tmp_path: Path) -> None:
    rows = [
        *autumn(10, tags={"team": "a"}),
        *autumn(5, tags={"team": "b"}, EffectiveCost=4),
        bill_row(-20, tags={"team": "b"}, **CREDIT, ChargePeriodStart=at(11, 2)),
    ]
    whole, billed, amortised, gross, rest = checked(
        tmp_path / "s",
        rows,
        budget("whole", 1000),
        budget("billed", 1000, scope={"tag:team": "b"}),
        budget("amortised", 1000, scope={"tag:team": ["b"]}, basis=Basis.EFFECTIVE),
        budget("gross", 1000, scope={"tag:team": "b"}, credits=False),
        budget("rest", 1000, scope={"not": {"tag:team": "a"}}),
    ).budgets
    assert [one.spent for one in (whole, billed, amortised, gross, rest)] == [D(265), D(75), D(56), D(95), D(75)]


def test_a_breach_says_when_and_what_costs_more(tmp_path: Path) -> None:
    quiet, loud = {"ServiceName": "quiet", "ResourceId": "r-1"}, {"ServiceName": "loud", "ResourceId": "r-2"}
    rows = [*autumn(5, **quiet), *days(date(2026, 11, 11), date(2026, 11, 19), 50, **loud)]
    (status,) = checked(tmp_path / "s", rows, budget(amount=300)).budgets
    assert (status.state, status.breach_day) == (BudgetState.BREACHED, date(2026, 11, 15))  # 75 + 5 x 50 on the 15th
    assert [(one.dimension, one.value, one.change) for one in status.movers[:2]] == [
        ("ResourceId", "r-2", D(450)), ("ServiceName", "loud", D(450)),
    ]  # fmt: skip


def test_movers_leave_out_the_days_of_the_month_before_that_have_no_counterpart(tmp_path: Path) -> None:
    rows = [*autumn(1), *days(date(2026, 10, 20), date(2026, 10, 31), 100, ServiceName="late in October")]
    (status,) = checked(tmp_path / "s", rows, budget()).budgets
    assert [one for one in status.movers if one.value == "late in October"] == []


def test_charges_after_the_moment_of_the_check_do_not_count(tmp_path: Path) -> None:
    check = checked(tmp_path / "s", autumn(10), budget(), now=datetime(2026, 11, 10, 12, tzinfo=UTC))
    assert check.budgets[0].spent == D(100)  # nine days, and what is known of the tenth


def test_a_lagging_bill_counts_late_days_as_expected_and_is_told(tmp_path: Path) -> None:
    rows = days(date(2026, 9, 1), date(2026, 11, 15), 10)
    check = checked(tmp_path / "s", rows, budget(amount=300))
    (status,) = check.budgets
    assert status.spent == D(150)
    assert status.freshness.late_days == 4
    assert status.forecast is not None
    assert status.forecast.expected == D(300)
    (told,) = (one for one in check.conditions if one.rule is Rule.DATA)
    assert told.subject == "made"
    assert any("2026-11-16" in gap for gap in check.gaps)


def test_a_budget_waits_for_the_bills_of_its_own_scope_alone(tmp_path: Path) -> None:
    """Google's bill is four days late; a budget of AWS lacks none of them, and one of everything lacks them."""
    late = days(date(2026, 9, 1), date(2026, 11, 15), 5, ServiceProviderName="Google Cloud", BillingAccountId="01A2B3")
    publish(tmp_path / "s", late, source="google", now=NOW)
    scopes = {"aws": "111111111111", "google": "01A2B3", "nobody": "42", "all": None}
    budgets = [
        budget(name, scope={"BillingAccountId": [payer]} if payer else {}) for name, payer in sorted(scopes.items())
    ]
    check = checked(tmp_path / "s", autumn(10), *budgets)
    assert [(one.budget.name, one.freshness.complete_until, one.freshness.late_days) for one in check.budgets] == [
        ("all", date(2026, 11, 16), 4),
        ("aws", date(2026, 11, 20), 0),
        ("google", date(2026, 11, 16), 4),
        ("nobody", date(2026, 11, 16), 4),
    ]
    forecasts = {one.budget.name: one.forecast.expected for one in check.budgets if one.forecast}
    assert (forecasts["aws"], forecasts["google"], forecasts["all"]) == (D(300), D(150), D(450))


def test_a_late_bill_whose_charges_name_no_account_is_waited_for_too(tmp_path: Path) -> None:
    late = days(date(2026, 9, 1), date(2026, 11, 15), 5, ServiceProviderName="Google Cloud", BillingAccountId="")
    publish(tmp_path / "s", late, source="google", now=NOW)
    (status,) = checked(tmp_path / "s", autumn(10), budget()).budgets
    assert (status.freshness.complete_until, status.freshness.late_days) == (date(2026, 11, 16), 4)


def test_a_bill_that_ended_long_ago_says_nothing_of_today(tmp_path: Path) -> None:
    rows = days(date(2026, 8, 1), date(2026, 10, 4), 10)
    check = checked(tmp_path / "s", rows, budget())
    (status,) = check.budgets
    assert (status.state, status.spent, check.has_bill) == (BudgetState.UNKNOWN, None, False)
    assert status.notes == ("The bill ends 46 days ago: it says nothing of today.",)
    assert Rule.DATA in {one.rule for one in check.conditions}


def test_an_empty_store_makes_every_budget_unknown_and_is_told(tmp_path: Path) -> None:
    run = run_check(tmp_path / "none", [], budget())
    assert not run.check.has_bill
    assert [one.state for one in run.check.budgets] == [BudgetState.UNKNOWN]
    assert [(one.rule, one.subject) for one in run.check.conditions] == [(Rule.DATA, "the bill")]
    assert run.check.gaps
    assert "web" not in run.judged
    with pytest.raises(StoreError, match="no store"):
        checked(tmp_path / "none", [], budget(), store=tmp_path / "elsewhere")


def test_a_budget_that_matches_no_charge_is_unknown_and_told(tmp_path: Path) -> None:
    run = run_check(tmp_path / "s", autumn(), budget(scope={"tag:team": "nobody"}), budget("all"))
    lost, found = run.check.budgets
    assert (lost.state, lost.spent, found.state) == (BudgetState.UNKNOWN, None, BudgetState.FINE)
    assert "matches tag:team=nobody" in lost.notes[0]
    assert [(one.rule, one.subject) for one in run.check.conditions if one.rule is Rule.DATA] == [(Rule.DATA, "web")]
    assert any("nobody" in gap for gap in run.check.gaps)


def test_a_scope_that_names_no_column_is_an_error_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"budget 'web'.*'Servicename'") as raised:
        checked(tmp_path / "s", autumn(), budget(scope={"Servicename": "x"}))
    assert "ServiceName" in raised.value.hint


def test_a_column_to_group_by_that_is_none_is_an_error_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"budget.group_by: .*'Subaccountid'") as raised:
        checked(tmp_path / "s", autumn(), limits=BudgetSettings(group_by=("Subaccountid",)))
    assert "SubAccountId" in raised.value.hint


def test_another_currency_than_the_bills_makes_one_budget_unknown_and_no_other(tmp_path: Path) -> None:
    check = checked(tmp_path / "s", autumn(), budget("euros", currency="EUR"), budget("dollars"))
    euros, dollars = check.budgets
    assert (euros.state, dollars.state) == (BudgetState.UNKNOWN, BudgetState.FINE)
    assert "euros' is in EUR, charges of its scope in USD" in euros.notes[0]
    assert "[[billing.rates]]" in euros.notes[0] or "[billing] currency" in euros.notes[0]


def test_a_bill_is_converted_at_the_rate_of_each_day(tmp_path: Path) -> None:
    rates = tuple(
        ExchangeRate(currency="USD", into="EUR", since=since, rate=D(rate))
        for since, rate in ((date(2026, 1, 1), "0.5"), (date(2026, 11, 11), "0.9"))
    )
    billing = BillingSettings(store=str(tmp_path / "s"), currency="EUR", rates=rates)
    check = checked(tmp_path / "s", autumn(10), budget(currency="EUR"), billing=billing)
    (status,) = check.budgets
    assert status.spent == D(10) * 10 * D("0.5") + 9 * 10 * D("0.9")
    assert check.currency == "EUR"


def test_movers_of_a_converted_bill_count_each_day_at_its_own_rate(tmp_path: Path) -> None:
    """Of 19 days each: EC2 10 USD at 0.5, nine days at 0.9; S3 1 EUR, from 11 November on 21; the disk has ended."""
    rates = tuple(
        ExchangeRate(currency="USD", into="EUR", since=since, rate=D(rate))
        for since, rate in ((date(2026, 1, 1), "0.5"), (date(2026, 11, 11), "0.9"))
    )
    in_euros = {"BillingCurrency": "EUR", "ServiceName": "S3", "SkuId": "s3"}
    rows = [
        *autumn(10, SkuId="ec2"),
        *autumn(1, **in_euros),
        *days(date(2026, 11, 11), date(2026, 11, 19), 20, **in_euros),
        *days(date(2026, 10, 1), date(2026, 10, 31), 4, ServiceName="EBS", SkuId="gp3", ResourceId="vol-1"),
    ]
    billing = BillingSettings(store=str(tmp_path / "s"), currency="EUR", rates=rates)
    (status,) = checked(tmp_path / "s", rows, budget(amount=9_000, currency="EUR"), billing=billing).budgets
    assert [(one.value, one.previous, one.current) for one in status.movers if one.dimension == "SkuId"] == [
        ("s3", D(19), D(19 + 180)), ("gp3", D(19 * 4) * D("0.5"), D(0)), ("ec2", D(95), D(131)),
    ]  # fmt: skip
    (disk, *_) = (one for one in status.movers if one.value == "vol-1")
    assert (disk.dimension, disk.change) == ("ResourceId", D(-38))


def test_anomalies_of_two_currencies_that_are_not_converted_are_a_gap(tmp_path: Path) -> None:
    rows = [*autumn(10), *autumn(10, BillingCurrency="EUR", SubAccountId="9")]
    check = checked(tmp_path / "s", rows, budget(scope={"SubAccountId": "9"}, currency="EUR"))
    assert check.budgets[0].spent == D(190)
    assert check.currency is None
    assert any("Anomalies were not looked for" in gap for gap in check.gaps)


def test_days_of_an_hourly_bill_are_those_of_the_budgets_zone(tmp_path: Path) -> None:
    """New York's November 2026 begins at 04:00 UTC, and its first day has 25 hours."""
    rows = hours(date(2026, 10, 1), date(2026, 11, 19), 1)
    now = datetime(2026, 11, 2, 12, tzinfo=UTC)
    day = budget(period=BudgetPeriod.DAY, time_zone="America/New_York", amount=24)
    month = budget("month", time_zone="America/New_York")
    _, spent = (one.spent for one in checked(tmp_path / "s", rows, day, month, now=now).budgets)
    assert spent == D(25 + 7)  # the first, and from midnight, 05:00 UTC, until noon
    late = checked(tmp_path / "s", rows, day, now=datetime(2026, 11, 2, 4, 59, tzinfo=UTC)).budgets[0]
    assert (late.label, late.spent, late.state) == ("2026-11-01", D(25), BudgetState.BREACHED)


def test_a_fee_for_a_month_of_utc_stays_in_its_month_in_every_zone(tmp_path: Path) -> None:
    fee = bill_row(99, hours=24 * 30, ChargePeriodStart=at(11, 1), **TAX)
    rows = [*hours(date(2026, 10, 1), date(2026, 11, 19), 0), fee]
    (status,) = checked(tmp_path / "s", rows, budget(time_zone="America/Los_Angeles")).budgets
    assert status.spent == D(99)


def test_a_daily_bill_has_days_of_utc_alone_and_says_so(tmp_path: Path) -> None:
    check = checked(tmp_path / "s", autumn(10), budget(time_zone="Asia/Tokyo"))
    assert check.budgets[0].spent == D(190)
    assert any("Asia/Tokyo are taken as days of UTC" in note for note in check.notes)


def test_days_before_the_bill_begins_are_a_gap_and_never_zero(tmp_path: Path) -> None:
    check = checked(tmp_path / "s", autumn(10), budget(amount=9000, period=BudgetPeriod.YEAR))
    (status,) = check.budgets
    assert (status.spent, status.freshness.missing_days) == (D(800), 243)  # January to August
    assert any("after 243 of this period's days" in gap for gap in check.gaps)
    assert any("243 days of this period before that is not known" in note for note in status.notes)


def test_on_the_first_day_of_a_month_the_forecast_alone_judges(tmp_path: Path) -> None:
    now = datetime(2026, 11, 1, 9, tzinfo=UTC)
    (status,) = checked(
        tmp_path / "s", days(date(2026, 9, 1), date(2026, 10, 31), 10), budget(amount=290), now=now
    ).budgets
    assert (status.spent, status.movers, status.pace_fraction) == (D(0), (), None)
    assert status.state is BudgetState.AT_RISK
    assert any("No day of this period is complete" in note for note in status.notes)


def test_what_the_last_day_of_a_period_brings_is_seen_although_it_comes_a_day_late(tmp_path: Path) -> None:
    rows = [*days(date(2026, 9, 1), date(2026, 11, 30), 10), *days(date(2026, 11, 30), date(2026, 11, 30), 50)]
    daily = budget("day", 55, period=BudgetPeriod.DAY)
    for day, seen in ((1, ["day", "month"]), (2, ["day", "month"]), (3, [])):
        now = datetime(2026, 12, day, 9, tzinfo=UTC)
        check = checked(tmp_path / "s", rows, daily, budget("month", 340), now=now)
        assert [one.budget.name for one in check.closed] == seen
        told = [one.subject for one in check.conditions if one.rule is Rule.ACTUAL]
        assert told == seen
        assert check.meets(Gate.BREACH) is bool(seen)
    last_month = checked(tmp_path / "s", rows, budget("month", 340), now=datetime(2026, 12, 1, 9, tzinfo=UTC)).closed[0]
    assert (last_month.label, last_month.spent, last_month.breach_day) == ("2026-11", D(350), date(2026, 11, 30))


def test_credits_may_bring_what_is_spent_below_zero(tmp_path: Path) -> None:
    rows = [*autumn(1), bill_row(-500, **CREDIT, ChargePeriodStart=at(11, 3))]
    (status,) = checked(tmp_path / "s", rows, budget(amount=20)).budgets
    assert (status.spent, status.state, status.crossed) == (D(-481), BudgetState.FINE, ())


def test_overlaps_are_told_and_many_of_them_are_counted(tmp_path: Path) -> None:
    part = budget("part", scope={"SubAccountId": "222222222222"})
    notes = checked(tmp_path / "s", autumn(), budget("all"), part).notes
    assert notes == (
        "'all' and 'part' overlap: the second lies within the first: each has its own amount, and they do not add up.",
    )
    many = checked(tmp_path / "s", autumn(), *(budget(f"b{number}") for number in range(5))).notes
    assert len(many) == 6
    assert many[-1].startswith("5 more pairs")


def test_a_check_without_budgets_still_looks_for_anomalies_and_says_what_is_missing(tmp_path: Path) -> None:
    check = checked(tmp_path / "s", spike())
    assert [one.value for one in check.anomalies] == ["Amazon EC2"]
    assert any("no budgets" in note for note in check.notes)


def spike(**cells: object) -> list[Row]:
    return [*autumn(100), *days(date(2026, 11, 17), date(2026, 11, 19), 200, ResourceId="i-1", **cells)]


@pytest.mark.parametrize(
    ("amount", "gates"),
    [(100, "breach risk anomaly"), (2500, "risk anomaly"), (9000, "anomaly")],
)
def test_a_gate_is_met_by_what_it_names_and_by_every_breach(tmp_path: Path, amount: int, gates: str) -> None:
    check = checked(tmp_path / "s", spike(), budget(amount=amount))
    assert [gate.value for gate in Gate if check.meets(gate)] == gates.split()


def test_the_same_bill_and_moment_give_the_same_check(tmp_path: Path) -> None:
    first, second = (checked(tmp_path / "s", spike(), budget()) for _ in range(2))
    assert first == second


def test_limits_of_the_settings_decide_what_is_an_anomaly(tmp_path: Path) -> None:
    limits = BudgetSettings(anomaly_floor=D(500))
    assert checked(tmp_path / "s", spike(), limits=limits).anomalies == ()
