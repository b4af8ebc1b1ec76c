"""A month of a running machine, against the other way to work it out, and by hand."""

from decimal import Decimal

import pytest

from costopt.economics.gce.costs import machine_costs
from costopt.economics.gce.machines import machine_type, predefined_types
from costopt.economics.gce.running_cost import replacement_terms, running_terms, sustained_share, type_terms
from costopt.errors import PriceNotFound
from costopt.model.price import Purchase, Quality
from costopt.prices.catalog import open_catalog
from tests.oracles.google_estate import N1_PAID, N2_PAID, REGION, UNITS, machine
from tests.oracles.judging import StaticPrices

PRICES = StaticPrices(units=UNITS, region=REGION)


@pytest.fixture(scope="module")
def catalog():
    return open_catalog()


def test_every_priced_type_costs_the_month_that_prices_find_shows(catalog):
    """`machine_costs` takes the discount off the hour of the whole; these lines take it off each unit."""
    compared = 0
    for size in predefined_types():
        try:
            expected = machine_costs(size, REGION, catalog).month
        except PriceNotFound:
            continue
        terms = type_terms(machine(), size, Purchase.ON_DEMAND, catalog)
        assert sum(term.amount for term in terms) == pytest.approx(expected, abs=Decimal("0.0000001"))
        compared += 1
    assert compared > 80


@pytest.mark.parametrize(("series", "share"), [("n1", N1_PAID), ("n2", N2_PAID), ("e2", 1), ("c3", 1)])
def test_a_whole_month_pays_the_mean_of_its_quarters(series, share):
    assert sustained_share(series) == share


def test_extended_memory_gets_no_sustained_use_discount():
    units = {
        ("gce", "n2_custom_vcpu"): "0.04",
        ("gce", "n2_custom_memory"): "0.005",
        ("gce", "n2_extended_memory"): "0.01",
    }
    terms = type_terms(
        machine(), machine_type("n2-custom-2-20480-ext"), Purchase.ON_DEMAND, StaticPrices(units=units, region=REGION)
    )
    usual = (2 * Decimal("0.04") + 16 * Decimal("0.005")) * N2_PAID
    assert sum(term.amount for term in terms) == 730 * (usual + 4 * Decimal("0.01"))


def test_the_licence_of_windows_is_paid_for_every_vcpu_without_a_discount_and_shrinks_with_the_machine():
    """n2-standard-8 to n2-standard-4: half of 8 x 0.031611 + 32 x 0.004237 after its discount, and of 8 x 0.046."""
    prices = StaticPrices(units={**UNITS, ("gce", "licence_windows_vcpu"): "0.046"}, region=REGION)
    one = machine(machine_type="n2-standard-8", platform="windows")
    units = (8 * Decimal("0.031611") + 32 * Decimal("0.004237")) * N2_PAID
    running = sum(term.amount for term in running_terms(one, one.spec, prices))
    assert running == 730 * (units + 8 * Decimal("0.046"))
    smaller = replacement_terms(one, one.spec, prices, machine_type("n2-standard-4"))
    assert sum(term.amount for term in smaller) == running / 2


@pytest.mark.parametrize("fields", [{"platform": "windows_sql"}, {"platform": "windows", "machine_type": "e2-medium"}])
def test_another_licence_and_that_of_a_shared_core_are_not_guessed(fields):
    prices = StaticPrices(units={**UNITS, ("gce", "licence_windows_vcpu"): "0.046"}, region=REGION)
    one = machine(**fields)
    with pytest.raises(PriceNotFound, match="licence of windows"):
        running_terms(one, one.spec, prices)


def test_a_price_after_a_discount_is_derived_and_no_longer_the_list_price():
    (vcpu, memory) = running_terms(machine(), machine().spec, PRICES)
    assert {vcpu.price.quality, memory.price.quality} == {Quality.DERIVED}
    assert "after sustained use discount" in vcpu.label


def test_lines_name_the_units_that_commitments_pay_for():
    usages = [term.usage for term in running_terms(machine(), machine().spec, PRICES)]
    assert [(one.instance_type, one.variant) for one in usages] == [("n1_vcpu", "vcpu"), ("n1_memory", "memory")]


def test_a_type_of_which_only_the_whole_has_a_price_costs_that_after_the_discount():
    prices = StaticPrices(instances={("gce", "n1-standard-4", "linux"): "0.19"}, region=REGION)
    (term,) = running_terms(machine(), machine().spec, prices)
    assert term.amount == 730 * Decimal("0.19") * N1_PAID
    assert term.usage.instance_type == "n1-standard-4"


def test_a_replacement_is_what_ends_less_what_begins():
    one = machine(machine_type="e2-standard-4")
    terms = replacement_terms(one, one.spec, PRICES, machine_type("e2-standard-2"))
    assert sum(term.amount for term in terms) == 730 * (2 * Decimal("0.021812") + 8 * Decimal("0.002924"))
    assert [term.quantity > 0 for term in terms] == [True, True, False, False]


@pytest.mark.parametrize(
    "fields",
    [{"sole_tenant": True}, {"platform": "rhel"}, {"provisioning_model": "flex_start"}, {"machine_type": "x9-y-4"}],
)
def test_what_is_not_known_has_no_price(fields):
    one = machine(**fields)
    with pytest.raises(PriceNotFound):
        running_terms(one, one.spec, PRICES)
