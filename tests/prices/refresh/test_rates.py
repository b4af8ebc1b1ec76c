from decimal import Decimal
from typing import Any

import pytest

from costopt.model.price import Purchase, Quality
from costopt.prices.refresh.rates import UnusablePriceError, on_demand_rate, reserved_rate


def term(*tiers: tuple[str, str, str], currency: str = "USD") -> dict[str, Any]:
    return {
        "priceDimensions": {
            str(place): {"beginRange": begin, "unit": unit, "pricePerUnit": {currency: usd}}
            for place, (begin, unit, usd) in enumerate(tiers)
        }
    }


def reservation(length: str, payment: str, kind: str | None, **prices: str) -> dict[str, Any]:
    units = {"fee": "Quantity", "hourly": "Hrs"}
    bought = {"LeaseContractLength": length, "PurchaseOption": payment}
    return {
        "termAttributes": bought if kind is None else {**bought, "OfferingClass": kind},
        "priceDimensions": {n: {"unit": units[n], "pricePerUnit": {"USD": usd}} for n, usd in prices.items()},
    }


def test_gp3_throughput_is_published_per_gib_and_kept_per_mib() -> None:
    assert on_demand_rate(term(("0", "GiBps-mo", "40.96")), "MiBps-month").usd == Decimal("0.04")


def test_a_free_tier_does_not_make_the_thing_free() -> None:
    assert on_demand_rate(term(("25", "GB-Mo", "0.25"), ("0", "GB-Mo", "0")), "GiB-month").usd == Decimal("0.25")


def test_the_first_paid_tier_counts_and_not_the_cheapest() -> None:
    tiers = term(("64000", "IOPS-Mo", "0.032"), ("0", "IOPS-Mo", "0.065"), ("32000", "IOPS-Mo", "0.046"))
    assert on_demand_rate(tiers, "IOPS-month").usd == Decimal("0.065")


def test_a_zero_price_stays_zero_for_the_guards_to_see() -> None:
    assert on_demand_rate(term(("0", "Hrs", "0.0000000000")), "hour").usd == 0


@pytest.mark.parametrize(
    "bad",
    [
        term(),
        term(("0", "Hrs", "0.7"), currency="CNY"),
        term(("0", "GB-Mo", "0.7")),
        term(("0", "Hrs", "NaN")),
        term(("0", "Hrs", "cheap")),
    ],
    ids=["no price", "another currency", "another unit", "not a number", "a word"],
)
def test_a_price_that_is_not_dollars_an_hour_is_not_used(bad: dict[str, Any]) -> None:
    with pytest.raises(UnusablePriceError):
        on_demand_rate(bad, "hour")


@pytest.mark.parametrize(
    ("length", "payment", "prices", "purchase", "usd", "quality"),
    [
        # m5.large us-east-1, published 2025: 3y no upfront 0.041; partial 543 + 0.0207; all 1,013. 26,280 hours.
        ("3yr", "No Upfront", {"hourly": "0.041"}, Purchase.RI_3Y_NO_UPFRONT, "0.04100000", Quality.LIST),
        (
            "3yr",
            "Partial Upfront",
            {"fee": "543", "hourly": "0.0207"},
            Purchase.RI_3Y_PARTIAL_UPFRONT,
            "0.04136210",
            Quality.DERIVED,
        ),
        ("3yr", "All Upfront", {"fee": "1013"}, Purchase.RI_3Y_ALL_UPFRONT, "0.03854642", Quality.DERIVED),
        (
            "1yr",
            "All Upfront",
            {"fee": "876", "hourly": "0"},
            Purchase.RI_1Y_ALL_UPFRONT,
            "0.10000000",
            Quality.DERIVED,
        ),
    ],
)
def test_upfront_fees_are_spread_over_the_hours_of_the_term(
    length: str, payment: str, prices: dict[str, str], purchase: Purchase, usd: str, quality: Quality
) -> None:
    found = reserved_rate(reservation(length, payment, "standard", **prices))
    assert found is not None
    assert found[0] is purchase
    assert found[1].usd.quantize(Decimal("1e-8")) == Decimal(usd)
    assert found[1].quality is quality


@pytest.mark.parametrize(
    ("payment", "prices"),
    [
        ("Partial Upfront", {"hourly": "0.0207"}),
        ("Partial Upfront", {"fee": "543"}),
        ("All Upfront", {"hourly": "0"}),
        ("No Upfront", {}),
    ],
)
def test_a_reservation_is_not_priced_by_half_of_its_price(payment: str, prices: dict[str, str]) -> None:
    with pytest.raises(UnusablePriceError, match="without its upfront fee or its hourly price"):
        reserved_rate(reservation("3yr", payment, "standard", **prices))


def test_rds_reservations_name_no_class_and_are_standard() -> None:
    found = reserved_rate(reservation("1yr", "No Upfront", None, hourly="0.1"))
    assert found is not None
    assert found[0] is Purchase.RI_1Y_NO_UPFRONT


def test_a_convertible_reservation_is_its_own_purchase_option() -> None:
    found = reserved_rate(reservation("3yr", "No Upfront", "convertible", hourly="0.1"))
    assert found is not None
    assert found[0] is Purchase.CONVERTIBLE_RI_3Y_NO_UPFRONT
    assert reserved_rate(reservation("3yr", "All Upfront", "convertible", fee="1000")) is None
