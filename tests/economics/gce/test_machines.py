"""Machine types of Compute Engine by name, and what is billed of each."""

from decimal import Decimal

import pytest

from costopt.economics.gce.machines import custom_types, machine_type, predefined_types
from costopt.errors import PriceNotFound
from costopt.model.price import Purchase


def test_a_predefined_type_has_the_memory_of_its_class() -> None:
    machine = machine_type("n2-standard-8")
    assert (machine.series, machine.vcpu, machine.memory_gib) == ("n2", 8, 32)
    assert machine.units() == (("n2_vcpu", Decimal(8)), ("n2_memory", Decimal(32)))


def test_the_largest_n2_with_much_memory_has_less_of_it_for_each_vcpu() -> None:
    assert machine_type("n2-highmem-96").memory_gib == 768
    assert machine_type("n2-highmem-128").memory_gib == 864


def test_a_shared_core_is_seen_as_two_vcpus_and_billed_as_a_part_of_one() -> None:
    machine = machine_type("e2-micro")
    assert (machine.vcpu, machine.shared_core) == (2, True)
    assert machine.units() == (("e2_vcpu", Decimal("0.25")), ("e2_memory", Decimal(1)))


def test_f1_and_g1_are_billed_by_the_machine_and_never_committed() -> None:
    assert machine_type("g1-small").units(Purchase.SPOT) == (("g1_small_spot", Decimal(1)),)
    with pytest.raises(PriceNotFound, match="not sold as cud_1y"):
        machine_type("f1-micro").units(Purchase.CUD_1Y)


def test_a_custom_type_has_rates_of_its_own_under_commitments_too() -> None:
    machine = machine_type("n2-custom-6-20480")
    assert machine.units() == (("n2_custom_vcpu", Decimal(6)), ("n2_custom_memory", Decimal(20)))
    assert machine.units(Purchase.CUD_3Y) == (
        ("n2_custom_vcpu_cud_3y", Decimal(6)),
        ("n2_custom_memory_cud_3y", Decimal(20)),
    )


def test_memory_above_the_limit_is_billed_as_extended_and_no_commitment_covers_it() -> None:
    """N1 without a series in its name: 6.5 GiB for its vCPU, and 1.5 more."""
    machine = machine_type("custom-1-8192-ext")
    assert dict(machine.units()) == {
        "n1_custom_vcpu": Decimal(1),
        "n1_custom_memory": Decimal("6.5"),
        "n1_extended_memory": Decimal("1.5"),
    }
    assert dict(machine.units(Purchase.CUD_1Y)) == {
        "n1_custom_vcpu_cud_1y": Decimal(1),
        "n1_custom_memory_cud_1y": Decimal("6.5"),
        "n1_extended_memory": Decimal("1.5"),
    }


def test_accelerators_and_local_ssd_of_a_type_are_billed_beside_it() -> None:
    """375 GiB of local SSD by the month, so 375/730 of it an hour."""
    machine = machine_type("a2-ultragpu-1g")
    assert (machine.vcpu, machine.memory_gib, machine.gpus) == (12, 170, 1)
    assert machine.units(Purchase.SPOT) == (
        ("a2_vcpu_spot", Decimal(12)),
        ("a2_memory_spot", Decimal(170)),
        ("gpu_a100_80gb_spot", Decimal(1)),
        ("local_ssd_spot", 375 / Decimal(730)),
    )
    assert machine_type("a2-megagpu-16g").units()[:2] == (("a2_vcpu", Decimal(96)), ("a2_memory", Decimal(1360)))
    assert dict(machine_type("g2-standard-32").units())["gpu_l4"] == 1


@pytest.mark.parametrize(
    "name",
    [
        "n2-custom-3-8192",  # an odd number of vCPUs
        "n2-custom-2-1000",  # no multiple of 256 MiB
        "n2-custom-2-768",  # too little memory
        "n2-custom-2-16640",  # too much of it, not said to be extended
        "e2-custom-2-20480-ext",  # E2 has none
        "e2-custom-32-262144",  # E2 ends at 128 GiB
        "n2-custom-128-1048576",  # N2 at 864
        "n1-custom-0-1024",
        "c2-custom-4-8192",  # no custom types
        "n2-standard-7",
        "n2-standard-8\n",
        "n2-custom-２-8192",  # noqa: RUF001 - a digit that is none to Google
        "../n2-standard-8",
        "",
    ],
)
def test_a_type_that_cannot_be_is_refused(name: str) -> None:
    with pytest.raises(PriceNotFound):
        machine_type(name)


def test_six_vcpus_and_twenty_gib_are_a_custom_type() -> None:
    """The example of the command line."""
    assert [machine.name for machine in custom_types("n2", 6, Decimal(20))] == ["n2-custom-6-20480"]
    assert [machine.name for machine in custom_types("n2d", 6, Decimal(20))] == ["n2d-custom-8-20480"]
    assert custom_types("c3", 6, Decimal(20)) == ()
    assert custom_types("e2", 64, Decimal(20)) == ()


def test_much_memory_is_offered_with_more_vcpus_and_as_extended() -> None:
    names = [machine.name for machine in custom_types("n1", 1, Decimal(8))]
    assert names == ["custom-2-8192", "custom-1-8192-ext"]


def test_no_type_has_more_memory_than_its_series_ends_at() -> None:
    assert [machine.name for machine in custom_types("e2", 4, Decimal(128))] == ["e2-custom-16-131072"]
    assert custom_types("e2", 4, Decimal("128.25")) == ()
    assert custom_types("n2", 4, Decimal("864.25")) == ()


def test_memory_is_rounded_up_to_what_can_be_had() -> None:
    (machine,) = custom_types("e2", 2, Decimal("4.1"))
    assert machine.memory_gib == Decimal("4.25")
    (least,) = custom_types("n2", 4, Decimal(0))
    assert least.memory_gib == 2


def test_every_predefined_type_is_found_by_its_name() -> None:
    types = list(predefined_types())
    assert len({machine.name for machine in types}) == len(types) > 300
    assert all(machine.memory_gib > 0 and machine.billed_vcpu <= machine.vcpu for machine in types)
    assert machine_type("c4a-standard-4").architecture == "arm64"
