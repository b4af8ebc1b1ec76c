"""Fleets of a file: costs by hand, zones removed one by one, shares kept, and what is refused."""

from dataclasses import replace
from decimal import Decimal

import pytest

from costopt.errors import InfeasiblePlan, WorkloadError
from costopt.model.workload import Requirements, Spread
from costopt.optimizer.commitments.worth_of_hours import Mix
from costopt.pipeline.planning.workloads.offered_type import Basis
from costopt.pipeline.planning.workloads.planned_fleet import plan_fleet_workload
from costopt.pipeline.planning.workloads.planned_workload import PlannedWorkload
from tests.oracles.planner_market import SHAPES, conditions, market, surviving, workload

VCPU = {shape.instance_type: shape.vcpu for shape in SHAPES}


def counts(planned: PlannedWorkload) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in planned.after:
        found[one.instance_type] = found.get(one.instance_type, 0) + one.count
    return found


def test_the_cheapest_type_for_the_need_is_taken_and_priced_by_the_month() -> None:
    """16 vCPUs: 4 c7i.xlarge at 0.18, 730 hours."""
    planned = plan_fleet_workload(workload(), conditions())
    assert counts(planned) == {"c7i.xlarge": 4}
    assert planned.monthly == Decimal("525.60")


def test_memory_decides_where_there_is_much_of_it() -> None:
    """60 GiB on 16 vCPUs: 4 m7i.xlarge at 0.20, as 8 c7i.xlarge would be 1.44."""
    planned = plan_fleet_workload(workload(requirements=Requirements(vcpu=16, memory_gib=60)), conditions())
    assert planned.monthly == 4 * Decimal("0.20") * 730


def test_the_need_is_met_without_any_one_zone() -> None:
    planned = plan_fleet_workload(workload(spread=surviving()), conditions())
    zones = {one.zone for one in planned.after}
    assert len(zones) == 3
    for lost in zones:
        assert sum(VCPU[one.instance_type] * one.count for one in planned.after if one.zone != lost) >= 16


def test_what_is_plain_is_one_type_evenly_over_the_zones() -> None:
    """16 vCPUs of c7i.xlarge are 4, of which 6 in three zones leave 4."""
    planned = plan_fleet_workload(workload(spread=surviving()), conditions())
    assert [(one.instance_type, one.count) for one in planned.plain] == [("c7i.xlarge", 2)] * 3
    assert planned.plain_monthly == 6 * Decimal("0.18") * 730


def test_a_fleet_follows_its_profile_by_counts() -> None:
    """4 machines for 12 hours of a day, 2 for the other 12: three on average."""
    planned = plan_fleet_workload(workload(profile=(1.0,) * 12 + (0.5,) * 12), conditions())
    (use,) = planned.on_demand
    assert use.counts.mean == 3
    assert set(use.counts.values[:12]) == {4.0}
    assert planned.schedule == ("daily 0-12 UTC: 4 c7i.xlarge", "daily 12-24 UTC: 2 c7i.xlarge")


def test_nothing_runs_where_nothing_is_needed_and_no_replica_is_asked_for() -> None:
    asleep = workload(profile=(1.0,) * 12 + (0.0,) * 12, spread=Spread(minimum_replicas=0))
    (use,) = plan_fleet_workload(asleep, conditions()).on_demand
    assert set(use.counts.values[12:24]) == {0.0}


def test_spot_keeps_the_on_demand_base_and_the_largest_pool() -> None:
    spread = Spread(spot=True, on_demand_fraction=0.5, largest_pool_fraction=0.25)
    spot = {"c7i.xlarge": "0.05", "m7i.xlarge": "0.06"}
    planned = plan_fleet_workload(workload(spread=spread), conditions(market(spot=spot)))
    firm = sum(VCPU[one.instance_type] * one.count for one in planned.after if one.market == "on_demand")
    assert firm >= 8
    pools = [one for one in planned.after if one.market == "spot"]
    assert pools
    assert all(VCPU[one.instance_type] * one.count * 0.7 <= 4 for one in pools)
    assert planned.monthly < Decimal("525.60")


def test_spot_that_nobody_has_a_price_of_is_not_planned() -> None:
    planned = plan_fleet_workload(workload(spread=Spread(spot=True)), conditions())
    assert {one.market for one in planned.after} == {"on_demand"}


