"""Machine types are asked for once, over REST, and zones that do not answer are gaps."""

from google.cloud import billing_v1

from costopt.collectors.gcp.services.compute_instances import COMPUTE_INSTANCES
from costopt.model.coverage import Status
from tests.collectors.gcp.conftest import Collect
from tests.oracles.google_assets import instance
from tests.oracles.google_compute import ComputeServer
from tests.oracles.google_server import PROJECT, GoogleCloud

N1 = {"name": "n1-standard-4", "guestCpus": 4, "memoryMb": 15360}
A2 = {
    "name": "a2-highgpu-1g",
    "guestCpus": 12,
    "memoryMb": 87040,
    "accelerators": [{"guestAcceleratorType": "nvidia-tesla-a100", "guestAcceleratorCount": 1}],
}
EMPTY = {"warning": {"code": "NO_RESULTS_ON_PAGE", "message": "nothing"}}


def shapes_of(cloud: GoogleCloud, compute: ComputeServer, run: Collect, *machines):  # type: ignore[no-untyped-def]
    cloud.put(*machines)
    cloud.payers[PROJECT] = billing_v1.ProjectBillingInfo()
    collected, sink = run(services=(COMPUTE_INSTANCES,), compute_endpoint=compute.url)
    return collected, {row.name: row.spec for row in sink.all_resources}


def test_types_get_their_shape_in_one_request(cloud: GoogleCloud, compute: ComputeServer, run: Collect) -> None:
    compute.pages = [{"items": {"zones/us-central1-a": {"machineTypes": [N1, A2]}, "zones/us-east1-b": EMPTY}}]
    machines = (
        instance(),
        instance("ml", machineType="zones/us-central1-a/machineTypes/a2-highgpu-1g", guestAccelerators=[]),
    )
    collected, found = shapes_of(cloud, compute, run, *machines)
    assert [one.status for one in collected.coverage] == [Status.OK]
    assert (found["web-1"].vcpus, found["web-1"].memory_gib) == (4, 15)
    assert (found["ml"].vcpus, found["ml"].memory_gib) == (12, 85)
    assert [(gpu.accelerator_type, gpu.count) for gpu in found["ml"].accelerators] == [("nvidia-tesla-a100", 1)]
    assert [query["filter"] for query in compute.asked] == [['(name = "a2-highgpu-1g") OR (name = "n1-standard-4")']]


def test_custom_types_say_what_they_have_and_are_not_asked_for(
    cloud: GoogleCloud, compute: ComputeServer, run: Collect
) -> None:
    kind = "zones/us-central1-a/machineTypes/n2-custom-6-20480-ext"
    _, found = shapes_of(cloud, compute, run, instance(machineType=kind))
    assert (found["web-1"].vcpus, found["web-1"].memory_gib) == (6, 20)
    assert compute.asked == []


def test_zones_that_do_not_answer_are_gaps_by_name(cloud: GoogleCloud, compute: ComputeServer, run: Collect) -> None:
    warned = {"warning": {"code": "UNREACHABLE", "message": "try later"}}
    compute.pages = [{"items": {"zones/us-central1-a": warned}, "unreachables": ["zones/us-central1-f"]}]
    collected, found = shapes_of(cloud, compute, run, instance())
    (gap,) = [one for one in collected.coverage if one.status is Status.GAP]
    assert gap.scope.operation == "assets:machine_types"
    assert gap.detail is not None
    assert "us-central1-a, us-central1-f" in gap.detail
    assert found["web-1"].vcpus is None


def test_all_pages_are_read(cloud: GoogleCloud, compute: ComputeServer, run: Collect) -> None:
    compute.pages = [{"items": {"zones/us-east1-b": EMPTY}}, {"items": {"zones/us-central1-a": {"machineTypes": [N1]}}}]
    _, found = shapes_of(cloud, compute, run, instance())
    assert found["web-1"].vcpus == 4


def test_a_denied_list_leaves_machines_without_their_shape(
    cloud: GoogleCloud, compute: ComputeServer, run: Collect
) -> None:
    compute.status = 403
    collected, found = shapes_of(cloud, compute, run, instance())
    (gap,) = [one for one in collected.coverage if one.status is Status.GAP]
    assert (gap.scope.operation, gap.reason, gap.permission) == (
        "assets:machine_types",
        "denied",
        "compute.machineTypes.list",
    )
    assert found["web-1"].machine_type == "n1-standard-4"


def test_a_rate_that_is_exceeded_is_no_lack_of_a_permission_and_is_waited_for(
    cloud: GoogleCloud, compute: ComputeServer, run: Collect
) -> None:
    """Compute Engine says it with 403, https://cloud.google.com/compute/api-quota."""
    compute.status, compute.reason, compute.times = 403, "rateLimitExceeded", 1
    compute.pages = [{"items": {"zones/us-central1-a": {"machineTypes": [N1]}}}]
    collected, found = shapes_of(cloud, compute, run, instance())
    assert [one.status for one in collected.coverage] == [Status.OK]
    assert found["web-1"].vcpus == 4
    compute.times = None
    collected, _ = shapes_of(cloud, compute, run)
    (gap,) = [one for one in collected.coverage if one.status is Status.GAP]
    assert (gap.reason, gap.permission, gap.retryable) == ("throttled", None, True)


def test_a_server_that_fails_is_asked_a_bounded_number_of_times(
    cloud: GoogleCloud, compute: ComputeServer, run: Collect
) -> None:
    compute.status = 503
    collected, _ = shapes_of(cloud, compute, run, instance())
    (gap,) = [one for one in collected.coverage if one.status is Status.GAP]
    assert (gap.reason, gap.retryable) == ("server", True)
    assert len(compute.asked) == 7


def test_a_name_that_could_change_the_question_is_not_asked_for(
    cloud: GoogleCloud, compute: ComputeServer, run: Collect
) -> None:
    shapes_of(cloud, compute, run, instance(machineType='zones/z/machineTypes/x") OR (name != "'))
    assert compute.asked == []
