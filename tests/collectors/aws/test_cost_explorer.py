"""The bill of Cost Explorer: rows, totals and months by hand, and answers that make no sense."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.billing.intake.ingest import ingest
from costopt.billing.lake import Lake
from costopt.collectors.aws.cost_explorer import KindDifference, earliest_start
from costopt.collectors.aws.cost_explorer_query import CostRow
from costopt.collectors.aws.cost_explorer_records import ADJUSTMENT, GROUPS, group_of, unknown_kinds
from costopt.collectors.aws.cost_explorer_rows import DailyCosts, lines_of
from costopt.errors import BillError, UsageError
from costopt.model.bill import BillKind
from costopt.model.focus import TYPES, ChargeCategory
from tests.oracles.cost_explorer import (
    EC2,
    FIRST,
    MEMBER,
    METRICS,
    MONTH,
    NOW,
    PAYER,
    Charge,
    Explorer,
    read,
    rows_of,
    sign_in,
)
from tests.oracles.fakeaws import FakeAws, Request


@pytest.fixture
def account(aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    sign_in(aws, monkeypatch)
    return aws


def midnight(year: int, month: int, day: int) -> datetime:
    """As the files have it: UTC without a zone."""
    return datetime(year, month, day, tzinfo=UTC).replace(tzinfo=None)


def test_a_month_by_hand(account: FakeAws, tmp_path: Path) -> None:
    account.on("ce", "GetCostAndUsage", Explorer(MONTH))
    bill = read(account, tmp_path)
    seen = [
        (row["x_SourceType"], row["ChargeCategory"], row["SubAccountId"], row["BilledCost"], row["EffectiveCost"])
        for row in rows_of(bill)
    ]
    assert seen == [
        ("Adjustment", "Adjustment", PAYER, Decimal("-0.25"), Decimal("-0.25")),
        ("Credit", "Credit", PAYER, Decimal(-5), Decimal(-5)),
        ("Fee", "Purchase", PAYER, Decimal(29), Decimal(29)),
        ("ReservationFee", "Purchase", PAYER, Decimal(3), Decimal(0)),
        ("SavingsPlanFee", "Purchase", PAYER, Decimal(24), Decimal(0)),
        ("SavingsPlanFee (unused part)", "Usage", PAYER, Decimal(0), Decimal(4)),
        ("Tax", "Tax", PAYER, Decimal("7.7777777777"), Decimal("7.7777777777")),
        ("Usage", "Usage", PAYER, Decimal(10), Decimal(30)),
        ("Usage", "Usage", MEMBER, Decimal(0), Decimal(3)),
        ("Refund", "Usage", MEMBER, Decimal("-1.50"), Decimal("-1.50")),
    ]
    # 10 + 24 + 3 + 7.7777777777 - 5 - 1.50 + 29 - 0.25 on both sides: the plan's and the reservation's fees are spread.
    assert sum(row["BilledCost"] for row in rows_of(bill)) == Decimal("67.0277777777")
    assert sum(row["EffectiveCost"] for row in rows_of(bill)) == Decimal("67.0277777777")
    assert bill.totals == {
        "2026-02": {
            "Credit": Decimal(-5),
            "DiscountedUsage": Decimal(0),
            "Future Rebate": Decimal("-0.25"),
            "RIFee": Decimal(3),
            "Refund": Decimal("-1.50"),
            "SavingsPlanCoveredUsage": Decimal(30),
            "SavingsPlanNegation": Decimal(-30),
            "SavingsPlanRecurringFee": Decimal(24),
            "Support fee": Decimal(29),
            "Tax": Decimal("7.7777777777"),
            "Usage": Decimal(10),
        }
    }
    assert sum(bill.totals["2026-02"].values()) == sum(row["x_SourceCost"] for row in rows_of(bill))
    assert (bill.currency, bill.unknown_kinds, bill.differences) == ("USD", ("Future Rebate",), ())
    # One monthly question, and one for each of the eight groups.
    assert (bill.requests, bill.cost_usd, account.count("ce")) == (9, Decimal("0.09"), 9)
    assert account.dollars() == Decimal("0.09")


def test_the_columns_of_a_row(account: FakeAws, tmp_path: Path) -> None:
    account.on("ce", "GetCostAndUsage", Explorer([MONTH[-3]]))
    bill = read(account, tmp_path)
    (row,) = rows_of(bill)
    assert row == {
        "BillingPeriodStart": midnight(2026, 2, 1),
        "BillingPeriodEnd": midnight(2026, 3, 1),
        "ChargePeriodStart": midnight(2026, 2, 9),
        "ChargePeriodEnd": midnight(2026, 2, 10),
        "BilledCost": Decimal("-1.50"),
        "EffectiveCost": Decimal("-1.50"),
        "ListCost": None,
        "ContractedCost": None,
        "BillingAccountId": PAYER,
        "BillingCurrency": "USD",
        "ChargeCategory": "Usage",
        "ChargeClass": "Correction",
        "ChargeFrequency": "One-Time",
        "CommitmentDiscountCategory": None,
        "CommitmentDiscountStatus": None,
        "CommitmentDiscountType": None,
        "InvoiceIssuerName": "Amazon Web Services, Inc.",
        "ProviderName": "AWS",
        "PublisherName": "Amazon Web Services, Inc.",
        "ServiceName": EC2,
        "SubAccountId": MEMBER,
        "SubAccountName": "Team A",
        "x_SourceType": "Refund",
        "x_SourceCost": Decimal("-1.50"),
    }
    delivery = bill.delivery
    assert (delivery.kind, delivery.source) == (BillKind.COST_EXPLORER, f"cost-explorer-{PAYER}")
    assert (delivery.periods, delivery.declared_rows) == (("2026-02",), 1)
    assert delivery.files[0].columns == tuple(row)
    assert set(delivery.files[0].columns) <= set(TYPES)


def test_the_store_takes_it_in_and_reconciles_to_the_cent(account: FakeAws, tmp_path: Path) -> None:
    account.on("ce", "GetCostAndUsage", Explorer(MONTH))
    bill = read(account, tmp_path)
    ingest(bill.delivery, tmp_path / "store", now=NOW)
    (stored,) = Lake(tmp_path / "store").catalog().bills
    by_group: dict[str, Decimal] = defaultdict(Decimal)
    for kind, total in bill.totals["2026-02"].items():
        by_group[bill.kinds[kind]] += total
    found = {one.source_type: one.source_cost for one in stored.accounts if one.source_cost}
    assert found == {group: total for group, total in by_group.items() if total}
    assert ingest(bill.delivery, tmp_path / "store", now=NOW).unchanged


def test_each_billing_period_has_its_file_and_estimated_days_are_told(account: FakeAws, tmp_path: Path) -> None:
    days = [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 14)]
    charges = [Charge(day, "Usage", EC2, "1") for day in days]
    account.on("ce", "GetCostAndUsage", Explorer(charges, estimated_from=date(2026, 3, 1)))
    bill = read(account, tmp_path, end=date(2026, 3, 15))
    assert [Path(file.path).name for file in bill.delivery.files] == [
        "cost-explorer-2026-02.parquet",
        "cost-explorer-2026-03.parquet",
    ]
    assert bill.delivery.periods == ("2026-02", "2026-03")
    assert [row["BillingPeriodEnd"] for row in rows_of(bill)] == [midnight(2026, 3, 1)] * 2 + [midnight(2026, 4, 1)] * 2
    assert bill.estimated_days == (date(2026, 3, 1), date(2026, 3, 14))


EDP = [
    Charge(FIRST, "Usage", EC2, "100", net=("90", "90")),
    Charge(FIRST, "Enterprise Discount Program Discount", EC2, "-10", net=("0", "0")),
]


def test_where_net_costs_sum_to_the_invoice_rows_are_net(account: FakeAws, tmp_path: Path) -> None:
    account.on("ce", "GetCostAndUsage", Explorer(EDP))
    bill = read(account, tmp_path)
    assert bill.net_periods == ("2026-02",)
    assert [(row["x_SourceType"], row["BilledCost"], row["x_SourceCost"]) for row in rows_of(bill)] == [
        ("Adjustment", Decimal(0), Decimal(-10)),
        ("Usage", Decimal(90), Decimal(100)),
    ]


def test_where_net_costs_sum_to_something_else_rows_are_as_invoiced(account: FakeAws, tmp_path: Path) -> None:
    account.on("ce", "GetCostAndUsage", Explorer([EDP[0], replace(EDP[1], net=("-10", "-10"))]))
    bill = read(account, tmp_path)
    assert bill.net_periods == ()
    assert [row["BilledCost"] for row in rows_of(bill)] == [Decimal(-10), Decimal(100)]


def test_without_net_metrics_rows_are_as_invoiced(account: FakeAws, tmp_path: Path) -> None:
    def without(params: Mapping[str, Any], request: Request) -> dict[str, Any]:
        answer = Explorer(EDP)(params, request)
        for step in answer["ResultsByTime"]:
            for group in step["Groups"]:
                del group["Metrics"]["NetUnblendedCost"], group["Metrics"]["NetAmortizedCost"]
        return answer

    account.on("ce", "GetCostAndUsage", without)
    bill = read(account, tmp_path)
    assert bill.net_periods == ()
    assert [row["BilledCost"] for row in rows_of(bill)] == [Decimal(-10), Decimal(100)]


def test_daily_rows_that_do_not_sum_to_the_month_are_told(account: FakeAws, tmp_path: Path) -> None:
    def losing(params: Mapping[str, Any], request: Request) -> dict[str, Any]:
        cents = "1.00" if params["Granularity"] == "DAILY" else "1.01"
        return Explorer([Charge(FIRST, "Usage", EC2, cents), Charge(FIRST, "Tax", "Tax", "2")])(params, request)

    account.on("ce", "GetCostAndUsage", losing)
    assert read(account, tmp_path).differences == (
        KindDifference(period="2026-02", group="Usage", daily=Decimal("1.00"), monthly=Decimal("1.01")),
    )


def group(amount: Any = "1", unit: str = "USD", keys: tuple[str, ...] = ("Usage", EC2), **more: Any) -> dict[str, Any]:
    return {"Keys": list(keys), "Metrics": {name: {"Amount": amount, "Unit": unit} for name in METRICS}, **more}


def step(*groups: dict[str, Any], start: str = "2026-02-01") -> dict[str, Any]:
    return {"TimePeriod": {"Start": start, "End": "2026-03-01"}, "Groups": list(groups), "Estimated": False}


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([step(group("NaN"))], "the amount 'NaN'"),
        ([step(group("1e15"))], "the amount '1e15'"),
        ([step(group("ten"))], "the amount 'ten'"),
        ([step(group(unit="N/A"))], "the currency 'N/A'"),
        ([step(group(unit="us$"))], "the currency"),
        ([step(group(keys=("Usage",)))], "1 keys"),
        ([step(group(), start="2026-01-01")], "was not asked for"),
        ([step(group(), start="2026-02-02")], "was not asked for"),
        ([step(group(), start="soon")], "the day 'soon'"),
        ([step(group(Metrics={"UnblendedCost": {"Amount": "1", "Unit": "USD"}}))], "without"),
        ([step(group(), group())], "twice"),
        ([step(group(), group(unit="CNY", keys=("Tax", "Tax")))], "USD"),
        ([step()], "no costs"),
    ],
)
def test_an_answer_that_makes_no_sense_is_refused(
    account: FakeAws, tmp_path: Path, steps: list[dict[str, Any]], message: str
) -> None:
    def once(params: Mapping[str, Any], request: Request) -> dict[str, Any]:
        return {"ResultsByTime": steps if params["Granularity"] == "MONTHLY" else []}

    account.on("ce", "GetCostAndUsage", once)
    with pytest.raises(BillError, match=message):
        read(account, tmp_path)
    assert not (tmp_path / "files").exists()


def test_a_group_without_any_cost_has_no_unit_and_is_no_row(account: FakeAws, tmp_path: Path) -> None:
    explorer = Explorer([Charge(FIRST, "Usage", EC2, "1")])

    def with_blank(params: Mapping[str, Any], request: Request) -> dict[str, Any]:
        answer = explorer(params, request)
        answer["ResultsByTime"][0]["Groups"].append(group("0", "N/A", keys=("AWS Glue", MEMBER)))
        return answer

    account.on("ce", "GetCostAndUsage", with_blank)
    assert len(rows_of(read(account, tmp_path))) == 1


# Months.


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2026, 2, 2), date(2026, 3, 1)),
        (date(2026, 2, 1), date(2026, 2, 20)),
        (date(2026, 2, 1), date(2026, 3, 14)),
        (date(2026, 3, 1), date(2026, 3, 1)),
        (date(2026, 3, 1), date(2026, 2, 1)),
        (date(2026, 3, 1), date(2026, 4, 1)),
        (date(2026, 3, 1), date(2026, 3, 17)),
        (date(2025, 1, 1), date(2026, 3, 1)),
    ],
)
def test_what_is_no_whole_billing_period_or_too_old_is_refused(
    account: FakeAws, tmp_path: Path, start: date, end: date
) -> None:
    with pytest.raises(UsageError):
        read(account, tmp_path, start=start, end=end)
    assert account.requests == []


def test_the_current_month_may_end_today_or_tomorrow(account: FakeAws, tmp_path: Path) -> None:
    account.on("ce", "GetCostAndUsage", Explorer([Charge(date(2025, 2, 1), "Usage", EC2, "1")]))
    for end in (date(2026, 3, 15), date(2026, 3, 16)):
        assert read(account, tmp_path, start=date(2025, 2, 1), end=end).delivery.periods == ("2025-02",)


@pytest.mark.parametrize(
    ("today", "earliest"),
    [
        (date(2026, 3, 31), date(2025, 2, 1)),
        (date(2026, 1, 1), date(2024, 12, 1)),
        (date(2026, 2, 28), date(2025, 1, 1)),
        (date(2025, 12, 31), date(2024, 11, 1)),
    ],
)
def test_the_first_of_fourteen_months(today: date, earliest: date) -> None:
    assert earliest_start(today) == earliest


# Kinds of charge.


def test_every_kind_is_in_one_group_and_unknown_ones_are_told() -> None:
    every = [kind for group in (*GROUPS, ADJUSTMENT) for kind in group.kinds]
    assert len(every) == len(set(every))
    assert group_of("Support fee").category is ChargeCategory.PURCHASE
    assert group_of("SavingsPlanNegation") is group_of("Savings Plan Negation") is group_of("Usage")
    assert group_of("Martian levy") is ADJUSTMENT
    assert unknown_kinds(["Usage", "Martian levy", "Bundled Discount", "Tax"]) == ("Martian levy",)


AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=10)


@given(
    amounts=st.lists(
        st.tuples(st.sampled_from([*GROUPS, ADJUSTMENT]), AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS), min_size=1, max_size=20
    ),
    is_net=st.booleans(),
)
def test_rows_sum_to_what_was_answered(amounts: list[tuple[Any, ...]], is_net: bool) -> None:
    costs = [
        DailyCosts(
            group=group,
            rows=(
                CostRow(
                    start=FIRST,
                    keys=("service", PAYER),
                    unblended=unblended,
                    amortized=amortized,
                    net_unblended=net_unblended,
                    net_amortized=net_amortized,
                    currency="USD",
                    is_estimated=False,
                ),
            ),
        )
        for group, unblended, amortized, net_unblended, net_amortized in amounts
    ]
    lines = lines_of(costs, account=PAYER, names={}, net_periods={"2026-02"} if is_net else set())
    assert sum(line["BilledCost"] for line in lines) == sum(one[3 if is_net else 1] for one in amounts)
    assert sum(line["EffectiveCost"] for line in lines) == sum(one[4 if is_net else 2] for one in amounts)
    assert sum(line["x_SourceCost"] for line in lines) == sum(one[1] for one in amounts)
    assert all(
        line["EffectiveCost"] == 0 for line in lines if line["x_SourceType"] in ("SavingsPlanFee", "ReservationFee")
    )
