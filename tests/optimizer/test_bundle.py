"""The decomposition finds what one model of everything finds, and proves it."""

import numpy as np
import pulp
import pytest

from costopt.errors import InfeasiblePlan
from costopt.optimizer.bundle import Recourse, minimise
from costopt.optimizer.risk_measure import Risk
from costopt.optimizer.solver import Deadline, Status, add_row, expression, row_name, solve, value


def newsvendors(demand, price):
    """Groups of hours, each paying 1 for what is not covered; x costs `price` in every hour. [hours, items], groups."""

    def oracle(x, groups):
        gradient = np.zeros((len(groups), demand.shape[1]))
        cost = np.zeros(len(groups))
        for place, hours in enumerate(groups):
            left = demand[hours] - x
            cost[place] = left[left > 0].sum()
            gradient[place] = -(left > 0).sum(0)
        return Recourse(cost=cost, gradient=gradient)

    return oracle


def master(demand, price, *, hours=None, **problem):
    model = pulp.LpProblem(problem.get("name", "levels"), pulp.LpMinimize)
    x = [model.add_variable(f"x{i}", 0, float(top)) for i, top in enumerate(demand.max(0))]
    model.setObjective(expression((one, price * (hours or len(demand))) for one in x))
    return model, x


def example(items=3, hours=100, seed=0):
    return np.random.default_rng(seed).gamma(2.0, 3.0, (hours, items))


def split(hours, groups=4):
    return np.array_split(np.arange(hours), groups)


def minimised(demand, price, *, change=lambda model, x: None, groups=4, **options):
    model, x = master(demand, price)
    change(model, x)
    parts, oracle = split(len(demand), groups), newsvendors(demand, price)
    return minimise(model, x, lambda at: oracle(at, parts), groups, **options)


def monolith(demand, price, *, change=lambda model, x: None):
    model, x = master(demand, price)
    change(model, x)
    terms = [*model.objective.items()]
    for hour, row in enumerate(demand):
        for item, need in enumerate(row):
            left = model.add_variable(f"left_{hour}_{item}", 0)
            terms.append((left, 1.0))
            add_row(model, f"need[{hour},{item}]", [(left, 1), (x[item], 1)], ">=", need)
    model.objective = expression(terms)
    return solve(model).objective, [value(one) for one in x]


def budget(model, x):
    add_row(model, "budget[all]", [(one, 1) for one in x], "<=", 6.0)


def floor(model, x):
    add_row(model, "floor[0]", [(x[0], 1)], ">=", 11.0)


def extra_column(model, x):
    """A discount can be bought: each unit takes 40 off the first item, up to half a unit."""
    coupon = model.add_variable("coupon", 0, 0.5)
    model.objective = expression([*model.objective.items(), (coupon, -40.0)])
    add_row(model, "coupon[0]", [(coupon, 1), (x[0], -0.1)], "<=", 0)


@pytest.mark.parametrize("change", [lambda model, x: None, budget, floor, extra_column])
@pytest.mark.parametrize("groups", [1, 4, 20])
def test_it_finds_what_one_model_of_everything_finds(change, groups):
    demand = example()
    found = minimised(demand, 0.4, change=change, groups=groups, tolerance=1e-8)
    cost, _ = monolith(demand, 0.4, change=change)
    assert found.status == Status.OPTIMAL
    assert found.cost == pytest.approx(cost, rel=1e-7)
    assert found.bound <= found.cost
    assert found.gap <= 1e-8


def test_the_level_of_one_item_is_the_quantile_of_its_demand():
    demand = example(items=1, hours=101)
    found = minimised(demand, 0.37, tolerance=1e-9)
    assert found.x[0] == pytest.approx(np.sort(demand[:, 0])[int(101 * 0.63)])


def test_a_good_start_leads_to_the_same_answer_as_none():
    demand = example()
    start = np.quantile(demand, 0.6, axis=0)
    assert minimised(demand, 0.4, start=start).cost == pytest.approx(minimised(demand, 0.4).cost, rel=2e-4)


def test_a_start_that_breaks_the_rows_is_not_the_answer():
    demand = example()
    found = minimised(demand, 0.4, change=budget, start=demand.max(0), tolerance=1e-8)
    assert found.x.sum() <= 6.0 + 1e-6
    assert found.cost == pytest.approx(monolith(demand, 0.4, change=budget)[0], rel=1e-7)


def test_a_row_that_binds_says_what_a_unit_more_would_save():
    demand = example(hours=400)
    found = minimised(demand, 0.4, change=budget, tolerance=1e-9)
    price = found.duals[row_name("budget[all]")]

    def wider(model, x):
        add_row(model, "budget[all]", [(one, 1) for one in x], "<=", 6.01)

    assert found.cost + 0.01 * price == pytest.approx(
        minimised(demand, 0.4, change=wider, tolerance=1e-9).cost, rel=1e-5
    )


