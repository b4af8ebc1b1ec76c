"""Jobs in ticks and units: whole numbers, never kinder than the truth, and clear words where it cannot be done."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from costopt.errors import InfeasiblePlan, WorkloadError
from costopt.optimizer.training.job import Capacity, CapacityKind, TrainingJob
from costopt.optimizer.training.timetable import lay_out
from tests.optimizer.training.conftest import START, MakeTable

FIXTURES = [HealthCheck.function_scoped_fixture]
MakeJob = Callable[..., TrainingJob]


def test_a_deadline_before_the_work_can_be_done_names_the_job_and_the_earliest_end(make_table: MakeTable) -> None:
    with pytest.raises(InfeasiblePlan, match=r"job llm cannot .* 10 h of work .* end at 2026-03-02 11:00:00\+00:00"):
        make_table(10, 10, restart_hours=1)


def test_a_deadline_equal_to_work_and_restart_is_kept(make_table: MakeTable) -> None:
    assert make_table(10, 11, restart_hours=1).ticks == 11


def test_without_certain_capacity_the_earliest_end_depends_on_luck(make_job: MakeJob, spot: Capacity) -> None:
    with pytest.raises(InfeasiblePlan, match="if that is never missing"):
        lay_out(make_job(10, 9), [spot], tick_hours=1.0)


def test_half_a_tick_of_restart_is_half_a_tick(make_table: MakeTable) -> None:
    table = make_table(3, 6, restart_hours=0.5)
    assert table.speed.tolist() == [2, 2]
    assert table.progress[0].tolist() == [1, 2]
    assert table.ticks_to_finish(1, 0, np.array([0, 1, 2, 3, 6])).tolist() == [0, 1, 2, 2, 4]


def test_the_last_tick_is_paid_only_while_the_machines_are_in_use(make_table: MakeTable) -> None:
    table = make_table(3, 6, restart_hours=0.5)
    assert table.charge(1, 1)[:4] == pytest.approx([0.0, 0.5, 1.0, 1.0])
    assert table.charge(1, 0)[:4] == pytest.approx([0.0, 1.0, 1.0, 1.0])


@settings(max_examples=60, suppress_health_check=FIXTURES, deadline=None)
@example(work=1.0, restart=0.0, speed=0.984375)
@example(work=1.0, restart=0.5, speed=0.03)
@given(work=st.floats(0.2, 40), restart=st.floats(0, 3), speed=st.floats(0.2, 5))
def test_rounding_never_makes_a_job_faster(
    make_job: MakeJob, on_demand: Capacity, work: float, restart: float, speed: float
) -> None:
    job = make_job(work, 300, restart_hours=restart)
    table = lay_out(job, [replace(on_demand, throughput=speed)], tick_hours=1.0)
    exact = work / speed + restart
    ticks = int(table.ticks_to_finish(0, 0, np.array([table.work]))[0])
    assert exact - 1e-6 <= ticks <= exact * 1.06 + 2


def test_a_slow_capacity_beside_a_fast_one_is_as_slow_as_it_is(
    make_job: MakeJob, spot: Capacity, on_demand: Capacity
) -> None:
    table = lay_out(
        make_job(3, 200), [replace(spot, throughput=1.0), replace(on_demand, throughput=1 / 50)], tick_hours=1.0
    )
    assert table.speed.tolist() == [50, 1]
    assert int(table.ticks_to_finish(1, 0, np.array([table.work]))[0]) == 150


def test_capacity_that_hardly_works_is_refused_by_name(make_job: MakeJob, on_demand: Capacity) -> None:
    with pytest.raises(WorkloadError, match=r"capacity on demand has the throughput 0.004, less than 1/240"):
        lay_out(make_job(3, 6), [replace(on_demand, throughput=0.004)], tick_hours=1.0)


def test_machines_multiply_the_price(make_table: MakeTable) -> None:
    assert make_table(3, 6, machines=8).price == pytest.approx([2.4, 8.0])


def test_capacity_with_too_few_machines_is_left_out(make_job: MakeJob, spot: Capacity, on_demand: Capacity) -> None:
    few = replace(spot, machines=3)
    table = lay_out(make_job(3, 6, machines=4), [few, on_demand], tick_hours=1.0)
    assert [one.name for one in table.capacities] == ["on demand"]


def test_no_capacity_that_is_large_enough_is_an_error(make_job: MakeJob, spot: Capacity) -> None:
    with pytest.raises(WorkloadError, match="job llm has no capacity with 4 machines at once"):
        lay_out(make_job(3, 6, machines=4), [replace(spot, machines=3)], tick_hours=1.0)


def test_two_capacities_of_one_name_are_an_error(make_job: MakeJob, spot: Capacity) -> None:
    with pytest.raises(WorkloadError, match="two capacities of one name"):
        lay_out(make_job(3, 6), [spot, spot], tick_hours=1.0)


def test_a_block_counts_only_in_ticks_that_it_has_whole(make_table: MakeTable) -> None:
    block = Capacity(
        name="block",
        kind=CapacityKind.BLOCK,
        price_per_hour=Decimal(0),
        opens=START + timedelta(hours=1.5),
        closes=START + timedelta(hours=4),
    )
    assert make_table(3, 6, block).open[:, 2].tolist() == [False, False, True, True, False, False, False]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"work_hours": 0.0}, "0.0 hours of work"),
        ({"work_hours": float("nan")}, "nan hours of work"),
        ({"restart_hours": -1.0}, "restart_hours -1.0"),
        ({"rework_hours": float("inf")}, "rework_hours inf"),
        ({"machines": 0}, "needs 0 machines"),
        ({"deadline": START}, "not after its start"),
        ({"deadline": datetime(2026, 3, 3)}, "not in UTC"),  # noqa: DTZ001 - the fault under test
    ],
)
def test_a_job_that_cannot_be_meant_is_refused(make_job: MakeJob, wrong: dict[str, object], message: str) -> None:
    with pytest.raises(WorkloadError, match=message):
        replace(make_job(3, 6), **wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"price_per_hour": Decimal(-1)}, "negative price"),
        ({"throughput": 0.0}, "throughput 0.0"),
        ({"obtainable": 0.0}, "chance 0.0"),
        ({"kind": CapacityKind.BLOCK}, "needs both"),
        ({"kind": CapacityKind.BLOCK, "opens": START, "closes": START}, "not after it opens"),
    ],
)
def test_capacity_that_cannot_be_bought_is_refused(spot: Capacity, wrong: dict[str, object], message: str) -> None:
    with pytest.raises(WorkloadError, match=message):
        replace(spot, **wrong)
