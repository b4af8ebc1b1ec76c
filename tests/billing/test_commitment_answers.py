"""What commitments cost, cover and waste, computed by hand."""

from decimal import Decimal

import pytest

from tests.billing.conftest import Ask
from tests.oracles.bill_rows import Row, at, bill_row

D = Decimal
ONE, TWO = at(10, 5, 1), at(10, 5, 2)


def used(cost: object, list_cost: object, **cells: object) -> Row:
    """Usage that a Savings Plan covers: nothing is invoiced for it."""
    plan: Row = {
        "CommitmentDiscountId": "sp-1",
        "CommitmentDiscountType": "Compute Savings Plan",
        "CommitmentDiscountCategory": "Spend",
        "CommitmentDiscountUnit": "USD",
        "CommitmentDiscountStatus": "Used",
        "CommitmentDiscountQuantity": float(str(cost)),
        "PricingCategory": "Committed",
        "BilledCost": 0,
        "ListCost": list_cost,
        "ContractedCost": list_cost,
        "ChargePeriodStart": ONE,
    }
    return bill_row(cost, **(plan | cells))


def unused(cost: object, **cells: object) -> Row:
    """The part of a Savings Plan that nobody used."""
    cells = {"CommitmentDiscountStatus": "Unused", "SubAccountId": "owner", "CommitmentDiscountName": "plan"} | cells
    return used(cost, 0, **cells)


def fee(cost: object) -> Row:
    """The recurring fee of the plan: invoiced, and amortised to what it covers."""
    return used(0, cost, BilledCost=cost, ChargeCategory="Purchase", CommitmentDiscountStatus=None)


def test_amortised_against_on_demand(ask: Ask) -> None:
    rows = [
        used("0.7", "1.0", ContractedCost="0.9"),
        used("1.4", "2.0", ContractedCost=None),
        unused("0.3", ListCost=None, ContractedCost=None),
        fee("2.4"),
        bill_row("0.9", ListCost="1.0"),
        bill_row("0.1", ListCost=0, ContractedCost=0, ServiceName="marketplace"),
        bill_row(0, ListCost="0.5", ServiceName="free tier"),
        bill_row(0, ServiceName="free"),
        bill_row(-9, ChargeClass="Correction"),
        bill_row(-9, ChargeCategory="Credit"),
    ]
    answer = ask(rows, "amortised", by=["ServiceName", "PricingCategory"])
    by_kind = {(row["ServiceName"], row["PricingCategory"]): list(row.values())[3:] for row in answer}
    assert by_kind == {
        # 0.7 + 1.4 + 0.3 amortised; list 3.0; contracted 0.9 + 2.0 (no discount where it is not told);
        # negotiated 0.1; commitments 2.9 - 2.4; together 0.6 of 3.0.
        ("Amazon EC2", "Committed"): [
            *(D("2.4"), D("3.0"), D("2.9"), D("0.1"), D("0.5"), D("0.6")),
            *(pytest.approx(0.2, rel=1e-12), D(0), 3, 0),
        ],
        ("Amazon EC2", "Standard"): [
            *(D("0.9"), D("1.0"), D("0.9"), D("0.1"), D(0), D("0.1")),
            *(pytest.approx(0.1, rel=1e-12), D(0), 1, 0),
        ],
        ("free", "Standard"): [D(0), D(0), D(0), D(0), D(0), D(0), None, D(0), 1, 0],
        ("free tier", "Standard"): [D(0), D("0.5"), D(0), D("0.5"), D(0), D("0.5"), 1.0, D(0), 1, 0],
        ("marketplace", "Standard"): [D("0.1"), None, None, None, None, None, None, D("0.1"), 1, 1],
    }


def test_savings_are_counted_only_where_the_list_cost_is_known(ask: Ask) -> None:
    rows = [bill_row(6, ListCost=10, ContractedCost=9), bill_row(100, ListCost=None)]
    (row,) = ask(rows, "amortised")
    assert (row["effective_cost"], row["list_cost"], row["savings"]) == (D(106), D(10), D(4))
    assert (row["contracted_cost"], row["negotiated_savings"], row["commitment_savings"]) == (D(9), D(1), D(3))
    assert (row["unpriced_cost"], row["unpriced_line_items"]) == (D(100), 1)
    assert row["effective_savings_rate"] == pytest.approx(0.4, rel=1e-12)


def test_amortised_by_a_derived_dimension_is_the_same_as_by_a_column(ask: Ask) -> None:
    rows = [
        used("0.7", "1.0", Tags='{"a": "x"}'),
        unused("0.3", Tags='{"a": "x", "b": ""}'),
        bill_row(7, ListCost=None),
    ]
    (by_month,) = ask(rows, "amortised", by=["month"])
    (whole,) = ask(rows, "amortised")
    assert by_month == {"month": "2026-10", **whole}
    tagged, untagged = ask(rows, "amortised", by=["tag:a"])
    assert (tagged["savings"], untagged["savings"]) == (D(0), None)
    assert (tagged["unpriced_cost"], untagged["unpriced_cost"]) == (D(0), D(7))


