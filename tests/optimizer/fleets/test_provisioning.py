"""Fleets of scale-out services: against trying everything, and each requirement on its own."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.errors import InfeasiblePlan, WorkloadError
from costopt.optimizer.fleets.provisioning import plan_fleet, price_requirements
from costopt.optimizer.fleets.service import Fleet, Market, Pool, Service
from tests.oracles.exact_fleets import carries, cheapest_counts, keeps, shape

ZONES = ("a", "b", "c")


def pool(zone: str, market: Market = Market.ON_DEMAND, name: str = "m5.large", price: str = "0.10", **more) -> Pool:
    figures = {"vcpu": 2, "memory_gib": 8.0, "gpus": 0} | {key: more.pop(key) for key in list(more) if key in FIGURES}
    return Pool(shape=shape(name, **figures), zone=zone, market=market, hourly_price=Decimal(price), **more)


FIGURES = ("vcpu", "memory_gib", "gpus")


def spot(zone: str, name: str = "m5.large", price: str = "0.04", **more) -> Pool:
    return pool(zone, Market.SPOT, name, price, **more)


def service(**more) -> Service:
    fields = {"on_demand_fraction": 0.0, "largest_pool_share": 1.0, "survives_zone_loss": False} | more
    return Service(**({"name": "web", "cpu": 8.0} | fields))


def running(fleet: Fleet) -> list[tuple[Pool, int]]:
    return [(one.pool, one.count) for one in fleet.placements]


EVERYWHERE = [pool(zone) for zone in ZONES]
BOTH = [*EVERYWHERE, *(spot(zone) for zone in ZONES)]


def test_the_cheapest_of_many_ways_is_found_and_priced_to_the_cent() -> None:
    fleet = plan_fleet(service(cpu=10.0), [pool("a"), pool("a", name="m5.2xlarge", vcpu=8, price="0.35")])
    assert {one.pool.shape.instance_type: one.count for one in fleet.placements} == {"m5.large": 1, "m5.2xlarge": 1}
    assert (fleet.hourly_cost, fleet.optimal) == (Decimal("0.45"), True)


def test_two_thirds_run_in_each_pair_of_three_zones() -> None:
    """8 vCPUs without any zone: two of three zones hold them, so each holds 4, which is two instances."""
    fleet = plan_fleet(service(survives_zone_loss=True), EVERYWHERE)
    assert [(one.pool.zone, one.count) for one in fleet.placements] == [("a", 2), ("b", 2), ("c", 2)]


def test_the_loss_of_any_zone_leaves_enough_of_everything() -> None:
    asked = service(survives_zone_loss=True, memory_gib=50.0, on_demand_fraction=0.3, largest_pool_share=0.4)
    fleet = plan_fleet(asked, [*EVERYWHERE, *(spot(zone, interruption_rate=0.2) for zone in ZONES)])
    assert all(carries(asked, running(fleet), lost) for lost in ZONES)


def test_memory_is_covered_where_cpu_alone_would_ask_for_less() -> None:
    assert plan_fleet(service(memory_gib=60.0), EVERYWHERE).instances() == 8


def test_gpus_are_what_shares_are_counted_in_where_they_are_asked_for() -> None:
    """One spot pool may carry a quarter of 8 GPUs: two one-GPU machines each, and the rest runs on demand."""
    gpu = {"name": "g5.xlarge", "vcpu": 4, "memory_gib": 16.0, "gpus": 1}
    pools = [pool("a", price="1.00", **gpu), *(spot(zone, price="0.40", **gpu) for zone in "ab")]
    fleet = plan_fleet(service(cpu=4.0, gpus=8, largest_pool_share=0.25), pools)
    assert (fleet.instances(Market.SPOT), fleet.instances(Market.ON_DEMAND)) == (4, 4)


def test_a_faster_vcpu_counts_for_more() -> None:
    pools = [pool("a"), pool("a", name="m8g.large", price="0.11", performance=1.6)]
    (only,) = plan_fleet(service(cpu=9.6), pools).placements
    assert (only.pool.shape.instance_type, only.count) == ("m8g.large", 3)


def test_spot_counts_without_what_interruptions_take() -> None:
    """8 vCPUs of instances that are counted with 1.6 each."""
    assert plan_fleet(service(), [spot("a", interruption_rate=0.2)]).instances() == 5


def test_the_base_runs_on_demand() -> None:
    fleet = plan_fleet(service(on_demand_fraction=0.5), [pool("a"), spot("a")])
    assert (fleet.instances(Market.ON_DEMAND), fleet.instances(Market.SPOT)) == (2, 2)


def test_no_spot_pool_carries_more_than_its_share() -> None:
    fleet = plan_fleet(service(largest_pool_share=0.25), BOTH)
    assert [one.count for one in fleet.placements if one.pool.market is Market.SPOT] == [1, 1, 1]
    assert fleet.instances(Market.ON_DEMAND) == 1


def test_spot_is_spread_over_so_many_pools_at_least() -> None:
    pools = [spot("a", price="0.03"), spot("b"), spot("c"), pool("a")]
    assert len(plan_fleet(service(), pools).placements) == 1
    assert len(plan_fleet(service(least_pools=3), pools).placements) == 3


def test_spot_is_left_alone_where_it_cannot_be_spread_enough() -> None:
    assert plan_fleet(service(least_pools=3), [spot("a"), spot("b"), pool("a")]).instances(Market.SPOT) == 0


def test_no_more_spot_pools_are_used_than_one_wants_to_operate() -> None:
    fleet = plan_fleet(service(largest_pool_share=0.25, most_pools=2), BOTH)
    assert (fleet.instances(Market.SPOT), fleet.instances(Market.ON_DEMAND)) == (2, 2)


def test_replicas_have_a_minimum_and_a_maximum() -> None:
    pools = [pool("a"), pool("a", name="m5.2xlarge", vcpu=8, price="0.50")]
    assert plan_fleet(service(least_instances=6), pools).instances() == 6
    assert plan_fleet(service(most_instances=1), pools).hourly_cost == Decimal("0.50")


def test_no_zone_holds_more_of_the_fleet_than_it_may() -> None:
    cheap_in_a = [pool("a", price="0.05"), pool("b"), pool("c")]
    assert plan_fleet(service(), cheap_in_a).instances() == 4
    shares = {one.pool.zone: one.count for one in plan_fleet(service(largest_zone_share=0.5), cheap_in_a).placements}
    assert shares["a"] == 2
    assert sum(shares.values()) == 4


def test_a_quota_of_a_pool_is_kept() -> None:
    fleet = plan_fleet(service(), [pool("a", price="0.05", limit=1), pool("b")])
    assert [(one.pool.zone, one.count) for one in fleet.placements] == [("a", 1), ("b", 3)]


def test_a_cheaper_type_with_a_quota_does_not_hide_the_one_without() -> None:
    pools = [pool("a", name="m6.large", price="0.09", limit=2), pool("a")]
    assert plan_fleet(service(), pools).hourly_cost == Decimal("0.38")


def test_relaxing_tells_what_each_requirement_costs() -> None:
    asked = service(survives_zone_loss=True, on_demand_fraction=0.25, least_instances=2)
    found = price_requirements(asked, BOTH, plan_fleet(asked, BOTH))
    savings = {one.requirement: one.hourly_saving for one in found}
    # Six instances, one on demand: 0.30. Without N+1 four, one on demand: 0.22. Without the base six of spot: 0.24.
    assert savings == {
        "survives_zone_loss": Decimal("0.08"),
        "on_demand_fraction": Decimal("0.06"),
        "least_instances": 0,
    }
    assert found[0].requirement == "survives_zone_loss"


POOLS = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.sampled_from(list(Market)),
        st.sampled_from([1, 2, 3]),
        st.integers(2, 9),
        st.integers(1, 30),
        st.sampled_from([0.0, 0.25]),
    ),
    min_size=2,
    max_size=4,
    unique_by=lambda one: one[:3],
)
SERVICES = st.fixed_dictionaries(
    {
        "cpu": st.integers(1, 6).map(float),
        "memory_gib": st.integers(0, 12).map(float),
        "survives_zone_loss": st.booleans(),
        "on_demand_fraction": st.sampled_from([0.0, 0.5]),
        "largest_pool_share": st.sampled_from([0.5, 1.0]),
        "least_pools": st.sampled_from([1, 2]),
        "most_pools": st.sampled_from([None, 2]),
        "least_instances": st.sampled_from([1, 3]),
        "most_instances": st.sampled_from([None, 6]),
        "largest_zone_share": st.sampled_from([0.6, 1.0]),
    }
)


def offered(rows) -> list[Pool]:
    return [
        pool(
            zone,
            market,
            name=f"t{vcpu}.x",
            price=f"0.{price:02}",
            vcpu=vcpu,
            memory_gib=float(memory),
            limit=6,
            interruption_rate=rate if market is Market.SPOT else 0.0,
        )
        for zone, market, vcpu, memory, price, rate in rows
    ]


@settings(max_examples=40, deadline=None)
@given(POOLS, SERVICES)
def test_the_fleet_is_the_cheapest_of_all_that_keep_the_requirements(rows, fields) -> None:
    asked, pools = service(**fields), offered(rows)
    cheapest = cheapest_counts(asked, pools, most=6)
    if cheapest is None:
        with pytest.raises(InfeasiblePlan, match="service web"):
            plan_fleet(asked, pools)
        return
    fleet = plan_fleet(asked, pools, gap=0.0)
    assert keeps(asked, running(fleet))
    assert fleet.hourly_cost == cheapest
    assert fleet.bound <= cheapest


@settings(max_examples=15, deadline=None)
@given(POOLS, SERVICES, st.integers(2, 40))
def test_prices_times_a_factor_cost_that_factor_and_order_changes_nothing(rows, fields, factor) -> None:
    asked, pools = service(**fields), offered(rows)
    try:
        once = plan_fleet(asked, pools, gap=0.0)
    except InfeasiblePlan:
        return
    dearer = [replace(one, hourly_price=one.hourly_price * factor) for one in reversed(pools)]
    assert plan_fleet(asked, dearer, gap=0.0).hourly_cost == factor * once.hourly_cost


@pytest.mark.parametrize(
    ("more", "pools", "requirement"),
    [
        ({"survives_zone_loss": True}, EVERYWHERE[:1], r"after the loss of a zone.*without a: 8 vCPUs"),
        ({}, [pool("a", limit=3)], r"carry the need \(cpu: 2 vCPUs"),
        ({"most_instances": 3}, EVERYWHERE, r"at most so many instances \(all: 1 instances amiss"),
        (
            {"largest_pool_share": 0.25, "most_pools": 1},
            BOTH[3:],
            r"at most so many spot pools|below its largest share",
        ),
        ({"largest_zone_share": 0.4}, EVERYWHERE[:2], "every zone below its largest share"),
        ({"on_demand_fraction": 0.5}, BOTH[3:], "50% must run on demand"),
    ],
)
def test_what_cannot_be_kept_is_named_with_the_service(more, pools, requirement) -> None:
    with pytest.raises(InfeasiblePlan, match=f"service web.*{requirement}") as raised:
        plan_fleet(service(**more), pools)
    assert raised.value.hint


def test_types_without_gpus_are_no_answer_to_a_need_of_gpus() -> None:
    with pytest.raises(InfeasiblePlan, match="none of 3 pools has vCPUs and GPUs"):
        plan_fleet(service(gpus=2), EVERYWHERE)


def test_no_pools_and_twins_are_refused() -> None:
    with pytest.raises(WorkloadError, match="no instance types"):
        plan_fleet(service(), [])
    with pytest.raises(WorkloadError, match=r"m5\.large a on_demand is offered twice"):
        plan_fleet(service(), [pool("a"), pool("a", price="0.20")])


@pytest.mark.parametrize(
    "more",
    [
        {"cpu": 0.0},
        {"cpu": -1.0},
        {"on_demand_fraction": 1.5},
        {"largest_pool_share": 0.0},
        {"least_pools": 3, "most_pools": 2},
        {"least_instances": 3, "most_instances": 2},
    ],
)
def test_requirements_that_contradict_themselves_are_refused_by_name(more) -> None:
    with pytest.raises(WorkloadError, match="service web"):
        service(**more)


@pytest.mark.parametrize("more", [{"price": "0"}, {"performance": 0.0}, {"interruption_rate": 0.1}])
def test_pools_that_cannot_be_are_refused_by_name(more) -> None:
    with pytest.raises(WorkloadError, match=r"m5\.large a on_demand"):
        pool("a", **more)
