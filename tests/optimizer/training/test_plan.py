"""A job's plan: its dollars, its blocks, and what it does without a tick to spare."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from costopt.errors import InfeasiblePlan, WorkloadError
from costopt.optimizer.training.availability import AvailabilityModel
from costopt.optimizer.training.choice import MOST_TICKS, Outlook
from costopt.optimizer.training.job import Capacity, CapacityKind, TrainingJob
from costopt.optimizer.training.plan import plan_job, plan_jobs
from tests.optimizer.training.conftest import START, MakeModel, MakeTrace

MakeJob = Callable[..., TrainingJob]


def block(upfront: str, hours: float = 6.0) -> Capacity:
    return Capacity(
        name="block",
        kind=CapacityKind.BLOCK,
        price_per_hour=Decimal(0),
        opens=START,
        closes=START + timedelta(hours=hours),
        upfront=Decimal(upfront),
    )


def test_without_spot_it_costs_the_work_and_the_restart_on_demand(make_job: MakeJob, on_demand: Capacity) -> None:
    plan = plan_job(make_job(6, 12, restart_hours=1), [on_demand], Outlook(), seed=1, runs=3)
    assert plan.expected_dollars == plan.on_demand_dollars == Decimal("7.00")
    assert plan.chance_of_miss == 0.0


def test_it_costs_less_with_spot_than_without(
    make_job: MakeJob, spot: Capacity, on_demand: Capacity, make_model: MakeModel
) -> None:
    outlook = Outlook(models={"spot": make_model(0.1, 0.5)})
    plan = plan_job(make_job(6, 12, restart_hours=0.5), [spot, on_demand], outlook, seed=1, runs=60)
    assert plan.on_demand_dollars == Decimal("6.50")
    assert Decimal("1.95") < plan.expected_dollars < Decimal("5.00")


def test_the_rehearsed_cost_is_what_the_programme_expects_of_its_own_model(
    make_job: MakeJob, spot: Capacity, on_demand: Capacity, make_trace: MakeTrace, make_model: MakeModel
) -> None:
    from costopt.optimizer.training.planned import Planned
    from costopt.optimizer.training.rehearsal import rehearse
    from costopt.optimizer.training.timetable import lay_out

    table = lay_out(make_job(6, 10, restart_hours=0.5), [spot, on_demand], tick_hours=1.0)
    model = make_model(0.3, 0.4)
    policy = Planned.of_one(table, {0: model})
    found = rehearse(policy, {0: make_trace("1")}, runs=1500, seed=3)
    up, down = policy.programmes[0].expected
    assert abs(found.mean_dollars - (0.7 * up + 0.3 * down)) < 4 * found.standard_error
    assert found.missed == 0
    assert found.quantile(0.5) <= found.quantile(0.95) <= 6.5 + 0.3 * 4


def test_the_same_seed_gives_the_same_plan(
    make_job: MakeJob, spot: Capacity, on_demand: Capacity, make_model: MakeModel
) -> None:
    outlook = Outlook(models={"spot": make_model(0.2, 0.4)})
    plans = [plan_job(make_job(5, 9), [spot, on_demand], outlook, seed=7, runs=20) for _ in range(2)]
    assert plans[0].expected_dollars == plans[1].expected_dollars


def test_a_block_is_bought_where_it_is_cheaper_and_not_where_it_is_dearer(
    make_job: MakeJob, on_demand: Capacity
) -> None:
    job = make_job(6, 12)
    cheap = plan_job(job, [on_demand, block("4")], Outlook(), seed=1, runs=3)
    assert ([one.name for one in cheap.blocks], cheap.expected_dollars) == (["block"], Decimal("4.00"))
    dear = plan_job(job, [on_demand, block("8")], Outlook(), seed=1, runs=3)
    assert (dear.blocks, dear.expected_dollars) == ((), Decimal("6.00"))


def test_a_block_with_too_few_machines_is_not_bought(make_job: MakeJob, on_demand: Capacity) -> None:
    few = replace(block("1"), machines=3)
    assert plan_job(make_job(6, 12, machines=4), [on_demand, few], Outlook(), seed=1, runs=3).blocks == ()


def test_the_machines_of_a_block_go_to_the_job_that_saves_most(make_job: MakeJob, on_demand: Capacity) -> None:
    small, large = replace(make_job(2, 12, machines=3), name="small"), make_job(6, 12, machines=3)
    owned = replace(block("0"), machines=4)
    plans = plan_jobs([small, large], [on_demand, owned], Outlook(), seed=1, runs=2)
    assert [one.job.name for one in plans] == ["small", "llm"]
    assert [len(one.blocks) for one in plans] == [0, 1]
    assert [one.expected_dollars for one in plans] == [Decimal("6.00"), Decimal("0.00")]


def test_a_job_that_cannot_do_without_a_block_gets_it_first(make_job: MakeJob, on_demand: Capacity) -> None:
    hurried = replace(make_job(6, 5), name="hurried")
    fast = replace(block("0"), machines=1, throughput=2.0)
    plans = plan_jobs([make_job(6, 12), hurried], [on_demand, fast], Outlook(), seed=1, runs=2)
    assert [len(one.blocks) for one in plans] == [0, 1]
    assert plans[1].chance_of_miss == 0.0


def test_a_block_that_closes_too_early_does_not_make_a_job_feasible(make_job: MakeJob, on_demand: Capacity) -> None:
    fast = replace(block("0", hours=0.5), throughput=2.0)
    with pytest.raises(InfeasiblePlan, match="job llm cannot be done"):
        plan_job(make_job(6, 5), [on_demand, fast], Outlook(), seed=1)


def test_a_job_without_a_tick_to_spare_is_on_demand_throughout(
    make_job: MakeJob, spot: Capacity, on_demand: Capacity, make_model: MakeModel
) -> None:
    job = make_job(6.3, 6.9, restart_hours=0.6)
    plan = plan_job(job, [spot, on_demand], Outlook(models={"spot": make_model(0.1, 0.5)}), seed=1, runs=3)
    assert plan.on_demand_dollars == Decimal("6.90")
    assert plan.expected_dollars == pytest.approx(Decimal("6.90"), abs=Decimal("0.02"))
    assert plan.job == job
    assert plan.chance_of_miss == 0.0


def test_where_waiting_saves_nothing_the_job_begins_at_once(make_job: MakeJob, on_demand: Capacity) -> None:
    plan = plan_job(make_job(6, 24), [on_demand], Outlook(), seed=1, runs=2)
    assert plan.rehearsal.mean_hours == pytest.approx(6.0)


def test_a_deadline_before_the_work_is_infeasible(make_job: MakeJob, on_demand: Capacity) -> None:
    with pytest.raises(InfeasiblePlan, match="job llm cannot be done") as caught:
        plan_job(make_job(6, 5), [on_demand], Outlook(), seed=1)
    assert caught.value.exit_code == 5


def test_on_demand_that_is_often_refused_leaves_a_chance_of_missing(make_job: MakeJob, on_demand: Capacity) -> None:
    scarce = replace(on_demand, obtainable=0.5)
    plan = plan_job(make_job(2, 4), [scarce], Outlook(), seed=2, runs=400)
    # Missed where it is refused in each of the three ticks in which it could still begin.
    assert plan.chance_of_miss == pytest.approx(0.125, abs=0.05)
    assert plan.on_demand_dollars is None


def test_spot_of_which_nothing_is_known_is_an_error(make_job: MakeJob, spot: Capacity, on_demand: Capacity) -> None:
    with pytest.raises(WorkloadError, match="nothing is known of how often spot is there"):
        plan_job(make_job(6, 12), [spot, on_demand], Outlook(), seed=1)


def test_histories_of_different_ticks_are_an_error(make_trace: MakeTrace, make_model: MakeModel) -> None:
    outlook = Outlook(histories={"a": make_trace("110")}, models={"b": replace(make_model(0.1, 0.1), tick_hours=0.5)})
    with pytest.raises(WorkloadError, match=r"ticks of 0.5, 1 hours"):
        outlook.tick_hours()


def test_a_long_job_is_planned_in_longer_ticks(
    make_job: MakeJob, spot: Capacity, on_demand: Capacity, make_trace: MakeTrace
) -> None:
    there = np.random.default_rng(0).random(2000) > 0.1
    outlook = Outlook(histories={"spot": make_trace(there, 0.05)})
    plan = plan_job(make_job(8, 40), [spot, on_demand], outlook, seed=1, runs=2)
    assert plan.policy.table.ticks <= MOST_TICKS


def test_of_many_pools_the_cheapest_are_planned_together(
    make_job: MakeJob, spot: Capacity, on_demand: Capacity, make_model: MakeModel
) -> None:
    pools = [replace(spot, name=name, price_per_hour=Decimal(price)) for name, price in zip("abc", "231", strict=True)]
    pools = [replace(one, price_per_hour=one.price_per_hour / 10) for one in pools]
    models: dict[str, AvailabilityModel] = {name: make_model(0.2, 0.5) for name in "abc"}
    plan = plan_job(make_job(3, 6), [*pools, on_demand], Outlook(models=models), seed=1, runs=3)
    assert [one.name for one in plan.policy.table.capacities] == ["c", "a", "on demand"]


def test_hours_on_each_capacity_add_up_to_the_dollars(
    make_job: MakeJob, spot: Capacity, on_demand: Capacity, make_model: MakeModel
) -> None:
    outlook = Outlook(models={spot.name: make_model(0.2, 0.3)})
    plan = plan_job(make_job(6, 12), [spot, on_demand], outlook, seed=1, runs=20)
    prices = [float(one.price_per_hour) for one in plan.policy.table.capacities]
    hours = plan.rehearsal.hours_on
    assert float(hours @ np.array(prices)) == pytest.approx(plan.rehearsal.mean_dollars, rel=0.05)
    assert hours.sum() >= 6
