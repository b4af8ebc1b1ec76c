"""From measured percentiles to what is asked for."""

import pytest

from costopt.economics.measured_load import Headroom, Measurement, measured_load
from costopt.errors import WorkloadError
from tests.oracles.sizing_estate import made_shape

M5 = made_shape("m5.xlarge", network_gbps=1.25, ebs_baseline_mibps=137.5, ebs_baseline_iops=6000)


def measured(**fields: object) -> Measurement:
    usual = {"machine": M5, "machines": 1, "cpu_peak_fraction": 0.4, "cpu_mean_fraction": 0.1}
    return Measurement(**(usual | fields))  # type: ignore[arg-type]


def test_headroom_is_part_of_the_new_machine() -> None:
    asked = measured_load(measured(memory_peak_fraction=0.4), [], Headroom(cpu_fraction=0.2, memory_fraction=0.2))
    assert asked.peak_vcpu == pytest.approx(2.0)  # 4 x 0.4 / 0.8
    assert asked.mean_vcpu == pytest.approx(0.4)
    assert asked.memory_gib == pytest.approx(8.0)  # 16 x 0.4 / 0.8


def test_what_is_unknown_is_asked_for_in_full() -> None:
    asked = measured_load(measured(), None, Headroom())
    assert (asked.memory_gib, asked.network_gbps, asked.ebs_mibps, asked.ebs_iops) == (16, 1.25, 137.5, 6000)


def test_what_is_unknown_of_todays_machine_cannot_be_asked_of_another() -> None:
    asked = measured_load(measured(machine=made_shape("m5.xlarge")), None, Headroom())
    assert (asked.network_gbps, asked.ebs_mibps, asked.ebs_iops) == (None, None, None)


def test_several_machines_are_added_up() -> None:
    one = measured_load(measured(), None, Headroom())
    three = measured_load(measured(machines=3), None, Headroom())
    for name in ("peak_vcpu", "mean_vcpu", "memory_gib", "network_gbps", "ebs_mibps", "ebs_iops"):
        assert getattr(three, name) == pytest.approx(3 * getattr(one, name))


@pytest.mark.parametrize("name", ["cpu_fraction", "memory_fraction", "network_fraction"])
@pytest.mark.parametrize("figure", [-0.1, 1.0])
def test_a_headroom_that_leaves_nothing_is_refused(name: str, figure: float) -> None:
    with pytest.raises(WorkloadError, match=name):
        Headroom(**{name: figure})