def test_arm64_is_compared_only_where_the_file_says_how_fast_it_is() -> None:
    both = workload(requirements=Requirements(vcpu=16, architectures=("x86_64", "arm64")))
    without = plan_fleet_workload(both, conditions())
    assert counts(without) == {"c7i.xlarge": 4}
    assert "no `performance`" in without.assumptions[0]
    measured = plan_fleet_workload(both, conditions(performance={"m7g": 1.0}))
    assert counts(measured) == {"m7g.xlarge": 4}


def test_a_faster_family_needs_fewer_machines() -> None:
    """At 1.4 times the work three c7i.xlarge do 16.8."""
    planned = plan_fleet_workload(workload(), conditions(performance={"c7i": 1.4}))
    assert counts(planned) == {"c7i.xlarge": 3}


def test_types_without_a_price_are_left_out_and_said() -> None:
    planned = plan_fleet_workload(workload(), conditions())
    assert planned.notes == ("m9i.large would do, and is left out: no price is known",)


def test_the_only_type_without_a_price_is_an_error_that_names_it() -> None:
    with pytest.raises(InfeasiblePlan, match=r"'web': m9i.large would do, and no price is known"):
        plan_fleet_workload(workload(requirements=Requirements(vcpu=4, families=("m9i",))), conditions())


def test_a_requirement_that_nothing_has_is_named() -> None:
    with pytest.raises(InfeasiblePlan, match=r"'web': none of the 8 types .* 80 GiB of accelerator memory"):
        plan_fleet_workload(workload(requirements=Requirements(gpus=1, gpu_memory_gib=80)), conditions())


def test_spot_is_not_used_where_there_are_too_few_pools_of_it() -> None:
    spread = Spread(spot=True, on_demand_fraction=0.0, minimum_pools=9, maximum_pools=9, zones=("a", "b"))
    spot = dict.fromkeys(("c7i.xlarge", "m7i.xlarge", "m7i.large"), "0.01")
    planned = plan_fleet_workload(workload(spread=spread), conditions(market(spot=spot)))
    assert {one.market for one in planned.after} == {"on_demand"}


def test_an_unknown_region_is_refused() -> None:
    with pytest.raises(WorkloadError, match="no instance types are known in region 'eu-west-7'"):
        plan_fleet_workload(workload(region="eu-west-7"), conditions())


def test_no_commitment_makes_any_hour_cheaper_than_the_bound() -> None:
    """c7i at 0.18 and m7i at 0.20 on demand, 0.12 and 0.10 committed: 4 m7i.xlarge at 0.10 are the floor."""
    chosen = market(committed={"c7i.xlarge": "0.12", "m7i.xlarge": "0.10"})
    (asked,) = plan_fleet_workload(workload(), conditions(chosen)).asked
    proof = asked.prove(lambda rate: rate)
    assert proof.bound == pytest.approx(4 * 0.10, rel=2e-3)
    assert proof.bound <= 4 * 0.10
    assert proof.mix == Mix(dollars={0.5: 4 * 0.20})


def test_where_nothing_is_committed_the_bound_is_the_list_price() -> None:
    chosen = market(committed={"c7i.xlarge": "0.12", "m7i.xlarge": "0.10"})
    (asked,) = plan_fleet_workload(workload(), conditions(chosen)).asked
    assert asked.prove(lambda rate: 1.0).bound == pytest.approx(4 * 0.18, rel=2e-3)


def test_commitments_beyond_the_horizon_are_no_price() -> None:
    chosen = market(committed={"m7i.xlarge": "0.10"}, months=6)
    planned = plan_fleet_workload(workload(), conditions(chosen, basis=Basis.COMMITTED))
    assert counts(planned) == {"c7i.xlarge": 4}


def test_replicas_are_kept_whatever_the_load() -> None:
    few = workload(requirements=Requirements(vcpu=1), spread=Spread(minimum_replicas=3))
    assert sum(counts(plan_fleet_workload(few, conditions())).values()) == 3


def test_relaxing_never_costs_more() -> None:
    strict = workload(spread=surviving())
    loose = replace(strict, spread=Spread())
    assert plan_fleet_workload(loose, conditions()).monthly <= plan_fleet_workload(strict, conditions()).monthly
