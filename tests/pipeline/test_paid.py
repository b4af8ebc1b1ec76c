"""The audit with a bill: rates and amounts by hand, and what happens where the bill is silent."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from costopt.config.settings import DISCOUNTED_SERVICES, BillingSettings, PriceSettings, Settings
from costopt.errors import StoreError, UsageError
from costopt.model.bill import BillKind, PeriodBill
from costopt.model.finding import Finding
from costopt.model.money import total
from costopt.model.period import Period
from costopt.model.report import DiscountOrigin, MoneyBasis, Report
from costopt.pipeline.audit import audit
from costopt.pipeline.paid import charge_window, chosen_store
from tests.oracles.paid_estate import (
    ACCOUNT,
    COLLECTED,
    LAST,
    OTHER,
    VOLUME,
    daily,
    volume,
    write_bills,
    write_snapshot,
)

WINDOW = Period(start=datetime(2026, 10, 20, tzinfo=UTC), end=datetime(2026, 11, 19, tzinfo=UTC))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Nobody's refreshed prices."""
    return Settings(prices=PriceSettings(directory=str(tmp_path / "none")))


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    """One volume that nobody uses, 100.00 a month at list prices."""
    return write_snapshot(tmp_path / "snap", volume())


def only(report: Report) -> Finding:
    (finding,) = (one for one in report.findings if one.check_id == "ebs_unattached")
    return finding


def test_without_a_store_the_money_is_list_prices_and_the_report_says_so(settings: Settings, snapshot: Path) -> None:
    report = audit(snapshot, settings)
    assert only(report).counted.amount == Decimal(100)
    assert report.provenance.money.basis is MoneyBasis.LIST_PRICES
    assert report.provenance.money.bills == ()
    assert (only(report).paid, only(report).paid_note) == (None, None)


def test_a_discount_in_the_bill_lowers_the_price(settings: Settings, snapshot: Path, tmp_path: Path) -> None:
    """Storage at 4.00 by list and 3.60 paid a day is 10 % off: 1,000 GiB x 0.10 x 0.9 = 90.00."""
    store = write_bills(tmp_path / "bills", daily(OTHER, cost="3.60", listed="4.00"))
    report = audit(snapshot, settings, store=store)
    finding, money = only(report), report.provenance.money
    assert finding.saving is not None
    assert finding.saving.monthly.amount == Decimal(90)
    assert finding.saving.terms[0].price.discount_fraction == Decimal("0.1")
    assert [(one.service, one.fraction, one.origin) for one in money.discounts] == [
        ("ebs", Decimal("0.1"), DiscountOrigin.BILL)
    ]
    assert money.basis is MoneyBasis.BILL
    assert [(bill.source, bill.period, bill.currencies) for bill in money.bills] == [("acme", WINDOW, ("USD",))]


def test_the_users_own_discount_wins_and_the_bills_is_said(settings: Settings, snapshot: Path, tmp_path: Path) -> None:
    store = write_bills(tmp_path / "bills", daily(OTHER, cost="3.60", listed="4.00"))
    own = Settings(prices=PriceSettings(directory=settings.prices.directory, discounts={"ebs": 0.2}))
    report = audit(snapshot, own, store=store)
    assert only(report).counted.amount == Decimal(80)
    (discount,) = report.provenance.money.discounts
    assert (discount.fraction, discount.origin) == (Decimal("0.2"), DiscountOrigin.SETTING)
    assert discount.note == "the bill shows 10.0 %"


def test_a_resource_that_cost_less_counts_what_was_paid(settings: Settings, snapshot: Path, tmp_path: Path) -> None:
    """30 days of 1.80 are 54.00 in 720 hours: 54.75 in 730. The price after 10 % off would be 90.00."""
    store = write_bills(tmp_path / "bills", daily())
    report = audit(snapshot, settings, store=store)
    finding = only(report)
    assert finding.paid is not None
    assert finding.paid.effective.amount == finding.paid.billed.amount == Decimal("54.75")
    assert (finding.paid.whole, finding.paid.covered, finding.paid.period) == (True, False, WINDOW)
    assert finding.saving is not None
    assert finding.saving.monthly.amount == Decimal(90)
    assert finding.counted.amount == Decimal("54.75")
    assert finding.overlap == "by the bill only 54.75 USD a month was paid for it"
    assert report.totals.saving.amount == Decimal("54.75")
    assert report.provenance.money.held_down.amount == Decimal("35.25")
    # To change the volume to gp3 would save 18.00 less 25 % of it alone: 13.50, and it is deleted instead.
    assert report.totals.overlaps.amount == Decimal("35.25") + Decimal("13.50")
    for slices in (report.by_lever, report.by_owner, report.by_account):
        assert total(part.saving for part in slices) == report.totals.saving
    assert report.provenance.money.named == len(report.findings) == 2


