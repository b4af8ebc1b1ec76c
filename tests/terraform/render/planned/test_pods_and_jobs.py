"""Nodes of pods and work with a deadline, by numbers worked out by hand."""

from costopt.model.workload import WorkloadKind
from costopt.terraform.render.calls import LeftOut
from costopt.terraform.render.planned.jobs import job_calls
from costopt.terraform.render.planned.pods import NO_CLUSTER, node_group_calls, node_pools
from tests.terraform.render.planned.works import ZONES, capacity, work, workload

NODES = (
    *(capacity("m7g.2xlarge", 2, zone=zone) for zone in ZONES),
    *(capacity("m7i.large", 1, zone=zone) for zone in ZONES),
    *(capacity("m7i.xlarge", 2, "spot", zone) for zone in ZONES),
)


def test_each_type_on_demand_is_a_node_group() -> None:
    asked = workload(WorkloadKind.PODS, profile=(1.0, 0.5), survive=True)
    first, second = node_group_calls(work(*NODES, asked=asked))
    assert first.label == "web__m7g_2xlarge"
    assert first.arguments["ami_type"] == "AL2023_ARM_64_STANDARD"
    assert [first.arguments[name] for name in ("min_size", "initial_size", "max_size")] == [3, 6, 9]
    assert second.arguments["ami_type"] == "AL2023_x86_64_STANDARD"
    assert second.arguments["min_size"] == 3  # one a zone, though the load halves


def test_spot_nodes_are_a_node_pool_with_limits() -> None:
    (pool,) = node_pools(work(*NODES), "main")
    assert pool.values["most_vcpus"] == 29  # 6 x 4, and a fifth
    assert pool.values["most_memory"] == "116Gi"  # 6 x 16 GiB, and a fifth
    assert pool.values["architectures"] == ["amd64"]
    assert pool.values["zones"] == list(ZONES)
    assert pool.values["role"] == "KarpenterNodeRole-main"


def test_a_missing_name_of_the_cluster_is_said() -> None:
    (pool,) = node_pools(work(*NODES), None)
    assert any(NO_CLUSTER in line for line in pool.evidence)


def test_zones_that_the_plan_did_not_name_are_no_requirement() -> None:
    (pool,) = node_pools(work(capacity("m7i.xlarge", 2, "spot", "zone 1")), "main")
    assert pool.values["zones"] == []


def test_nodes_with_accelerators_start_from_their_own_image() -> None:
    (call,) = node_group_calls(work(capacity("g5.xlarge", 2)))
    assert call.arguments["ami_type"] == "AL2023_x86_64_NVIDIA"


def test_a_job_fits_the_smallest_type_and_may_leave_spot() -> None:
    asked = workload(WorkloadKind.BATCH)
    calls = job_calls(work(capacity("g6.2xlarge", 2, "spot"), capacity("g5.xlarge", 1), asked=asked))
    assert not isinstance(calls, LeftOut)
    arguments = calls[0].arguments
    assert arguments["max_vcpus"] == {"spot": 16, "on_demand": 16}
    assert (arguments["job_vcpus"], arguments["job_gpus"]) == (4, 1)
    assert arguments["job_memory_mib"] == 15616  # 16 GiB less 48 MiB for each
    assert arguments["timeout_hours"] == 10


def test_capacity_blocks_and_mixed_architectures_are_left_out() -> None:
    assert isinstance(job_calls(work(capacity("g5.xlarge", 1, "capacity_block"))), LeftOut)
    assert isinstance(job_calls(work(capacity("m7g.large", 1), capacity("m7i.large", 1))), LeftOut)
