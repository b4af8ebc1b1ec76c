"""Where the provider's order is provably the cheapest use of what is owned, it costs what a linear programme says.

One plan table: each hour is a fractional knapsack, filled by the highest saving. Instance plans before Compute plans:
by exchange, where the items of a family are alike.
"""

from collections.abc import Sequence

import numpy as np
import pulp
import pytest

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Holding
from costopt.economics.instruments import InstrumentKind as Kind
from costopt.economics.simulator.settlement import settle
from tests.oracles.hourly_estate import demand, holding, item

HOURS = 4


def least_on_demand(usage: HourlyDemand, owned: Sequence[Holding], hour: int) -> float:
    """Smallest sum of dollars on demand in one hour, however the commitments are applied."""
    problem = pulp.LpProblem("hour", pulp.LpMinimize)
    arcs = {
        (who, what): problem.add_variable(f"y_{who}_{what}", 0)
        for who, one in enumerate(owned)
        for what in np.flatnonzero(one.instrument.covers)
    }
    dollars = usage.dollars[hour]
    problem += pulp.lpSum([-1 * arc for arc in arcs.values()])
    for what in range(len(usage.items)):
        problem += pulp.lpSum([arc for (_, column), arc in arcs.items() if column == what]) <= dollars[what]
    for who, one in enumerate(owned):
        takes = [float(one.instrument.take[what]) * arc for (row, what), arc in arcs.items() if row == who]
        problem += pulp.lpSum(takes) <= float(one.quantity)
    problem.solve(pulp.HiGHS(msg=False))
    assert problem.sol_status == pulp.LpSolutionOptimal
    return float(dollars.sum() + pulp.value(problem.objective))


def assert_optimal(usage: HourlyDemand, owned: Sequence[Holding]) -> None:
    settled = settle(usage, owned).on_demand.sum(axis=1)
    expected = [least_on_demand(usage, owned, hour) for hour in range(usage.hours)]
    np.testing.assert_allclose(settled, expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_one_compute_plan_is_used_as_well_as_can_be(seed: int) -> None:
    random = np.random.default_rng(seed)
    items = [item(family, variant=system) for family in ("m5", "c5", "r5") for system in ("linux", "windows")]
    usage = demand({one: random.lognormal(0, 1, HOURS) for one in items})
    take = dict(zip(items, random.uniform(0.4, 0.9, len(items)), strict=True))
    assert_optimal(usage, [holding(Kind.COMPUTE_SP, random.uniform(0, 6), take, usage)])


@pytest.mark.parametrize("seed", range(5))
def test_instance_plans_before_compute_plans_is_as_good_as_any_order_where_families_are_alike(seed: int) -> None:
    random = np.random.default_rng(seed)
    items = [item(family) for family in ("m5", "c5", "r5", "m7g")]
    usage = demand({one: random.lognormal(0, 1, HOURS) for one in items})
    take = dict(zip(items, random.uniform(0.65, 0.8, len(items)), strict=True))
    plans = [
        holding(Kind.EC2_INSTANCE_SP, random.uniform(0, 1), {one: take[one] - 0.1}, usage, name=one.family)
        for one in items[:3]
    ]
    assert_optimal(usage, [*plans, holding(Kind.COMPUTE_SP, random.uniform(0, 2), take, usage)])


def test_two_plan_tables_in_one_pool_need_not_be_used_as_well_as_can_be() -> None:
    """The provider takes the deepest saving first, though the other item needs that plan more."""
    linux, windows = item("m5"), item("m5", variant="windows")
    usage = demand({linux: 1.0, windows: 1.0})
    three_years = holding(Kind.COMPUTE_SP, 0.4, {linux: 0.4, windows: 0.5}, usage, name="3y")
    one_year = holding(Kind.COMPUTE_SP, 0.7, {linux: 0.7, windows: 0.95}, usage, name="1y")
    settled = settle(usage, [three_years, one_year]).on_demand.sum()
    assert settled == pytest.approx(1 - 0.7 / 0.95)
    assert least_on_demand(usage, [three_years, one_year], 0) == pytest.approx(0.2)
