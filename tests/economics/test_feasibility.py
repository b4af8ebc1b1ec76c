"""Whether a size can carry a load: boundaries, and that more is never worse."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.economics.feasibility import Load, carries, ebs_need, equal_or_larger, network_need
from tests.oracles.compute import SHAPES, volume
from tests.oracles.judging import shape

M5 = shape("m5.large", 2, 8, network_gbps=0.75, ebs_baseline_mibps=81.25, ebs_baseline_iops=3600)
NOTHING = Load(peak_vcpu=0, mean_vcpu=0, memory_gib=0, network_gbps=None, ebs_mibps=None, ebs_iops=None)


@pytest.mark.parametrize(
    ("field", "fits", "too_much"),
    [
        ("peak_vcpu", 2.0, 2.01),
        ("mean_vcpu", 2.0, 2.01),
        ("memory_gib", 8.0, 8.1),
        ("network_gbps", 0.75, 0.76),
        ("ebs_mibps", 81.25, 81.3),
        ("ebs_iops", 3600.0, 3601.0),
    ],
)
def test_each_demand_has_its_limit(field, fits, too_much):
    assert carries(M5, replace(NOTHING, **{field: fits}))
    assert not carries(M5, replace(NOTHING, **{field: too_much}))


def test_a_figure_that_is_not_stated_fails_every_demand_for_it():
    unknown = shape("x1.large", 2, 8)
    assert carries(unknown, NOTHING)
    assert not carries(unknown, replace(NOTHING, network_gbps=0.001))
    assert not carries(unknown, replace(NOTHING, ebs_iops=1.0))


def test_burstable_of_unknown_baseline_carries_nothing():
    assert not carries(shape("t9.large", 2, 8, burstable=True), NOTHING)


loads = st.builds(
    Load,
    peak_vcpu=st.floats(0, 100),
    mean_vcpu=st.floats(0, 100),
    memory_gib=st.floats(0, 400),
    network_gbps=st.none() | st.floats(0, 30),
    ebs_mibps=st.none() | st.floats(0, 3000),
    ebs_iops=st.none() | st.floats(0, 90000),
)


@given(load=loads, one=st.sampled_from(SHAPES), other=st.sampled_from(SHAPES))
def test_what_a_type_carries_a_larger_one_of_its_kind_carries(load, one, other):
    larger = (
        other.vcpu >= one.vcpu
        and other.memory_gib >= one.memory_gib
        and not other.burstable
        and all(
            (getattr(other, name) or 0) >= (getattr(one, name) or 0)
            for name in ("network_gbps", "ebs_baseline_mibps", "ebs_baseline_iops")
        )
    )
    if larger and carries(one, load):
        assert carries(other, load)


@pytest.mark.parametrize("one", SHAPES, ids=lambda one: one.instance_type)
def test_every_type_is_equal_to_itself(one):
    assert equal_or_larger(one, one)


@pytest.mark.parametrize(
    ("fields", "equal"),
    [
        ({"network_gbps": 0.675}, True),
        ({"network_gbps": 0.67}, False),
        ({"ebs_baseline_iops": 3240}, True),
        ({"ebs_baseline_iops": 3239}, False),
        ({"vcpu": 1}, False),
        ({"memory_gib": 7.9}, False),
        ({"network_gbps": None}, False),
    ],
)
def test_nine_tenths_of_the_bandwidth_count_as_equal_and_nothing_else(fields, equal):
    assert equal_or_larger(replace(M5, **fields), M5) is equal


def test_local_disk_may_not_shrink():
    disk = replace(M5, local_disk_gib=75.0)
    assert not equal_or_larger(M5, disk)
    assert equal_or_larger(disk, M5)


def test_network_need_from_the_busiest_hour():
    # 9e9 bytes an hour are 0.02 Gbit/s; three times that with a fifth free is 0.075.
    assert network_need(M5, 9e9, peak_to_mean=3, headroom_fraction=0.2) == pytest.approx(0.075)
    assert network_need(M5, 9e12, peak_to_mean=3, headroom_fraction=0.2) == 0.75  # never more than today's
    assert network_need(M5, None, peak_to_mean=3, headroom_fraction=0.2) == 0.75
    assert network_need(shape("x1.large", 2, 8), 9e9, peak_to_mean=3, headroom_fraction=0.2) is None


BIG = shape("m5.24xlarge", 96, 384, ebs_baseline_mibps=2375.0, ebs_baseline_iops=80_000)


@pytest.mark.parametrize(
    ("fields", "mibps", "iops"),
    [
        ({}, 62.5, 1500),  # gp3 as it comes
        ({"iops": 5000, "throughput_mibps": 200}, 62.5 + 75, 1500 + 2000),
        ({"iops": None, "throughput_mibps": None}, 62.5, 1500),
        # gp2: 3 operations a GiB; 1,000 GiB sustain 250 MiB/s, of which the first 125 count half
        ({"volume_type": "gp2", "size_gib": 1000, "iops": None, "throughput_mibps": None}, 62.5 + 125, 1500),
        ({"volume_type": "gp2", "size_gib": 20, "iops": 100, "throughput_mibps": None}, 12.5, 50),
        # io2: 0.256 MiB/s an operation; io1: 256 KiB each, at most 500 MiB/s
        ({"volume_type": "io2", "iops": 4000, "throughput_mibps": None}, 1024, 4000),
        ({"volume_type": "io1", "iops": 1000, "throughput_mibps": None}, 250, 1000),
        ({"volume_type": "st1", "iops": None, "throughput_mibps": None}, 500, 500),
        # not told what was provisioned: all that today's type sustains
        ({"volume_type": "io2", "iops": None, "throughput_mibps": None}, 2375, 80_000),
    ],
)
def test_ebs_need_of_one_volume(fields, mibps, iops):
    assert ebs_need(BIG, [volume(**fields).spec], included_fraction=0.5) == (mibps, iops)


def test_ebs_need_adds_up_to_todays_baseline_at_most():
    three = [volume().spec] * 3
    assert ebs_need(M5, three[:1], included_fraction=0.5) == (62.5, 1500)
    assert ebs_need(M5, three, included_fraction=0.5) == (81.25, 3600)
    assert ebs_need(M5, three[:1], included_fraction=1.0) == (81.25, 3000)
    assert ebs_need(M5, [], included_fraction=0.5) == (0, 0)


def test_unknown_volumes_need_all_of_today_and_unknown_baselines_nothing():
    assert ebs_need(M5, None, included_fraction=0.5) == (81.25, 3600)
    assert ebs_need(shape("t2.large", 2, 8), [volume().spec], included_fraction=0.5) == (None, None)
