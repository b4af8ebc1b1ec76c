"""Policies on the demand that Snowflake published (Shaved Ice, ICPE 2025), regions 1 and 4."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from costopt.model.backtest import PolicyOutcome
from costopt.optimizer.backtest.calendar import Rhythm, decision_months
from costopt.optimizer.backtest.compare import Replay, outcomes, replay
from costopt.optimizer.backtest.policies.look_back import LookBack
from costopt.optimizer.backtest.policies.mix import Mix
from costopt.optimizer.backtest.policies.registry import AWS_LIKE, DEFAULT_POLICY
from costopt.optimizer.backtest.policies.rules import CoverageTarget, Percentile
from costopt.optimizer.backtest.walk import walk
from costopt.pipeline.backtest import Unit, estates
from costopt.pipeline.demand_file import DemandTable, read_demand

pytestmark = pytest.mark.xdist_group("published demand")  # what its fixtures make is made once


@pytest.fixture(scope="module")
def table(shared_data: Path) -> DemandTable:
    return read_demand(shared_data / "shavedice/hourly_normalized_dev.csv.gz")


@pytest.fixture(scope="module")
def replays(table: DemandTable) -> list[Replay]:
    return [
        replay(estate, (DEFAULT_POLICY, AWS_LIKE))
        for seed in (0, 1)
        for estate in estates(table, apart="REGION_NUM", unit=Unit.UNITS, seed=seed)
    ]


@pytest.fixture(scope="module")
def found(replays: list[Replay]) -> dict[str, PolicyOutcome]:
    return {one.id: one for one in outcomes(replays)}


def test_the_default_policy_beats_the_aws_like_rule_on_cost(found: dict[str, PolicyOutcome]) -> None:
    assert found[DEFAULT_POLICY.id].cost_fraction < found[AWS_LIKE.id].cost_fraction - 0.01


def test_the_default_policy_is_within_three_points_of_its_largest_regret(found: dict[str, PolicyOutcome]) -> None:
    assert found[DEFAULT_POLICY.id].largest_regret < found[AWS_LIKE.id].largest_regret + 0.03


def test_hindsight_is_proved_to_five_hundredths_of_a_percent(replays: list[Replay]) -> None:
    assert all(1 - one.hindsight.bound_fraction / one.hindsight.cost_fraction < 5e-4 for one in replays)


def test_promises_are_larger_than_what_came(found: dict[str, PolicyOutcome]) -> None:
    """The more a policy binds to families, the more a migration takes of its promise."""
    for one in found.values():
        assert one.realised_fraction < one.predicted_fraction
    kept = {id_: one.realised_fraction / one.predicted_fraction for id_, one in found.items()}
    assert kept[DEFAULT_POLICY.id] < kept[AWS_LIKE.id]


def test_the_published_days_are_whole_months(replays: list[Replay]) -> None:
    assert all(one.months[0].start == datetime(2021, 8, 1, tzinfo=UTC) for one in replays)
    assert all(len(one.months) == 18 for one in replays)


@pytest.mark.parametrize(
    ("policy", "region_1", "region_4"),
    [
        (Percentile(percentile=10), 0.8316, 0.7772),
        (CoverageTarget(share=0.9), 0.8845, 0.7658),
        (LookBack(days=30), 0.8205, 0.7648),
        (Mix(cap=None), 0.8428, 0.7010),
    ],
    ids=lambda value: getattr(value, "id", None),
)
def test_an_independent_sketch_had_the_same_costs(
    policy: Mix, region_1: float, region_4: float, table: DemandTable
) -> None:
    """Costs of a first sketch, written apart with its own settlement, at the prices of seed 7 and months of 730 h."""
    costs = []
    for estate in estates(table, apart="REGION_NUM", unit=Unit.UNITS, seed=7):
        months = decision_months(estate.demand, rhythm=Rhythm.AVERAGE)
        made = walk(estate.demand, estate.offers, policy, months)
        costs.append(float(made.cost / made.without))
    assert costs == pytest.approx([region_1, region_4], abs=1e-3)
    assert not np.isclose(*costs)
