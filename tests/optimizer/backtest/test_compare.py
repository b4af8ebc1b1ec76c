"""Policies side by side."""

import numpy as np
import pytest

from costopt.errors import DemandError
from costopt.model.backtest import PolicyOutcome
from costopt.optimizer.backtest.calendar import Rhythm
from costopt.optimizer.backtest.compare import Estate, Replay, estate_replay, outcomes, replay
from costopt.optimizer.backtest.policies.look_back import LookBack
from costopt.optimizer.backtest.policies.mix import Hedged, Mix
from costopt.optimizer.backtest.policies.rules import AllOnDemand, CoverageTarget, Percentile
from tests.oracles.made_replays import MONTH, demand, family_plan, steps, wide_plan

OFFERS = (wide_plan(0.7, 0.75), family_plan(0, 0.6, 2), family_plan(1, 0.62, 2))


def estate(seed: int, months: int = 5) -> Estate:
    generator = np.random.default_rng(seed)
    levels = np.repeat(generator.uniform(1, 5, (months, 2)), MONTH, axis=0)
    past = demand(levels * generator.uniform(0.7, 1.3, levels.shape))
    return Estate(name=f"made {seed}", demand=past, offers=OFFERS, seed=seed)


def replayed(seed: int) -> Replay:
    policies = (AllOnDemand(), Percentile(percentile=10), LookBack(), CoverageTarget(share=0.95), Mix())
    return replay(estate(seed), policies, rhythm=Rhythm.AVERAGE)


@pytest.fixture(scope="module")
def found() -> dict[str, PolicyOutcome]:
    return {one.id: one for one in outcomes([replayed(1), replayed(2)])}


def test_all_on_demand_costs_one_and_saves_nothing(found: dict[str, PolicyOutcome]) -> None:
    usual = found["on_demand"]
    assert usual.cost_fraction == 1
    assert usual.saving_share == 0
    assert usual.predicted_fraction == usual.realised_fraction == 0


def test_no_policy_saves_more_than_hindsight(found: dict[str, PolicyOutcome]) -> None:
    assert all(one.saving_share <= 1 + 5e-4 and one.largest_regret >= -5e-4 for one in found.values())


def test_the_largest_regret_is_that_of_the_worst_replay(found: dict[str, PolicyOutcome]) -> None:
    for one in found.values():
        assert one.largest_regret == max(row.regret_fraction for row in one.replays)
        assert one.cost_fraction == pytest.approx(sum(row.cost_fraction for row in one.replays) / 2)


def test_nothing_on_the_frontier_is_beaten_in_both(found: dict[str, PolicyOutcome]) -> None:
    places = {one.id: (one.cost_fraction, one.largest_regret) for one in found.values()}
    for one in found.values():
        beaten = any(
            other[0] <= one.cost_fraction and other[1] <= one.largest_regret and other != places[one.id]
            for other in places.values()
        )
        assert one.on_frontier != beaten


def test_outcomes_are_sorted_by_mean_cost() -> None:
    costs = [one.cost_fraction for one in outcomes([replayed(1)])]
    assert costs == sorted(costs)


def test_a_replay_says_what_there_was_to_win() -> None:
    said = estate_replay(replayed(1))
    assert (said.estate, said.seed, said.items, said.months) == ("made 1", 1, 2, 4)
    assert said.settled.duration.total_seconds() == 4 * MONTH * 3600
    assert 0 <= said.gap_fraction < 5e-4


def test_the_same_seed_gives_the_same_outcome() -> None:
    policies = (Hedged(seed=5), LookBack())
    one, again = (outcomes([replay(estate(3, 4), policies, rhythm=Rhythm.AVERAGE)]) for _ in range(2))
    assert one == again


def test_what_draws_nothing_is_taken_from_another_seed() -> None:
    first = replay(estate(3, 4), (LookBack(), Hedged(seed=0)), rhythm=Rhythm.AVERAGE)
    second = replay(estate(3, 4), (LookBack(), Hedged(seed=1)), rhythm=Rhythm.AVERAGE, like=first)
    assert second.played[0] is first.played[0]
    assert second.played[1].policy == Hedged(seed=1)


def test_progress_names_the_estate_and_its_seed() -> None:
    said: list[str] = []
    replay(estate(1), (AllOnDemand(),), rhythm=Rhythm.AVERAGE, progress=said.append)
    assert said == ["made 1, seed 1: 4 months from 2026-01, 1 policies"]


def test_a_history_of_a_month_is_refused() -> None:
    short = Estate(name="short", demand=steps(1), offers=(wide_plan(0.5),))
    with pytest.raises(DemandError, match="whole months"):
        replay(short, (AllOnDemand(),), rhythm=Rhythm.AVERAGE)
