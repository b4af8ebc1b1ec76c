"""Prices, capacity, resources, series, traffic and periods on small bills, computed by hand."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from costopt.billing.query import load
from tests.billing.conftest import Ask
from tests.oracles.bill_rows import CREDIT, REFUND, TAX, UNUSED, Row, at, bill_row

D = Decimal


def test_unit_prices_and_the_negotiated_discount(ask: Ask) -> None:
    hour = {"SkuId": "S", "PricingUnit": "Hours", "SkuMeter": "BoxUsage:m5.large", "ListUnitPrice": 0.1}
    rows = [
        bill_row("0.9", **hour, PricingQuantity=10.0, ListCost=1),
        bill_row("1.7", **(hour | {"ListUnitPrice": 0.2}), PricingQuantity=10.0, ListCost=2),
        # Neither counts for the discount, both count for the price: no list cost, and a list cost of zero.
        bill_row("0.4", **(hour | {"ListUnitPrice": None}), PricingQuantity=4.0, ListCost=None),
        bill_row("0.6", **(hour | {"ListUnitPrice": None}), PricingQuantity=6.0, ListCost=0),
        bill_row("0.5", **hour, PricingQuantity=10.0, ListCost=1, PricingCategory="Committed"),
        bill_row("0.3", **hour, PricingQuantity=3.0, ListCost="0.3", ContractedCost=None),
        bill_row(50, **hour, PricingQuantity=None),
        bill_row(50, **hour, PricingQuantity=0.0),
        bill_row(50, **hour, PricingQuantity=1.0, **REFUND),
        bill_row(50, **(hour | UNUSED), PricingQuantity=1.0),
        bill_row(50, **hour, PricingQuantity=1.0, ChargeCategory="Purchase"),
    ]
    committed, standard = ask(rows, "unit_prices")
    assert committed["PricingCategory"] == "Committed"
    assert committed["negotiated_discount"] is None
    assert committed["effective_unit_price"] == pytest.approx(0.05, rel=1e-12)
    assert (standard["quantity"], standard["line_items"]) == (33.0, 5)
    assert (standard["list_cost"], standard["contracted_cost"]) == (D("3.3"), D("3.6"))
    # 3.3 over the 29 hours whose list cost is known; 3.6 over the 30 whose contracted cost is.
    assert standard["list_unit_price"] == pytest.approx(3.3 / 29, rel=1e-12)
    assert standard["contracted_unit_price"] == pytest.approx(0.12, rel=1e-12)
    assert (standard["lowest_list_price"], standard["highest_list_price"]) == (0.1, 0.2)
    # 0.9 + 1.7 against 1 + 2.
    assert standard["negotiated_discount"] == pytest.approx(1 - 2.6 / 3, rel=1e-12)


def test_service_discounts(ask: Ask) -> None:
    rows = [
        bill_row("0.90", ListCost=1),
        bill_row("1.80", ListCost=2),
        bill_row(7, ListCost=0),
        bill_row(7, ListCost=None),
        bill_row(7, ContractedCost=None),
        bill_row(7, ListCost=9, PricingCategory="Dynamic"),
        bill_row(7, **REFUND),
        bill_row(7, ChargeCategory="Purchase"),
        bill_row("0.5", ServiceName="Amazon S3", x_ServiceCode="AmazonS3"),
    ]
    answer = ask(rows, "service_discounts", wanted="service_code list_cost contracted_cost discount line_items")
    assert [tuple(row.values()) for row in answer] == [
        ("AmazonEC2", D(3), D("2.7"), pytest.approx(0.1, rel=1e-12), 2),
        ("AmazonS3", D("0.5"), D("0.5"), 0.0, 1),
    ]


def test_hourly_usage(ask: Ask) -> None:
    box = {"SkuId": "S", "x_InstanceType": "m5.large", "x_OperatingSystem": "Linux", "PricingQuantity": 1.0}
    rows = [
        bill_row(1, **box, PricingUnit="Hrs"),
        bill_row(1, **(box | {"PricingQuantity": 0.25}), PricingUnit="Hours", ListCost=2),
        bill_row(1, **box, PricingUnit="Hrs", ChargePeriodStart=at(10, 5, 1)),
        bill_row(1, **box, PricingUnit="Hrs", hours=24),
        bill_row(1, **box, PricingUnit="GB-Months"),
        bill_row(1, **(box | UNUSED), PricingUnit="Hrs"),
        bill_row(1, **box, PricingUnit="Hrs", **REFUND),
        bill_row(1, **box, PricingUnit="Hrs", ChargeCategory="Purchase"),
    ]
    wanted = "charge_period_start charge_period_end instance_type operating_system quantity list_cost line_items"
    answer = [tuple(row.values()) for row in ask(rows, "hourly_usage", wanted=wanted)]
    five, one_hour = at(10, 5), at(10, 5, 1)
    assert answer == [
        (five, one_hour, "m5.large", "Linux", 1.25, D(3), 2),
        (five, at(10, 6), "m5.large", "Linux", 1.0, D(1), 1),
        (one_hour, at(10, 5, 2), "m5.large", "Linux", 1.0, D(1), 1),
    ]


def test_quantities_sum_to_the_same_in_any_order(ask: Ask) -> None:
    """0.1 + 0.2 + 0.3 in doubles is 0.6000000000000001 or 0.6, by the order."""
    rows = [bill_row(1, PricingUnit="Hrs", PricingQuantity=quantity) for quantity in (0.1, 0.2, 0.3)]
    for order in (rows, rows[::-1]):
        assert [row["quantity"] for row in ask(order, "hourly_usage")] == [0.6]


def test_resource_costs(ask: Ask) -> None:
    rows = [
        bill_row(1, ResourceId="i-1", BilledCost=0, ListCost=3, ContractedCost=2),
        bill_row(2, ResourceId="i-1", ChargePeriodStart=at(10, 7), hours=2, ServiceName="traffic"),
        bill_row(4, ResourceId="i-1", RegionId="eu-west-1"),
        bill_row(8, ResourceId="i-1", BillingCurrency="EUR"),
        bill_row(16, ResourceId="i-1", **REFUND),
        bill_row(32, ResourceId="i-1", **UNUSED),
        bill_row(64, ResourceId="i-1", **CREDIT),
        bill_row(128),
    ]
    wanted = "RegionId BillingCurrency billed_cost effective_cost list_cost contracted_cost first_charge last_charge"
    answer = [tuple(row.values()) for row in ask(rows, "resource_costs", wanted=wanted)]
    five, six = at(10, 5), at(10, 5, 1)
    assert answer == [
        ("eu-west-1", "USD", D(4), D(4), D(4), D(4), five, six),
        ("us-east-1", "EUR", D(8), D(8), D(8), D(8), five, six),
        ("us-east-1", "USD", D(2), D(3), D(5), D(4), five, at(10, 7, 2)),
    ]


def test_daily_series(ask: Ask) -> None:
    rows = [
        bill_row(1, RegionId="a"),
        bill_row(2, RegionId="a", ChargePeriodStart=at(10, 5, 23)),
        bill_row(4, RegionId="a", ChargePeriodStart=at(10, 6)),
        bill_row(8, RegionId="b", **UNUSED),
        *(bill_row(99, RegionId="a", **other) for other in (CREDIT, TAX, REFUND, {"ChargeCategory": "Purchase"})),
    ]
    answer = ask(rows, "daily_series", by=["RegionId"], wanted="charge_day RegionId effective_cost line_items")
    assert [tuple(row.values()) for row in answer] == [
        (date(2026, 10, 5), "a", D(3), 2),
        (date(2026, 10, 5), "b", D(8), 1),
        (date(2026, 10, 6), "a", D(4), 1),
    ]


def traffic(**cells: Any) -> Row:
    return bill_row(1, **{"PricingUnit": "GB", "PricingQuantity": 2.0, **cells})


@pytest.mark.parametrize(
    ("path", "cells"),
    [
        ("internet out", {"x_UsageType": "DataTransfer-Out-Bytes"}),
        ("internet out", {"x_UsageType": "EUC1-DataTransfer-Out-Bytes"}),
        ("internet out", {"x_UsageType": "USE1-DataTransfer-Out-ABytes"}),
        ("internet in", {"x_UsageType": "USW2-DataTransfer-In-Bytes"}),
        ("between zones", {"x_UsageType": "CAN1-DataTransfer-Regional-Bytes"}),
        ("between zones", {"x_UsageType": "USE1-DataTransfer-xAZ-In-Bytes"}),
        ("between regions", {"x_UsageType": "USE1-CAN1-AWS-Out-Bytes"}),
        ("between regions", {"x_UsageType": "CAN1-MEC1-AWS-In-Bytes"}),
        ("nat gateway", {"x_UsageType": "EU-NatGateway-Bytes"}),
        ("private endpoint", {"x_UsageType": "VpcEndpoint-Bytes"}),
        ("transit gateway", {"x_UsageType": "TransitGateway-Bytes"}),
        ("dedicated line", {"x_UsageType": "USE1-EqDC2-DataXfer-Out:dc.3"}),
        ("load balancer", {"x_UsageType": "DataProcessing-Bytes"}),
        ("cdn", {"x_UsageType": "USE1-CloudFront-Out-Bytes"}),
        (None, {"x_UsageType": "NatGateway-Hours", "ChargeDescription": "$0.045 per NAT Gateway Hour"}),
        (None, {"x_UsageType": "BoxUsage:m5.large"}),
        (None, {}),
        ("internet out", {"ChargeDescription": "$0.090 per GB - first 10 TB / month data transfer out"}),
        ("internet in", {"ChargeDescription": "$0.000 per GB - data transfer in per month"}),
        (
            "between zones",
            {"ChargeDescription": "$0.010 per GB - regional data transfer - in/out/between EC2 AZs or using ELB"},
        ),
        ("between regions", {"ChargeDescription": "$0.02 per GB - US East data transfer to EU (Ireland)"}),
        ("cdn", {"ChargeDescription": "$0.00 per GB - data transfer out of US West (Oregon) to CloudFront"}),
        ("nat gateway", {"ChargeDescription": "$0.045 per GB Data Processed by NAT Gateways"}),
        (
            "internet out",
            {"x_UsageType": "9DE9-9092-B3BC", "SkuMeter": "Network Internet Egress from Americas to EMEA"},
        ),
        ("internet out", {"SkuMeter": "Network Internet Data Transfer Out from Americas to EMEA"}),
        ("between zones", {"SkuMeter": "Network Inter Zone Egress"}),
        ("between zones", {"SkuMeter": "Network Inter Zone Data Transfer Out"}),
        ("between regions", {"SkuMeter": "Network Inter Region Egress from Americas to Virginia"}),
        ("between zones", {"SkuMeter": "Standard Inter-Availability Zone Data Transfer In"}),
        ("internet in", {"SkuMeter": "Standard Data Transfer In"}),
        ("internet out", {"SkuMeter": "Standard Data Transfer Out"}),
        ("nat gateway", {"SkuMeter": "Networking Cloud Nat Data Processing"}),
        ("other", {"SkuMeter": "Network Vpn Egress"}),
        (None, traffic(x_UsageType="DataTransfer-Out-Bytes", **REFUND)),
    ],
)
def test_data_transfer_by_path(path: str | None, cells: Row, ask: Ask) -> None:
    answer = [(row["path"], row["quantity"]) for row in ask([traffic(**cells)], "data_transfer")]
    assert answer == ([] if path is None else [(path, 2.0)])


def test_no_words_of_a_path_are_left_out_before_they_are_looked_for(ask: Ask) -> None:
    routing = load("data_transfer").sql.partition("routed AS")[2]
    rows = []
    for column, pattern in re.findall(r"(meter|words) LIKE '([^']+)'", routing):
        for filler in ("", " x "):
            text = pattern.replace("%", filler)
            places = {"meter": ("x_UsageType", "SkuMeter"), "words": ("SkuMeter", "ChargeDescription")}[column]
            rows += [traffic(**{place: text}) for place in places]
    answer = ask(rows, "data_transfer")
    assert len(rows) > 150
    assert sum(row["line_items"] for row in answer) == len(rows)


def test_data_transfer_is_summed_by_path_unit_and_dimension(ask: Ask) -> None:
    out = {"x_UsageType": "DataTransfer-Out-Bytes"}
    rows = [
        traffic(**out, ChargeDescription="first 10 TB"),
        traffic(**out, ChargeDescription="next 40 TB", BilledCost=3, ListCost=4),
        traffic(**out, PricingUnit="TB"),
        traffic(**out, PricingQuantity=None, RegionId="eu-west-1"),
        traffic(**out, ChargeCategory="Purchase"),
    ]
    wanted = "path unit RegionId quantity billed_cost effective_cost list_cost line_items"
    answer = ask(rows, "data_transfer", by=["RegionId"], wanted=wanted)
    assert [tuple(row.values())[1:] for row in answer] == [
        ("GB", "eu-west-1", None, D(1), D(1), D(1), 1),
        ("GB", "us-east-1", 4.0, D(4), D(2), D(5), 2),
        ("TB", "us-east-1", 2.0, D(1), D(1), D(1), 1),
    ]


def test_bill_periods_hold_every_row(ask: Ask) -> None:
    september = {"ChargePeriodStart": at(9, 5)}
    rows = [
        bill_row(1),
        bill_row(2, EffectiveCost=5, ListCost=6, ContractedCost=7),
        bill_row(-3, **CREDIT),
        bill_row(7, **september, x_SourceCost=None),
    ]
    wanted = """billing_period_start ChargeCategory billed_cost effective_cost list_cost contracted_cost source_cost
        line_items"""
    answer = [tuple(row.values()) for row in ask(rows, "bill_periods", wanted=wanted)]
    assert answer == [
        (at(9, 1), "Usage", D(7), D(7), D(7), D(7), None, 1),
        (at(10, 1), "Credit", D(-3), D(-3), D(0), D(0), D(-3), 1),
        (at(10, 1), "Usage", D(3), D(6), D(7), D(8), D(3), 2),
    ]


def test_currencies(ask: Ask) -> None:
    rows = [bill_row(1), bill_row(2, ChargePeriodStart=at(9, 5)), bill_row(4, BillingCurrency="EUR")]
    september, october = at(9, 1), at(10, 1)
    assert [tuple(row.values()) for row in ask(rows, "currencies")] == [
        ("EUR", D(4), october, october, 1),
        ("USD", D(3), september, october, 2),
    ]
