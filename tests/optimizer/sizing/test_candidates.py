"""Which machines will do for a workload, how many of them, and why not the others."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.economics.feasibility import carries
from costopt.errors import InfeasiblePlan, WorkloadError
from costopt.optimizer.sizing.candidates import find_candidates
from costopt.optimizer.sizing.judgement import LIMITS, Judge
from costopt.optimizer.sizing.machines import tabulate
from costopt.optimizer.sizing.workload import Licence, Limit
from tests.oracles.sizing_estate import load, machine, made_shape, workload

LARGE, XLARGE = machine("m5.large", "0.10"), machine("m5.xlarge", "0.20")
ARM = machine("m7g.large", "0.08")
BURST = machine("t3.large", "0.05")
GPU = machine("g5.xlarge", "1.00", gpu_count=1, gpu_name="A10G", gpu_memory_gib=24.0)
DISK = machine("m5d.large", "0.12", local_disk_gib=75.0)
WIDE = machine("m5.2xlarge", "0.40", network_gbps=2.5, ebs_baseline_mibps=287.5, ebs_baseline_iops=12000)
ALL = (LARGE, XLARGE, ARM, BURST, GPU, DISK, WIDE)


def options(machines, asked, **catalog):
    (found,) = find_candidates([asked], tabulate(machines, **catalog))
    return [(machines[row].shape.instance_type, int(n)) for row, n in zip(found.machine, found.replicas, strict=True)]


def first_failed(one, asked, **catalog):
    code = Judge(tabulate([one], **catalog)).judge(asked).failed[0]
    return None if code < 0 else LIMITS[code]


def test_options_are_listed_cheapest_first():
    assert options([XLARGE, LARGE], workload()) == [("m5.large", 1), ("m5.xlarge", 1)]


@pytest.mark.parametrize(
    ("one", "fields", "limit"),
    [
        (LARGE, {"regions": frozenset({"us-east-1"})}, Limit.REGION),
        (LARGE, {"platform": "windows"}, Limit.PLATFORM),
        (LARGE, {"tenancy": "dedicated"}, Limit.TENANCY),
        (LARGE, {"families": frozenset({"c5"})}, Limit.FAMILY),
        (LARGE, {"excluded_families": frozenset({"m5"})}, Limit.FAMILY),
        (ARM, {}, Limit.ARCHITECTURE),
        (LARGE, {"current": made_shape("m6i.large")}, Limit.HARDWARE),
        (LARGE, {"current": made_shape("m5.xlarge"), "load": None}, Limit.AS_LARGE),
        (BURST, {}, Limit.BURSTABLE),
        (ARM, {"architectures": frozenset({"x86_64", "arm64"})}, Limit.PERFORMANCE),
        (LARGE, {"licence": Licence(hourly_per_core=Decimal(1))}, Limit.LICENCE),
        (LARGE, {"least_vcpu": 4}, Limit.LEAST_CPU),
        (LARGE, {"least_memory_gib": 9}, Limit.LEAST_MEMORY),
        (LARGE, {"gpus": 1}, Limit.GPU),
        (GPU, {"gpus": 1, "gpu_names": frozenset({"H100"})}, Limit.GPU),
        (GPU, {"gpus": 1, "gpu_memory_gib": 40}, Limit.GPU_MEMORY),
        (LARGE, {"local_disk_gib": 10}, Limit.LOCAL_DISK),
        (LARGE, {"load": load(vcpu=2.1)}, Limit.CPU),
        (BURST, {"burstable": True, "load": load(vcpu=2, mean_vcpu=0.7)}, Limit.SUSTAINED_CPU),
        (LARGE, {"load": load(memory=8.1)}, Limit.MEMORY),
        (LARGE, {"load": load(network_gbps=1.0)}, Limit.NETWORK),
        (WIDE, {"load": load(ebs_mibps=300.0)}, Limit.EBS_THROUGHPUT),
        (WIDE, {"load": load(ebs_iops=12001.0)}, Limit.EBS_OPERATIONS),
    ],
)
def test_each_requirement_is_the_first_that_fails(one, fields, limit):
    assert first_failed(one, workload(**fields)) is limit


@pytest.mark.parametrize("limit", sorted(set(Limit) - {Limit.LICENCE, Limit.PERFORMANCE}))
def test_a_requirement_that_is_left_out_does_not_fail(limit):
    asked = workload(load=load(vcpu=1e6, memory=1e6), platform="windows", regions=frozenset({"mars"}), gpus=5)
    failed = Judge(tabulate(ALL)).judge(asked, ignoring=frozenset({limit})).failed
    assert LIMITS.index(limit) not in failed


@given(vcpu=st.floats(0, 20), mean=st.floats(0, 10), memory=st.floats(0, 80), network=st.none() | st.floats(0, 5))
def test_one_machine_will_do_exactly_where_the_audit_says_that_it_carries_the_load(vcpu, mean, memory, network):
    asked = load(vcpu=vcpu, memory=memory, mean_vcpu=mean, network_gbps=network)
    judged = Judge(tabulate(ALL)).judge(
        workload(load=asked, burstable=True, current=None), ignoring=frozenset({Limit.ARCHITECTURE, Limit.PERFORMANCE})
    )
    assert (judged.failed < 0).tolist() == [carries(one.shape, asked) for one in ALL]


def test_what_is_spread_gets_as_many_machines_as_its_scarcest_need():
    spread = workload(load=load(vcpu=7, memory=20), max_replicas=10)
    assert options([LARGE, XLARGE], spread) == [("m5.large", 4), ("m5.xlarge", 2)]


def test_least_replicas_are_kept_and_most_are_not_exceeded():
    assert options([LARGE, XLARGE], workload(load=load(vcpu=7), min_replicas=3, max_replicas=3)) == [("m5.xlarge", 3)]


def test_a_billionth_of_a_machine_is_no_reason_for_another():
    assert options([LARGE], workload(load=load(vcpu=6 * (1 + 1e-12)), max_replicas=5)) == [("m5.large", 3)]


def test_speed_is_counted_where_it_was_measured():
    both = frozenset({"x86_64", "arm64"})
    asked = workload(load=load(vcpu=1.9), current=made_shape("m5.large"), architectures=both)
    slow, fast = {"m5": 1.0, "m7g": 0.9}, {"m5": 1.0, "m7g": 1.2}
    assert options([LARGE, ARM], asked, performance=slow) == [("m5.large", 1)]
    assert options([LARGE, ARM], asked, performance=fast) == [("m7g.large", 1), ("m5.large", 1)]


def test_a_load_is_measured_in_the_vcpus_of_its_own_machine():
    """Two vCPUs of a machine twice as fast are four of the reference."""
    asked = workload(load=load(vcpu=2), current=made_shape("m5.large"))
    m6 = machine("m6i.large", "0.09")
    with pytest.raises(InfeasiblePlan, match="2 vCPUs at the peak"):
        options([m6], asked, performance={"m5": 2.0, "m6i": 1.0})


def test_unmeasured_workloads_only_move_to_what_is_in_nothing_less():
    asked = workload(load=None, current=made_shape("m5.large"))
    assert options([LARGE, XLARGE, machine("m6i.large", "0.09")], asked)[0] == ("m6i.large", 1)


def test_licences_by_core_and_by_socket_are_added():
    one = machine("m5.xlarge", "0.20", cores=2, sockets=1)
    licence = Licence(hourly_per_core=Decimal("0.5"), hourly_per_socket=Decimal(2), least_cores=4)
    (found,) = find_candidates([workload(licence=licence, min_replicas=2, max_replicas=2)], tabulate([one]))
    assert found.licence.tolist() == [8.0]
    assert found.hourly.tolist() == [8.4]


def test_what_nothing_will_do_for_is_named_with_the_requirement():
    with pytest.raises(
        InfeasiblePlan, match=r"workload 'big'.*40 GiB of memory \(the largest type offers 32\)"
    ) as told:
        find_candidates([workload("big", load=load(memory=40))], tabulate(ALL))
    assert "Relax memory of big" in told.value.hint


def test_where_no_single_requirement_is_to_blame_the_commonest_are_named():
    with pytest.raises(InfeasiblePlan, match=r"no single requirement is to blame.*region us-east-1 \(7 types\)"):
        find_candidates([workload("lost", regions=frozenset({"us-east-1"}), platform="windows")], tabulate(ALL))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"load": None}, "neither a load nor a current machine"),
        ({"min_replicas": 3, "max_replicas": 2}, "at least 3 and at most 2 machines"),
        ({"min_replicas": 0}, "at least 0"),
        ({"gpus": -1}, "negative or no number"),
        ({"load": load(vcpu=float("nan"))}, "negative or no number"),
        ({"regions": frozenset()}, "in no region"),
        ({"architectures": frozenset()}, "no architecture"),
        ({"families": frozenset({"m5"}), "excluded_families": frozenset({"m5", "c5"})}, "no family"),
    ],
)
def test_requirements_that_contradict_each_other_are_refused(fields, message):
    with pytest.raises(WorkloadError, match=f"workload 'w'.*{message}"):
        workload(**fields)


def test_names_are_unique_and_there_is_something_to_place():
    with pytest.raises(WorkloadError, match="'w' is named twice"):
        find_candidates([workload(), workload()], tabulate(ALL))
    with pytest.raises(WorkloadError, match="no workload"):
        find_candidates([], tabulate(ALL))


def test_a_catalog_is_refused_that_is_empty_double_or_free():
    for machines, message in (
        ([], "no machine is on offer"),
        ([LARGE, LARGE], "on offer twice"),
        ([replace(LARGE, hourly=Decimal(0))], "for 0 dollars"),
    ):
        with pytest.raises(WorkloadError, match=message):
            tabulate(machines)
    with pytest.raises(WorkloadError, match="relative performance of m5"):
        tabulate([LARGE], performance={"m5": 0.0})


def test_a_machine_more_on_offer_changes_nothing_for_the_others():
    alone = Judge(tabulate([LARGE, XLARGE])).judge(workload(load=load(vcpu=3)))
    beside = Judge(tabulate(ALL)).judge(workload(load=load(vcpu=3)))
    assert np.array_equal(alone.failed, beside.failed[:2])
