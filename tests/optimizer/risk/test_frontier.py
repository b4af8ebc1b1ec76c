"""Cost against risk."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from costopt.errors import DemandError
from costopt.model.plan import Goal
from costopt.optimizer.risk.frontier import RiskPoint, cost_risk_points, pick
from costopt.optimizer.risk.purchase import FamilyCap, best_purchase, hedged_purchase, purchase_limits
from costopt.optimizer.risk.scenarios import WEEK, Outlook, draw_scenarios
from tests.oracles.made_replays import demand, family_plan, wide_plan

OFFERS = [wide_plan(0.75, 0.75), family_plan(0, 0.6, 2), family_plan(1, 0.6, 2)]
PAST = demand(np.random.default_rng(0).uniform(6, 10, (12 * WEEK, 2)))
SCENARIOS = draw_scenarios(PAST, Outlook(count=16, migration_hazard=0.3), seed=0)
NOTHING = np.zeros(3)


@pytest.fixture(scope="module")
def points() -> tuple[RiskPoint, ...]:
    return cost_risk_points(PAST, SCENARIOS, OFFERS, NOTHING)


def test_buying_nothing_costs_all_on_demand_and_loses_nothing(points: tuple[RiskPoint, ...]) -> None:
    (none,) = (one for one in points if not one.quantities.any())
    assert none.expected == pytest.approx(SCENARIOS.on_demand.mean())
    assert none.expected_loss == none.tail_loss == none.largest_loss == 0


def test_along_the_frontier_less_risk_costs_more(points: tuple[RiskPoint, ...]) -> None:
    frontier = [one for one in points if one.on_frontier]
    assert len(frontier) >= 3
    for one, other in itertools.pairwise(frontier):
        assert one.expected <= other.expected
        assert one.tail_loss > other.tail_loss


def test_less_risk_is_less_bound_to_families(points: tuple[RiskPoint, ...]) -> None:
    frontier = [one for one in points if one.on_frontier]
    assert frontier[-1].family_bound_fraction < frontier[0].family_bound_fraction


def test_goals_go_from_cheap_to_safe(points: tuple[RiskPoint, ...]) -> None:
    cheap, balanced, safe = (pick(points, goal) for goal in (Goal.COST, Goal.BALANCED, Goal.SAFE))
    assert cheap.expected <= balanced.expected <= safe.expected
    assert cheap.tail_loss >= balanced.tail_loss >= safe.tail_loss
    assert safe.largest_loss <= 0


def test_a_plan_longer_than_the_scenarios_is_refused() -> None:
    with pytest.raises(DemandError, match="longer than the scenarios"):
        cost_risk_points(PAST, SCENARIOS, [wide_plan(0.5, 0.5, months=36)], np.zeros(1))


def test_longer_plans_are_tried_on_scenarios_of_their_term() -> None:
    long = draw_scenarios(PAST, Outlook(count=4, months=36), seed=0)
    found = cost_risk_points(PAST, long, [wide_plan(0.75, 0.75), wide_plan(0.5, 0.5, months=36)], np.zeros(2))
    assert {one.commitment_months for one in found} >= {0.0, 12.0, 36.0}


def test_more_weight_on_the_worst_never_makes_the_worst_worse() -> None:
    limits = purchase_limits(PAST.dollars, OFFERS, NOTHING, None)
    bought = [
        hedged_purchase(SCENARIOS, PAST.dollars, OFFERS, NOTHING, limits, weight=weight) for weight in (0.0, 0.5, 0.95)
    ]
    spent_on_families = [units[1:].sum() for units in bought]
    assert spent_on_families == sorted(spent_on_families, reverse=True)


def test_what_runs_already_is_not_bought_again() -> None:
    limits = purchase_limits(PAST.dollars, OFFERS, NOTHING, None)
    first = best_purchase(PAST.dollars, OFFERS, NOTHING, limits)
    again = best_purchase(PAST.dollars, OFFERS, first, purchase_limits(PAST.dollars, OFFERS, first, None))
    assert again.sum() < 0.02 * first.sum()


def test_of_one_scope_only_the_cheapest_offer_may_be_bought() -> None:
    dear, cheap = wide_plan(0.8, 0.8), wide_plan(0.7, 0.7)
    assert (purchase_limits(PAST.dollars, [dear, cheap], np.zeros(2), None).most > 0).tolist() == [False, True]


def test_a_cap_is_a_share_of_the_low_hours_less_what_runs() -> None:
    flat = np.full((100, 2), 10.0)
    caps = purchase_limits(flat, OFFERS, np.array([0.0, 1.0, 5.0]), FamilyCap(share=0.5)).caps
    assert [cap.scope for cap in caps] == ["f0", "f1"]
    assert [cap.limit for cap in caps] == pytest.approx([5 - 1 / 0.6, 0.0])
    assert caps[0].dollars_per_unit.tolist() == pytest.approx([0, 1 / 0.6, 0])


def test_reservations_and_plans_of_one_family_share_its_cap() -> None:
    """The reservation is of one item of the family's two; what it binds counts against the family's cap too."""
    reservation, plan = family_plan(0, 0.55, 2), replace(family_plan(0, 0.6, 2), take=np.array([0.6, 0.6]))
    flat = np.full((100, 2), 10.0)
    offers = [wide_plan(0.75, 0.75), reservation, plan]
    limits = purchase_limits(flat, offers, NOTHING, FamilyCap(share=0.5))
    bought = best_purchase(flat, offers, NOTHING, limits)
    assert bought[1:] / [0.55, 0.6] == pytest.approx([5, 5], abs=1e-3)


def test_where_nothing_may_be_bought_nothing_is() -> None:
    limits = purchase_limits(PAST.dollars, OFFERS, np.full(3, 1000.0), None)
    assert not best_purchase(PAST.dollars, OFFERS, NOTHING, limits).any()
    assert not hedged_purchase(SCENARIOS, PAST.dollars, OFFERS, NOTHING, limits).any()
