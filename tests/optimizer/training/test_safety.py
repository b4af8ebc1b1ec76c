"""No deadline is missed, whatever the policy chooses and whatever happens."""

from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costopt.optimizer.training.beliefs import Candidates
from costopt.optimizer.training.job import Capacity, CapacityKind, TrainingJob
from costopt.optimizer.training.planned import Planned
from costopt.optimizer.training.policies import Greedy, OnDemandOnly, UniformProgress
from costopt.optimizer.training.safety import spread_net
from costopt.optimizer.training.simulation import carry_out
from costopt.optimizer.training.timetable import IDLE, lay_out
from tests.optimizer.training.conftest import MakeModel, MakeTable

FIXTURES = [HealthCheck.function_scoped_fixture]
TICKS = 16

sequences = st.lists(st.booleans(), min_size=TICKS, max_size=TICKS)


def with_on_demand(there: list[bool]) -> np.ndarray:
    return np.column_stack([there, np.ones(len(there), dtype=bool)])


@settings(max_examples=150, suppress_health_check=FIXTURES, deadline=None)
@given(
    there=sequences,
    choices=st.lists(st.sampled_from([IDLE, 0, 1, 2]), min_size=TICKS, max_size=TICKS),
    work=st.floats(1, 11),
    restart=st.floats(0, 2.9),
    rework=st.floats(0, 3),
    speed=st.floats(0.4, 2.5),
)
def test_no_choices_at_all_miss_the_deadline(
    make_job: Callable[..., TrainingJob],
    spot: Capacity,
    on_demand: Capacity,
    there: list[bool],
    choices: list[int],
    work: float,
    restart: float,
    rework: float,
    speed: float,
) -> None:
    slow = Capacity(name="other", kind=CapacityKind.ON_DEMAND, price_per_hour=Decimal("0.5"), throughput=speed)
    job = make_job(work, TICKS, restart_hours=restart, rework_hours=rework)
    table = lay_out(job, [spot, on_demand, slow], tick_hours=1.0)
    available = np.column_stack([with_on_demand(there), np.ones(TICKS, dtype=bool)])
    ended = carry_out(table, available, lambda moment: choices[moment.tick])
    assert not ended.missed


@settings(max_examples=40, suppress_health_check=FIXTURES, deadline=None)
@given(there=sequences, restart=st.sampled_from([0.0, 0.3, 1.0, 2.0]), rework=st.sampled_from([0.0, 1.5]))
def test_no_policy_misses_the_deadline(
    make_table: MakeTable, make_model: MakeModel, there: list[bool], restart: float, rework: float
) -> None:
    table = make_table(10, TICKS, restart_hours=restart, rework_hours=rework)
    planned = Planned.solve(table, Candidates.around({0: make_model(0.05, 0.5)}))
    for policy in (OnDemandOnly(), Greedy(), UniformProgress(), planned):
        assert not carry_out(table, with_on_demand(there), policy.begin(table, {})).missed


def test_waiting_is_allowed_until_on_demand_would_be_late(make_table: MakeTable) -> None:
    net = spread_net(make_table(5, 9, restart_hours=1))
    assert net.allows(IDLE, 0, 5, ticks_left=7)
    assert not net.allows(IDLE, 0, 5, ticks_left=6)


def test_spot_is_allowed_only_where_losing_it_with_its_work_leaves_time(make_table: MakeTable) -> None:
    net = spread_net(make_table(8, 12, restart_hours=1, rework_hours=2))
    # A tick on warm spot leaves 4 of 5 units; lost with two more to do again, on demand takes 7 ticks.
    assert net.allows(0, 1, 5, ticks_left=8)
    assert not net.allows(0, 1, 5, ticks_left=7)


def test_a_net_without_certain_capacity_forbids_nothing(make_table: MakeTable, spot: Capacity) -> None:
    table = lay_out(make_table(5, 9).job, [spot], tick_hours=1.0)
    assert spread_net(table).allows(IDLE, 0, table.work, ticks_left=1)


@pytest.mark.parametrize("policy", [Greedy(), UniformProgress()])
def test_capacity_that_is_not_there_is_not_had(make_table: MakeTable, policy: Greedy | UniformProgress) -> None:
    table = make_table(4, 12)
    ended = carry_out(table, with_on_demand([False] * 12), lambda _: 0)
    assert 0 not in ended.choices
    assert ended.dollars == pytest.approx(4.0)
    assert carry_out(table, with_on_demand([True] * 12), policy.begin(table, {})).dollars == pytest.approx(1.2)