def test_a_resource_that_the_bill_does_not_name_is_not_free(settings: Settings, snapshot: Path, tmp_path: Path) -> None:
    report = audit(snapshot, settings, store=write_bills(tmp_path / "bills", daily(OTHER)))
    assert only(report).paid is None
    assert only(report).paid_note == "the bill does not name it"
    assert only(report).counted.amount == Decimal(90)
    assert report.provenance.money.named == 0


def test_of_a_bill_in_euros_ratios_count_and_amounts_do_not(settings: Settings, snapshot: Path, tmp_path: Path) -> None:
    report = audit(snapshot, settings, store=write_bills(tmp_path / "bills", daily(BillingCurrency="EUR")))
    assert only(report).paid is None
    assert only(report).paid_note == "the bill is in EUR, the prices are in USD"
    assert only(report).counted.amount == Decimal(90)
    (note,) = report.provenance.money.notes
    assert (note.source, note.words[:44]) == ("acme", "is in EUR and the prices are in USD: its dis")


def test_where_a_commitment_paid_the_amount_is_told_and_nothing_is_held_to_it(
    settings: Settings, snapshot: Path, tmp_path: Path
) -> None:
    store = write_bills(tmp_path / "bills", daily(EffectiveCost="0.50"))
    finding = only(audit(snapshot, settings, store=store))
    assert finding.paid is not None
    assert finding.paid.covered
    assert finding.paid.effective.amount == Decimal("15.20833333")  # 15.00 x 730 / 720
    assert finding.counted.amount == Decimal(90)
    assert "a commitment may have paid" in (finding.paid_note or "")


def test_what_was_charged_for_a_part_of_the_window_is_scaled_by_its_own_hours(
    settings: Settings, snapshot: Path, tmp_path: Path
) -> None:
    """Nine days of 1.80, 10 to 18 November: 16.20 in 216 hours are 54.75 in 730."""
    store = write_bills(tmp_path / "bills", [*daily(OTHER), *daily(first=date(2026, 11, 10))])
    finding = only(audit(snapshot, settings, store=store))
    assert finding.paid is not None
    assert finding.paid.effective.amount == Decimal("54.75")
    assert not finding.paid.whole
    assert finding.counted.amount == Decimal(90)
    assert "a part of the time" in (finding.paid_note or "")


HOSTILE = (
    "'; DROP TABLE cost; --",
    "\x1b[31mred\u202e",
    f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{VOLUME}",
    "arn:aws:",
    f"{VOLUME}/",
    VOLUME.upper(),
)


@pytest.mark.parametrize("resource_id", HOSTILE)
def test_a_hostile_name_is_nobodys(resource_id: str, settings: Settings, snapshot: Path, tmp_path: Path) -> None:
    report = audit(snapshot, settings, store=write_bills(tmp_path / "bills", daily(resource_id)))
    assert only(report).paid is None
    assert only(report).counted.amount == Decimal(90)


def test_a_bill_of_other_accounts_changes_nothing_and_is_said(
    settings: Settings, snapshot: Path, tmp_path: Path
) -> None:
    report = audit(snapshot, settings, store=write_bills(tmp_path / "bills", daily(SubAccountId="999999999999")))
    assert only(report).counted.amount == Decimal(100)
    assert report.provenance.money.basis is MoneyBasis.LIST_PRICES
    (note,) = report.provenance.money.notes
    assert note.words == "holds no charge of the snapshot's accounts from 2026-10-20 on, and is not used"


