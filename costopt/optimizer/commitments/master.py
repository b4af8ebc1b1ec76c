"""The master problem of a portfolio in PuLP, and why it may have no solution."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pulp
from numpy.typing import NDArray

from costopt.errors import InfeasiblePlan
from costopt.optimizer.commitments.limits import Limit
from costopt.optimizer.commitments.options import Option
from costopt.optimizer.solver import add_row, expression, solve, value

Vector = NDArray[np.float64]


def build_master(
    options: Sequence[Option], limits: Sequence[Limit], most: Vector, least: Vector | None = None
) -> tuple[Any, list[Any]]:
    """The PuLP problem of purchases and limits, without what hours cost.

    Args:
        options: What may be bought.
        limits: What must be kept.
        most: Largest quantity of each option, in units, [options].
        least: Smallest one; None for none.

    Returns:
        The problem, and the quantity of each option, in units, [options].
    """
    problem = pulp.LpProblem("commitments", pulp.LpMinimize)
    quantities = define_quantities(problem, most, least)
    define_cost(problem, options, quantities)
    define_rows(problem, limits, quantities)
    return problem, quantities


def define_quantities(problem: Any, most: Vector, least: Vector | None = None) -> list[Any]:
    """least_k <= x_k <= most_k, in units of the option's instrument; from 0 where no least is given."""
    ranges = zip(np.zeros_like(most) if least is None else least, most, strict=True)
    return [
        problem.add_variable(f"quantity_{place}", float(low), float(high)) for place, (low, high) in enumerate(ranges)
    ]


def define_cost(problem: Any, options: Sequence[Option], quantities: Sequence[Any]) -> None:
    """Objective: sum_k cost_k hours_k x_k, effective dollars within the hours of the demand."""
    costs = (option.unit_cost for option in options)
    problem.setObjective(expression(zip(quantities, costs, strict=True)))


def define_rows(problem: Any, limits: Sequence[Limit], quantities: Sequence[Any]) -> None:
    """Each `Limit` as it says: weights . x <= or >= right, in the limit's unit, named like the limit."""
    for limit in limits:
        if limit.weights.any():
            terms = [(quantities[place], limit.weights[place]) for place in np.flatnonzero(limit.weights).tolist()]
            add_row(problem, limit.name, terms, limit.relation, limit.right)


def check_limits(limits: Sequence[Limit], most: Vector) -> None:
    """Refuse limits that no quantities keep, by name.

    The rows are relaxed, each by a share of its right side, and the least sum of shares is sought: limits that even
    then are not kept are those in conflict.

    Raises:
        InfeasiblePlan: naming the limits and by how much they are missed.
    """
    problem = pulp.LpProblem("conflict", pulp.LpMinimize)
    quantities = define_quantities(problem, most)
    misses = []
    for place, limit in enumerate(limits):
        miss = problem.add_variable(f"miss_{place}", 0)
        scale = max(1e-6, abs(limit.right)) * (1 if limit.relation == ">=" else -1)
        terms = [(quantities[one], limit.weights[one]) for one in np.flatnonzero(limit.weights).tolist()]
        add_row(problem, limit.name, [*terms, (miss, scale)], limit.relation, limit.right)
        misses.append((miss, 1.0))
    if not misses:
        return
    problem.setObjective(expression(misses))
    solve(problem)
    broken = [limit for limit, (miss, _) in zip(limits, misses, strict=True) if value(miss) > 1e-7]
    if broken:
        raise InfeasiblePlan(_conflict(broken, limits, np.array([value(one) for one in quantities])), hint=_HINT)


_HINT = "Lower the floor, raise the cap or the budget, or offer more commitments of that family."


def _conflict(broken: Sequence[Limit], limits: Sequence[Limit], quantities: Vector) -> str:
    said = [f"{one.name} is missed by {one.missing(quantities):.6g} {one.unit}" for one in broken]
    tight = [one.name for one in limits if one not in broken and _binds(one, quantities)]
    beside = (
        f", while {', '.join(tight)} must be kept"
        if tight
        else ", as no offer counts towards it or none is large enough"
    )
    return f"no purchases keep every limit: {'; '.join(said)}{beside}"


def _binds(limit: Limit, quantities: Vector) -> bool:
    return bool(
        limit.weights.any() and np.isclose(float(limit.weights @ quantities), limit.right, rtol=1e-6, atol=1e-9)
    )
