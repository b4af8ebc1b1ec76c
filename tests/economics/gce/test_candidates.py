"""Which machine types are offered in the place of another."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.economics.gce.candidates import (
    MachineLoad,
    candidates,
    carries,
    disk_limits_of_machine,
    egress_gbps,
    replacements,
)
from costopt.economics.gce.disk_limits import disk_limits
from costopt.economics.gce.machines import machine_type, predefined_types

NOTHING = MachineLoad(peak_vcpu=0, mean_vcpu=0, memory_gib=0, network_gbps=0, disk_iops=0, disk_mibps=0)
NAMES = ["n1-standard-8", "e2-standard-16", "n2-highmem-8", "n2d-standard-32", "c3-standard-8", "n2-custom-6-20480"]


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(NAMES),
    vcpu=st.floats(0, 32),
    memory=st.floats(0.1, 128),
    network=st.floats(0, 10),
    mibps=st.sampled_from([0.0, 200.0, 240.0, 500.0, 900.0]),
)
def test_every_candidate_is_smaller_and_carries_the_load(name, vcpu, memory, network, mibps):
    current = machine_type(name)
    load = replace(NOTHING, peak_vcpu=vcpu, memory_gib=memory, network_gbps=network, disk_mibps=mibps)
    for size in candidates(current, load):
        assert carries(size, load)
        assert size.vcpu < current.vcpu or size.memory_gib < current.memory_gib
        assert size.architecture == current.architecture
        assert not size.shared_core
        assert not size.gpus


def test_a_custom_type_has_the_vcpus_that_the_disks_need():
    load = replace(NOTHING, peak_vcpu=1.0, memory_gib=10.0, disk_mibps=500.0)
    custom = {size.name for size in candidates(machine_type("n2-standard-16"), load) if size.custom}
    assert "n2-custom-8-10240" in custom


def test_series_are_reached_upwards_only():
    def reached(name):
        return {size.series for size in candidates(machine_type(name), NOTHING)}

    assert reached("n1-standard-8") == {"n1", "e2", "n2", "n2d"}
    assert reached("e2-standard-8") == {"e2", "n2", "n2d"}
    assert reached("n2-standard-8") == {"n2", "n2d"}
    assert reached("n4-standard-8") == {"n4"}


def test_limits_follow_the_vcpus():
    assert egress_gbps(machine_type("e2-micro")) == 0.5
    assert egress_gbps(machine_type("n2-standard-4")) == 8
    assert egress_gbps(machine_type("n2-standard-80")) == 10
    assert disk_limits_of_machine(machine_type("e2-medium")) == (10_000, 200)
    assert disk_limits_of_machine(machine_type("n2-standard-2")) == (15_000, 240)
    assert disk_limits_of_machine(machine_type("n2-standard-8")) == (15_000, 800)


def test_every_type_has_disk_limits():
    assert all(disk_limits_of_machine(size) for size in predefined_types())


def test_limits_of_disks_grow_with_their_size_up_to_a_most():
    assert disk_limits("pd-ssd", 500) == (21_000, 480)
    assert disk_limits("pd-ssd", 10_000) == (100_000, 1_200)
    assert disk_limits("pd-balanced", 100) == (3_600, 168)
    assert disk_limits("pd-standard", 1_000) == (750, 120)
    assert disk_limits("hyperdisk-balanced", 100) is None


def test_memory_is_not_rounded_down():
    load = replace(NOTHING, peak_vcpu=2, memory_gib=11.26)
    custom = [size for size in candidates(machine_type("e2-standard-8"), load) if size.custom]
    assert all(size.memory_gib >= Decimal("11.26") for size in custom)


def taken(name, load, at_least=1, at_most=1):
    return {
        (size.name, count) for size, count in replacements(machine_type(name), load, at_least=at_least, at_most=at_most)
    }


def test_what_takes_over_is_todays_type_or_a_larger_one_of_another_series_too():
    load = replace(NOTHING, peak_vcpu=4.0, memory_gib=15.0)
    found = taken("n1-standard-4", load)
    assert {("n1-standard-4", 1), ("e2-standard-4", 1), ("n2-standard-8", 1), ("e2-custom-4-15360", 1)} <= found
    assert ("e2-standard-2", 1) not in found
    assert ("e2-highcpu-4", 1) not in found


def test_as_many_machines_as_the_scarcest_of_what_they_offer_asks_for():
    load = replace(NOTHING, peak_vcpu=8.0, memory_gib=90.0)
    found = taken("n2-standard-8", load, at_least=2, at_most=6)
    # 90 GiB are three machines of 32 and two of 64; 8 vCPUs are four machines of two.
    assert {("n2-standard-8", 3), ("n2-highmem-8", 2), ("n2-highmem-2", 6)} <= found
    assert not {name for name, _ in found} & {"n2-standard-2", "n2-highcpu-8"}


def test_custom_types_are_cut_for_the_fewest_and_for_the_most_machines():
    load = replace(NOTHING, peak_vcpu=12.0, memory_gib=36.0)
    found = {one for one in taken("n2-standard-8", load, at_least=2, at_most=3) if "n2-custom" in one[0]}
    assert found == {("n2-custom-6-18432", 2), ("n2-custom-4-12288", 3)}


def test_memory_above_the_usual_is_offered_as_extended_and_as_more_vcpus():
    load = replace(NOTHING, peak_vcpu=2.0, memory_gib=40.0)
    found = {name for name, _ in taken("n2-standard-16", load) if name.startswith("n2-custom")}
    assert found == {"n2-custom-6-40960", "n2-custom-2-40960-ext"}


def test_todays_custom_type_is_among_those_that_may_stay():
    load = replace(NOTHING, peak_vcpu=5.0, memory_gib=19.0)
    assert ("n2-custom-6-20480", 1) in taken("n2-custom-6-20480", load)
    assert ("n2-custom-6-20480", 1) not in taken("n2-custom-6-20480", replace(load, memory_gib=21.0))


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(["n1-standard-8", "n2-custom-6-20480", "e2-small"]),
    vcpu=st.floats(0, 64),
    memory=st.floats(0.1, 200),
    mibps=st.sampled_from([0.0, 200.0, 1500.0]),
    most=st.integers(1, 5),
)
def test_so_many_machines_always_carry_their_part_and_one_less_would_not(name, vcpu, memory, mibps, most):
    load = replace(NOTHING, peak_vcpu=vcpu, mean_vcpu=vcpu / 4, memory_gib=memory, disk_mibps=mibps)
    for size, count in replacements(machine_type(name), load, at_least=1, at_most=most):
        assert 1 <= count <= most
        assert carries(size, load.times((1 - 1e-6) / count))
        if count > 1 and not size.custom:
            assert not carries(size, load.times(1 / (count - 1)))
