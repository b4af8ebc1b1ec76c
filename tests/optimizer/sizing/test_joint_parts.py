"""Sizes and commitments of parts that nothing connects: decided apart, and as good as decided together."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from costopt.optimizer.commitments.terms import PlanTerms
from costopt.optimizer.sizing.joint.decision import plan_sizes_and_commitments
from costopt.optimizer.sizing.joint.parts import split
from costopt.optimizer.sizing.joint.problem import list_joint_options
from tests.oracles.sizing_estate import best_by_trying, estate, machine, made_shape, owned, plan, workload

EUROPE, AMERICA = "eu-west-1", "us-east-1"
HOURS = 48
TYPES = (("m5.large", "0.10"), ("m6i.large", "0.09"))
MACHINES = [machine(name, hourly, region=region) for region in (EUROPE, AMERICA) for name, hourly in TYPES]
DAY = (np.arange(HOURS) % 24 < 8).astype(float)


def asked(name, region, **fields):
    return workload(name, regions=frozenset({region}), current=made_shape("m5.large"), **fields)


def plan_in(region, family, ratio):
    """A plan of one family in one region."""

    def made(items):
        whole = plan(f"{family} {region}", items, [family], ratio)
        return replace(whole, take=np.where([item.region == region for item in items], whole.take, np.inf))

    return made


OFFERS = [plan_in(EUROPE, "m6i", 0.5), plan_in(AMERICA, "m5", 0.4)]


def two_regions(workloads=None, **given):
    """Workloads of two regions in turn, of which one follows the day; each region has a deep plan for another type."""
    each = workloads or [asked("a", EUROPE), asked("b", AMERICA), asked("c", EUROPE, profile=1), asked("d", AMERICA)]
    profiles = np.stack([np.ones(HOURS), DAY], axis=1)
    return estate(MACHINES, each, **{"hours": HOURS, "profiles": profiles, "offers": OFFERS, **given})


def test_regions_that_share_nothing_are_decided_apart_and_as_well_as_by_trying_everything():
    problem = two_regions()
    assert [part.workloads for part in split(problem)] == [(0, 2), (1, 3)]
    planned = plan_sizes_and_commitments(problem)
    assert [size.workload for size in planned.sizes] == ["a", "b", "c", "d"]
    assert [size.machine.shape.family for size in planned.sizes] == ["m6i", "m5", "m6i", "m5"]
    # 48 h of 0.045 and of 2 x 0.04 under plans, 16 h of 0.09 on demand
    assert planned.cost == Decimal("7.44")
    assert planned.bound <= planned.cost == best_by_trying(list_joint_options(problem))
    assert planned.gap < 1e-4


def test_parts_add_up_to_what_each_is_alone():
    whole = plan_sizes_and_commitments(two_regions())
    parts = [plan_sizes_and_commitments(part.problem) for part in split(two_regions())]
    assert whole.cost == sum(part.cost for part in parts)
    assert whole.bound == sum(part.bound for part in parts)
    assert whole.orders == {name: sum(part.orders[name] for part in parts) for name in parts[0].orders}
    assert len(whole.orders) == 3


def test_a_commitment_that_pays_in_both_keeps_them_together():
    asking = [asked("a", EUROPE), asked("b", AMERICA), asked("c", EUROPE, profile=1)]
    problem = two_regions(asking, held=[lambda items: owned(plan("old", items, None, 0.6), "0.1", 30)])
    assert [part.workloads for part in split(problem)] == [(0, 1, 2)]
    planned = plan_sizes_and_commitments(problem)
    best = best_by_trying(list_joint_options(problem))
    assert planned.bound <= best
    assert float(planned.cost) <= float(best) * (1 + 1e-3)


def test_a_workload_that_may_run_in_both_keeps_them_together():
    mobile = workload("any", regions=frozenset({EUROPE, AMERICA}))
    problem = two_regions([asked("a", EUROPE), mobile, asked("b", AMERICA)])
    assert [part.workloads for part in split(problem)] == [(0, 1, 2)]
    assert plan_sizes_and_commitments(problem).cost == best_by_trying(list_joint_options(problem))


def with_steady_usage(**terms):
    """One workload of Europe, and in America a load of m5 whose size is not open."""
    problem = two_regions([asked("a", EUROPE), asked("b", AMERICA)], terms=PlanTerms(**terms))
    america = [item.region == AMERICA and item.family == "m5" for item in problem.base.items]
    dollars = np.where(america, 10.0, 0.0) * np.ones((HOURS, 1))
    return replace(problem, candidates=problem.candidates[:1], base=replace(problem.base, dollars=dollars))


def test_where_no_size_is_open_commitments_are_planned_all_the_same():
    problem = with_steady_usage(family_bound_share=None)
    assert [part.workloads for part in split(problem)] == [(), (0,)]
    planned = plan_sizes_and_commitments(problem)
    assert {one.instrument.id: one.quantity for one in planned.purchases} == {
        "m5 us-east-1": Decimal(4),
        "m6i eu-west-1": Decimal("0.045"),
    }
    assert planned.cost == HOURS * Decimal("4.045")
    assert planned.gap < 1e-4
    assert planned.purchases[0].instrument in problem.offers, "against the items of the whole"


def test_the_bound_is_proved_without_the_cap_on_a_family_there_too():
    """Half of ten dollars may be bound: 5 x 0.4 and 5 on demand, where without the cap ten would cost 4."""
    planned = plan_sizes_and_commitments(with_steady_usage(family_bound_share=0.5))
    bought = {one.instrument.id: one.quantity for one in planned.purchases}
    assert bought["m5 us-east-1"] == Decimal(2)
    assert float(planned.bound) == pytest.approx(HOURS * 4.045, rel=1e-4)
    assert planned.cost > HOURS * 7


def test_a_floor_is_asked_of_the_part_that_can_meet_it():
    planned = plan_sizes_and_commitments(
        two_regions(terms=PlanTerms(family_bound_share=None, family_floors={"m5": Decimal("0.2")}))
    )
    bought = {one.instrument.id: one.quantity for one in planned.purchases}
    assert bought["m5 us-east-1"] >= Decimal("0.2")
    assert planned.bound <= planned.cost
