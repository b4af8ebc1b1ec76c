"""Fees of Google's commitments, by the example in which Google explains the data of its bills before and after 2026.

Source: https://cloud.google.com/docs/cuds-multiprice-datamodel (overutilised CUD scenario); names and ids of the fees
https://cloud.google.com/docs/cuds-migration.
"""

from decimal import Decimal
from pathlib import Path

import pytest

from costopt.billing.duckdb_engine import open_duckdb
from costopt.billing.intake.ingest import ingest
from costopt.billing.lake import Lake
from costopt.model.bill import BillKind
from tests.billing.test_lake import NOW
from tests.oracles.bill_files import csv_file, delivery

SUBSCRIPTION = "subscriptions/1fd3b130-40f8-4a79-ac6f-5753aaa0ceeb"
LINE = {
    "billing_account_id": "0A-1",
    "service.description": "Compute Engine",
    "sku.id": "1-2-3",
    "usage_start_time": "2026-02-10 08:00:00 UTC",
    "usage_end_time": "2026-02-10 09:00:00 UTC",
    "invoice.month": "202602",
    "currency": "USD",
    "credits": "[]",
}
FEE = {
    "sku.description": "Compute Flexible Committed Use Discounts - 1 Year",
    "consumption_model.description": "Default",
}
RAM = {"sku.description": "E2 Instance Ram running in Americas"}
BOUGHT = {"subscription.instance_id": SUBSCRIPTION}


def offset(amount: str, kind: str) -> dict[str, str]:
    return {"credits": f'[{{"amount": {amount}, "type": "{kind}"}}]'}


def booked(tmp_path: Path, *lines: dict[str, str]) -> list[tuple[object, ...]]:
    """Category, billed cost, kind of commitment and its id, in the order of the costs."""
    ingest(
        delivery(BillKind.GCP_EXPORT, csv_file(tmp_path / "export.csv", list(lines), base=LINE)),
        tmp_path / "s",
        now=NOW,
    )
    with open_duckdb(Lake(tmp_path / "s")) as engine:
        table = engine.query(
            "SELECT ChargeCategory, BilledCost, CommitmentDiscountCategory, CommitmentDiscountId, PricingCategory"
            " FROM cost ORDER BY ListCost"
        )
    return [tuple(row.values()) for row in table.to_pylist()]


def test_the_new_fees_are_purchases_that_their_credits_offset(tmp_path: Path) -> None:
    covered = {**RAM, **BOUGHT, "consumption_model.description": "Compute Flexible CUDs 1 Year"}
    found = booked(
        tmp_path,
        {"cost": "0.046868", **FEE, **BOUGHT, **offset("-0.046868", "FEE_UTILIZATION_OFFSET")},
        {"cost": "0.046869", "cost_at_list": "0.065095", **covered},
        {"cost": "0.109398", "consumption_model.description": "Default", **RAM},
    )
    assert found == [
        ("Purchase", Decimal(0), "Spend", SUBSCRIPTION, "Standard"),
        ("Usage", Decimal("0.046869"), None, None, "Committed"),
        ("Usage", Decimal("0.109398"), None, None, "Standard"),
    ]


def test_a_new_fee_that_nothing_uses_is_a_purchase_all_the_same(tmp_path: Path) -> None:
    assert booked(tmp_path, {"cost": "0.022994", **FEE, **BOUGHT}) == [
        ("Purchase", Decimal("0.022994"), "Spend", SUBSCRIPTION, "Standard")
    ]


def test_a_new_fee_is_one_by_its_name_where_the_export_has_no_subscriptions(tmp_path: Path) -> None:
    fee = ("Purchase", Decimal("0.022994"), None, None, "Standard")
    assert booked(tmp_path, {"cost": "0.022994", **FEE}) == [fee]


@pytest.mark.parametrize(("seller", "category"), [("", "Purchase"), ("Google Ireland", "Purchase"), ("Acme", "Usage")])
def test_what_others_sell_by_subscription_is_no_fee_of_a_commitment(tmp_path: Path, seller: str, category: str) -> None:
    line = {"cost": "99", "sku.description": "A year of support", "seller_name": seller, **BOUGHT}
    ((found, *_),) = booked(tmp_path, line)
    assert found == category


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Commitment - dollar based v1: GCE for 1 year", "Spend"),
        ("Commitment v1: N2 Cpu in Americas for 1 Year", "Usage"),
    ],
)
def test_the_older_fees_are_purchases_and_their_credits_part_of_usage(tmp_path: Path, name: str, kind: str) -> None:
    found = booked(
        tmp_path,
        {"cost": "0.046868", "sku.description": name, **BOUGHT},
        {"cost": "0.174496", **RAM, **BOUGHT, **offset("-0.065095", "COMMITTED_USAGE_DISCOUNT")},
    )
    assert found == [
        ("Purchase", Decimal("0.046868"), kind, SUBSCRIPTION, "Standard"),
        ("Usage", Decimal("0.109401"), None, None, "Committed"),
    ]
