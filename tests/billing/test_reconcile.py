"""The way from a given total to the store's, and what is left over."""

from decimal import Decimal

from costopt.billing.reconcile import against_files, against_totals
from costopt.model.bill import Account, BillKind, FileTotal, PeriodBill
from tests.billing.test_lake import NOW

D = Decimal


def account(kind: str, source: str, billed: str, *, category: str = "Usage", aside: str = "") -> Account:
    return Account(
        currency="USD", category=category, source_type=kind, set_aside=aside, rows=1,
        source_cost=D(source), billed_cost=D(billed), effective_cost=D(billed),
    )  # fmt: skip


def bill(*accounts: Account, source: str = "cur", file_total: Decimal | None = None) -> PeriodBill:
    total = sum((one.source_cost for one in accounts), D(0)) if file_total is None else file_total
    return PeriodBill(
        source=source, kind=BillKind.CUR, billing_period="2026-10", version=None, fingerprint="f", files=(), rows=1,
        extra_columns=(), billing_accounts=("1",), first_charge=NOW, last_charge=NOW, last_good_day="",
        accounts=accounts, ingested_at=NOW, delivered=("2026-10",), sub_accounts=("1",), first_usage=NOW,
        last_usage=NOW, file_totals=(FileTotal(currency="USD", lines=1, cost=total),),
    )  # fmt: skip


BILL = bill(
    account("Usage", "100", "90"),
    account("SavingsPlanCoveredUsage", "50", "0"),
    account("SavingsPlanNegation", "-50", "0", aside="negation of usage that a Savings Plan covers"),
    account("EdpDiscount", "-10", "0", aside="discount line that the net costs hold already"),
    account("Tax", "20", "20", category="Tax"),
)
"""100 less 10 % discount, a covered line and its mirror, and tax: 110 whichever way it is added."""
KEY = ("cur", "2026-10", "USD")


def test_every_step_is_named_and_nothing_is_left() -> None:
    (found,) = against_files([BILL], {KEY: {"Usage": D(90), "Tax": D(20)}})
    assert (found.source_total, found.store_total, found.difference, found.unexplained) == (110, 110, 0, 0)
    assert [(step.reason, step.amount) for step in found.steps] == [
        ("discount line that the net costs hold already", 10),
        ("negotiated discounts inside the net costs", -10),
    ]
    assert found.exact


def test_a_row_that_is_lost_from_the_store_is_left_unexplained() -> None:
    (found,) = against_files([BILL], {KEY: {"Usage": D("89.98"), "Tax": D(20)}})
    assert found.unexplained == D("-0.02")
    assert not found.exact
    (gone,) = against_files([BILL], {})
    assert gone.unexplained == -110


def test_a_line_that_the_mapping_loses_is_left_unexplained() -> None:
    """The file says 30; of that 20 came through the reading and the mapping."""
    short = bill(account("Usage", "20", "20"), file_total=D(30))
    (found,) = against_files([short], {KEY: {"Usage": D(20)}})
    assert found.unexplained == -10


def test_covered_usage_whose_negation_is_not_in_the_file_is_explained_by_that() -> None:
    half = bill(account("SavingsPlanCoveredUsage", "50", "0"))
    (found,) = against_files([half], {KEY: {"Usage": D(0)}})
    assert [step.amount for step in found.steps] == [-50]
    assert found.exact


def test_an_invoice_without_tax_is_recognised_to_the_cent() -> None:
    booked = {KEY: {"Usage": D("90.004"), "Tax": D(20), "Credit": D(-5)}}
    totals = {("2026-10", "USD"): D("85.00"), ("2026-09", "USD"): D(3)}
    none, without_tax = against_totals(totals, [BILL], booked, against="invoice")
    assert [step.reason for step in without_tax.steps] == ["Tax, not in that total"]
    assert without_tax.unexplained == D("0.004")
    assert without_tax.exact
    assert (none.source, none.store_total, none.unexplained) == ("none", 0, -3)
    (other,) = against_totals({("2026-10", "USD"): D("84.00")}, [BILL], booked, against="invoice")
    assert not other.steps
    assert other.unexplained == D("21.004")


def test_an_invoice_is_held_against_all_sources_of_its_month() -> None:
    booked = {KEY: {"Usage": D(90)}, ("gcp", "2026-10", "USD"): {"Usage": D(7)}}
    gcp = bill(account("regular", "7", "7"), source="gcp")
    (found,) = against_totals({("2026-10", "USD"): D(97)}, [BILL, gcp], booked, against="invoice")
    assert (found.source, found.difference) == ("cur, gcp", 0)
