"""An estate in parts costs what its parts cost alone, and whatever couples them keeps them together."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.economics.instruments import InstrumentKind
from costopt.optimizer.commitments.case import make_ready
from costopt.optimizer.commitments.parts import find_parts, links_of_sustained_use
from costopt.optimizer.commitments.portfolio import plan_commitments
from costopt.optimizer.commitments.purchase_dates import purchase_dates
from costopt.optimizer.commitments.terms import PlanTerms
from tests.oracles.commitment_lp import solve_monolith
from tests.oracles.offers import START, demand_of, family_plan, held, offer, usage

FREE = PlanTerms(family_bound_share=None)
HOURS = 96

CLOUDS = (
    usage("m5"),
    usage("c5"),
    usage("e2", "vcpu", service="gce", provider="gcp"),
    usage("e2", "memory", service="gce", provider="gcp"),
)
AWS, GOOGLE = np.array([True, True, False, False]), np.array([False, False, True, True])


def dollars(seed=3, items=4):
    return np.random.default_rng(seed).gamma(2.0, 2.0, (HOURS, items))


def two_clouds():
    """Each with what is bound to a family or resource, and a plan for all of it."""
    cud = {"kind": InstrumentKind.RESOURCE_CUD, "step": Decimal(1), "payment": "monthly"}
    return [
        family_plan([0.6, None, None, None], name="m5"),
        offer([0.72, 0.7, None, None], name="compute"),
        offer([None, None, 1.6, None], name="vcpu", cost="0.38", **cud),
        offer([None, None, 0.72, 0.72], name="flexible", kind=InstrumentKind.FLEXIBLE_CUD),
    ]


def alone(demand, offers, items, terms=FREE):
    """The plan of some items, nothing else being there."""
    return plan_commitments(
        demand.only(items), [one.only(items) for one in offers if one.covers[items].any()], (), terms
    )


def bought(*plans):
    return {(one.instrument.id, one.start, one.quantity) for plan in plans for one in plan.purchases}


def test_items_are_one_part_as_far_as_links_reach():
    links = [np.array([1, 1, 0, 0, 0]), np.array([0, 1, 0, 1, 0]), np.zeros(5)]
    parts = find_parts([link.astype(bool) for link in links], 5)
    assert [np.flatnonzero(part).tolist() for part in parts] == [[0, 1, 3], [2], [4]]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(st.booleans(), min_size=6, max_size=6), max_size=6))
def test_every_item_is_in_one_part_and_every_link_within_one(rows):
    links = [np.array(row, dtype=bool) for row in rows]
    parts = find_parts(links, 6)
    assert np.sum(parts, axis=0).tolist() == [1] * 6
    for link in links:
        assert sum((part & link).any() for part in parts) == link.any()


def test_two_clouds_cost_together_what_each_costs_alone():
    demand, offers = demand_of(dollars(), CLOUDS), two_clouds()
    both = plan_commitments(demand, offers, terms=FREE)
    aws, google = alone(demand, offers, AWS), alone(demand, offers, GOOGLE)
    assert bought(both) == bought(aws, google)
    assert len(bought(both)) >= 3
    assert both.bill.total == aws.bill.total + google.bill.total
    assert both.bound == pytest.approx(aws.bound + google.bound, abs=Decimal("0.001"))


def test_the_bound_of_parts_is_that_of_one_model_of_everything():
    demand, offers = demand_of(dollars(), CLOUDS), two_clouds()
    owned = [held(offer([0.5, None, None, None], name="old"), "1.5")]
    plan = plan_commitments(demand, offers, owned, replace(FREE, tolerance=1e-7, trials=0))
    least, _ = solve_monolith(demand.dollars, offers, owned=[(owned[0].instrument, np.full(HOURS, 1.5))])
    assert float(plan.bound) == pytest.approx(least + 1.5 * HOURS, rel=1e-6)


def upfront(offers, *paid):
    return [replace(one, upfront=Decimal(100)) if one.id in paid else one for one in offers]


def test_a_budget_that_binds_is_spent_once_over_all_parts():
    demand, offers = demand_of(dollars(), CLOUDS), upfront(two_clouds(), "m5", "vcpu")
    terms = replace(FREE, upfront_budget=Decimal(150), tolerance=1e-7)
    plan = plan_commitments(demand, offers, terms=terms)
    least, _ = solve_monolith(demand.dollars, offers, budget=150)
    assert float(plan.bound) == pytest.approx(least, rel=1e-6)
    assert plan.upfront <= 150
    assert plan.binding[0].name == "budget[upfront]"
    apart = [alone(demand, offers, items, terms).upfront for items in (AWS, GOOGLE)]
    assert sum(apart) > 150, "planned apart, each would spend the budget"


def parts_of(offers, terms, items=CLOUDS, owned=()):
    case = make_ready(demand_of(dollars(items=len(items)), items), offers, owned, terms)
    return [[item.family for item in part.case.demand.items] for part in case.parts()]


def test_a_budget_leaves_apart_what_is_paid_by_the_month():
    budget = replace(FREE, upfront_budget=Decimal(150))
    assert sorted(parts_of(upfront(two_clouds(), "m5"), budget)) == [["e2", "e2"], ["m5", "c5"]]
    assert parts_of(upfront(two_clouds(), "m5", "vcpu"), budget) == [["m5", "c5", "e2", "e2"]]


def test_an_owned_commitment_keeps_together_what_it_pays_for():
    families = [family_plan([0.6, None], name="m5"), family_plan([None, 0.6], name="c5")]
    assert sorted(parts_of(families, FREE, CLOUDS[:2])) == [["c5"], ["m5"]]
    wide = [held(offer([0.5, 0.5], name="old"), "1")]
    assert parts_of(families, FREE, CLOUDS[:2], wide) == [["m5", "c5"]]


def test_what_nothing_can_be_bought_for_is_one_part():
    assert sorted(parts_of(two_clouds()[2:3], FREE)) == [["e2"], ["m5", "c5", "e2"]]


def test_usage_of_one_load_curve_of_sustained_use_stays_together():
    n2 = [usage("n2", "vcpu", service="gce", provider="gcp", instance_type=name) for name in ("n2-a", "n2-b")]
    assert [link.tolist() for link in links_of_sustained_use([*n2, CLOUDS[0]])] == [[True, True, False]]
    cud = offer([1.0, None], name="a alone", kind=InstrumentKind.RESOURCE_CUD, cost="0.6")
    assert parts_of([cud], FREE, tuple(n2)) == [["n2", "n2"]]


def test_each_cloud_keeps_the_days_of_purchase_that_it_has_alone():
    """Of each cloud the two days on which most ends, and the one from which on most can be replaced for longest.

    At AWS 2 dollars end after 20 hours, 3 after 40 and 4 after 60: then 9 x 36 hours are to be replaced, before 5 x 56
    and 2 x 76. At Google 4 end after 11, 3 after 22 and 2 after 33 hours: then 9 x 63, before 7 x 74 and 4 x 85.
    """
    demand, offers = demand_of(np.full((HOURS, 4), 10.0), CLOUDS), two_clouds()
    of_aws = [held(offer([0.5, None, None, None], name=f"aws {n}"), str(1 + n), hours=20 * n) for n in (1, 2, 3)]
    of_google = [held(offer([None, None, 0.6, None], name=f"g {n}"), str(5 - n), hours=11 * n) for n in (1, 2, 3)]
    dates = purchase_dates(demand, offers, [*of_aws, *of_google])
    case = make_ready(demand, offers, [*of_aws, *of_google], replace(FREE, also_at=dates))

    def days(name):
        return [(one.start - START) // timedelta(hours=1) for one in case.options if one.instrument.id == name]

    assert days("m5") == days("compute") == [0, 40, 60]
    assert days("vcpu") == days("flexible") == [0, 11, 22, 33]
