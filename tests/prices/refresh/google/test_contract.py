"""What a contract takes off list prices, by hand, from lines of the pricing export."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.collectors.gcp.price_lines import sku_prices
from costopt.prices.refresh.google.contract import ContractDiscount, contract_discounts
from tests.oracles.pricing_export import STORAGE, Row, line_of, price_row

CORE, RAM = "N2 Instance Core running in Americas", "N2 Instance Ram running in Americas"


def discounts(*rows: Row) -> dict[str, ContractDiscount]:
    """By service; each row is a SKU of its own."""
    lines = [line_of(row, sku=row["sku"] | {"id": f"{number:04}"}) for number, row in enumerate(rows)]
    return {found.service: found for found in contract_discounts(sku_prices(lines))}


def test_a_discount_that_all_skus_have_is_the_discount_of_the_service() -> None:
    """0.031611 x 0.93 = 0.02939823, 0.004237 x 0.93 = 0.00394041, 0.019915 x 0.93 = 0.01852095."""
    found = discounts(
        price_row(CORE, "0.031611", "0.02939823"),
        price_row(RAM, "0.004237", "0.00394041", unit="GiBy.h"),
        price_row("Commitment v1: N2 Cpu in Americas for 1 Year", "0.019915", "0.01852095"),
        price_row(
            "Standard Storage US Multi-region", "0.026", "0.0208", service=STORAGE, regions=("us",), unit="GiBy.mo"
        ),
    )
    assert {name: (one.usual, len(one.skus), one.is_uniform) for name, one in found.items()} == {
        "gce": (Decimal("0.07"), 3, True),
        "gcs": (Decimal("0.2"), 1, True),
    }


def test_commitments_that_the_contract_leaves_at_list_make_a_service_uneven() -> None:
    """One fraction would take 7 % off them as well."""
    found = discounts(
        price_row(CORE, "0.031611", "0.02939823"),
        price_row(RAM, "0.004237", "0.00394041", unit="GiBy.h"),
        price_row("Commitment v1: N2 Cpu in Americas for 1 Year", "0.019915", "0.019915"),
    )["gce"]
    assert not found.is_uniform
    assert [(sku.sku_id, sku.fraction, sku.has_own_price) for sku in found.others] == [("0002", 0, True)]


def test_spot_prices_are_left_out_as_no_discount_touches_them() -> None:
    spot = price_row("Spot Preemptible N2 Instance Core running in Americas", "0.01", "0.01")
    assert discounts(price_row(CORE, "0.031611", "0.02939823"), spot)["gce"].is_uniform


def test_prices_are_compared_in_the_currency_of_the_account_as_google_converted_them() -> None:
    """1.00 and 0.72 of list 0.90 euros: 20 %; the dollars beside them would say 10 %."""
    row = price_row(CORE, "1", "0.9", currency="EUR", rate="0.9")
    row["billing_account_price"]["tiered_rates"][0]["account_currency_amount"] = "0.72"
    assert discounts(row)["gce"].usual == Decimal("0.2")


def test_an_account_without_a_contract_has_no_discounts() -> None:
    assert discounts(price_row(CORE, "0.031611"), price_row(RAM, "0.004237", unit="GiBy.h")) == {}


def test_a_sku_without_a_price_in_the_contract_is_paid_at_list_and_named() -> None:
    found = discounts(
        price_row(CORE, "0.031611", "0.02939823"),
        price_row("E2 Instance Core running in Americas", "0.02", "0.0186"),
        price_row(RAM, "0.004237", unit="GiBy.h"),
    )["gce"]
    assert found.usual == Decimal("0.07")
    assert [(sku.description, sku.fraction, sku.has_own_price) for sku in found.others] == [(RAM, 0, False)]


def test_beyond_a_free_allowance_there_is_one_price_and_among_steps_there_is_none() -> None:
    found = discounts(
        price_row("External IP Charge on a Standard VM", [(0, "0"), (744, "0.005")], [(0, "0"), (744, "0.004")]),
        price_row("Static Ip Charge in Americas", [(0, "0.005"), (1, "0.01")], [(0, "0.004"), (1, "0.008")]),
        price_row(CORE, "0.03", [(0, "0.024"), (1000, "0.02")]),
    )["gce"]
    assert [sku.fraction for sku in found.skus] == [Decimal("0.2")]
    assert found.incomparable == 2


def test_what_is_free_at_list_and_what_is_not_known_count_for_nothing() -> None:
    found = discounts(
        price_row(CORE, "1", "0.9"),
        price_row("Static Ip Charge in Americas", "0", "0"),
        price_row("N2 Sole Tenancy Instance Core running in Americas", "1", "0.5"),
        price_row(CORE, "1", "0.5", service="0000-0000-0000"),
    )["gce"]
    assert (len(found.skus), found.incomparable, found.usual) == (1, 0, Decimal("0.1"))


def test_more_than_list_prices_is_a_discount_below_nothing() -> None:
    assert discounts(price_row(CORE, "1", "1.05"))["gce"].usual == Decimal("-0.05")


@pytest.mark.parametrize(("other", "is_uniform"), [("0.929", True), ("0.9289", False), ("0.931", True)])
def test_a_tenth_of_a_percent_is_rounding_and_more_is_not(other: str, *, is_uniform: bool) -> None:
    rows = [price_row(CORE, "1", "0.93"), price_row(CORE, "1", "0.93"), price_row(RAM, "1", other, unit="GiBy.h")]
    assert discounts(*rows)["gce"].is_uniform is is_uniform


def test_where_as_many_skus_have_one_discount_as_another_the_smaller_is_usual() -> None:
    assert discounts(price_row(CORE, "1", "0.8"), price_row(RAM, "1", "0.9", unit="GiBy.h"))["gce"].usual == (
        Decimal("0.1")
    )


def nano(usd: Decimal) -> str:
    return f"{usd.quantize(Decimal('1e-9')):f}"


def prices() -> st.SearchStrategy[list[Decimal]]:
    return st.lists(st.integers(4_000, 10**10).map(lambda nanos: nanos * Decimal("1e-9")), min_size=1, max_size=8)


@settings(max_examples=30, deadline=None)
@given(listed=prices(), percent=st.integers(1, 60))
def test_rounding_to_nine_places_hides_no_discount_and_makes_none(listed: list[Decimal], percent: int) -> None:
    """4,000 billionths of a dollar are less than anything that is billed costs by the hour."""

    def rows() -> Iterator[Row]:
        for usd in listed:
            yield price_row(CORE, nano(usd), nano(usd * (1 - Decimal(percent) / 100)))

    found = discounts(*rows())["gce"]
    assert found.is_uniform
    assert abs(found.usual - Decimal(percent) / 100) <= Decimal("0.0003")
