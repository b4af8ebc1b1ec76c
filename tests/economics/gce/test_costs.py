"""What machines cost, worked out by hand from Google's published unit prices of us-central1."""

from decimal import Decimal

import pytest

from costopt.economics.gce.costs import machine_costs, machine_price
from costopt.economics.gce.flexible_commitments import flexible_discount
from costopt.economics.gce.machines import machine_type
from costopt.errors import PriceNotFound
from costopt.model.price import Purchase, Quality
from tests.oracles.google_prices import UnitBook

PRICES = {
    "n2_vcpu": "0.031611",
    "n2_memory": "0.004237",
    "n2_vcpu_spot": "0.01",
    "n2_memory_spot": "0.002",
    "n2_vcpu_cud_1y": "0.019915",
    "n2_memory_cud_1y": "0.002669",
    "n2_custom_vcpu": "0.033174",
    "n2_custom_memory": "0.004446",
    "n2_custom_vcpu_cud_1y": "0.02062625",
    "n2_custom_memory_cud_1y": "0.00276435",
    "n2_extended_memory": "0.00955",
    "e2_vcpu": "0.02181159",
    "e2_memory": "0.00292353",
    "f1_micro": "0.0076",
}


def costs(name: str):
    return machine_costs(machine_type(name), "us-central1", UnitBook(PRICES))


def test_a_machine_costs_its_vcpus_and_its_memory() -> None:
    """8 x 0.031611 + 32 x 0.004237."""
    assert costs("n2-standard-8").on_demand.amount == Decimal("0.388472")


def test_a_whole_month_of_n2_is_a_fifth_cheaper_by_itself() -> None:
    """0.388472 x 730 x (1 + 0.8678 + 0.733 + 0.6) / 4."""
    assert costs("n2-standard-8").month == pytest.approx(Decimal("226.924364912"))


def test_e2_has_no_sustained_use_discount() -> None:
    found = costs("e2-medium")
    assert found.on_demand.amount == Decimal("0.02181159") + 4 * Decimal("0.00292353")
    assert found.month == found.on_demand.amount * 730


def test_the_shared_core_of_n1_has_one() -> None:
    assert costs("f1-micro").month == Decimal("0.0076") * 730 * Decimal("0.7")


def test_a_commitment_is_in_place_of_the_sustained_use_discount() -> None:
    found = costs("n2-standard-8")
    assert found.cud_1y is not None
    assert found.cud_1y.amount == 8 * Decimal("0.019915") + 32 * Decimal("0.002669")
    assert found.flexible_1y is not None
    assert found.flexible_1y.amount == Decimal("0.388472") * Decimal("0.72")


def test_what_has_no_price_is_none_and_not_zero() -> None:
    found = costs("n2-standard-8")
    assert found.cud_3y is None
    assert costs("f1-micro").spot is None
    with pytest.raises(PriceNotFound, match="e2_vcpu_spot"):
        machine_price(machine_type("e2-micro"), "us-central1", UnitBook(PRICES), Purchase.SPOT)


def test_extended_memory_gets_no_discount_of_any_kind() -> None:
    """2 vCPUs and 16 GiB of a custom N2, and 4 GiB above that."""
    usual = 2 * Decimal("0.033174") + 16 * Decimal("0.004446")
    extended = 4 * Decimal("0.00955")
    found = costs("n2-custom-2-20480-ext")
    assert found.on_demand.amount == usual + extended
    assert found.month == pytest.approx((usual * Decimal("0.8002") + extended) * 730)
    assert found.cud_1y is not None
    assert found.cud_1y.amount == 2 * Decimal("0.02062625") + 16 * Decimal("0.00276435") + extended
    assert found.flexible_1y is None


def test_a_price_is_as_good_as_the_worst_of_its_units() -> None:
    book = UnitBook(PRICES, estimates=frozenset({"n2_memory"}))
    assert machine_price(machine_type("n2-standard-2"), "us-central1", book).quality is Quality.ESTIMATE


@pytest.mark.parametrize(
    ("series", "one", "three"),
    [
        ("n2", "0.28", "0.46"),
        ("n1", "0.28", "0.46"),
        ("h3", "0.17", "0.38"),
        ("m3", None, "0.63"),
        ("a2", None, None),
        ("t2d", None, None),
    ],
)
def test_flexible_commitments_have_a_rate_for_each_series(series: str, one: str | None, three: str | None) -> None:
    expected = [None if rate is None else Decimal(rate) for rate in (one, three)]
    assert [flexible_discount(series, years) for years in (1, 3)] == expected
