"""The audit with a bill: rates and amounts by hand, and what happens where the bill is silent."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from costopt.billing.intake.ingest import ingest
from costopt.config.settings import DISCOUNTED_SERVICES, BillingSettings, PriceSettings, Settings
from costopt.errors import StoreError, UsageError
from costopt.model.bill import BillKind
from costopt.model.money import total
from costopt.model.report import DiscountOrigin, MoneyBasis, Report
from costopt.pipeline.audit import audit
from costopt.pipeline.paid.store import chosen_store
from tests.oracles.bill_files import CUR_LINE, csv_file, delivery
from tests.oracles.paid_estate import (
    ACCOUNT,
    COLLECTED,
    LAST,
    OTHER,
    VOLUME,
    WINDOW,
    Row,
    daily,
    long_charge,
    only,
    volume,
    write_bills,
    write_snapshot,
)


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


def adjustment(cost: str, kind: str, day: tuple[int, int], **cells: object) -> Row:
    """A line that is no usage; its costs are at no list price."""
    row = long_charge(cost, day, (day[0], day[1] + 1), ChargeCategory="Adjustment", ResourceId="", **cells)
    return {**row, "ListCost": "0", "x_SourceType": kind, "PricingCategory": ""}


def notes(report: Report) -> list[str]:
    return [note.words for note in report.provenance.money.notes]


def test_discounts_in_lines_of_their_own_are_said(settings: Settings, snapshot: Path, tmp_path: Path) -> None:
    """190.00 of storage at list prices and 28.50 off in two lines, one before the window in its first month."""
    lines = [
        adjustment("-20.00", "EdpDiscount", (11, 2)),
        adjustment("-8.50", "PrivateRateDiscount", (10, 1)),
        adjustment("-4.00", "EdpDiscount", (9, 29)),
    ]
    store = write_bills(tmp_path / "bills", [*daily(OTHER, cost="10.00", listed="10.00"), *lines])
    report = audit(snapshot, settings, store=store)
    assert report.provenance.money.discounts == ()
    assert notes(report) == [
        "has discounts of 28.50 USD from 2026-10-01 on in lines of their own, which are in none of these rates and "
        "amounts"
    ]
    assert only(report).counted.amount == Decimal(100)


def test_discount_lines_of_a_cost_and_usage_report_are_said(settings: Settings, snapshot: Path, tmp_path: Path) -> None:
    """19 days of 10.00, without net columns, and an EDP of 15 % in one line: 28.50."""
    member = {"line_item_usage_account_id": ACCOUNT, "bill_billing_period_start_date": "2026-11-01T00:00:00Z"}
    member["bill_billing_period_end_date"] = "2026-12-01T00:00:00Z"
    usage = {
        **member, "line_item_unblended_cost": "10", "pricing_public_on_demand_cost": "10", "pricing_term": "OnDemand",
        "line_item_usage_type": "BoxUsage:m5.large", "line_item_usage_amount": "1", "line_item_resource_id": VOLUME,
    }  # fmt: skip
    edp = {**member, "line_item_line_item_type": "EdpDiscount", "line_item_unblended_cost": "-28.50"}
    rows = [
        row | {"line_item_usage_start_date": f"2026-11-{day:02}", "line_item_usage_end_date": f"2026-11-{day + 1:02}"}
        for row, days in ((usage, range(1, 20)), (edp, (2,)))
        for day in days
    ]
    file = csv_file(tmp_path / "cur.csv", rows, base=CUR_LINE)
    ingest(delivery(BillKind.CUR, file, source="acme"), tmp_path / "bills", now=COLLECTED)
    report = audit(snapshot, settings, store=tmp_path / "bills")
    assert report.provenance.money.discounts == ()
    assert [words.partition(" in lines")[0] for words in notes(report)] == [
        "has discounts of 28.50 USD from 2026-11-01 on"
    ]


def test_adjustments_of_unknown_kinds_may_be_discounts(settings: Settings, snapshot: Path, tmp_path: Path) -> None:
    lines = [
        adjustment("-5.00", "Adjustment", (11, 2)),
        adjustment("-7.00", "Adjustment", (11, 2), BillingCurrency="EUR"),
        adjustment("9.00", "EdpDiscount", (11, 2)),
    ]
    report = audit(snapshot, settings, store=write_bills(tmp_path / "bills", [*daily(OTHER), *lines]))
    assert notes(report) == [
        "has adjustments, which may be discounts, of 7.00 EUR and 5.00 USD from 2026-10-01 on in lines of their own, "
        "which are in none of these rates and amounts"
    ]


def test_a_bill_without_resources_and_list_prices_is_said_to_have_neither(
    settings: Settings, snapshot: Path, tmp_path: Path
) -> None:
    """As Cost Explorer's: cost by day, account and service alone."""
    bare = {"ResourceId": "", "ListCost": "", "ContractedCost": "", "PricingCategory": "", "PricingQuantity": ""}
    lines = [adjustment("-28.50", "Adjustment", (11, 2))]
    report = audit(snapshot, settings, store=write_bills(tmp_path / "bills", [*daily(**bare), *lines]))
    assert report.provenance.money.basis is MoneyBasis.LIST_PRICES
    assert [words.partition(" from ")[0] for words in notes(report)] == [
        "has charges of the snapshot's accounts but names no resources and no list prices, and is not used",
        "has adjustments, which may be discounts, of 28.50 USD",
    ]


def test_a_bill_without_list_prices_does_not_say_that_there_are_no_discounts(
    settings: Settings, snapshot: Path, tmp_path: Path
) -> None:
    store = write_bills(tmp_path / "bills", daily(ListCost="", PricingCategory=""))
    report = audit(snapshot, settings, store=store)
    assert notes(report) == [
        "shows no usage at standard prices beside list prices, so that its discounts are not known"
    ]
    assert only(report).counted.amount == Decimal("54.75")


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


def test_every_service_of_a_discount_is_one_that_has_prices() -> None:
    from costopt.analyzer.google_billed import GOOGLE_SERVICES
    from costopt.analyzer.negotiated import _EC2_USAGE, _SERVICES

    # A bill has one code for metrics and logs, and one for clusters and their Fargate: only the user tells them apart.
    # Nor are SKUs of Google's networks and TPUs told apart.
    by_setting_alone = {"cloudwatch", "eks", "cloud_lb", "cloud_nat", "tpu"}
    found = {*_SERVICES.values(), *(service for _, service in _EC2_USAGE), *GOOGLE_SERVICES}
    assert found == {*DISCOUNTED_SERVICES} - by_setting_alone
