"""Sizes and commitments together: as good as trying everything, never worse than one after the other."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.errors import DemandError
from costopt.optimizer.commitments.terms import PlanTerms
from costopt.optimizer.sizing.joint import relaxation
from costopt.optimizer.sizing.joint.decision import plan_sizes_and_commitments
from costopt.optimizer.sizing.joint.problem import list_joint_options
from tests.oracles.sizing_estate import best_by_trying, estate, load, machine, made_shape, owned, plan, workload

M5, M6, M7 = machine("m5.large", "0.10"), machine("m6i.large", "0.09"), machine("m7i.large", "0.08")


def test_without_commitments_each_workload_takes_its_cheapest_machine():
    planned = plan_sizes_and_commitments(estate([M5, M6, M7], [workload("a"), workload("b")], hours=10))
    assert [size.machine.shape.family for size in planned.sizes] == ["m7i", "m7i"]
    assert planned.cost == Decimal("1.6")
    assert Decimal("1.5999") <= planned.bound <= planned.cost
    assert planned.status == "optimal"


def moving(hours_left: int):
    """A machine under a reservation-like plan of its family, and a cheaper type beside it; 100 hours."""
    return estate(
        [M5, M7],
        [workload("db", current=made_shape("m5.large"))],
        hours=100,
        held=[lambda items: owned(plan("old", items, ["m5"], 0.6), "0.06", hours_left)],
    )


def test_a_move_that_strands_a_commitment_is_refused():
    planned = plan_sizes_and_commitments(moving(90))
    # stay: 90 h paid for, 10 h at 0.10 = 1.00; move: 100 h at 0.08 = 8.00; the commitment costs 5.40 either way
    assert planned.sizes[0].machine is M5
    assert planned.cost == Decimal("6.40")
    assert not planned.stranded


def test_what_is_refused_says_until_when():
    problem = moving(90)
    (postponed,) = plan_sizes_and_commitments(problem).postponed
    assert postponed.workload == "db"
    assert postponed.machine is M7
    assert postponed.hourly_saving == Decimal("0.02")
    assert postponed.until == problem.owned[0].end


def test_near_its_end_a_commitment_is_left_idle_and_the_plan_says_how_much_is_stranded():
    problem = moving(15)
    planned = plan_sizes_and_commitments(problem)
    # stay: 85 h at 0.10 = 8.50; move: 100 h at 0.08 = 8.00; the commitment costs 0.90 either way
    assert planned.sizes[0].machine is M7
    assert planned.cost == Decimal("8.90")
    (stranded,) = planned.stranded
    assert stranded.dollars == Decimal("0.90")
    assert stranded.until == problem.owned[0].end


def test_the_day_on_which_it_pays_to_move_is_the_break_even():
    # staying saves 0.08 an hour while the commitment runs and costs 0.02 an hour after: equal at 20 of 100 hours
    assert plan_sizes_and_commitments(moving(21)).sizes[0].machine is M5
    assert plan_sizes_and_commitments(moving(19)).sizes[0].machine is M7


def test_together_is_strictly_better_than_either_order():
    """The cheapest type on demand has no plan; the type of today has a shallow one; a third has a deep one."""
    problem = estate(
        [M5, M6, M7],
        [workload(name, current=made_shape("m5.large")) for name in ("a", "b")],
        offers=[
            lambda items: plan("m5 sp", items, ["m5"], 0.78),
            lambda items: plan("m6i sp", items, ["m6i"], 0.5),
        ],
    )
    planned = plan_sizes_and_commitments(problem)
    assert [size.machine for size in planned.sizes] == [M6, M6]
    assert planned.cost == Decimal("4.32")  # 48 h x 2 x 0.045
    assert planned.cost < min(planned.orders.values())
    assert planned.gap < 1e-4


def test_two_fit_under_an_owned_plan_and_the_third_goes_where_it_is_cheapest():
    problem = estate(
        [M5, M7],
        [workload(name, current=made_shape("m5.large")) for name in ("a", "b", "c")],
        hours=10,
        held=[lambda items: owned(plan("old", items, ["m5"], 0.6), "0.12", 1000)],
    )
    planned = plan_sizes_and_commitments(problem)
    assert sorted(size.machine.shape.family for size in planned.sizes) == ["m5", "m5", "m7i"]
    assert planned.cost == Decimal("2.00")  # 10 h x (0.12 owned + 0.08)


def test_profiles_decide_what_is_worth_a_commitment():
    """By day on the family without a plan, all day on the one with a plan."""
    hours = 48
    day = (np.arange(hours) % 24 < 8).astype(float)
    problem = estate(
        [M6, M7],
        [workload("always", profile=0), workload("days", profile=1)],
        hours=hours,
        profiles=np.stack([np.ones(hours), day], axis=1),
        offers=[lambda items: plan("m6i sp", items, ["m6i"], 0.5)],
    )
    planned = plan_sizes_and_commitments(problem)
    assert [size.machine for size in planned.sizes] == [M6, M7]
    assert planned.cost == Decimal("48") * Decimal("0.045") + 16 * Decimal("0.08")


def test_licences_are_paid_whatever_is_committed():
    from costopt.optimizer.sizing.workload import Licence

    few = machine("r5.large", "0.12", cores=1)
    many = machine("m5.xlarge", "0.10", cores=2)
    licensed = workload("sql", licence=Licence(hourly_per_core=Decimal("0.05")), load=load(vcpu=2, memory=8))
    planned = plan_sizes_and_commitments(estate([few, many], [licensed], hours=10))
    assert planned.sizes[0].machine is few
    assert planned.licence_cost == Decimal("0.5")
    assert planned.cost == Decimal("1.7")


def test_an_option_without_an_item_of_demand_is_an_error():
    problem = estate([M5, M7], [workload()])
    only_m5 = [item for item in problem.base.items if item.family == "m5"]
    base = type(problem.base)(items=tuple(only_m5), dollars=np.zeros((48, 1)), start=problem.base.start)
    lacking = estate([M5, M7], [workload()])
    object.__setattr__(lacking, "base", base)
    with pytest.raises(DemandError, match=r"no item of demand stands for m7i linux eu-west-1.*'w'"):
        list_joint_options(lacking)


def test_profiles_of_other_hours_are_refused():
    with pytest.raises(DemandError, match="profiles have 47 hours, the demand 48"):
        estate([M5], [workload()], profiles=np.ones((47, 1)))


def test_options_that_are_left_out_of_the_master_at_first_come_in_and_the_bound_is_the_same(monkeypatch):
    problem = estate(
        [M5, M6, M7],
        [workload(f"w{place}", load=load(vcpu=1 + place % 2)) for place in range(4)],
        offers=[lambda items: plan("m5 sp", items, ["m5"], 0.4), lambda items: plan("csp", items, None, 0.7)],
    )
    whole = plan_sizes_and_commitments(problem)
    monkeypatch.setattr(relaxation, "_WHOLE_OPTIONS", 0)
    monkeypatch.setattr(relaxation, "_FIRST_OPTIONS", 1)
    priced = plan_sizes_and_commitments(problem)
    assert whole.sizes[0].machine is M5
    assert priced.cost == whole.cost
    assert float(priced.bound) == pytest.approx(float(whole.bound), rel=1e-4)
    assert priced.bound <= whole.cost


def test_the_order_of_workloads_changes_nothing():
    def made(turned: bool):
        asked = [workload("a"), workload("b", profile=1), workload("c", load=load(vcpu=2, memory=7))]
        return estate(
            [M5, M6, M7],
            asked[::-1] if turned else asked,
            hours=24,
            profiles=np.stack([np.ones(24), np.arange(24) / 24], axis=1),
            offers=[lambda items: plan("m6i sp", items, ["m6i"], 0.5)],
        )

    plain, turned = (plan_sizes_and_commitments(made(turned)) for turned in (False, True))
    assert plain.cost == turned.cost
    assert {one.workload: one.machine for one in plain.sizes} == {one.workload: one.machine for one in turned.sizes}


def test_scaling_all_prices_scales_the_cost():
    def cost(factor: int):
        machines = [
            machine("m5.large", str(Decimal("0.10") * factor)),
            machine("m7i.large", str(Decimal("0.08") * factor)),
        ]
        asked = [workload("a"), workload("b")]
        return plan_sizes_and_commitments(
            estate(machines, asked, offers=[lambda items: plan("m5 sp", items, ["m5"], 0.5)])
        ).cost

    assert cost(10) == 10 * cost(1)


def test_what_must_be_bought_is_bought():
    terms = PlanTerms(family_floors={"m5": Decimal("0.05")}, family_bound_share=None)
    offers = [lambda items: plan("m5 sp", items, ["m5"], 0.9)]
    planned = plan_sizes_and_commitments(estate([M5, M7], [workload()], offers=offers, terms=terms))
    assert sum(one.quantity for one in planned.purchases) >= Decimal("0.05")
    assert planned.bound <= planned.cost


prices = st.sampled_from(["0.06", "0.08", "0.09", "0.10", "0.12"])
ratios = st.sampled_from([0.5, 0.62, 0.7, 0.85])


@st.composite
def problems(draw, scale: int = 1):
    """Three types, up to three workloads, a plan for one family, one for all, perhaps an owned one; 24 hours."""
    seed = draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    machines = [machine(name, str(Decimal(draw(prices)) * scale)) for name in ("m5.large", "m6i.large", "c5.xlarge")]
    number = draw(st.integers(1, 3))
    workloads = [
        workload(f"w{place}", profile=int(rng.integers(0, 2)), current=made_shape("m5.large"), families=None)
        for place in range(number)
    ]
    profiles = np.stack([np.ones(24), (rng.random(24) < 0.6).astype(float)], axis=1)
    bound_ratio, wide_ratio = draw(ratios), draw(ratios)
    held = []
    if draw(st.booleans()):
        quantity, left = str(Decimal("0.05") * scale), int(rng.integers(1, 40))
        held = [lambda items: owned(plan("old", items, ["m5"], 0.6), quantity, left)]
    return estate(
        machines,
        workloads,
        hours=24,
        profiles=profiles,
        base={"m5": rng.random(24) * 0.1 * scale},
        offers=[
            lambda items: plan("m6i sp", items, ["m6i"], bound_ratio),
            lambda items: plan("csp", items, None, wide_ratio),
        ],
        held=held,
        terms=PlanTerms(family_bound_share=None, tolerance=1e-5),
    )


@settings(max_examples=15, deadline=None)
@given(problem=problems())
def test_the_plan_is_within_its_gap_of_the_best_of_all_and_never_above_a_simpler_order(problem):
    planned = plan_sizes_and_commitments(problem)
    best = best_by_trying(list_joint_options(problem))
    assert planned.bound <= best
    assert float(planned.cost) <= float(best) * (1 + 1e-3)
    assert all(planned.cost <= cost for cost in planned.orders.values())
