"""Which policy to follow."""

from decimal import Decimal

import numpy as np

from costopt.model.backtest import PolicyOutcome, PolicyReplay
from costopt.optimizer.backtest.choose import TIE, best_policy, choose_policy
from costopt.optimizer.backtest.policies.registry import DEFAULT_POLICY
from tests.oracles.made_replays import MONTH, demand, family_plan, wide_plan


def outcome(id_: str, *costs: float, regret: float = 0.1) -> PolicyOutcome:
    """A policy that cost so much under seeds 0, 1, ..."""
    replays = tuple(
        PolicyReplay(
            estate="all",
            seed=seed,
            cost=Decimal(1),
            cost_fraction=cost,
            regret_fraction=regret,
            coverage_fraction=0.8,
            utilisation_fraction=0.9,
            liability_fraction=0.1,
        )
        for seed, cost in enumerate(costs)
    )
    return PolicyOutcome(
        id=id_,
        title=id_,
        cost_fraction=sum(costs) / len(costs),
        saving_share=0.5,
        largest_regret=regret,
        coverage_fraction=0.8,
        utilisation_fraction=0.9,
        liability_fraction=0.1,
        predicted_fraction=0.2,
        realised_fraction=0.1,
        realised_low=0.0,
        realised_high=0.2,
        on_frontier=False,
        replays=replays,
    )


USUAL = outcome("usual", 0.80, 0.80)


def test_a_policy_that_was_cheaper_by_more_than_luck_is_chosen() -> None:
    better = outcome("better", 0.75, 0.76)
    verdict = best_policy([USUAL, better], default="usual", months=12)
    assert verdict.policy == "better"
    assert "4.5 points" in verdict.because


def test_a_tie_keeps_the_default() -> None:
    alike = outcome("alike", 0.80 - TIE / 2, 0.80 - TIE / 2)
    assert best_policy([alike, USUAL], default="usual", months=12).policy == "usual"


def test_luck_under_one_seed_does_not_win() -> None:
    lucky = outcome("lucky", 0.70, 0.81)
    assert best_policy([lucky, USUAL], default="usual", months=12).policy == "usual"


def test_of_equally_good_ones_the_least_regretted_is_chosen() -> None:
    cheap, calm = outcome("cheap", 0.750, 0.750, regret=0.2), outcome("calm", 0.755, 0.755, regret=0.05)
    assert best_policy([cheap, calm, USUAL], default="usual", months=12).policy == "calm"


def test_a_short_history_ranks_nothing_and_says_so() -> None:
    verdict = best_policy([outcome("better", 0.5), outcome("usual", 0.8)], default="usual", months=5)
    assert verdict.policy == "usual"
    assert "5 months" in verdict.because


def test_a_history_gets_a_policy_with_what_came_beside_its_promise() -> None:
    dollars = np.full((3 * MONTH, 2), 10.0)
    offers = [wide_plan(0.75, 0.75), family_plan(0, 0.6, 2), family_plan(1, 0.6, 2)]
    chosen = choose_policy(demand(dollars), offers, seeds=(0, 1))
    assert chosen.policy == DEFAULT_POLICY
    assert chosen.choice.policy == DEFAULT_POLICY.title
    assert chosen.choice.months == 2
    low, high = chosen.choice.realised_low_fraction, chosen.choice.realised_high_fraction
    assert abs(low - chosen.choice.predicted_saving_fraction) < 1e-6
    assert low == high


def test_longer_terms_are_not_replayed() -> None:
    dollars = np.full((3 * MONTH, 1), 10.0)
    with_long = choose_policy(demand(dollars), [wide_plan(0.75), wide_plan(0.4, months=36)], seeds=(0,))
    without = choose_policy(demand(dollars), [wide_plan(0.75)], seeds=(0,))
    assert with_long.choice == without.choice


def test_without_a_wide_plan_rules_that_need_one_are_left_out() -> None:
    dollars = np.full((3 * MONTH, 2), 10.0)
    chosen = choose_policy(demand(dollars), [family_plan(0, 0.6, 2), family_plan(1, 0.6, 2)], seeds=(0,))
    assert chosen.policy == DEFAULT_POLICY
    assert chosen.choice.predicted_saving_fraction > 0
