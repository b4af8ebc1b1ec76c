"""Where machines of Google Cloud may be: as the plan says, but never Spot in one zone alone."""

from typing import Any

import pytest

from costopt.terraform.render.planned.google_fleets import google_fleet_calls
from costopt.terraform.render.planned.google_pods import google_node_pool_calls
from tests.terraform.render.planned.works import ZONES, capacity, work

FIRM = capacity("m7i.large", 3, zone=ZONES[0])
SPOT = capacity("m7i.xlarge", 2, "spot", ZONES[1])


def arguments_of_spot(*capacities: Any) -> list[dict[str, Any]]:
    """What the group and the pool of Spot are given."""
    planned = work(*capacities)
    group = next(one for one in google_fleet_calls(planned) if one.arguments["use_spot"])
    pool = next(one for one in google_node_pool_calls(planned) if one.arguments["spot"])
    return [dict(one.arguments) for one in (group, pool)]


def test_spot_in_one_zone_may_go_to_all_zones_of_its_workload() -> None:
    for arguments in arguments_of_spot(FIRM, SPOT):
        assert (arguments["zones"], arguments["minimum_zones"]) == (list(ZONES[:2]), 1)


def test_where_that_is_one_zone_too_the_root_asks_for_more() -> None:
    for arguments in arguments_of_spot(SPOT):
        assert "zones" not in arguments


def test_spot_in_several_zones_stays_in_them() -> None:
    for arguments in arguments_of_spot(FIRM, SPOT, capacity("m7i.xlarge", 2, "spot", ZONES[2])):
        assert (arguments["zones"], arguments["minimum_zones"]) == (list(ZONES[1:]), 2)


@pytest.mark.parametrize("calls", [google_fleet_calls, google_node_pool_calls])
def test_what_is_on_demand_may_be_in_one_zone(calls: Any) -> None:
    (call,) = calls(work(FIRM))
    assert call.arguments["zones"] == [ZONES[0]]
