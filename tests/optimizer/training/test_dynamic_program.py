"""The programme against every branch of tiny jobs, against hand sums, and within its bounds."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costopt.optimizer.training.availability import AvailabilityModel
from costopt.optimizer.training.dynamic_program import Programme, solve
from costopt.optimizer.training.environment import join
from costopt.optimizer.training.job import Capacity, CapacityKind
from costopt.optimizer.training.planned import Planned
from costopt.optimizer.training.safety import spread_net
from costopt.optimizer.training.simulation import carry_out, omniscient_dollars
from costopt.optimizer.training.timetable import Timetable, lay_out
from tests.optimizer.training.conftest import START, MakeModel, MakeTable
from tests.oracles.deadline_tree import TinyJob

UP, DOWN = 0, 1
FIXTURES = [HealthCheck.function_scoped_fixture]


def programme(table: Timetable, model: AvailabilityModel) -> Programme:
    return solve(table, join(table, {0: model}), net=spread_net(table))


@settings(max_examples=40, suppress_health_check=FIXTURES, deadline=None)
@given(
    work=st.integers(1, 8),
    slack=st.integers(0, 4),
    restart=st.integers(0, 5),
    rework=st.integers(0, 4),
    loss=st.integers(1, 9),
    back=st.integers(1, 9),
)
def test_it_costs_what_walking_every_branch_finds(
    make_table: MakeTable,
    make_model: MakeModel,
    work: int,
    slack: int,
    restart: int,
    rework: int,
    loss: int,
    back: int,
) -> None:
    halves = Fraction(1, 2)
    ticks = -(-(work + restart) // 2) + slack
    tiny = TinyJob(
        work=work * halves,
        ticks=ticks,
        restart=restart * halves,
        rework=rework * halves,
        spot_price=Fraction(3, 10),
        on_demand_price=Fraction(1),
        loss=Fraction(loss, 10),
        back=Fraction(back, 10),
    )
    drawn = make_table(work / 2, ticks + 0.0, restart_hours=restart / 2, rework_hours=rework / 2)
    table = lay_out(drawn.job, drawn.capacities, tick_hours=1.0, units_per_tick=2)
    found = programme(table, make_model(loss / 10, back / 10))
    assert found.expected[UP] == pytest.approx(float(tiny.least(available=True)))
    assert found.expected[DOWN] == pytest.approx(float(tiny.least(available=False)))


def test_carried_out_over_all_sequences_the_policy_costs_what_it_expects(
    make_table: MakeTable, make_model: MakeModel
) -> None:
    table, loss, back = make_table(4, 7, restart_hours=0.5), 0.3, 0.4
    policy = Planned.of_one(table, {0: make_model(loss, back)})
    mean = 0.0
    for later in product((True, False), repeat=table.ticks - 1):
        there = (True, *later)
        chance = np.prod(
            [
                {(1, 0): loss, (1, 1): 1 - loss, (0, 1): back, (0, 0): 1 - back}[int(one), int(other)]
                for one, other in zip(there, later, strict=False)
            ]
        )
        available = np.column_stack([there, np.ones(table.ticks, dtype=bool)])
        mean += chance * carry_out(table, available, policy.begin(table, {})).dollars
    assert mean == pytest.approx(float(policy.programmes[0].expected[UP]))


def test_without_slack_it_is_on_demand_from_the_start(make_table: MakeTable, make_model: MakeModel) -> None:
    table = make_table(5, 6, restart_hours=1)
    policy = Planned.of_one(table, {0: make_model(0.01, 0.9)})
    ended = carry_out(table, np.ones((6, 2), dtype=bool), policy.begin(table, {}))
    assert ended.choices == (1,) * 6
    assert ended.dollars == pytest.approx(6.0)
    assert policy.programmes[0].expected == pytest.approx([6.0, 6.0])


def test_spot_that_is_always_there_costs_its_price_and_one_restart(make_table: MakeTable) -> None:
    table = make_table(5, 9, restart_hours=1)
    assert omniscient_dollars(table, np.ones((9, 2), dtype=bool)) == pytest.approx(0.3 * 6)


def test_spot_that_is_never_there_costs_on_demand(make_table: MakeTable) -> None:
    table = make_table(5, 9, restart_hours=1)
    never = np.column_stack([np.zeros(9, dtype=bool), np.ones(9, dtype=bool)])
    assert omniscient_dollars(table, never) == pytest.approx(6.0)


def test_without_restarts_every_tick_of_spot_is_worth_taking(make_table: MakeTable) -> None:
    table = make_table(4, 6)
    there = np.column_stack([[True, False, True, False, True, False], np.ones(6, dtype=bool)])
    assert omniscient_dollars(table, there) == pytest.approx(3 * 0.3 + 1.0)


@settings(max_examples=25, suppress_health_check=FIXTURES, deadline=None)
@given(loss=st.floats(0.02, 0.9), back=st.floats(0.02, 0.9), restart=st.sampled_from([0.0, 0.5, 1.0, 2.0]))
def test_its_expectation_lies_between_spot_throughout_and_on_demand(
    make_table: MakeTable, make_model: MakeModel, loss: float, back: float, restart: float
) -> None:
    table = make_table(6, 12, restart_hours=restart)
    found = programme(table, make_model(loss, back)).expected
    assert (found <= 6 + restart + 1e-9).all()
    assert (found >= 0.3 * (6 + restart) - 1e-9).all()


@pytest.mark.parametrize("slack", range(6))
def test_a_later_deadline_never_costs_more(make_table: MakeTable, make_model: MakeModel, slack: int) -> None:
    model = make_model(0.3, 0.3)
    sooner = programme(make_table(6, 7 + slack, restart_hours=1), model).expected
    later = programme(make_table(6, 8 + slack, restart_hours=1), model).expected
    assert (later <= sooner + 1e-9).all()


def test_on_demand_that_may_be_refused_leaves_a_chance_of_missing(make_table: MakeTable) -> None:
    half = Capacity(name="scarce", kind=CapacityKind.ON_DEMAND, price_per_hour=Decimal(1), obtainable=0.5)
    table = lay_out(make_table(2, 4).job, [half], tick_hours=1.0)
    refused = AvailabilityModel.independent(tick_hours=1.0, chance=0.5)
    found = solve(table, join(table, {0: refused}), net=None, miss_dollars=100.0)
    # Refused now, it must start in one of the two ticks that still leave two hours: missed where both are refused.
    assert found.chance_of_miss == pytest.approx([0.0, 0.25])
    assert found.expected == pytest.approx([2.0, 0.75 * 2 + 0.25 * 100])


def test_an_owned_block_is_used_while_it_is_open(make_table: MakeTable, make_model: MakeModel) -> None:
    block = Capacity(
        name="block",
        kind=CapacityKind.BLOCK,
        price_per_hour=Decimal(0),
        opens=START + timedelta(hours=2),
        closes=START + timedelta(hours=5),
    )
    table = make_table(4, 8, block)
    policy = Planned.of_one(table, {0: make_model(0.9, 0.02)})
    never = np.ones((8, 3), dtype=bool)
    never[:, 0] = False
    ended = carry_out(table, never, policy.begin(table, {}))
    assert ended.choices[2:5] == (2, 2, 2)
    assert ended.dollars == pytest.approx(1.0)
    assert not ended.missed


def test_of_two_pools_the_one_that_stays_is_preferred_to_one_that_comes_and_goes(
    make_table: MakeTable, make_model: MakeModel
) -> None:
    other = Capacity(name="elsewhere", kind=CapacityKind.SPOT, price_per_hour=Decimal("0.31"))
    table = make_table(6, 10, other, restart_hours=1)
    policy = Planned.of_one(table, {0: make_model(0.5, 0.5), 2: make_model(0.02, 0.5)})
    assert carry_out(table, np.ones((10, 3), dtype=bool), policy.begin(table, {})).choices[0] == 2


def test_two_pools_never_expect_more_than_one(make_table: MakeTable, make_model: MakeModel) -> None:
    other = Capacity(name="elsewhere", kind=CapacityKind.SPOT, price_per_hour=Decimal("0.4"))
    one = programme(make_table(6, 10, restart_hours=1), make_model(0.3, 0.3)).expected
    table = make_table(6, 10, other, restart_hours=1)
    both = solve(table, join(table, {0: make_model(0.3, 0.3), 2: make_model(0.3, 0.3)}), net=spread_net(table)).expected
    assert both.reshape(2, 2).max(axis=1) == pytest.approx(np.minimum(both.reshape(2, 2).max(axis=1), one))
