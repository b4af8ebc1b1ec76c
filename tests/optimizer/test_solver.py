"""A solver's word is believed only as far as it is proved, with either line of PuLP and either solver."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pulp
import pytest

from costopt.errors import InfeasiblePlan, SolverFailed
from costopt.optimizer import solver as solver_module
from costopt.optimizer.solver import (
    Deadline,
    Session,
    Status,
    add_row,
    dual,
    expression,
    find_row,
    relative_gap,
    solve,
    value,
)

ROOT = Path(__file__).resolve().parents[2]


def without_highs(monkeypatch):
    monkeypatch.setattr(solver_module, "is_installed", lambda: False)


@pytest.fixture(params=["HiGHS", "CBC"])
def engine(request, monkeypatch):
    if request.param == "CBC":
        without_highs(monkeypatch)
    return request.param


def knapsack(items=3, sense=pulp.LpMaximize, *, weights=None, room=10.0):
    """Take whole items of value 1 more than their weight."""
    weights = list(range(4, 4 + items)) if weights is None else weights
    problem = pulp.LpProblem("knapsack", sense)
    taken = [problem.add_variable(f"take{i}", 0, 1, pulp.LpInteger) for i in range(len(weights))]
    problem.setObjective(expression((one, w + 1) for one, w in zip(taken, weights, strict=True)))
    add_row(problem, "room[kg]", list(zip(taken, weights, strict=True)), "<=", room)
    return problem, taken


def hard_knapsack(seed=0, items=200, rows=60):
    """Many tight rows over many integers: no solver proves the optimum within milliseconds."""
    rng = np.random.default_rng(seed)
    problem = pulp.LpProblem("hard", pulp.LpMaximize)
    taken = [problem.add_variable(f"take{i}", 0, 1, pulp.LpInteger) for i in range(items)]
    weights = rng.integers(5, 1000, (rows, items))
    worth = weights.mean(0) + rng.integers(0, 50, items)
    problem.setObjective(expression(zip(taken, worth, strict=True)))
    for row in range(rows):
        add_row(problem, f"room[{row}]", zip(taken, weights[row], strict=True), "<=", float(weights[row].sum() // 3))
    return problem, taken


def test_a_sum_of_pairs_is_what_it_says_which_lp_sum_is_not():
    problem = pulp.LpProblem("sums", pulp.LpMinimize)
    x, y = problem.add_variable("x", 2, 2), problem.add_variable("y", 3, 3)
    problem.setObjective(expression([(x, 10), (y, 100)], constant=1000))
    assert solve(problem).objective == pytest.approx(1320)


def test_two_terms_of_one_variable_add_up():
    problem = pulp.LpProblem("sums", pulp.LpMinimize)
    x = problem.add_variable("x", 2, 2)
    problem.setObjective(expression([(x, 1), (x, 10), (x, np.float64(100))]))
    assert solve(problem).objective == pytest.approx(222)


def test_an_optimum_over_integers_is_optimal_and_has_no_gap(engine):
    problem, taken = knapsack()
    found = solve(problem, gap=0.0)
    assert (found.status, found.objective) == (Status.OPTIMAL, pytest.approx(12))
    assert [value(one) for one in taken] == pytest.approx([1, 0, 1])
    if engine == "HiGHS":
        assert (found.bound, found.gap) == (pytest.approx(12), pytest.approx(0, abs=1e-9))
    else:
        assert (found.bound, found.gap) == (None, None)


def test_a_linear_optimum_is_its_own_bound(engine):
    problem = pulp.LpProblem("line", pulp.LpMinimize)
    x = problem.add_variable("x", 0)
    problem.setObjective(expression([(x, 3)], constant=1))
    add_row(problem, "floor[x]", [(x, 2)], ">=", 8)
    found = solve(problem)
    assert (found.status, found.objective, found.bound) == (Status.OPTIMAL, pytest.approx(13), pytest.approx(13))
    assert dual(problem, "floor[x]") in (pytest.approx(1.5), None if engine == "CBC" else pytest.approx(1.5))


def test_an_end_by_time_is_feasible_with_the_bound_that_was_reached():
    problem, _ = hard_knapsack()
    found = solve(problem, time_limit=0.5, gap=0.0)
    assert found.status == Status.FEASIBLE
    assert found.bound > found.objective > 0
    assert found.gap > 0
    assert problem.valid(1e-6)


def test_cbc_cut_off_by_time_says_that_it_knows_no_bound(monkeypatch):
    without_highs(monkeypatch)
    problem, _ = hard_knapsack()
    found = solve(problem, time_limit=1, gap=0.0)
    assert (found.status, found.bound, found.gap) == (Status.FEASIBLE, None, None)
    assert problem.valid(1e-6)


def test_an_end_by_time_before_any_solution_is_a_failure_not_a_number():
    problem, _ = hard_knapsack(items=400, rows=300)
    with pytest.raises(SolverFailed, match="without a solution"):
        solve(problem, time_limit=0.0)


def test_a_linear_problem_cut_off_before_it_is_feasible_is_a_failure():
    problem = pulp.LpProblem("line", pulp.LpMinimize)
    xs = [problem.add_variable(f"x{i}", 0) for i in range(300)]
    problem.setObjective(expression((x, 1.0) for x in xs))
    rng = np.random.default_rng(0)
    for row in range(300):
        add_row(problem, f"row[{row}]", zip(xs, rng.random(300), strict=True), ">=", 1.0)
    with pytest.raises(SolverFailed):
        solve(problem, time_limit=0.0)


def test_rows_have_no_price_where_integers_are_searched():
    problem, _ = knapsack()
    solve(problem)
    assert dual(problem, "room[kg]") is None


def test_contradicting_rows_are_infeasible(engine):
    problem, taken = knapsack()
    add_row(problem, "floor[all]", [(one, 1) for one in taken], ">=", 3)
    with pytest.raises(InfeasiblePlan, match="knapsack"):
        solve(problem)


def test_a_cost_that_falls_without_limit_is_a_failure():
    problem = pulp.LpProblem("open", pulp.LpMaximize)
    x = problem.add_variable("x", 0)
    problem.setObjective(expression([(x, 1)]))
    add_row(problem, "floor[x]", [(x, 1)], ">=", 1)
    with pytest.raises(SolverFailed, match="without limit"):
        solve(problem)


def test_rows_are_found_by_the_name_that_they_were_given():
    problem, _ = knapsack()
    assert find_row(problem, "room[kg]") is not None
    assert find_row(problem, "room[lb]") is None


def test_a_second_row_of_one_name_is_refused_also_where_pulp_maps_them_to_one():
    problem, taken = knapsack()
    add_row(problem, "cap[m5 eu-west-1]", [(taken[0], 1)], "<=", 1)
    with pytest.raises(ValueError, match=r"cap\[m5_eu-west-1\]"):
        add_row(problem, "cap[m5_eu-west-1]", [(taken[0], 1)], "<=", 1)


def test_an_unknown_relation_is_refused():
    problem, taken = knapsack()
    with pytest.raises(ValueError, match="relation"):
        add_row(problem, "odd", [(taken[0], 1)], "<", 1)


def test_a_variable_that_nothing_mentions_has_the_value_nearest_to_zero():
    problem, _ = knapsack()
    lonely, low = problem.add_variable("lonely", 0, 5), problem.add_variable("low", 2, 5)
    solve(problem)
    assert (value(lonely), value(low)) == (0.0, 2.0)


def test_a_session_follows_new_rows_bounds_and_costs(engine):
    problem = pulp.LpProblem("session", pulp.LpMinimize)
    x, y = problem.add_variable("x", 0, 10), problem.add_variable("y", 0, 10)
    problem.setObjective(expression([(x, 1), (y, 2)]))
    add_row(problem, "sum[1]", [(x, 1), (y, 1)], ">=", 4)
    session = Session(problem)
    assert session.solve().objective == pytest.approx(4)
    add_row(problem, "only[x]", [(x, 1)], "<=", 1)
    assert session.solve().objective == pytest.approx(7)
    y.upBound, x.upBound = 3.0, 1.0
    assert session.solve().objective == pytest.approx(7)
    y.upBound = 10.0
    x.upBound = 0.5
    assert session.solve().objective == pytest.approx(7.5)
    problem.objective = expression([(x, 1), (y, 4)], constant=3)
    assert session.solve().objective == pytest.approx(17.5)


def test_a_session_can_become_infeasible_and_recover(engine):
    problem = pulp.LpProblem("session", pulp.LpMinimize)
    x = problem.add_variable("x", 0, 10)
    problem.setObjective(expression([(x, 1)]))
    add_row(problem, "floor[x]", [(x, 1)], ">=", 4)
    session = Session(problem)
    session.solve()
    x.upBound = 3.0
    # CBC 3, which comes with PuLP 4, says "unknown" of a linear problem without solution.
    with pytest.raises(InfeasiblePlan if engine == "HiGHS" else (InfeasiblePlan, SolverFailed)):
        session.solve()
    x.upBound = 5.0
    assert session.solve().objective == pytest.approx(4)


def test_both_solvers_agree_on_random_problems(monkeypatch):
    rng = np.random.default_rng(3)
    for number in range(5):
        weights = rng.integers(3, 30, 12).tolist()
        one = solve(knapsack(weights=weights, room=60.0)[0], gap=0.0).objective
        with monkeypatch.context() as patch:
            without_highs(patch)
            other = solve(knapsack(weights=weights, room=60.0)[0], gap=0.0).objective
        assert one == pytest.approx(other), number


def test_somebody_else_in_the_process_may_use_highs_with_other_threads():
    pulp.HiGHS(msg=False, threads=2).solve(knapsack()[0])
    assert solve(knapsack()[0]).objective == pytest.approx(12)


def test_without_any_solver_it_says_what_to_install(monkeypatch):
    without_highs(monkeypatch)
    monkeypatch.setattr(pulp.COIN_CMD, "available", lambda _: False)
    with pytest.raises(SolverFailed) as failed:
        solve(knapsack()[0])
    assert "highspy" in failed.value.hint


def test_a_gap_is_relative_to_the_objective():
    assert relative_gap(100.0, 99.0) == pytest.approx(0.01)
    assert relative_gap(0.0, 0.0) == 0.0
    assert relative_gap(0.0, -1.0) == float("inf")


def test_a_deadline_passes_by_its_own_clock():
    now = [10.0]
    deadline = Deadline.after(5, clock=lambda: now[0])
    assert (deadline.left, deadline.passed) == (5.0, False)
    assert deadline.share(0.4).left == 2.0
    now[0] = 15.0
    assert (deadline.left, deadline.passed) == (0.0, True)
    assert (deadline.share(0.4).left, deadline.share(0.4).passed) == (0.0, True)
    assert (Deadline.after(None).left, Deadline.after(None).passed) == (None, False)
    assert Deadline.after(None).share(0.4).left is None


def test_solvers_write_nothing_to_the_terminal():
    """In a process of its own: HiGHS prints a banner once, below Python."""
    script = "from tests.optimizer.test_solver import knapsack, solve; solve(knapsack()[0])"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert (ended.stdout, ended.stderr) == ("", "")
