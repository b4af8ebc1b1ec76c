"""What demand may become."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.economics.demand import HourlyDemand
from costopt.errors import DemandError
from costopt.optimizer.risk.scenarios import MIGRATED, WEEK, Outlook, draw_scenarios, with_migrated
from tests.oracles.made_replays import START, demand, family_plan, wide_plan


def busy(weeks: int, seed: int = 0, level: float = 10.0) -> HourlyDemand:
    generator = np.random.default_rng(seed)
    walk = np.exp(np.cumsum(generator.normal(0, 0.05, (weeks, 3)), axis=0)).repeat(WEEK, axis=0)
    return demand(level * walk * generator.uniform(0.5, 1.0, walk.shape))


CALM = Outlook(count=6, migration_hazard=0.0)


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    one, again, other = (draw_scenarios(busy(20), CALM, seed=seed).dollars for seed in (1, 1, 2))
    assert (one == again).all()
    assert (one != other).any()


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), growth=st.floats(-1, 1), weeks=st.integers(4, 40))
def test_capped_levels_never_rise_above_todays(seed: int, growth: float, weeks: int) -> None:
    """The hours are recent ones, scaled to the level of the last two weeks at most."""
    past = busy(weeks, seed)
    drawn = draw_scenarios(past, Outlook(count=4, growth=growth), seed=seed)
    by_week = past.dollars.reshape(weeks, WEEK, 3)[-8:]
    today = by_week[-2:].mean(axis=(0, 1)) / by_week.mean(axis=(0, 1))
    assert (drawn.dollars[:, :, :3] <= by_week.max(axis=(0, 1)) * today + 1e-9).all()
    assert (drawn.dollars >= 0).all()


def test_growth_raises_uncapped_levels() -> None:
    flat = demand(np.full((30 * WEEK, 1), 10.0))
    grown = draw_scenarios(flat, Outlook(count=50, growth=0.5, capped=False, migration_hazard=0), seed=0)
    last_month = grown.dollars[:, -1, 0].mean()
    assert 10 * np.exp(0.4) < last_month < 10 * np.exp(0.6)


def test_without_hazards_flat_demand_stays_close_to_flat() -> None:
    flat = demand(np.full((30 * WEEK, 1), 10.0))
    drawn = draw_scenarios(flat, Outlook(count=20, migration_hazard=0), seed=0)
    assert not drawn.dollars[:, :, 1].any()
    assert drawn.dollars[:, :, 0].min() > 8
    assert drawn.hours_per_row * drawn.dollars.shape[1] == pytest.approx(8760)


def test_a_certain_cliff_leaves_what_it_keeps() -> None:
    flat = demand(np.full((30 * WEEK, 1), 10.0))
    fallen = draw_scenarios(
        flat, Outlook(count=30, cliff_hazard=1.0, cliff_keeps=(0.5, 0.5), migration_hazard=0), seed=0
    )
    assert fallen.dollars[:, -1].sum(axis=1).max() < 5.5


def test_migration_moves_demand_and_loses_none() -> None:
    """Beside the same scenarios without migration the sum of each row stays."""
    past = busy(20)
    moved = draw_scenarios(past, Outlook(count=12, migration_hazard=0.6), seed=4)
    stayed = draw_scenarios(past, Outlook(count=12, migration_hazard=0.0), seed=4)
    assert moved.items[-1].family == MIGRATED
    assert moved.dollars.sum(axis=2) == pytest.approx(stayed.dollars.sum(axis=2))
    assert moved.dollars[:, :, -1].any()


def test_the_share_of_families_that_move_within_a_year_is_the_hazard() -> None:
    flat = demand(np.full((8 * WEEK, 40), 10.0))
    drawn = draw_scenarios(flat, Outlook(count=60, migration_hazard=0.3), seed=0)
    last = drawn.dollars[:, -1, :-1] < drawn.dollars[:, 0, :-1].max() * 0.5
    # Those that began within the last two months are not half way yet.
    assert 0.2 < last.mean() < 0.33


def test_a_season_repeats_the_year_before() -> None:
    """Demand doubled in the second half of the last year: with season the scenarios' second half stands above."""
    weekly = np.concatenate([np.full(60, 10.0), np.full(26, 10.0), np.full(26, 20.0)])
    past = demand(np.repeat(weekly, WEEK)[:, None])
    drawn = draw_scenarios(past, Outlook(count=8, season=True, capped=False, migration_hazard=0), seed=0)
    months = drawn.dollars.sum(axis=2).reshape(8, 12, -1).mean(axis=(0, 2))
    assert months[8:].mean() > 1.7 * months[:4].mean()


def test_a_longer_term_has_more_months() -> None:
    drawn = draw_scenarios(busy(10), Outlook(count=2, months=36), seed=0)
    assert drawn.months == 36
    assert drawn.hours_per_row * drawn.dollars.shape[1] == pytest.approx(3 * 8760)


def test_less_than_a_week_is_refused() -> None:
    with pytest.raises(DemandError, match="week"):
        draw_scenarios(demand(np.ones((100, 1))), Outlook(), seed=0)


def test_wide_plans_pay_for_what_has_migrated_at_their_mean_rate() -> None:
    recent = np.array([[30.0, 10.0]])
    wide, bound = with_migrated([wide_plan(0.7, 0.8), family_plan(0, 0.6, 2)], recent)
    assert wide.take.tolist() == pytest.approx([0.7, 0.8, 0.725])
    assert np.isinf(bound.take[-1])


def test_a_scenario_is_a_demand_of_its_own() -> None:
    drawn = draw_scenarios(busy(5), Outlook(count=2), seed=0)
    assert drawn.demand(1, START).total * drawn.hours_per_row == pytest.approx(drawn.on_demand[1])
