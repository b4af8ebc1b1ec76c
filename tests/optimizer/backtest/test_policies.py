"""Rules of buying, by hand."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Instrument
from costopt.errors import DemandError
from costopt.optimizer.backtest.policies.look_back import LookBack
from costopt.optimizer.backtest.policies.mix import Hedged, Mix
from costopt.optimizer.backtest.policies.online import Online
from costopt.optimizer.backtest.policies.registry import AWS_LIKE, DEFAULT_POLICY, policies
from costopt.optimizer.backtest.policies.rules import AllOnDemand, CoverageTarget, Percentile
from costopt.optimizer.backtest.policy import Situation
from costopt.optimizer.risk.purchase import FamilyCap
from tests.oracles.made_replays import MONTH, demand, family_plan, left_on_demand, steps, wide_plan


def situation(
    past: HourlyDemand, offers: Sequence[Instrument], active: Sequence[float] | None = None, decision: int = 0
) -> Situation:
    units = np.zeros(len(offers)) if active is None else np.array(active, dtype=float)
    return Situation(
        past=past,
        offers=tuple(offers),
        active=units,
        bought=np.zeros((0, len(offers))),
        bought_at=(),
        decision=decision,
    )


RAMP = demand(np.tile(np.arange(1.0, 11.0), 72)[:, None])
"""Levels 1 to 10 over and over, 30 days."""
HALF = wide_plan(0.5)


def test_all_on_demand_buys_nothing() -> None:
    assert AllOnDemand().decide(situation(RAMP, [HALF])).tolist() == [0]


def test_the_lowest_hour_is_covered_whatever_happens() -> None:
    assert Percentile(percentile=0).decide(situation(RAMP, [HALF])) == pytest.approx([0.5])


def test_a_percentile_is_filled_up_to_and_never_sold() -> None:
    median = Percentile(percentile=50)
    assert median.decide(situation(RAMP, [HALF], [1.0])) == pytest.approx([5.5 * 0.5 - 1])
    assert median.decide(situation(RAMP, [HALF], [9.0])).tolist() == [0]


def test_coverage_of_all_takes_the_highest_hour() -> None:
    assert CoverageTarget(share=1.0).decide(situation(RAMP, [HALF])) == pytest.approx([5.0])


def test_coverage_covers_the_share() -> None:
    (bought,) = CoverageTarget(share=0.8).decide(situation(RAMP, [HALF]))
    left = left_on_demand(RAMP.dollars, HALF.take, bought)
    assert 1 - left / RAMP.total == pytest.approx(0.8)


def test_the_aws_like_rule_finds_the_quantile_of_the_newsvendor() -> None:
    """At half the price a level pays that runs at least half of the hours: the fifth or sixth of ten."""
    (bought,) = LookBack().decide(situation(RAMP, [HALF]))
    assert bought / 0.5 in (5, 6)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_no_hours_need_is_a_better_candidate_than_the_aws_like_one(seed: int) -> None:
    generator = np.random.default_rng(seed)
    past = demand(generator.integers(0, 9, (24, 2)).astype(float))
    offers = [wide_plan(*generator.uniform(0.5, 0.8, 2))]
    (bought,) = LookBack().decide(situation(past, offers))

    def cost(quantity: float) -> float:
        return 24 * quantity + left_on_demand(past.dollars, offers[0].take, quantity)

    needs = past.dollars @ offers[0].take
    assert cost(bought) <= min(cost(0), *(cost(need) for need in needs)) + 1e-9


def test_a_ladder_buys_its_part_and_a_yearly_rule_waits() -> None:
    (whole,) = LookBack().decide(situation(RAMP, [HALF]))
    assert LookBack(share=1 / 3).decide(situation(RAMP, [HALF])) == pytest.approx([whole / 3])
    assert LookBack(every=12).decide(situation(RAMP, [HALF], decision=5)).tolist() == [0]
    assert LookBack(every=12).decide(situation(RAMP, [HALF], decision=12)) == pytest.approx([whole])


def test_the_online_rule_waits_for_break_even() -> None:
    """At half the price a level must have run half a term: 6 months of 12."""
    rule = Online(levels=10)
    early, late = steps(*[10.0] * 5), steps(*[10.0] * 7)
    assert rule.decide(situation(early, [HALF])).tolist() == [0]
    assert rule.decide(situation(late, [HALF])) == pytest.approx([5.0])


def test_the_online_rule_does_not_count_hours_that_were_covered() -> None:
    past = steps(*[10.0] * 8)
    covered = Situation(
        past=past,
        offers=(HALF,),
        active=np.array([5.0]),
        bought=np.array([[5.0]]),
        bought_at=(2 * MONTH,),
        decision=6,
    )
    assert Online().decide(covered).tolist() == [0]


MIXED = [wide_plan(0.75, 0.75), family_plan(0, 0.6, 2), family_plan(1, 0.6, 2)]
FLAT = demand(np.full((720, 2), 10.0))


def test_without_a_cap_flat_demand_is_bound_to_its_families() -> None:
    assert Mix(cap=None).decide(situation(FLAT, MIXED)) == pytest.approx([0, 6, 6], abs=1e-3)


def test_a_cap_leaves_the_rest_to_the_wide_plan() -> None:
    assert Mix().decide(situation(FLAT, MIXED)) == pytest.approx([7.5, 3, 3], abs=1e-3)


def test_a_cap_counts_what_is_active() -> None:
    assert Mix().decide(situation(FLAT, MIXED, [0, 2, 5])) == pytest.approx([0.75 * (20 - 5 - 5 / 0.6), 1, 0], abs=1e-3)


def test_a_ladder_of_the_mix_buys_its_part() -> None:
    assert Mix(share=0.5).decide(situation(FLAT, MIXED)) == pytest.approx([3.75, 1.5, 1.5], abs=1e-3)


def test_hedging_binds_less_to_families_than_the_look_back() -> None:
    bold = Mix(cap=None).decide(situation(FLAT, MIXED))
    hedged = Hedged(seed=0, weight=0.9).decide(situation(FLAT, MIXED))
    assert hedged[1:].sum() < bold[1:].sum() / 2
    assert hedged[0] > bold[0]


def test_hedging_draws_the_same_again() -> None:
    one, again, other = (Hedged(seed=seed).decide(situation(FLAT, MIXED)).tolist() for seed in (3, 3, 4))
    assert one == again != other


@pytest.mark.parametrize("policy", policies(0), ids=lambda policy: policy.id)
def test_no_policy_buys_where_nothing_runs(policy: LookBack) -> None:
    idle = demand(np.zeros((900, 2)))
    assert not policy.decide(situation(idle, MIXED)).any()


def test_every_policy_has_an_id_of_its_own_and_the_default_is_among_them() -> None:
    ids = [policy.id for policy in policies(0)]
    assert len(set(ids)) == len(ids)
    assert {DEFAULT_POLICY.id, AWS_LIKE.id} <= set(ids)


def test_rules_of_wide_plans_say_when_there_is_none() -> None:
    with pytest.raises(DemandError, match="no plan on offer"):
        AWS_LIKE.decide(situation(FLAT, [family_plan(0, 0.6, 2)]))


def test_a_cap_of_nothing_binds_nothing() -> None:
    bought = Mix(cap=FamilyCap(share=0.0)).decide(situation(FLAT, MIXED))
    assert bought == pytest.approx([15, 0, 0], abs=1e-3)
