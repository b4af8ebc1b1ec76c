"""A fleet of a plan as an auto scaling group, by numbers worked out by hand."""

from costopt.model.workload import WorkloadKind
from costopt.terraform.render.planned.fleets import fleet_calls, group_size
from tests.terraform.render.planned.works import ZONES, capacity, work, workload

MIXED = (
    capacity("m7i.large", 2, zone=ZONES[0]),
    capacity("m7i.large", 2, zone=ZONES[1]),
    capacity("c7i.xlarge", 3, "spot", ZONES[2]),
)


def test_units_are_vcpus_over_what_divides_them_all() -> None:
    size = group_size(work(*MIXED), MIXED)
    assert size.weights == {"m7i.large": 1, "c7i.xlarge": 2}
    assert (size.on_demand, size.peak) == (4, 10)  # 4 x 1, and 3 x 2 more
    assert size.maximum == 11  # a tenth above


def test_without_the_workload_the_peak_is_kept_at_all_times() -> None:
    assert group_size(work(*MIXED), MIXED).minimum == 10


def test_with_the_workload_the_group_shrinks_to_its_lowest_load() -> None:
    asked = workload(WorkloadKind.FLEET, profile=(1.0, 0.35))
    assert group_size(work(*MIXED, asked=asked), MIXED).minimum == 4  # 3.5, rounded up


def test_a_zone_may_be_lost_at_the_lowest_load_too() -> None:
    asked = workload(WorkloadKind.FLEET, profile=(1.0, 0.0), survive=True)
    assert group_size(work(*MIXED, asked=asked), MIXED).minimum == 3


def test_more_replicas_than_zones_are_kept_whatever_types_are_taken() -> None:
    asked = workload(WorkloadKind.FLEET, profile=(1.0, 0.0), replicas=5)
    assert group_size(work(*MIXED, asked=asked), MIXED).minimum == 9  # four of the heaviest and one


def test_the_base_is_on_demand_and_the_rest_is_spot() -> None:
    (call,) = fleet_calls(work(*MIXED))
    assert call.module == "fleet"
    assert call.arguments["on_demand_base_capacity"] == 4
    assert call.arguments["on_demand_percentage"] == 0
    assert call.arguments["minimum_zones"] == 3
    assert call.arguments["instance_types"] == [
        {"type": "c7i.xlarge", "weight": 2},
        {"type": "m7i.large", "weight": 1},
    ]


def test_without_spot_all_is_on_demand() -> None:
    (call,) = fleet_calls(work(capacity("m7i.large", 4)))
    assert call.arguments["on_demand_percentage"] == 100
    assert call.arguments["on_demand_base_capacity"] == 4


def test_each_architecture_has_a_group_of_its_own() -> None:
    calls = fleet_calls(work(capacity("m7i.large", 1), capacity("m7g.large", 1)))
    assert [call.label for call in calls] == ["web__arm64", "web__x86_64"]
    assert "the reasons stand at module.web__arm64" in calls[1].evidence[0]


def test_the_reasons_and_the_zones_stand_in_the_code() -> None:
    asked = workload(WorkloadKind.FLEET, survive=True)
    (call,) = fleet_calls(work(*MIXED, asked=asked))
    assert "Why: CPU peaks at 31 % of 8 vCPUs." in call.evidence
    assert "Zones: eu-west-1a 4 vCPUs, eu-west-1b 4 vCPUs, eu-west-1c 12 vCPUs." in call.evidence
    assert any(line.startswith("N+1: 8 of 20 vCPUs are left") for line in call.evidence)
