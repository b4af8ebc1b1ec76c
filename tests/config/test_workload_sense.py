"""What a workload cannot mean is refused before anything is planned, and named."""

from dataclasses import replace
from decimal import Decimal

import pytest

from costopt.config.workload_sense import MOST, find_nonsense
from costopt.model.workload import Job, PodGroup, Pools, Requirements, Spread, Workload, WorkloadKind

FLEET = Workload(name="web", kind=WorkloadKind.FLEET, region="eu-west-1", requirements=Requirements(vcpu=8))
BLOCK = Pools(
    name="block", instance_type="g5.xlarge", count=2, dollars_per_hour=Decimal(1), from_hour=0.0, until_hour=9.0
)
JOB = Job(
    work_hours=10,
    deadline_hours=20,
    reference_type="g5.xlarge",
    throughput=(("g5.xlarge", 1.0), ("g4dn.xlarge", 0.5)),
    pools=(BLOCK,),
)
BATCH = Workload(name="train", kind=WorkloadKind.BATCH, region="eu-west-1", job=JOB)
POD = PodGroup(name="api", vcpu=1, memory_gib=2, count=3)
PODS = Workload(name="cluster", kind=WorkloadKind.PODS, region="eu-west-1", pods=(POD,))


@pytest.mark.parametrize("one", [FLEET, BATCH, PODS])
def test_a_usual_workload_makes_sense(one: Workload) -> None:
    assert find_nonsense(one) is None


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (replace(FLEET, name=" "), "name is empty"),
        (replace(FLEET, count=10**400), "above 10,000,000"),
        (replace(FLEET, requirements=Requirements(vcpu=MOST + 1.0)), "above 10,000,000"),
        (replace(FLEET, current=(("m5.large", -2),)), "negative"),
        (replace(FLEET, requirements=Requirements(vcpu=0.0)), "asks for nothing"),
        (replace(FLEET, requirements=Requirements(vcpu=1e-9)), "asks for nothing"),
    ],
)
def test_figures_out_of_all_proportion_are_refused(one: Workload, words: str) -> None:
    assert words in str(find_nonsense(one))


@pytest.mark.parametrize("given", [Decimal("nan"), Decimal("inf"), Decimal(-1)])
def test_the_price_of_a_block_is_a_number(given: Decimal) -> None:
    job = replace(JOB, pools=(replace(BLOCK, dollars_per_hour=given),))
    assert "negative or no number" in str(find_nonsense(replace(BATCH, job=job)))


@pytest.mark.parametrize("given", [float("inf"), float("nan"), -1.0])
def test_the_hours_of_a_block_are_numbers(given: float) -> None:
    job = replace(JOB, pools=(replace(BLOCK, until_hour=given),))
    assert "negative or no number" in str(find_nonsense(replace(BATCH, job=job)))


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan"), float("inf")])
def test_every_throughput_is_above_zero(speed: float) -> None:
    job = replace(JOB, throughput=(("g5.xlarge", 1.0), ("m5.large", speed)))
    assert "throughput is not above 0" in str(find_nonsense(replace(BATCH, job=job)))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"throughput": (("g5.xlarge", 2.0),)}, "the throughput of g5.xlarge is 1"),
        ({"throughput": ()}, "no throughput"),
        ({"work_hours": 0.0}, "no work_hours"),
        ({"workers": 0}, "workers"),
        ({"availability_minutes": 0.0}, "availability_minutes"),
        ({"deadline_hours": 9.0}, "deadline"),
        ({"deadline_hours": 1e9}, "above 10,000,000"),
    ],
)
def test_a_job_that_contradicts_itself_is_refused(change: dict[str, object], words: str) -> None:
    assert words in str(find_nonsense(replace(BATCH, job=replace(JOB, **change))))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("zones", "words"),
    [
        (("eu-west-1a", "eu-west-1a"), "named twice"),
        (("eu-west-1a", "us-east-1b"), "us-east-1b is not in eu-west-1"),
    ],
)
def test_zones_are_different_ones_of_the_region(zones: tuple[str, ...], words: str) -> None:
    assert words in str(find_nonsense(replace(FLEET, spread=Spread(zones=zones))))


def test_zones_by_id_are_taken_as_they_are() -> None:
    assert find_nonsense(replace(FLEET, spread=Spread(zones=("euw1-az1", "euw1-az2")))) is None


@pytest.mark.parametrize("change", [{"count": 0}, {"vcpu": 0.0}, {"memory_gib": 0.0}])
def test_pods_without_requests_or_number_are_refused(change: dict[str, float]) -> None:
    assert "pods" in str(find_nonsense(replace(PODS, pods=(replace(POD, **change),))))  # type: ignore[arg-type]
