"""Plans of commitments against closed forms, one model of every hour, and brute force."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.economics.instruments import InstrumentKind
from costopt.economics.simulator.settlement import settle
from costopt.errors import DemandError, InfeasiblePlan
from costopt.optimizer.commitments.portfolio import plan_commitments
from costopt.optimizer.commitments.terms import PlanTerms
from costopt.optimizer.solver import Status
from tests.oracles.commitment_lp import cheapest_mix, solve_monolith
from tests.oracles.offers import START, demand_of, family_plan, held, offer, usage

FREE = PlanTerms(family_bound_share=None)
EXACT = replace(FREE, tolerance=1e-7, trials=0)


def random_dollars(hours=60, items=3, seed=0):
    return np.random.default_rng(seed).gamma(2.0, 2.0, (hours, items))


def quantities(plan):
    return {one.instrument.id: one.quantity for one in plan.purchases}


def test_one_family_is_covered_up_to_the_quantile_of_its_demand():
    """A plan that costs 0.635 of on demand pays as long as the level is met in more than 63.5 % of the hours."""
    dollars = np.arange(1.0, 101.0)
    plan = plan_commitments(demand_of(dollars), [offer([0.635])], terms=FREE)
    assert quantities(plan) == {"plan": Decimal("0.635") * 37}
    assert plan.bill.total == Decimal("0.635") * 37 * 100 + sum(range(1, 64))
    assert plan.status == Status.OPTIMAL


def test_the_plan_of_a_wide_and_narrow_mix_is_what_one_model_of_every_hour_finds():
    dollars = random_dollars()
    offers = [
        offer([0.72, 0.7, 0.75]),
        *(family_plan([0.6 if u == f else None for u in range(3)], name=f"f{f}") for f in range(3)),
    ]
    plan = plan_commitments(demand_of(dollars), offers, terms=EXACT)
    least, _ = solve_monolith(dollars, offers)
    assert float(plan.bound) == pytest.approx(least, rel=1e-6)
    assert float(plan.bound) <= least + 1e-6


OVERLAPPING = [
    offer([0.72, 0.71, 0.75, 0.9], name="one year"),
    offer([0.7, 0.72, 0.8, 0.7], name="other"),
    family_plan([0.62, None, None, None], name="f0"),
    family_plan([None, 0.61, 0.8, None], name="f1"),
]


def test_several_overlapping_tables_are_solved_exactly():
    dollars = random_dollars(40, 4, seed=2)
    held_plan = offer([0.5, 0.55, 0.48, 0.6], name="three years", term_months=36)
    owned = [held(held_plan, "2.5")]
    plan = plan_commitments(demand_of(dollars), OVERLAPPING, owned, EXACT)
    least, _ = solve_monolith(dollars, OVERLAPPING, owned=[(held_plan, np.full(40, 2.5))])
    assert float(plan.bound) == pytest.approx(least + 2.5 * 40, rel=1e-6)


def test_an_owned_commitment_counts_until_it_expires_and_no_longer():
    dollars = np.full(100, 10.0)
    plan_offer = offer([0.7])
    owned = [held(replace(plan_offer, id="old"), "7", hours=40)]
    plan = plan_commitments(demand_of(dollars), [plan_offer], owned, FREE)
    least, _ = solve_monolith(dollars.reshape(-1, 1), [plan_offer], owned=[(plan_offer, 7.0 * (np.arange(100) < 40))])
    assert float(plan.bound) == pytest.approx(least + 7 * 40, rel=1e-6)
    assert plan.bill.total == 7 * 40 + 600, "buying now would pay twice for 40 hours: 700 against 600"
    assert not plan.purchases


def test_with_a_calendar_the_same_is_bought_when_the_old_one_ends():
    dollars = np.full(100, 10.0)
    plan_offer = offer([0.7])
    owned = [held(replace(plan_offer, id="old"), "7", hours=40)]
    later = START + timedelta(hours=40)
    plan = plan_commitments(demand_of(dollars), [plan_offer], owned, replace(FREE, purchase_at=(START, later)))
    assert [(one.start, one.quantity) for one in plan.purchases] == [(later, Decimal("7.000"))]
    assert plan.bill.total == 700


def test_growing_demand_is_bought_in_a_ladder():
    steps = np.repeat([10.0, 20.0, 30.0], 50)
    moments = tuple(START + timedelta(hours=50 * step) for step in range(3))
    plan = plan_commitments(demand_of(steps), [offer([0.5])], terms=replace(FREE, purchase_at=moments))
    assert [one.quantity for one in plan.purchases] == [Decimal(5)] * 3
    assert plan.bill.total == plan.baseline.total / 2
    assert plan.residual_liability == 5 * (8760 - 150) * 3 + 5 * (50 + 100)


def test_an_upfront_budget_binds_exactly_and_its_price_is_told():
    dollars = np.full(100, 10.0)
    reserved = offer([1.0], name="ri", kind=InstrumentKind.REGIONAL_RI, cost="0.6", upfront=Decimal(100))
    budget = replace(FREE, upfront_budget=Decimal(550))
    plan = plan_commitments(demand_of(dollars), [reserved], terms=budget)
    assert quantities(plan) == {"ri": Decimal("5.5")}
    assert plan.upfront == 550
    assert plan.bill.total == Decimal("0.6") * Decimal("5.5") * 100 + Decimal("4.5") * 100
    (binding,) = plan.binding
    assert (binding.name, binding.right, binding.unit) == ("budget[upfront]", 550, "dollars")
    assert float(binding.saves) == pytest.approx(0.4, rel=1e-4), "a unit saves 40 dollars and takes 100 upfront"


def test_what_is_bound_to_a_family_is_capped_at_half_of_what_it_rarely_falls_below():
    dollars = np.concatenate([np.full(50, 4.0), np.full(950, 10.0)])
    plan = plan_commitments(demand_of(dollars), [family_plan([0.5])])
    assert quantities(plan) == {"family": Decimal("2.5")}
    assert plan.binding[0].name.startswith("bound[m0 eu-west-1")


def test_what_is_owned_counts_towards_the_cap_of_its_family():
    dollars = np.full(100, 10.0)
    owned = [held(family_plan([0.5], name="old"), "2")]
    plan = plan_commitments(demand_of(dollars), [family_plan([0.5])], owned)
    assert quantities(plan) == {"family": Decimal("0.5")}


def test_caps_and_floors_of_a_family_are_kept():
    dollars = np.full((100, 2), 10.0)
    offers = [family_plan([0.5, None], name="f0"), family_plan([None, 2.0], name="f1"), offer([0.9, 0.9])]
    limited = replace(FREE, family_caps={"m0": Decimal(1)}, family_floors={"m1": Decimal(3)})
    plan = plan_commitments(
        demand_of(dollars), [*offers[:1], family_plan([None, 0.95], name="f1"), offers[2]], terms=limited
    )
    found = quantities(plan)
    assert found["f0"] == Decimal(1)
    assert found["f1"] == Decimal(3)


def test_a_floor_that_nothing_can_meet_is_infeasible_by_name():
    with pytest.raises(InfeasiblePlan, match=r"floor\[m9\] is missed by 3"):
        plan_commitments(demand_of(np.ones(10)), [offer([0.5])], terms=replace(FREE, family_floors={"m9": Decimal(3)}))


def test_limits_that_contradict_each_other_are_infeasible_by_name():
    contradiction = replace(FREE, family_caps={"m0": Decimal(1)}, family_floors={"m0": Decimal(3)})
    with pytest.raises(
        InfeasiblePlan, match=r"floor\[m0\] is missed by 2 .*cap\[m0|cap\[m0.*is missed by 2 .*floor\[m0\]"
    ):
        plan_commitments(demand_of(np.full(10, 10.0)), [family_plan([0.5])], terms=contradiction)


def test_without_offers_the_plan_is_what_is_owned():
    dollars = np.full(100, 10.0)
    plan = plan_commitments(demand_of(dollars), [], [held(offer([0.5]), "1")])
    assert (plan.purchases, plan.status) == ((), Status.OPTIMAL)
    assert plan.bill.total == plan.baseline.total == 100 + 800
    assert plan.bound == pytest.approx(Decimal(900), abs=Decimal("0.001"))


def test_offers_dearer_than_on_demand_are_never_bought():
    plan = plan_commitments(demand_of(np.full(50, 3.0)), [offer([1.1])])
    assert plan.purchases == ()
    assert [one.by for one in plan.dominated] == [None]


def test_a_commitment_that_expired_plays_no_part_and_is_named():
    old = held(offer([0.5]), 1, hours=-5, since=timedelta(days=400))
    plan = plan_commitments(demand_of(np.full(50, 3.0)), [], [old])
    assert plan.expired == (old,)
    assert plan.bill.total == 150


def test_rates_of_another_demand_are_refused():
    with pytest.raises(DemandError, match="rates for 2 items"):
        plan_commitments(demand_of(np.full(50, 3.0)), [offer([0.5, 0.5])])


def test_reservations_are_bought_in_whole_instances():
    dollars = np.full(100, 10.0)
    reserved = offer([1.0], name="ri", kind=InstrumentKind.REGIONAL_RI, cost="0.6", step=Decimal(4))
    plan = plan_commitments(demand_of(dollars), [reserved], terms=FREE)
    assert quantities(plan) == {"ri": Decimal(8)}, "a third step costs 240 and saves 200"


def test_what_whole_instances_leave_a_plan_pays_for_cent_by_cent():
    """Ten dollars in every hour: two steps of four at 0.5, and 0.6 for each of the two that are left."""
    reserved = offer([1.0], name="ri", kind=InstrumentKind.REGIONAL_RI, cost="0.5", step=Decimal(4))
    plan = plan_commitments(
        demand_of(np.full(100, 10.0)), [reserved, family_plan([0.6])], terms=replace(FREE, trials=0)
    )
    assert quantities(plan) == {"ri": Decimal(8), "family": Decimal("1.2")}
    assert plan.bill.total == 100 * (8 * Decimal("0.5") + Decimal("1.2"))


def test_without_sharing_a_plan_pays_for_its_own_account_only():
    items = (usage(account="1"), usage(account="2"))
    plan_offer = offer([0.6, 0.6], account="1")
    dollars = np.full((100, 2), 10.0)
    plan = plan_commitments(demand_of(dollars, items), [plan_offer], terms=replace(FREE, sharing=False))
    assert quantities(plan) == {"plan": Decimal(6)}
    assert plan.status == Status.OPTIMAL


def test_no_time_at_all_is_an_honest_answer():
    dollars = random_dollars(120, 6, seed=5)
    offers = [
        offer(np.linspace(0.7, 0.8, 6)),
        *(family_plan([0.62 if u == f else None for u in range(6)], name=f"f{f}") for f in range(6)),
    ]
    plan = plan_commitments(demand_of(dollars), offers, terms=replace(FREE, time_limit=0.0, tolerance=1e-6))
    least, _ = solve_monolith(dollars, offers)
    assert plan.status == Status.FEASIBLE
    assert float(plan.bound) <= least <= float(plan.bill.total) + 1e-6
    assert plan.gap == pytest.approx(1 - float(plan.bound / plan.bill.total))


def test_google_resource_commitments_are_weighed_against_sustained_use():
    """N2: usage of a slot above 72 % of a month pays for a 37 % discount; below, sustained use is as cheap."""
    item = usage("n2", "vcpu", service="gce", provider="gcp")
    cud = offer([1.0], name="cud", kind=InstrumentKind.RESOURCE_CUD, cost="0.63", payment="monthly")
    for share, bought in ((0.70, 0), (0.74, 10)):
        dollars = np.where(np.arange(744) < share * 744, 10.0, 0.0)
        plan = plan_commitments(demand_of(dollars, (item,)), [cud], terms=FREE)
        assert sum(one.quantity for one in plan.purchases) == bought
        assert plan.status == Status.OPTIMAL


def test_a_premium_on_what_a_commitment_pays_for_is_billed_and_the_bound_stays_one():
    dollars = np.full(100, 10.0)
    dear = replace(family_plan([0.6]), premium=np.array([0.02]))
    plan = plan_commitments(demand_of(dollars), [dear], terms=FREE)
    assert plan.bill.total == 100 * (6 + Decimal("0.2"))
    assert float(plan.bound) == pytest.approx(600)
    assert not plan_commitments(demand_of(dollars), [replace(dear, premium=np.array([0.4]))], terms=FREE).purchases


def test_sustained_use_is_part_of_the_bound_beside_a_flexible_commitment():
    items = (usage("n2", "vcpu", service="gce", provider="gcp"), usage("n1", "vcpu", service="gce", provider="gcp"))
    dollars = random_dollars(744, 2, seed=9)
    offers = [
        offer([1.0, None], name="cud", kind=InstrumentKind.RESOURCE_CUD, cost="0.63"),
        offer([0.72, 0.72], name="flex", kind=InstrumentKind.FLEXIBLE_CUD),
    ]
    plan = plan_commitments(demand_of(dollars, items), offers, terms=FREE)
    assert plan.gap < 0.05
    assert plan.bill.total < plan.baseline.total


# Properties: two families with their own plans and a plan for both, on few hours, bought in whole units.

UNIT = {"step": Decimal(1)}
SMALL = [
    family_plan([0.6, None], name="f0", **UNIT),
    family_plan([None, 0.6], name="f1", **UNIT),
    offer([0.7, 0.8], **UNIT),
]
small_demands = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=8).map(np.array)


@settings(max_examples=25, deadline=None)
@given(small_demands)
def test_brute_force_over_every_mix_finds_no_cheaper_bill_than_the_bound_and_the_plan_is_near(dollars):
    demand = demand_of(dollars)
    plan = plan_commitments(demand, SMALL, terms=replace(FREE, trials=300))

    def bill(mix):
        bought = [replace(held(one, int(n)), owned=False) for one, n in zip(SMALL, mix, strict=True) if n]
        return float(settle(demand, bought).bill.total)

    least, _ = cheapest_mix(bill, [range(5)] * 3)
    assert float(plan.bound) <= least + 1e-6
    assert least - 1e-6 <= float(plan.bill.total) <= least * 1.1 + 1e-6


@settings(max_examples=25, deadline=None)
@given(small_demands)
def test_no_plan_costs_more_than_on_demand_and_fewer_offers_never_cost_less(dollars):
    demand = demand_of(dollars)
    all_offers, fewer = (plan_commitments(demand, offers, terms=FREE) for offers in (SMALL, SMALL[:2]))
    assert all_offers.bill.total <= all_offers.baseline.total == Decimal(int(dollars.sum()))
    assert fewer.bound >= all_offers.bound - Decimal("0.01")


@settings(max_examples=15, deadline=None)
@given(small_demands, st.permutations(range(2)), st.permutations(range(3)))
def test_the_order_of_items_and_offers_changes_nothing(dollars, columns, order):
    items = (usage("m0"), usage("m1"))
    one = plan_commitments(demand_of(dollars, items), SMALL, terms=FREE)
    moved = [replace(SMALL[k], take=SMALL[k].take[columns]) for k in order]
    other = plan_commitments(demand_of(dollars[:, columns], tuple(items[c] for c in columns)), moved, terms=FREE)
    assert float(one.bound) == pytest.approx(float(other.bound), rel=3e-4, abs=1e-3)


@settings(max_examples=15, deadline=None)
@given(small_demands, st.sampled_from([0.001, 3.0, 1e4]))
def test_dearer_money_scales_the_bound(dollars, factor):
    one = plan_commitments(demand_of(dollars * 1000.0), SMALL, terms=EXACT)
    other = plan_commitments(demand_of(dollars * 1000.0 * factor), SMALL, terms=EXACT)
    assert float(other.bound) == pytest.approx(float(one.bound) * factor, rel=1e-6, abs=2e-4)


def test_limits_that_no_whole_step_keeps_are_infeasible():
    """A floor and a cap of 3 dollars an hour, bought in steps of 2."""
    narrow = replace(FREE, family_caps={"m0": Decimal(3)}, family_floors={"m0": Decimal(3)})
    with pytest.raises(InfeasiblePlan, match="no whole steps of purchase"):
        plan_commitments(demand_of(np.full(10, 10.0)), [family_plan([0.5], step=Decimal(2))], terms=narrow)
