import io
import json
from decimal import Decimal
from typing import Any

import pytest

from costopt.model.price import Purchase
from costopt.prices.refresh.fetch import FetchError
from costopt.prices.refresh.savings_plans import read_savings_plans
from costopt.prices.refresh.tally import Rows
from tests.prices.refresh.price_files import plan_rate, savings_plans_file

URL = "https://pricing.example/savingsPlan/eu-west-1/index.json"


def read(content: dict[str, Any]) -> Rows:
    return read_savings_plans(io.BytesIO(json.dumps(content).encode()), region="eu-west-1", url=URL)


def with_rates(*rates: dict[str, Any]) -> dict[str, Any]:
    content = savings_plans_file("eu-west-1")
    content["terms"]["savingsPlan"][0]["rates"] = list(rates)
    return content


def test_the_two_kinds_of_plan_keep_their_own_rates() -> None:
    prices = {
        row.purchase: row.usd_per_hour for row in read(savings_plans_file("eu-west-1")).hourly if row.size == "large"
    }
    assert prices == {
        Purchase.COMPUTE_SP_1Y_NO_UPFRONT: Decimal("0.077088"),  # 0.096 x 1.1 x 0.73
        Purchase.EC2_SP_1Y_NO_UPFRONT: Decimal("0.066528"),  # 0.096 x 1.1 x 0.63
    }


def test_a_compute_plan_is_never_taken_for_a_reservation() -> None:
    purchases = {row.purchase.value for row in read(savings_plans_file("eu-west-1")).hourly}
    assert not {purchase for purchase in purchases if "ri_" in purchase}


@pytest.mark.parametrize(
    "difference",
    [
        {"discountedServiceCode": "AWSLambda"},
        {"discountedRegionCode": "eu-west-1-lhr-1"},
        {"discountedUsageType": "EU-DedicatedUsage:m5.large"},
        {"discountedUsageType": "EU-UnusedBox:m5.large"},
        {"discountedOperation": "RunInstances:0004"},
    ],
    ids=str,
)
def test_rates_of_something_else_are_left_out(difference: dict[str, str]) -> None:
    rows = read(with_rates(plan_rate("PLANCOMPUTE", "eu-west-1", "m5.large", "9", **difference)))
    assert {row.purchase for row in rows.hourly} == {Purchase.EC2_SP_1Y_NO_UPFRONT}
    assert rows.rejected == ()


def test_windows_rates_are_windows_prices() -> None:
    rate = plan_rate("PLANCOMPUTE", "eu-west-1", "m5.large", "0.17", discountedOperation="RunInstances:0002")
    found = [row for row in read(with_rates(rate)).hourly if row.purchase is Purchase.COMPUTE_SP_1Y_NO_UPFRONT]
    assert [(row.variant, row.usd_per_hour) for row in found] == [("windows", Decimal("0.17"))]


def test_a_rate_that_cannot_be_read_is_listed() -> None:
    bad = plan_rate("PLANCOMPUTE", "eu-west-1", "m5.large", "0.17", discountedRate={"price": "0.5", "currency": "CNY"})
    assert [entry.reason for entry in read(with_rates(bad)).rejected] == ["a price in CNY, not in USD"]


def test_plans_of_an_unknown_kind_are_left_out() -> None:
    content = savings_plans_file("eu-west-1")
    content["products"][0]["productFamily"] = "DatabaseSavingsPlans"
    assert {row.purchase for row in read(content).hourly} == {Purchase.EC2_SP_1Y_NO_UPFRONT}


def test_a_file_without_plans_is_an_error() -> None:
    content = savings_plans_file("eu-west-1")
    content["products"] = []
    with pytest.raises(FetchError, match="no known plan"):
        read(content)


def test_a_plan_of_months_is_an_error_and_not_years() -> None:
    content = savings_plans_file("eu-west-1")
    content["terms"]["savingsPlan"][0]["leaseContractLength"] = {"duration": 3, "unit": "month"}
    with pytest.raises(FetchError, match="3 month"):
        read(content)


def test_a_file_cut_short_gives_no_rows() -> None:
    body = json.dumps(savings_plans_file("eu-west-1")).encode()
    with pytest.raises(FetchError, match="cut short"):
        read_savings_plans(io.BytesIO(body[:-200]), region="eu-west-1", url=URL)
