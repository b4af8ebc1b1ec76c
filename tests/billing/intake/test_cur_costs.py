"""The money of an AWS report, line by line, by hand: nothing counts twice, nothing is lost."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from costopt.billing.duckdb_engine import open_duckdb
from costopt.billing.intake.ingest import ingest
from costopt.billing.lake import Lake
from costopt.model.bill import BillKind
from costopt.model.bill_quality import Ingested
from tests.oracles.bill_files import CUR_LINE, Row, csv_file, delivery

NOW = datetime(2026, 11, 3, tzinfo=UTC)
D = Decimal
SP = "arn:aws:savingsplans::111111111111:savingsplan/sp-1"
RI = "arn:aws:ec2:eu-west-1:111111111111:reserved-instances/ri-1"

# One month of one account, small enough to add up in the head.
ON_DEMAND: Row = {"line_item_unblended_cost": "100", "pricing_public_on_demand_cost": "100"}
COVERED: Row = {
    "line_item_line_item_type": "SavingsPlanCoveredUsage",
    "line_item_unblended_cost": "50",
    "pricing_public_on_demand_cost": "50",
    "savings_plan_savings_plan_a_r_n": SP,
    "savings_plan_savings_plan_effective_cost": "35",
}
NEGATION: Row = {
    "line_item_line_item_type": "SavingsPlanNegation",
    "line_item_unblended_cost": "-50",
    "savings_plan_savings_plan_a_r_n": SP,
}
PLAN_FEE: Row = {
    "line_item_line_item_type": "SavingsPlanRecurringFee",
    "line_item_unblended_cost": "40",
    "savings_plan_savings_plan_a_r_n": SP,
    "savings_plan_total_commitment_to_date": "40",
    "savings_plan_used_commitment": "35",
}
RESERVED: Row = {
    "line_item_line_item_type": "DiscountedUsage",
    "line_item_unblended_cost": "0",
    "pricing_public_on_demand_cost": "30",
    "reservation_reservation_a_r_n": RI,
    "reservation_effective_cost": "20",
}
RESERVATION_FEE: Row = {
    "line_item_line_item_type": "RIFee",
    "line_item_unblended_cost": "24",
    "reservation_reservation_a_r_n": RI,
    "reservation_unused_recurring_fee": "4",
    "reservation_unused_amortized_upfront_fee_for_billing_period": "0",
}
OTHERS: tuple[Row, ...] = (
    {"line_item_line_item_type": "Fee", "line_item_product_code": "AmazonRegistrar", "line_item_unblended_cost": "12"},
    {"line_item_line_item_type": "Tax", "line_item_unblended_cost": "20"},
    {"line_item_line_item_type": "Credit", "line_item_unblended_cost": "-7"},
    {"line_item_line_item_type": "Refund", "line_item_unblended_cost": "-3"},
)
MONTH = (ON_DEMAND, COVERED, NEGATION, PLAN_FEE, RESERVED, RESERVATION_FEE, *OTHERS)

Booked = dict[str, tuple[Decimal, Decimal, Decimal]]
Take = Callable[[Sequence[Row]], tuple[Ingested, Booked]]


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """Takes lines in; gives billed, effective and list cost by the source's kind of line."""

    def call(rows: Sequence[Row]) -> tuple[Ingested, Booked]:
        file = csv_file(tmp_path / "report.csv", rows, base=CUR_LINE)
        ended = ingest(delivery(BillKind.CUR, file), tmp_path / "store", now=NOW)
        with open_duckdb(Lake(tmp_path / "store")) as engine:
            rows_ = engine.query(
                "SELECT x_SourceType, SUM(BilledCost) b, SUM(EffectiveCost) e, SUM(ListCost) l FROM cost GROUP BY 1"
            ).to_pylist()
        return ended, {row["x_SourceType"]: (row["b"], row["e"], row["l"]) for row in rows_}

    return call


def test_every_kind_of_line_is_booked_once(take: Take) -> None:
    ended, booked = take(MONTH)
    assert booked == {
        "Usage": (D(100), D(100), D(100)),
        "SavingsPlanCoveredUsage": (D(0), D(35), D(50)),
        "SavingsPlanRecurringFee": (D(40), D(0), D(40)),
        "SavingsPlanRecurringFee (unused part)": (D(0), D(5), D(0)),
        "DiscountedUsage": (D(0), D(20), D(30)),
        "RIFee": (D(24), D(0), D(24)),
        "RIFee (unused part)": (D(0), D(4), D(0)),
        "Fee": (D(12), D(12), D(12)),
        "Tax": (D(20), D(20), D(20)),
        "Credit": (D(-7), D(-7), D(-7)),
        "Refund": (D(-3), D(-3), D(-3)),
    }
    # Nothing is prepaid, so what is billed and what is used cost the same: 100 + 40 + 24 + 12 + 20 - 7 - 3.
    assert sum(billed for billed, _, _ in booked.values()) == 186
    assert sum(effective for _, effective, _ in booked.values()) == 186
    (bill,) = ended.bills
    assert sum(account.source_cost for account in bill.accounts) == 186
    assert [account.set_aside for account in bill.accounts if account.set_aside] == [
        "negation of usage that a Savings Plan covers"
    ]