def test_more_accounts_than_one_question_takes_are_each_asked_for_once(settings: Settings, tmp_path: Path) -> None:
    accounts = [f"{number:012}" for number in range(200)]
    resources = [volume(account=accounts[0]), volume(OTHER, account=accounts[199])]
    snapshot = write_snapshot(tmp_path / "snap", *resources, accounts=accounts)
    rows = [*daily(SubAccountId=accounts[0]), *daily(OTHER, SubAccountId=accounts[199])]
    report = audit(snapshot, settings, store=write_bills(tmp_path / "bills", rows))
    paid = [one.paid.effective.amount for one in report.findings if one.check_id == "ebs_unattached" and one.paid]
    assert paid == [Decimal("54.75"), Decimal("54.75")]


def test_a_store_that_is_named_must_be_there(settings: Settings, snapshot: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store of bills"):
        audit(snapshot, settings, store=tmp_path / "nowhere")


def test_the_usual_store_is_used_only_where_it_is(tmp_path: Path) -> None:
    usual = Settings(billing=BillingSettings(store=str(tmp_path / "bills")))
    assert chosen_store(usual, None, no_bill=False) is None
    write_bills(tmp_path / "bills", daily(last=LAST))
    assert chosen_store(usual, None, no_bill=False) == tmp_path / "bills"
    assert chosen_store(usual, None, no_bill=True) is None
    assert chosen_store(usual, tmp_path / "else", no_bill=False) == tmp_path / "else"
    with pytest.raises(UsageError, match="--store beside --no-bill"):
        chosen_store(usual, tmp_path / "else", no_bill=True)


def month(period: str, first: str, good: str) -> PeriodBill:
    start = datetime.fromisoformat(first).replace(tzinfo=UTC)
    return PeriodBill(
        source="acme", kind=BillKind.FOCUS, billing_period=period, version=None, fingerprint="0", files=(), rows=1,
        extra_columns=(), billing_accounts=(), first_charge=start, last_charge=start, last_good_day=good,
        accounts=(), ingested_at=COLLECTED,
    )  # fmt: skip


OCTOBER = month("2026-10", "2026-10-01", "2026-10-31")
WINDOWS = {
    "the 30 days before the last good day": ([OCTOBER, month("2026-11", "2026-11-01", "2026-11-19")], "10-20", "11-19"),
    "no day of the snapshot or after": ([OCTOBER, month("2026-11", "2026-11-01", "2026-11-29")], "10-21", "11-20"),
    "a month of which days are missing": (
        [month("2026-10", "2026-10-01", "2026-10-25"), month("2026-11", "2026-11-01", "2026-11-19")],
        "11-01",
        "11-19",
    ),
    "a bill that begins in the window": ([month("2026-11", "2026-11-05", "2026-11-19")], "11-05", "11-19"),
    "a month that came whole": ([OCTOBER], "10-01", "10-31"),
    "a month without usage": ([OCTOBER, month("2026-11", "2026-11-01", "")], "10-01", "10-31"),
}


@pytest.mark.parametrize("case", WINDOWS)
def test_the_window(case: str) -> None:
    bills, start, end = WINDOWS[case]
    expected = [datetime.fromisoformat(f"2026-{day}").replace(tzinfo=UTC) for day in (start, end)]
    assert charge_window(bills, COLLECTED) == Period(start=expected[0], end=expected[1])


@pytest.mark.parametrize(
    ("bills", "why"),
    [
        ([month("2026-12", "2026-12-01", "2026-12-09")], "holds no usage from before the snapshot"),
        ([month("2026-10", "2026-10-01", "")], "holds no usage from before the snapshot"),
        ([month("2026-11", "2026-11-19", "2026-11-19")], "holds no whole day from before the snapshot"),
        ([month("2026-10", "2026-10-01", "2026-10-05")], "ends on 2026-10-05, more than 45 days before the snapshot"),
    ],
)
def test_a_bill_that_says_nothing_of_the_time(bills: list[PeriodBill], why: str) -> None:
    assert charge_window(bills, COLLECTED) == why


def test_every_service_of_a_discount_is_one_that_has_prices() -> None:
    from costopt.analyzer.negotiated import _EC2_USAGE, _SERVICES

    assert {*_SERVICES.values(), *(service for _, service in _EC2_USAGE)} == {*DISCOUNTED_SERVICES}
