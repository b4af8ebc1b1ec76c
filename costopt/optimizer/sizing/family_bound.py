"""What an estate costs at least when only some families may be used, and which families cannot be among them.

With its limits priced (a toll on the vCPUs of a quota, a rebate on the dollars of a pool), an estate falls apart into
workloads that each take their cheapest option among the families in use: a p-median problem over a few dozen families,
however many workloads there are. Its cost is convex in the families used, so it is pushed up by cuts (Benders) until
the master's choice is the true one. Any prices give a valid bound; those of the linear relaxation give a good one.
Source: Fischetti, Ljubic and Sinnl, Redesigning Benders decomposition for large-scale facility location, Management
Science 63, 2017.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pulp

from costopt.errors import InfeasiblePlan
from costopt.optimizer.sizing.coupling import Coupling, OptionTable
from costopt.optimizer.sizing.limit_prices import Prices
from costopt.optimizer.sizing.machines import Flags, Floats, Integers
from costopt.optimizer.solver import Session, add_row, expression, value

_GROUPS = 16
"""Groups of workloads with a cut of their own in each step: it saves most of the steps that one cut for all takes."""

_ALMOST = 1e-6
"""A sum of shares that counts as whole, within what the solver keeps rows to."""

_TOLERANCE = 1e-5
"""Relative gap of the master and the true cost at which cutting ends."""

_MOST_STEPS = 60


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FamilyBound:
    """What is proved at some prices."""

    bound: float
    """Dollars an hour that no choice of families and options betters."""
    used: Flags
    """The families that cost least at these prices, [families]."""
    with_family: Floats
    """Bound for a choice that uses each family; inf where it cannot, [families]."""


def bound_families(table: OptionTable, coupling: Coupling, prices: Prices) -> FamilyBound:
    """Bound the cost of any choice under the limits.

    Args:
        table: options of all workloads.
        coupling: limits, of which one is on the number of families.
        prices: of the limits, from anywhere.

    Raises:
        InfeasiblePlan: so few families cannot host all workloads.
    """
    costs = _Costs(by_family(table, prices))
    constant, own = _constants(table, coupling, prices)
    problem = pulp.LpProblem("families", pulp.LpMinimize)
    used = [problem.add_variable(f"used_{family}", 0, 1) for family in range(len(table.families))]
    theta = [problem.add_variable(f"theta_{group}", float(least)) for group, least in enumerate(costs.least)]
    problem.setObjective(
        expression([*zip(used, own.tolist(), strict=True), *((each, 1.0) for each in theta)], constant)
    )
    define_count(problem, used, coupling.max_families or len(used))
    define_hosts(problem, used, table)
    cuts = 0
    session = Session(problem)
    for _ in range(_MOST_STEPS):
        bound = session.solve().objective
        share = np.clip([value(one) for one in used], 0.0, 1.0)
        height, slopes = costs.tangent(share)
        reached = constant + own @ share + float((height + slopes @ share).sum())
        if reached - bound <= _TOLERANCE * abs(reached):
            break
        for group in range(_GROUPS):
            define_family_cut(problem, cuts, theta[group], used, float(height[group]), slopes[group])
            cuts += 1
    return FamilyBound(bound=bound, used=share > 0.5, with_family=_with_each(session, used))


def by_family(table: OptionTable, prices: Prices) -> Floats:
    """Cheapest option of each workload in each family, dollars an hour at these prices, [workloads, families].

    Infinite where a workload has none.
    """
    cheapest = np.full((len(table.workloads), len(table.families)), np.inf)
    np.minimum.at(cheapest, (table.workload, table.family), prices.of_options(table))
    return cheapest


def define_count(problem: Any, used: list[Any], max_families: int) -> None:
    """families[count]: sum_f used_f <= max_families, without unit."""
    add_row(problem, "families[count]", ((one, 1.0) for one in used), "<=", max_families)


def define_hosts(problem: Any, used: list[Any], table: OptionTable) -> None:
    """hosts[k]: sum_{f that can host w} used_f >= 1, once for all workloads w that the same families can host."""
    hosts = np.zeros((len(table.workloads), len(used)), dtype=bool)
    hosts[table.workload, table.family] = True
    for number, row in enumerate(np.unique(hosts, axis=0)):
        add_row(problem, f"hosts[{number}]", ((used[family], 1.0) for family in np.flatnonzero(row)), ">=", 1.0)


def define_family_cut(problem: Any, number: int, theta: Any, used: list[Any], height: float, slope: Floats) -> None:
    """cut[n]: theta_g >= height + sum_f slope_f used_f, in dollars an hour; slopes are savings, at most 0."""
    steep = np.flatnonzero(slope)
    terms = [(theta, 1.0), *((used[family], -float(slope[family])) for family in steep)]
    add_row(problem, f"cut[{number}]", terms, ">=", height)


def _constants(table: OptionTable, coupling: Coupling, prices: Prices) -> tuple[float, Floats]:
    """What limits at these prices take off the cost: in any case, and for each family in use, [families]."""
    constant, own = 0.0, np.zeros(len(table.families))
    taken = [
        (cells, price * quota.vcpus)
        for cells, price, quota in zip(table.in_quota, prices.toll, coupling.quotas, strict=True)
    ]
    taken += [
        (cells, (1 - price) * float(pool.hourly))
        for cells, price, pool in zip(table.in_pool, prices.rebate, coupling.pools, strict=True)
    ]
    for cells, amount in taken:
        family = table.family_of(cells)
        if family is None:
            constant -= amount
        else:
            own[family] -= amount
    return constant, own


def _with_each(session: Session, used: list[Any]) -> Floats:
    """Bound where each family in turn must be used, [families]."""
    bounds = []
    for one in used:
        one.lowBound = 1.0
        try:
            bounds.append(session.solve().objective)
        except InfeasiblePlan:
            bounds.append(np.inf)
        one.lowBound = 0.0
    return np.array(bounds)


class _Costs:
    """The workloads' costs by family, in the form in which cuts are cheap."""

    def __init__(self, cheapest: Floats) -> None:
        self._cheapest = cheapest
        self._order: Integers = np.argsort(cheapest, axis=1, kind="stable")
        self._group = np.arange(len(cheapest)) % _GROUPS
        self.least = self._by_group(cheapest.min(axis=1))
        """What each group costs at least, [groups]."""

    def tangent(self, share: Floats) -> tuple[Floats, Floats]:
        """Height [groups] and slopes [groups, families] of the cut at shares [families] of families in use.

        A workload fills up its shares from the cheapest family on; what the last one costs is its own marginal cost,
        and a cheaper family saves the difference.
        """
        reached = np.cumsum(share[self._order], axis=1) >= 1 - _ALMOST
        last = np.take_along_axis(self._order, reached.argmax(axis=1)[:, None], axis=1)
        marginal = np.take_along_axis(self._cheapest, last, axis=1)
        return self._by_group(marginal[:, 0]), self._by_group(-np.maximum(marginal - self._cheapest, 0.0))

    def _by_group(self, figures: Floats) -> Floats:
        """Sums over the workloads of each group."""
        sums = np.zeros((_GROUPS, *figures.shape[1:]))
        np.add.at(sums, self._group, figures)
        return sums