def test_a_commitment_costs_what_its_used_and_unused_parts_cost(take: Take, tmp_path: Path) -> None:
    """FOCUS: of one commitment the effective cost, used and unused, is the billed cost of its purchase."""
    take(MONTH)
    with open_duckdb(Lake(tmp_path / "store")) as engine:
        rows = engine.query(
            """SELECT CommitmentDiscountId id, SUM(BilledCost) b, SUM(EffectiveCost) e,
            COUNT(CASE WHEN CommitmentDiscountStatus = 'Unused' THEN 1 END) unused FROM cost
            WHERE CommitmentDiscountId IS NOT NULL GROUP BY 1 ORDER BY 1"""
        ).to_pylist()
    assert rows == [
        {"id": RI, "b": D(24), "e": D(24), "unused": 1},
        {"id": SP, "b": D(40), "e": D(40), "unused": 1},
    ]


def test_upfront_fees_are_billed_when_paid_and_spread_over_the_term(take: Take) -> None:
    upfront: tuple[Row, ...] = (
        {
            "line_item_line_item_type": "SavingsPlanUpfrontFee",
            "line_item_unblended_cost": "8760",
            "savings_plan_savings_plan_a_r_n": SP,
        },
        # An hour of an all-upfront plan: the commitment of $1 was paid before, and 0.25 of it is not used.
        {**PLAN_FEE, "line_item_unblended_cost": "0", "savings_plan_total_commitment_to_date": "1",
         "savings_plan_used_commitment": "0.75"},
        {"line_item_line_item_type": "Fee", "line_item_unblended_cost": "876", "reservation_reservation_a_r_n": RI},
        {**RESERVATION_FEE, "line_item_unblended_cost": "0", "reservation_unused_recurring_fee": "0",
         "reservation_unused_amortized_upfront_fee_for_billing_period": "0.1"},
    )  # fmt: skip
    _, booked = take(upfront)
    assert booked["SavingsPlanUpfrontFee"][:2] == (D(8760), D(0))
    assert booked["SavingsPlanRecurringFee (unused part)"][:2] == (D(0), D("0.25"))
    assert booked["Fee"][:2] == (D(876), D(0))
    assert booked["RIFee (unused part)"][:2] == (D(0), D("0.1"))


EDP = tuple(
    {
        **row,
        "line_item_net_unblended_cost": "90" if row is ON_DEMAND else row["line_item_unblended_cost"],
        "savings_plan_net_savings_plan_effective_cost": row.get("savings_plan_savings_plan_effective_cost", ""),
        "reservation_net_effective_cost": row.get("reservation_effective_cost", ""),
    }
    for row in MONTH
)
DISCOUNT_LINE: Row = {"line_item_line_item_type": "EdpDiscount", "line_item_unblended_cost": "-10"}


def test_a_private_discount_counts_once_whichever_way_it_is_written(take: Take) -> None:
    """10 % off 100: inside the net costs, with a line beside them, or as a line alone. 186 - 10 each time."""
    net_of_line: Row = {**DISCOUNT_LINE, "line_item_net_unblended_cost": "0"}
    no_net_of_line: Row = {**DISCOUNT_LINE, "line_item_net_unblended_cost": ""}
    for rows in (EDP, (*EDP, net_of_line), (*EDP, no_net_of_line), (*MONTH, DISCOUNT_LINE)):
        ended, booked = take(rows)
        assert sum(billed for billed, _, _ in booked.values()) == 176
        assert sum(effective for _, effective, _ in booked.values()) == 176
        assert sum(account.rows for account in ended.bills[0].accounts) == len(rows) + 2
    assert booked["EdpDiscount"][:2] == (D(-10), D(-10))


def test_net_costs_hold_in_their_own_month_only(take: Take) -> None:
    """The discount began in November: October's discount lines stand, November's are inside the net costs."""
    november: Row = {
        "bill_billing_period_start_date": "2026-11-01T00:00:00.000Z",
        "bill_billing_period_end_date": "2026-12-01T00:00:00.000Z",
    }
    rows = (
        {**ON_DEMAND, "line_item_net_unblended_cost": ""},
        {**DISCOUNT_LINE, "line_item_net_unblended_cost": ""},
        {**ON_DEMAND, **november, "line_item_net_unblended_cost": "90"},
        {**DISCOUNT_LINE, **november, "line_item_net_unblended_cost": "0"},
    )
    ended, booked = take(rows)
    assert [(bill.billing_period, sum(one.billed_cost for one in bill.accounts)) for bill in ended.bills] == [
        ("2026-10", D(90)),
        ("2026-11", D(90)),
    ]
    assert booked["EdpDiscount"][0] == -10


def test_split_costs_are_a_share_and_no_cost_of_their_own(take: Take, tmp_path: Path) -> None:
    pod: Row = {
        "line_item_unblended_cost": "0",
        "line_item_resource_id": "arn:aws:eks:eu-west-1:222222222222:pod/a",
        "split_line_item_parent_resource_id": "i-1",
        "split_line_item_split_cost": "30",
    }
    _, booked = take((ON_DEMAND, pod))
    assert booked["Usage"][:2] == (D(100), D(100))
    with open_duckdb(Lake(tmp_path / "store")) as engine:
        assert engine.query("SELECT SUM(x_SplitCost) AS s FROM cost").to_pylist() == [{"s": D(30)}]


def test_a_kind_of_line_that_nobody_knows_is_counted_and_named(take: Take) -> None:
    ended, booked = take((ON_DEMAND, {"line_item_line_item_type": "MoonTax", "line_item_unblended_cost": "1.5"}))
    assert booked["MoonTax"][0] == D("1.5")
    assert ended.quality is not None
    assert ended.quality.unknown_lines == ("MoonTax",)
