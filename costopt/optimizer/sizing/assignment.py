"""The choice of one option for each workload as a PuLP problem, of all options or of those that are left."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pulp

from costopt.errors import InfeasiblePlan
from costopt.optimizer.sizing.coupling import Coupling, OptionTable, rows_by
from costopt.optimizer.sizing.machines import Floats, Integers
from costopt.optimizer.solver import Solution, add_row, expression, solve, value

_POSITIVE = 1e-6
"""What counts as more than nothing in a solution, in vCPUs and shares."""


@dataclass(slots=True, kw_only=True, eq=False)
class AssignmentModel:
    """The problem with its variables; built by `build_model`."""

    problem: Any
    """PuLP problem; its objective is in dollars an hour."""
    table: OptionTable
    """The options."""
    share: list[Any]
    """1 for the options that are chosen, [options]."""
    used: list[Any]
    """1 for the families that are used, [families]; empty where their number is not limited."""
    pooled: list[Any]
    """Dollars an hour at on-demand prices that each reserved pool pays for, [pools]."""
    overflow: list[Any]
    """vCPUs above each quota, [quotas]; empty unless asked for."""

    def chosen(self) -> Integers:
        """Row of each workload's option in the last solution; of shares the largest, [workloads]."""
        shares = np.array([value(share) for share in self.share])
        order = np.lexsort((-shares, self.table.workload))
        return order[np.searchsorted(self.table.workload[order], np.arange(len(self.table.workloads)))]

    def taken(self) -> Integers:
        """Options that have a share in the last solution, [some options]."""
        return np.flatnonzero(np.array([value(share) for share in self.share]) > _POSITIVE)


def build_model(
    table: OptionTable,
    coupling: Coupling,
    *,
    split: bool = False,
    families: bool = True,
    relaxed: bool = False,
    overflow_cost: float | None = None,
) -> AssignmentModel:
    """The problem over the options of `table`.

    Args:
        table: the options to choose from.
        coupling: the limits.
        split: whether a workload may run on shares of several options.
        families: whether the number of families is limited.
        relaxed: whether a family may be used in part.
        overflow_cost: dollars an hour of a vCPU above a quota, inf where nothing else counts; None for no overflow.
    """
    problem = pulp.LpProblem("assignment", pulp.LpMinimize)
    kind = pulp.LpContinuous if split else pulp.LpInteger
    use = pulp.LpContinuous if relaxed else pulp.LpInteger
    overflows = 0 if overflow_cost is None else len(coupling.quotas)
    number = len(table.families) if families and coupling.max_families is not None else 0
    model = AssignmentModel(
        problem=problem,
        table=table,
        share=[problem.add_variable(f"share_{row}", 0, 1, kind) for row in range(len(table.workload))],
        used=[problem.add_variable(f"used_{family}", 0, 1, use) for family in range(number)],
        pooled=[problem.add_variable(f"pooled_{n}", 0, float(pool.hourly)) for n, pool in enumerate(coupling.pools)],
        overflow=[problem.add_variable(f"overflow_{quota}", 0) for quota in range(overflows)],
    )
    define_objective(model, overflow_cost)
    define_choice(model)
    define_quotas(model, coupling)
    define_pools(model, coupling)
    if model.used:
        define_families(model, coupling.max_families or 0)
    return model


def define_objective(model: AssignmentModel, overflow_cost: float | None) -> None:
    """Dollars an hour: sum_i (on_demand_i + licence_i) share_i - sum_p pooled_p + overflow_cost sum_q overflow_q.

    What pools cost is sunk and the same for every choice, so it is left out. An infinite overflow_cost leaves
    sum_q overflow_q alone, in vCPUs.
    """
    if overflow_cost == np.inf:
        model.problem.setObjective(expression((each, 1.0) for each in model.overflow))
        return
    costs = zip(model.share, model.table.hourly.tolist(), strict=True)
    over = [(each, overflow_cost or 0.0) for each in model.overflow]
    model.problem.setObjective(expression([*costs, *((pooled, -1.0) for pooled in model.pooled), *over]))


def define_choice(model: AssignmentModel) -> None:
    """choice[w]: sum_{i of w} share_i = 1, without unit."""
    for number, rows in enumerate(rows_by(model.table.workload, len(model.table.workloads))):
        add_row(model.problem, f"choice[{number}]", ((model.share[row], 1.0) for row in rows), "==", 1.0)


def define_quotas(model: AssignmentModel, coupling: Coupling) -> None:
    """quota[q]: sum_{i counted by q} vcpu_i share_i - overflow_q <= quota_q, in vCPUs.

    Where families are chosen and q counts one family f only: ... <= quota_q used_f, which is stronger.
    """
    table = model.table
    for number, quota in enumerate(coupling.quotas):
        rows = np.flatnonzero(table.in_quota[number, table.cell]).tolist()
        terms = [(model.share[row], table.vcpu[row]) for row in rows]
        terms += [(each, -1.0) for each in model.overflow[number : number + 1]]
        family = table.family_of(table.in_quota[number]) if model.used else None
        right = quota.vcpus
        if family is not None:
            terms, right = [*terms, (model.used[family], -quota.vcpus)], 0.0
        if terms:
            add_row(model.problem, f"quota[{number}]", terms, "<=", right)


