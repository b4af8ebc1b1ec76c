"""The one place that builds expressions and runs a solver.

With `highs.py` it hides what differs between PuLP 3.3 and 4. CBC takes the place of HiGHS where highspy is not there.

PuLP's word "Optimal" also stands for "the time is over" and its variables keep values that no solver stands behind.
Here a solution has the status that it was proved to have, or there is none.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pulp

from costopt.errors import InfeasiblePlan, SolverFailed
from costopt.optimizer.highs import HandoverHiGHS, is_installed

DEFAULT_GAP = 1e-4
"""Relative gap at which a search over integers ends, HiGHS's own default.
Source: https://ergo-code.github.io/HiGHS/stable/options/definitions/#option-mip-rel-gap."""

_TOLERANCE = 1e-6
"""What a row may be missed by before CBC's unproved answer is not one: its own primal tolerance is 1e-7."""

Terms = Iterable[tuple[Any, float]]
"""Pairs of a PuLP variable and its coefficient."""


class Status(StrEnum):
    """What is known of a solution."""

    OPTIMAL = "optimal"
    """Proved to be within the gap that was asked for."""
    FEASIBLE = "feasible"
    """Keeps every row; how far from the optimum it is says the gap, if a bound is known at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """What a solver found. The values are in the problem's variables; see `value` and `dual`."""

    status: Status
    """What was proved."""
    objective: float
    """Value of the objective, in its units."""
    bound: float | None
    """What no solution can better; None where the solver does not say, as CBC for integers."""

    @property
    def gap(self) -> float | None:
        """Distance to the bound over the objective, at least 0; None where no bound is known."""
        return None if self.bound is None else relative_gap(self.objective, self.bound)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A moment after which nothing new is begun. Only durations are measured: no answer depends on the date."""

    end: float | None
    """By the clock; None for never."""
    clock: Callable[[], float] = time.monotonic
    """Seconds that only grow."""

    @classmethod
    def after(cls, seconds: float | None, clock: Callable[[], float] = time.monotonic) -> "Deadline":
        """A deadline so many seconds from now; None for never."""
        return cls(end=None if seconds is None else clock() + seconds, clock=clock)

    @property
    def left(self) -> float | None:
        """Seconds left, at least 0; None for no limit."""
        return None if self.end is None else max(0.0, self.end - self.clock())

    @property
    def passed(self) -> bool:
        """Whether the time is over."""
        return self.left == 0.0

    def share(self, fraction: float) -> "Deadline":
        """The deadline of a step that may take a fraction (0..1) of what is left."""
        left = self.left
        return self if left is None else Deadline(end=self.clock() + left * fraction, clock=self.clock)


NEVER = Deadline(end=None)
"""For work that takes what it takes."""


def relative_gap(objective: float, bound: float) -> float:
    """Distance between an objective and its bound over the objective; inf where only the objective is 0."""
    distance = abs(objective - bound)
    if distance <= np.finfo(float).eps * abs(objective):
        return 0.0
    return distance / abs(objective) if objective else float("inf")


def expression(terms: Terms, constant: float = 0.0) -> Any:
    """A linear expression.

    `pulp.lpSum` of pairs silently gives the sum of variables and coefficients, and PuLP 3.3 keeps only the last of two
    terms of one variable: neither can happen here.
    """
    pairs = [(variable, float(coefficient)) for variable, coefficient in terms]
    if hasattr(pulp.LpAffineExpression, "from_list"):
        return pulp.LpAffineExpression.from_list(pairs, constant=constant)
    made = pulp.LpAffineExpression(pairs, constant=constant)
    if len(made) < len(pairs):
        made = pulp.LpAffineExpression(constant=constant)
        for variable, coefficient in pairs:
            made.addterm(variable, coefficient)
    return made


def add_row(problem: Any, name: str, terms: Terms, relation: str, right: float) -> None:
    """Add a row under a name that must be new; PuLP writes `_` for each of `-+[] ` in it.

    Args:
        problem: A PuLP problem that owns the variables.
        name: Name by index, such as `budget[upfront]`.
        terms: Left side.
        relation: `<=`, `>=` or `==`.
        right: Right side, in the units of the left.

    Raises:
        ValueError: there is such a row, or no such relation.
    """
    if find_row(problem, name) is not None:
        raise ValueError(f"two rows are named {name}")
    left, right = expression(terms), float(right)
    match relation:
        case "<=":
            problem.addConstraint(left <= right, name)
        case ">=":
            problem.addConstraint(left >= right, name)
        case "==":
            problem.addConstraint(left == right, name)
        case _:
            raise ValueError(f"row {name} has the relation {relation!r}: <=, >= and == are known")


def row_name(name: str) -> str:
    """How PuLP writes the name of a row."""
    return str(name.translate(pulp.LpAffineExpression.trans))


def find_row(problem: Any, name: str) -> Any:
    """The row of that name as it was given, None where there is none."""
    mapped = row_name(name)
    if hasattr(problem, "get_constraint_by_name"):
        return problem.get_constraint_by_name(mapped)
    found = problem.toRustModel().get_constraint_by_name(mapped)
    return None if found is None else pulp.LpConstraint(found)


def rows_of(problem: Any) -> Sequence[Any]:
    """All rows, in the order in which they were added."""
    rows: Sequence[Any] = problem.constraints()
    return rows


def value(variable: Any) -> float:
    """Value of a variable in the last solution; the nearest to 0 where no row and no objective knows it."""
    found = variable.value()
    if found is not None:
        return float(found)
    low, high = variable.lowBound, variable.upBound
    return float(np.clip(0.0, -np.inf if low is None else low, np.inf if high is None else high))


def dual(problem: Any, name: str) -> float | None:
    """By how much the objective grows for a unit more on the right side of a row: 0 where the row does not bind.

    None where prices mean nothing (integers) or cannot be relied upon (`_prices_rows`).
    """
    row = find_row(problem, name)
    return float(row.pi) if row is not None and row.pi is not None and _prices_rows(problem) else None


def solve(problem: Any, *, time_limit: float | None = None, gap: float = DEFAULT_GAP) -> Solution:
    """Solve a problem once.

    Args:
        problem: A PuLP problem; its variables then hold the solution.
        time_limit: Seconds; None for as long as it takes.
        gap: Relative gap at which a search over integers may end.

    Raises:
        InfeasiblePlan: it is proved that nothing keeps all rows.
        SolverFailed: there is no solution for another reason.
    """
    return Session(problem, gap=gap).solve(time_limit=time_limit)


class Session:
    """A problem that is solved many times while rows are added and bounds of variables and costs change.

    HiGHS goes on from its last basis and is told only what changed, so a master problem of a thousand rows costs
    milliseconds again. A row that was handed over is not read again: its coefficients and its right side must stay, and
    no new variable may appear in a later one.
    """

    def __init__(self, problem: Any, *, gap: float = DEFAULT_GAP) -> None:
        self.problem = problem
        self._solver: Any = HandoverHiGHS(gap) if is_installed() else _find_cbc(gap)

    def solve(self, *, time_limit: float | None = None) -> Solution:
        """Solve the problem as it is now; raises what `solve` raises."""
        self._solver.timeLimit = time_limit
        self.problem.solve(self._solver)
        return _judge(self.problem, self._solver)


def _find_cbc(gap: float) -> Any:
    """CBC, from where PuLP knows it: the package cbcbox or the path, or PuLP 3.3's own copy."""
    solver = pulp.COIN_CMD(msg=False, gapRel=gap, threads=1)
    if not solver.available() and hasattr(pulp, "PULP_CBC_CMD"):
        solver = pulp.COIN_CMD(msg=False, gapRel=gap, threads=1, path=pulp.PULP_CBC_CMD.pulp_cbc_path)
    if not solver.available():
        raise SolverFailed("neither HiGHS nor CBC is installed", hint="pip install highspy")
    return solver


