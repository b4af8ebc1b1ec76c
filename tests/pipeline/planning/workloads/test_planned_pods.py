"""Clusters of a file: nodes by hand, zones, spot pools, and pods that fit nowhere."""

from decimal import Decimal

import pytest

from costopt.errors import InfeasiblePlan
from costopt.model.price import Purchase
from costopt.model.workload import PodGroup, Requirements, Spread, Workload, WorkloadKind
from costopt.optimizer.fleets.pods import node_type
from costopt.pipeline.planning.workloads.offered_types import TypeMarket
from costopt.pipeline.planning.workloads.planned_pods import plan_pods_workload
from costopt.prices.catalog import embedded_catalog_path
from tests.oracles.judging import StaticPrices, shape
from tests.oracles.planner_market import REGION, SHAPES, conditions, market, surviving, workload

PODS = (PodGroup(name="api", vcpu=1.9, memory_gib=2.0, count=6),)


def cluster(**more: object) -> Workload:
    return workload(WorkloadKind.PODS, **({"requirements": Requirements(), "pods": PODS} | more))


def test_pods_go_onto_the_nodes_that_carry_them_for_least() -> None:
    """Two pods fit on a c7i.xlarge (3.92 cores, 5.9 GiB left): three nodes at 0.18; one on each m7i.large is 0.60."""
    planned = plan_pods_workload(cluster(), conditions())
    assert [(one.instance_type, one.count) for one in planned.after] == [("c7i.xlarge", 3)]
    assert planned.monthly == 3 * Decimal("0.18") * 730


def test_each_zone_carries_its_part_so_that_one_may_be_lost() -> None:
    """Half of six pods in each of three zones: one c7i.xlarge for two and one m7i.large for the third."""
    planned = plan_pods_workload(cluster(spread=surviving()), conditions())
    for zone in ("zone 1", "zone 2", "zone 3"):
        nodes = {one.instance_type: one.count for one in planned.after if one.zone == zone}
        assert nodes == {"c7i.xlarge": 1, "m7i.large": 1}
    assert planned.monthly == 3 * Decimal("0.28") * 730


def test_a_cluster_shrinks_with_its_profile() -> None:
    planned = plan_pods_workload(cluster(profile=(1.0,) * 12 + (1 / 3,) * 12), conditions())
    (use,) = planned.on_demand
    assert (use.counts.values[0], use.counts.values[12]) == (3.0, 1.0)


def test_part_of_the_pods_goes_to_spot_where_that_is_cheaper() -> None:
    spread = Spread(spot=True, on_demand_fraction=0.34, largest_pool_fraction=0.25, zones=("a", "b"), minimum_pools=2)
    spot = {"c7i.xlarge": "0.02", "m7i.xlarge": "0.02", "m7i.large": "0.01"}
    planned = plan_pods_workload(cluster(spread=spread), conditions(market(spot=spot)))
    assert {one.market for one in planned.after} == {"on_demand", "spot"}
    room = {shape.instance_type: node_type(shape, Decimal(1)) for shape in SHAPES}
    firm = [one for one in planned.after if one.market == "on_demand"]
    assert sum(one.count * int(room[one.instance_type].cpu // 1.9) for one in firm) >= 0.34 * 6
    pools = {(one.instance_type, one.zone) for one in planned.after if one.market == "spot"}
    assert len(pools) >= 3


def test_spot_that_would_cost_more_is_left_alone() -> None:
    spread = Spread(spot=True, zones=("a", "b"))
    planned = plan_pods_workload(
        cluster(spread=spread), conditions(market(spot={"m7i.xlarge": "0.19", "m7i.large": "0.09"}))
    )
    assert {one.market for one in planned.after} == {"on_demand"}


def test_a_pod_that_fits_on_no_node_is_named_with_its_workload() -> None:
    with pytest.raises(InfeasiblePlan, match=r"'web': pods giant: none of"):
        plan_pods_workload(cluster(pods=(PodGroup(name="giant", vcpu=30, memory_gib=4, count=1),)), conditions())


def test_the_bound_at_committed_rates_is_not_above_any_plan() -> None:
    chosen = market(committed={"c7i.xlarge": "0.12"})
    planned = plan_pods_workload(cluster(), conditions(chosen))
    (asked,) = planned.asked
    assert 0 < asked.prove(lambda rate: rate).bound <= 3 * 0.12
    assert asked.prove(lambda rate: 1.0).bound <= float(planned.monthly / 730)


def test_nodes_are_of_types_that_can_be_given_back_when_the_load_is_gone() -> None:
    """Pods of half a core: 12 at the peak fill an m7i.2xlarge, 3 at a quarter of it an m7i.large."""
    shapes = (shape("m7i.large", 2, 8), shape("m7i.2xlarge", 8, 32))
    prices = {("ec2", "m7i.large", "linux", Purchase.ON_DEMAND): "0.11"}
    prices |= {("ec2", "m7i.2xlarge", "linux", Purchase.ON_DEMAND): "0.40"}
    book = StaticPrices(prices, shapes=shapes, region=REGION)
    few = TypeMarket(book, [embedded_catalog_path()], spot_prices={}, horizon_months=12, upfront=False)
    pods = (PodGroup(name="web", vcpu=0.5, memory_gib=1.0, count=12),)
    planned = plan_pods_workload(cluster(pods=pods, profile=(1.0,) * 4 + (0.25,) * 20), conditions(few))
    assert {one.instance_type for one in planned.after} == {"m7i.large"}
    assert planned.monthly == Decimal("0.11") * 730 * (4 * 4 + 20) / 24
