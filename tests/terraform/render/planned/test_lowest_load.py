"""What is kept at the lowest load, by numbers worked out by hand."""

import pytest

from costopt.model.workload import WorkloadKind
from costopt.terraform.render.planned.google_fleets import google_fleet_calls
from costopt.terraform.render.planned.google_pods import google_node_pool_calls
from costopt.terraform.render.planned.lowest_load import kept
from costopt.terraform.render.planned.pods import node_group_calls
from tests.terraform.render.planned.works import ZONES, capacity, work, workload


@pytest.mark.parametrize(
    ("share", "peak", "zones", "survives", "expected"),
    [
        (0.5, 9, 0, False, 5),  # 4.5, rounded up
        (0.07, 100, 0, False, 7),  # 7.000000000000001 is seven
        (0.0, 9, 3, False, 0),
        (0.0, 9, 3, True, 3),  # one in each zone
        # 9 in three zones leave 6; 0.4 of them are 2.4, so three must be left: 4 leave 2, 5 leave 3
        (0.4, 9, 3, True, 5),
        (0.5, 2, 2, True, 2),
        (0.4, 9, 1, True, 4),  # one zone has none to lose
        (1.0, 7, 3, True, 7),
    ],
)
def test_as_little_is_kept_as_the_lowest_load_needs(
    share: float, peak: int, zones: int, survives: bool, expected: int
) -> None:
    asked = workload(WorkloadKind.FLEET, profile=(1.0, share), survive=survives)
    assert kept(work(capacity("m7i.large", peak), asked=asked), peak, zones) == expected


def test_of_a_load_that_nothing_is_known_of_the_peak_is_kept() -> None:
    assert kept(work(capacity("m7i.large", 9)), 9, 3) == 9


def test_a_kind_that_was_guessed_is_told() -> None:
    asked = workload(WorkloadKind.FLEET)
    (guessed,) = google_fleet_calls(work(capacity("m7i.large", 9)))
    (known,) = google_fleet_calls(work(capacity("m7i.large", 9), asked=asked))
    assert [any("--workloads" in line for line in one.evidence) for one in (guessed, known)] == [True, False]


def test_nodes_of_both_clouds_are_never_fewer_than_the_lowest_load_needs() -> None:
    asked = workload(WorkloadKind.PODS, profile=(1.0, 0.5))
    planned = work(capacity("m7i.large", 5, zone=ZONES[0]), asked=asked)
    sizes = [call.arguments["min_size"] for call in (*node_group_calls(planned), *google_node_pool_calls(planned))]
    assert sizes == [3, 3]


def test_the_least_machines_of_a_group_are_those_that_the_plan_says_for_the_lowest_load() -> None:
    asked = workload(WorkloadKind.FLEET, profile=(1.0, 0.4), replicas=3, survive=True)
    three_each = [capacity("m7i.large", 3, zone=zone) for zone in ZONES]
    (call,) = google_fleet_calls(work(*three_each, asked=asked))
    assert (call.arguments["min_size"], call.arguments["max_size"]) == (5, 9)