def define_pools(model: AssignmentModel, coupling: Coupling) -> None:
    """pool[p]: pooled_p - sum_{i in p} on_demand_i share_i <= 0, in dollars an hour, and pooled_p <= hourly_p.

    Where families are chosen and p pays for one family f only, also open[p]: pooled_p - hourly_p used_f <= 0.
    """
    table = model.table
    for number, pool in enumerate(coupling.pools):
        rows = np.flatnonzero(table.in_pool[number, table.cell]).tolist()
        terms = [(model.share[row], -table.on_demand[row]) for row in rows]
        add_row(model.problem, f"pool[{number}]", [(model.pooled[number], 1.0), *terms], "<=", 0.0)
        family = table.family_of(table.in_pool[number]) if model.used else None
        if family is not None:
            terms = [(model.pooled[number], 1.0), (model.used[family], -float(pool.hourly))]
            add_row(model.problem, f"open[{number}]", terms, "<=", 0.0)


def define_families(model: AssignmentModel, max_families: int) -> None:
    """family[w,f]: sum_{i of w in f} share_i - used_f <= 0; families[count]: sum_f used_f <= max_families; no unit.

    A family whose every option is counted by quotas of its own is linked by those, with far fewer rows.
    """
    table = model.table
    linked = np.zeros(len(table.workload), dtype=bool)
    for cells in table.in_quota:
        if table.family_of(cells) is not None:
            linked |= cells[table.cell]
    loose = np.isin(table.family, table.family[~linked])
    pair = table.workload * len(table.families) + table.family
    for number in np.unique(pair[loose]).tolist():
        workload, family = divmod(number, len(table.families))
        rows = range(*np.searchsorted(pair, [number, number + 1]).tolist())
        terms = [(model.share[row], 1.0) for row in rows]
        add_row(model.problem, f"family[{workload},{family}]", [*terms, (model.used[family], -1.0)], "<=", 0.0)
    add_row(model.problem, "families[count]", ((used, 1.0) for used in model.used), "<=", max_families)


def solve_model(
    table: OptionTable, coupling: Coupling, *, time_limit: float | None, gap: float, split: bool = False
) -> tuple[Solution, Integers]:
    """Solve the problem over the options of `table`.

    Args:
        table: the options to choose from.
        coupling: the limits.
        time_limit: seconds; None for as long as it takes.
        gap: relative gap at which the search may end.
        split: whether a workload may run on shares of several options.

    Returns:
        The solver's solution, and the row of each workload's option (of shares the largest), [workloads].

    Raises:
        InfeasiblePlan: no choice keeps the limits; the message names those that are in the way.
        SolverFailed: there is no solution for another reason.
    """
    model = build_model(table, coupling, split=split)
    try:
        found = solve(model.problem, time_limit=time_limit, gap=gap)
    except InfeasiblePlan as error:
        raise explain_excess(table, coupling, time_limit) from error
    return found, model.chosen()


def explain_excess(table: OptionTable, coupling: Coupling, time_limit: float | None) -> InfeasiblePlan:
    """What is exceeded by how much at least, found by a problem in which quotas may be: the error to raise."""
    model = build_model(table, coupling, overflow_cost=np.inf)
    try:
        solve(model.problem, time_limit=time_limit)
    except InfeasiblePlan:
        return InfeasiblePlan(
            f"no {coupling.max_families} families can host all {len(table.workloads)} workloads",
            hint="Allow more families, or the workloads other families.",
        )
    over = [
        f"quota {quota.name!r} ({quota.vcpus:g} vCPUs) is exceeded by {np.ceil(value(each) - _POSITIVE):.0f}"
        for quota, each in zip(coupling.quotas, model.overflow, strict=True)
        if value(each) > _POSITIVE
    ]
    within = "" if coupling.max_families is None else f" with at most {coupling.max_families} families"
    return InfeasiblePlan(
        f"no choice of sizes keeps the limits{within}: at the least, {' and '.join(over)}",
        hint="Raise the quota, or allow the workloads other families.",
    )


def billed(table: OptionTable, chosen: Integers, coupling: Coupling) -> float:
    """Dollars an hour of a choice after what pools pay for; their own cost, which is sunk, is left out."""
    return float(table.hourly[chosen].sum() - pooled(table, chosen, coupling).sum())


def pooled(table: OptionTable, chosen: Integers, coupling: Coupling) -> Floats:
    """Dollars an hour at on-demand prices that each pool pays for, [pools]."""
    inside = table.in_pool[:, table.cell[chosen]] @ table.on_demand[chosen]
    return np.minimum(inside, _hourly(coupling))


def _hourly(coupling: Coupling) -> Sequence[float]:
    return [float(pool.hourly) for pool in coupling.pools]
