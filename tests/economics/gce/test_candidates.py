"""Which machine types are offered in the place of another."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.economics.gce.candidates import MachineLoad, candidates, carries, disk_limits_of_machine, egress_gbps
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