def test_columns_that_are_watched_come_with_the_optimum():
    demand = example()
    model, x = master(demand, 0.4)
    extra_column(model, x)
    coupon = next(one for one in model.variables() if one.name == "coupon")
    parts, oracle = split(len(demand)), newsvendors(demand, 0.4)
    found = minimise(model, x, lambda at: oracle(at, parts), 4, watched=[coupon], tolerance=1e-8)
    assert found.extra["coupon"] == pytest.approx(min(0.5, 0.1 * found.x[0]))


def test_what_no_x_keeps_is_infeasible():
    def contradiction(model, x):
        budget(model, x)
        floor(model, x)

    with pytest.raises(InfeasiblePlan):
        minimised(example(), 0.4, change=contradiction)


def test_the_end_of_time_leaves_the_best_yet_and_a_bound_that_holds():
    demand = example(items=10, hours=300)
    clock = iter(range(1000))
    found = minimised(demand, 0.4, tolerance=1e-9, deadline=Deadline.after(4, clock=lambda: float(next(clock))))
    optimum = minimised(demand, 0.4, tolerance=1e-9).cost
    assert found.status == Status.FEASIBLE
    assert found.iterations == 4
    assert found.bound <= optimum <= found.cost
    assert found.gap == pytest.approx((found.cost - found.bound) / found.cost)


def test_a_height_below_the_cost_widens_the_gap_and_is_never_hidden():
    demand = example()
    parts, oracle = split(len(demand)), newsvendors(demand, 0.4)

    def loose(x):
        exact = oracle(x, parts)
        return Recourse(cost=exact.cost, gradient=exact.gradient, bound=exact.cost * 0.99)

    model, x = master(demand, 0.4)
    found = minimise(model, x, loose, 4, most_iterations=40)
    assert found.status == Status.FEASIBLE
    assert found.bound < monolith(demand, 0.4)[0] <= found.cost * (1 + 1e-9)


def test_the_same_question_has_the_same_answer():
    one, other = minimised(example(items=6), 0.4), minimised(example(items=6), 0.4)
    assert (one.cost, one.bound, one.iterations, one.x.tolist()) == (
        other.cost,
        other.bound,
        other.iterations,
        other.x.tolist(),
    )


def test_no_demand_at_all_costs_nothing():
    found = minimised(np.zeros((10, 2)), 0.4)
    assert (found.status, found.cost, found.gap) == (Status.OPTIMAL, 0.0, 0.0)


def test_a_variable_without_an_upper_bound_is_refused():
    model = pulp.LpProblem("open", pulp.LpMinimize)
    x = model.add_variable("x", 0)
    model.setObjective(expression([(x, 1)]))
    with pytest.raises(ValueError, match="finite bounds"):
        minimise(model, [x], lambda at: Recourse(cost=np.zeros(1), gradient=np.zeros((1, 1))), 1)


def scenarios(demand, count, weight, tail=0.5):
    """Each part of the hours is one future; a future pays for its own hours and for all of x."""
    parts = split(len(demand), count)
    on_demand = np.array([demand[part].sum() for part in parts])
    risk = Risk(
        scenario=np.arange(count), probability=np.full(count, 1 / count), on_demand=on_demand, weight=weight, tail=tail
    )
    model, x = master(demand, 0.4, hours=len(demand) // count)
    oracle = newsvendors(demand, 0.4)
    return model, x, lambda at: oracle(at, parts), risk


@pytest.mark.parametrize("weight", [0.0, 0.3, 0.9])
def test_risk_is_minimised_as_brute_force_says(weight):
    demand = example(items=1, hours=80) * np.repeat([0.2, 0.7, 1.0, 1.8], 20)[:, None]
    model, x, oracle, risk = scenarios(demand, 4, weight)
    found = minimise(model, x, oracle, 4, risk=risk, tolerance=1e-8)
    levels = np.unique(demand)
    costs = [risk.cost(20 * 0.4 * level, oracle(np.array([level])).cost) for level in levels]
    assert found.cost == pytest.approx(min(costs), rel=1e-6)


def test_who_fears_losses_commits_to_less_not_to_more():
    demand = example(items=1, hours=80) * np.repeat([0.2, 0.7, 1.0, 1.8], 20)[:, None]
    levels = []
    for weight in (0.0, 0.9):
        model, x, oracle, risk = scenarios(demand, 4, weight)
        levels.append(minimise(model, x, oracle, 4, risk=risk, tolerance=1e-8).x[0])
    assert levels[1] < levels[0]


def test_the_dust_that_floats_leave_where_all_is_paid_for_is_no_cost():
    demand = np.full((10, 1), 1e-16)
    model = pulp.LpProblem("levels", pulp.LpMinimize)
    x = [model.add_variable("x0", 0, 5.0)]
    model.setObjective(expression([(x[0], 6.0)]))
    parts, oracle = split(10), newsvendors(demand, 0.6)
    found = minimise(model, x, lambda at: oracle(at, parts), 4)
    assert found.x.tolist() == [0.0]
    assert found.cost == pytest.approx(0, abs=1e-9)
    assert found.bound <= found.cost
