"""Licences of operating systems by hand, at the prices of gcosts' list of 2026-07-30."""

from decimal import Decimal

import pytest

from costopt.economics.gce.licences import BY_MACHINE, BY_VCPU, SMALL, licence_unit, licence_units
from costopt.economics.gce.machines import machine_type
from costopt.economics.gce.running_cost import month_as, replacement_terms, running_terms
from costopt.errors import PriceNotFound
from costopt.model.finding import Term
from tests.oracles.google_estate import N2_PAID, REGION, UNITS, machine
from tests.oracles.judging import StaticPrices

LICENCES = {
    "licence_rhel_vcpu_to_8": "0.0144",
    "licence_rhel_vcpu_9_to_127": "0.0108",
    "licence_rhel_vcpu_from_128": "0.0096",
    "licence_sles": "0.11",
    "licence_sles_small": "0.02",
    "licence_sles_sap_to_3": "0.17",
    "licence_sles_sap_4": "0.34",
    "licence_sles_sap_from_6": "0.41",
    "licence_windows_small": "0.023",
}
PRICES = StaticPrices(units=UNITS | {("gce", item): usd for item, usd in LICENCES.items()}, region=REGION)


def total(terms: tuple[Term, ...], words: str = "") -> Decimal:
    return sum((term.amount for term in terms if words in term.label), Decimal(0))


@pytest.mark.parametrize(
    ("platform", "name", "item", "count"),
    [
        ("rhel", "n1-standard-1", "licence_rhel_vcpu_to_8", 1),
        ("rhel", "n2-standard-8", "licence_rhel_vcpu_to_8", 8),
        ("rhel", "n2-custom-10-40960", "licence_rhel_vcpu_9_to_127", 10),
        ("rhel", "c2d-standard-112", "licence_rhel_vcpu_9_to_127", 112),
        ("rhel", "n2-standard-128", "licence_rhel_vcpu_from_128", 128),
        ("rhel_sap", "m1-ultramem-160", "licence_rhel_sap_vcpu_from_128", 160),
        ("sles", "e2-micro", "licence_sles", 1),
        ("sles", "m1-ultramem-160", "licence_sles", 1),
        ("sles", "g1-small", "licence_sles_small", 1),
        ("sles_sap", "n2-standard-2", "licence_sles_sap_to_3", 1),
        ("sles_sap", "n2-standard-4", "licence_sles_sap_4", 1),
        ("sles_sap", "n2-custom-6-20480", "licence_sles_sap_from_6", 1),
        ("windows", "n2-standard-4", "licence_windows_vcpu", 4),
        ("windows", "f1-micro", "licence_windows_small", 1),
    ],
)
def test_the_size_of_the_machine_decides_what_a_licence_costs(platform, name, item, count):
    assert licence_units(platform, machine_type(name)) == (item, count)


@pytest.mark.parametrize(
    ("platform", "name"),
    [
        ("rhel", "e2-medium"),  # nobody says of how many vCPUs
        ("rhel", "f1-micro"),
        ("windows", "e2-small"),
        ("windows_sql", "n2-standard-4"),
        ("ubuntu_pro", "n2-standard-4"),
        ("unheard", "n2-standard-4"),
    ],
)
def test_a_licence_that_nobody_publishes_is_never_taken_for_nothing(platform, name):
    with pytest.raises(PriceNotFound, match=f"licence of {platform} on gce {name}"):
        licence_units(platform, machine_type(name))


def test_a_smaller_rhel_machine_may_pay_more_for_each_vcpu_and_less_in_all():
    """n2-standard-16 to -8: 16 x 0.0108 = 0.1728 become 8 x 0.0144 = 0.1152, and half of the machine ends."""
    one = machine(machine_type="n2-standard-16", platform="rhel")
    terms = replacement_terms(one, one.spec, PRICES, machine_type("n2-standard-8"))
    assert total(terms, "licence") == 730 * (Decimal("0.1728") - Decimal("0.1152"))
    units = (8 * Decimal("0.031611") + 32 * Decimal("0.004237")) * N2_PAID
    assert total(terms) == 730 * (units + Decimal("0.0576"))


def test_sles_costs_the_same_for_every_size_so_that_a_smaller_machine_saves_none_of_it():
    one = machine(machine_type="n2-standard-16", platform="sles")
    terms = replacement_terms(one, one.spec, PRICES, machine_type("n2-standard-8"))
    assert total(terms, "licence") == 0
    assert month_as(one, one.spec, PRICES, machine_type("n2-standard-8")) > 730 * Decimal("0.11")


def test_sles_for_sap_steps_down_by_the_three_sizes():
    one = machine(machine_type="n2-standard-8", platform="sles_sap")
    terms = replacement_terms(one, one.spec, PRICES, machine_type("n2-standard-2"))
    assert total(terms, "licence") == 730 * (Decimal("0.41") - Decimal("0.17"))


def test_a_licence_is_paid_in_full_on_a_spot_machine():
    spot = StaticPrices(
        units={("gce", "n2_vcpu_spot"): "0.01", ("gce", "n2_memory_spot"): "0.001", ("gce", "licence_sles"): "0.11"},
        region=REGION,
    )
    one = machine(machine_type="n2-standard-4", platform="sles", provisioning_model="spot")
    assert total(running_terms(one, one.spec, spot)) == 730 * (
        4 * Decimal("0.01") + 16 * Decimal("0.001") + Decimal("0.11")
    )


def test_what_is_paid_by_the_vcpu_says_so_in_its_name():
    """The unit of a price is read from it, so that both must not come apart."""
    by_vcpu = {item for sizes in BY_VCPU.values() for _, item in sizes}
    by_machine = {item for sizes in BY_MACHINE.values() for _, item in sizes} | set(SMALL.values())
    assert {licence_unit(item) for item in by_vcpu} == {"vCPU-hour"}
    assert {licence_unit(item) for item in by_machine} == {"hour"}
