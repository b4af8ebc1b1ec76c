"""What shared limits cost at the margin when workloads may be split: a linear problem solved with few of its columns.

Only the quotas and pools tie workloads together, so nearly all of them take one option whole. The problem is solved
over the options that were best at some prices so far, and others are brought in until none would better it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from costopt.errors import InfeasiblePlan
from costopt.optimizer.sizing.assignment import AssignmentModel, build_model, explain_excess
from costopt.optimizer.sizing.coupling import Coupling, OptionTable
from costopt.optimizer.sizing.machines import Floats, Integers
from costopt.optimizer.solver import Deadline, dual, solve

_MOST_ROUNDS = 40

_TOLERANCE = 1e-6
"""Relative difference of the restricted problem and its bound at which no option is missing."""

_NEAR = 0.02
"""Relative difference to its workload's cheapest option up to which an option is kept from round to round."""

_OVERFLOW_FACTOR = 10.0
"""Toll on a vCPU above a quota, over the dearest option of any workload: far more than any quota is worth."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prices:
    """What the shared limits cost at the margin."""

    toll: Floats
    """Dollars an hour of a vCPU under each quota, at least 0, [quotas]."""
    rebate: Floats
    """Part of an on-demand dollar in each pool that is paid for already, 0..1, [pools]."""

    @classmethod
    def free(cls, coupling: Coupling) -> "Prices":
        """No quota binds, and pools pay for everything."""
        return cls(toll=np.zeros(len(coupling.quotas)), rebate=np.ones(len(coupling.pools)))

    def of_options(self, table: OptionTable) -> Floats:
        """Dollars an hour of each option at these prices, [options]."""
        toll, rebate = self.toll @ table.in_quota, self.rebate @ table.in_pool
        return table.on_demand * (1 - rebate[table.cell]) + table.licence + table.vcpu * toll[table.cell]

    def constant(self, coupling: Coupling) -> float:
        """What is added to the sum over workloads to make it a bound, in dollars an hour."""
        quotas = np.array([quota.vcpus for quota in coupling.quotas])
        pools = np.array([float(pool.hourly) for pool in coupling.pools])
        return float(-(self.toll @ quotas) - (1 - self.rebate) @ pools)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relaxed:
    """The problem with workloads split, among the options given."""

    prices: Prices
    """Of the limits."""
    bound: float
    """Dollars an hour that no choice from these options betters."""
    rows: Integers
    """Options that it takes a share of, sorted."""


def price_limits(table: OptionTable, coupling: Coupling, start: Prices, deadline: Deadline) -> Relaxed:
    """Prices of quotas and pools at the optimum with workloads split; the number of families is not looked at.

    Args:
        table: options to choose from; each workload has one.
        coupling: the limits.
        start: prices to begin with.
        deadline: when to end with the best prices so far.
    """
    costs = start.of_options(table)
    cheapest = rows = cheapest_rows(table, costs)
    if not coupling.quotas and not coupling.pools:
        return Relaxed(prices=start, bound=float(table.hourly[rows].sum()), rows=rows)
    overflow = _OVERFLOW_FACTOR * float(table.hourly.max())
    rows = np.flatnonzero(costs <= costs[cheapest][table.workload] * (1 + _NEAR))
    best, bound, taken = start, -np.inf, cheapest
    for _ in range(_MOST_ROUNDS):
        restricted = build_model(table.only(rows), coupling, split=True, families=False, overflow_cost=overflow)
        reached = solve(restricted.problem).objective
        taken = rows[restricted.taken()]
        prices = read_prices(restricted, coupling)
        costs = prices.of_options(table)
        cheapest = cheapest_rows(table, costs)
        proved = prices.constant(coupling) + float(costs[cheapest].sum())
        if proved > bound:
            bound, best = proved, prices
        if reached - bound <= _TOLERANCE * abs(reached) or deadline.passed:
            break
        # What lies far above its workload's cheapest at these prices is forgotten: the problem stays small.
        near = costs[rows] <= costs[cheapest][table.workload[rows]] * (1 + _NEAR)
        rows = np.union1d(np.union1d(rows[near], taken), cheapest)
    return Relaxed(prices=best, bound=bound, rows=taken)


def relax_all(table: OptionTable, coupling: Coupling) -> Prices:
    """Prices at the optimum with workloads split and families used in part: the plain linear relaxation.

    Raises:
        InfeasiblePlan: not even that keeps the limits; the message names those that are in the way.
    """
    model = build_model(table, coupling, split=True, relaxed=True)
    try:
        solve(model.problem)
    except InfeasiblePlan as error:
        raise explain_excess(table, coupling, None) from error
    return read_prices(model, coupling)


def read_prices(model: AssignmentModel, coupling: Coupling) -> Prices:
    """Prices of the limits in the solution of a linear problem."""
    toll = [-_dual(model.problem, f"quota[{number}]") for number in range(len(coupling.quotas))]
    rebate = [-_dual(model.problem, f"pool[{number}]") for number in range(len(coupling.pools))]
    return Prices(toll=np.maximum(toll, 0.0), rebate=np.clip(rebate, 0.0, 1.0))


def cheapest_rows(table: OptionTable, costs: Floats) -> Integers:
    """Row of each workload's cheapest option at `costs` [options], [workloads]."""
    order = np.lexsort((costs, table.workload))
    first = np.searchsorted(table.workload[order], np.arange(len(table.workloads)))
    return order[first]


def _dual(problem: Any, name: str) -> float:
    """0 for a row that is not there, or whose price the solver did not tell."""
    return dual(problem, name) or 0.0