def test_an_unused_part_has_no_equivalent_whatever_the_bill_says(ask: Ask) -> None:
    (row,) = ask([unused(3, ListCost=5, ContractedCost=5)], "amortised")
    assert (row["list_cost"], row["savings"], row["effective_savings_rate"]) == (D(0), D(-3), None)


def test_utilisation_by_hour(ask: Ask) -> None:
    rows = [
        used("0.5", 1),
        used("0.25", 1),
        unused("0.25"),
        used(1, 2, ChargePeriodStart=TWO),
        unused(4, CommitmentDiscountId="sp-2", CommitmentDiscountQuantity=None),
        used(0, 0, CommitmentDiscountId="sp-3", CommitmentDiscountType="B"),
        used(0, 0, CommitmentDiscountId="sp-3", CommitmentDiscountType="A", CommitmentDiscountCategory="Usage"),
        used(7, 1, ChargeClass="Correction"),
        used(7, 1, ChargeCategory="Purchase"),
        used(7, 1, CommitmentDiscountId=None),
        used(7, 1, CommitmentDiscountStatus=None),
        fee(1),
        bill_row(50),
    ]
    wanted = """charge_period_start CommitmentDiscountId commitment_type commitment_category used_cost unused_cost
        used_quantity unused_quantity utilisation"""
    answer = ask(rows, "commitment_utilisation", wanted=wanted)
    plan = "Compute Savings Plan", "Spend"
    assert [tuple(row.values()) for row in answer] == [
        (ONE, "sp-1", *plan, D("0.75"), D("0.25"), 0.75, 0.25, 0.75),
        (ONE, "sp-2", *plan, D(0), D(4), None, None, 0.0),
        (ONE, "sp-3", "A", "Spend", D(0), D(0), 0.0, None, None),
        (TWO, "sp-1", *plan, D(1), D(0), 1.0, None, 1.0),
    ]


def test_what_is_stated_once_a_month_is_not_of_an_hour(ask: Ask) -> None:
    rows = [
        used(1, 2, ChargePeriodStart=at(10, 1)),
        unused(3, ChargePeriodStart=at(10, 1), hours=744),
    ]
    wanted = "charge_period_start charge_period_end utilisation"
    answer = ask(rows, "commitment_utilisation", wanted=wanted)
    assert [tuple(row.values()) for row in answer] == [
        (at(10, 1), at(10, 1, 1), 1.0),
        (at(10, 1), at(11, 1), 0.0),
    ]


def test_coverage(ask: Ask) -> None:
    hours = {"PricingUnit": "Hrs", "ChargePeriodStart": ONE}
    rows = [
        used(1, 3),
        used(1, 1, ServiceCategory="AI and Machine Learning"),
        bill_row(4, **hours),
        bill_row(2, **hours, ServiceCategory="Databases"),
        bill_row(1, **hours, ListCost=None),
        bill_row(1, **hours, ListCost=0),
        unused(100, ListCost=100),
        bill_row(100, **(hours | {"PricingUnit": "GB-Months"})),
        bill_row(100, **hours, PricingCategory="Dynamic"),
        bill_row(100, **hours, ServiceCategory="Networking"),
        bill_row(100, **hours, ChargeClass="Correction"),
        fee(100),
        bill_row(5, PricingUnit="Hrs", ChargePeriodStart=TWO),
        bill_row(0, PricingUnit="Hrs", ChargePeriodStart=TWO),
        # Google says of no row by which commitment it is covered.
        bill_row(5, PricingCategory="Committed", ChargePeriodStart=TWO),
    ]
    wanted = "hour eligible_cost covered_cost coverage line_items unpriced_line_items"
    answer = [tuple(row.values()) for row in ask(rows, "commitment_coverage", by=["hour"], wanted=wanted)]
    assert answer == [(ONE, D(10), D(4), pytest.approx(0.4, rel=1e-12), 6, 2), (TWO, D(10), D(5), 0.5, 3, 0)]


def test_unused_commitments(ask: Ask) -> None:
    rows = [
        used("0.5", 1),
        unused("0.5"),
        unused("0.5", ChargePeriodStart=TWO),
        used(1, 2, CommitmentDiscountId="ri-full"),
        unused("0.1", CommitmentDiscountId="sp-eur", BillingCurrency="EUR", CommitmentDiscountName=None),
        unused(3, CommitmentDiscountId=None),
        unused(3, ChargeClass="Correction"),
        unused(3, ChargeCategory="Purchase"),
        fee(2),
    ]
    wanted = """BillingCurrency CommitmentDiscountId commitment_name owner used_cost unused_cost utilisation
        first_charge last_charge"""
    answer = [tuple(row.values()) for row in ask(rows, "unused_commitments", wanted=wanted)]
    assert answer == [
        ("EUR", "sp-eur", None, "owner", D(0), D("0.1"), 0.0, ONE, TWO),
        (
            "USD",
            "sp-1",
            "plan",
            "owner",
            D("0.5"),
            D(1),
            pytest.approx(1 / 3, rel=1e-12),
            ONE,
            at(10, 5, 3),
        ),
        ("USD", "ri-full", None, None, D(1), D(0), 1.0, ONE, TWO),
    ]