def _prices_rows(problem: Any) -> bool:
    """Whether the last solver's duals mean something: not of integers, and CBC 3, which comes with PuLP 4, writes 0."""
    if isinstance(problem.solver, HandoverHiGHS):
        return not problem.solver.searches
    return hasattr(pulp, "PULP_CBC_CMD") and not problem.isMIP()


def _judge(problem: Any, solver: Any) -> Solution:
    """What PuLP's two codes and the solver's own information prove."""
    code = problem.sol_status
    if code == pulp.LpSolutionInfeasible or problem.status == pulp.LpStatusInfeasible:
        raise InfeasiblePlan(
            f"{problem.name}: no solution keeps every row", hint="Relax or drop one of the requirements."
        )
    if code == pulp.LpSolutionUnbounded:
        raise SolverFailed(f"{problem.name}: costs fall without limit, so a row or a bound is missing")
    if code not in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible) or not _holds(problem, solver):
        raise SolverFailed(
            f"{problem.name}: the solver ended without a solution ({pulp.LpStatus[problem.status]})",
            hint="Give it more time.",
        )
    objective = float(pulp.value(problem.objective))
    proved = code == pulp.LpSolutionOptimal
    return Solution(
        status=Status.OPTIMAL if proved else Status.FEASIBLE,
        objective=objective,
        bound=solver.bound(problem) if isinstance(solver, HandoverHiGHS) else _cbc_bound(problem, objective, proved),
    )


def _holds(problem: Any, solver: Any) -> bool:
    """Whether the values keep all rows: what a solver last looked at when its time was over may not."""
    if isinstance(solver, HandoverHiGHS):
        return solver.feasible
    return problem.sol_status == pulp.LpSolutionOptimal or bool(problem.valid(_TOLERANCE))


def _cbc_bound(problem: Any, objective: float, proved: bool) -> float | None:  # noqa: FBT001 - one caller
    return objective if proved and not problem.isMIP() else None
