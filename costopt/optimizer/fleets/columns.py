"""Column generation: what pods are worth at most, and with it a bound below which no nodes can carry them.

The master is kept as its dual, in which a new pattern is a new row, so that the solver goes on from where it was.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pulp

from costopt.optimizer.fleets.first_fit import Column
from costopt.optimizer.fleets.knapsack import Counts, Pricer, Values
from costopt.optimizer.solver import NEVER, Deadline, Session, add_row, dual, expression, solve, value

_NEW_COLUMNS = 12
"""Columns added in one round: those of the best types. More make the master slower, fewer make more rounds."""

_WORTH_ADDING = 1e-6
"""Value above price, as a part of it, from which a pattern makes the fractional plan cheaper."""


class Fractional(NamedTuple):
    """The cheapest fractional numbers of nodes over the columns that are known."""

    counts: Values
    """Nodes of each column, [columns]."""
    cost: float
    """Dollars an hour."""
    bound: float
    """Dollars an hour below which no nodes carry the pods, proven over all columns."""


class Limits(NamedTuple):
    """How many nodes of each type there may be, in one part of a search."""

    least: Counts
    """At least, [types]."""
    most: Counts
    """At most, [types]."""


class Master:
    """The columns that are known for a set of pods; it grows, and answers for any numbers of pods and nodes."""

    def __init__(self, pricer: Pricer, prices: Values, kinds: int) -> None:
        self.columns: list[Column] = []
        self.rounds = 0
        self._pricer, self._prices = pricer, prices
        self._known: set[Column] = set()
        self._problem = pulp.LpProblem("pods", pulp.LpMaximize)
        types = range(len(prices))
        self._worth = [self._problem.add_variable(f"worth[{kind}]", 0) for kind in range(kinds)]
        self._bonus = [self._problem.add_variable(f"bonus[{type_}]", 0, 0) for type_ in types]
        self._charge = [self._problem.add_variable(f"charge[{type_}]", 0, 0) for type_ in types]
        for type_ in types:  # A node may also stand empty, as one that a limit asks for does.
            own = [(self._bonus[type_], 1.0), (self._charge[type_], -1.0)]
            add_row(self._problem, f"empty[{type_}]", own, "<=", float(prices[type_]))
        self._session = Session(self._problem)

    def add(self, columns: Iterable[Column]) -> int:
        """Add the columns that are not known; says how many were new."""
        before = len(self.columns)
        for column in columns:
            if column not in self._known and any(column.pattern):
                self._known.add(column)
                own = [(self._bonus[column.type], 1.0), (self._charge[column.type], -1.0)]
                price = float(self._prices[column.type])
                define_worth(self._problem, self._worth, own, column, number=len(self.columns), price=price)
                self.columns.append(column)
        return len(self.columns) - before

    def generate(
        self,
        demand: Counts,
        *,
        gap: float,
        most_rounds: int,
        limits: Limits | None = None,
        ceiling: float | None = None,
        deadline: Deadline = NEVER,
    ) -> Fractional:
        """Add patterns until no other can make the fractional plan more than `gap` cheaper.

        Every round prices patterns with what pods are worth in the master, and has a bound; the best round's is kept.
        It holds for whatever worths are tried, so it needs no trust in the solver.

        Args:
            demand: pods of each kind, [kinds]; each is carried by some column that is known.
            gap: share of the cost, 0..1.
            most_rounds: rounds after which it ends with the gap that is left.
            limits: numbers of nodes of each type; None for any.
            ceiling: dollars an hour above which plans do not matter; needed with limits, under which there may be none.
            deadline: after which no round is begun; the fractional plan is then one of the columns that are known.
        """
        self._ask(demand, limits, ceiling)
        bound, cost = 0.0, 0.0
        for _ in range(0 if deadline.passed else most_rounds):
            cost, worth, allowed, fixed = self._price_pods(demand, limits)
            pricing = self._pricer.price(worth, demand)
            self.rounds += 1
            bound = max(bound, self._bound(float(worth @ demand), pricing.upper, allowed, fixed, limits, ceiling))
            if cost - bound <= gap * cost:
                break
            gain = (pricing.value - allowed) / self._prices
            best = [type_ for type_ in np.argsort(-gain, kind="stable").tolist() if gain[type_] > _WORTH_ADDING]
            fresh = [Column(type=type_, pattern=tuple(pricing.patterns[type_].tolist())) for type_ in best]
            if not self.add(fresh[:_NEW_COLUMNS]):
                break
            if deadline.passed:
                cost, *_ = self._price_pods(demand, limits)
                break
        else:
            cost, *_ = self._price_pods(demand, limits)
        counts = [dual(self._problem, f"node[{number}]") for number in range(len(self.columns))]
        return Fractional(np.maximum(np.array(counts), 0.0), cost, bound)

    def _ask(self, demand: Counts, limits: Limits | None, ceiling: float | None) -> None:
        """Set the objective: what all pods are worth, with what the limits of nodes add to it and take from it."""
        terms = list(zip(self._worth, demand.tolist(), strict=True))
        for worth in self._worth:
            worth.upBound = ceiling
        for type_, (bonus, charge) in enumerate(zip(self._bonus, self._charge, strict=True)):
            least = 0 if limits is None else int(limits.least[type_])
            bonus.upBound = float(self._prices[type_]) if least else 0.0
            charge.upBound = 0.0 if limits is None else None
            terms += [] if limits is None else [(bonus, least), (charge, -int(limits.most[type_]))]
        self._problem.setObjective(expression(terms))

    def _price_pods(self, demand: Counts, limits: Limits | None) -> tuple[float, Values, Values, float]:
        """Cost of the fractional plan; what a pod of each kind is worth; what nodes may be worth; what limits add."""
        solution = self._session.solve()
        worth, bonus, charge = (
            np.maximum(np.array([value(one) for one in some]), 0.0) for some in (self._worth, self._bonus, self._charge)
        )
        fixed = 0.0 if limits is None else float(limits.least @ bonus - limits.most @ charge)
        return solution.objective, worth, self._prices - bonus + charge, fixed

    def _bound(
        self, pods: float, upper: Values, allowed: Values, fixed: float, limits: Limits | None, ceiling: float | None
    ) -> float:
        """Dollars an hour that the worths of a round prove.

        Without limits: with q the largest value over price of a node, worth / q overprices no node at all, so the worth
        of all pods / q is a bound (Farley 1990). With limits the Lagrangian: each node that may be there is worth at
        most what it exceeds its price by.
        """
        if limits is None or ceiling is None:
            return pods / max(1.0, float((upper / self._prices).max()))
        most = np.minimum(limits.most, np.floor(ceiling / self._prices + 1e-9))
        return pods + fixed + float(np.minimum(allowed - upper, 0.0) @ most)


def define_worth(
    problem: Any, worth: list[Any], own: list[tuple[Any, float]], column: Column, *, number: int, price: float
) -> None:
    """No node is worth more than its price.

    For each column c, in dollars an hour:

    sum over kinds k of pattern[c, k] worth[k] + bonus[type] - charge[type] <= price[c].

    The dual of this row is the number of such nodes. Bonus and charge are the duals of the least and the most nodes of
    the type, 0 where it has no limits.
    """
    terms = [(variable, count) for variable, count in zip(worth, column.pattern, strict=True) if count]
    add_row(problem, f"node[{number}]", terms + own, "<=", price)


def define_pods(problem: Any, nodes: list[Any], columns: list[Column], demand: Counts) -> None:
    """Every pod has a node.

    For each kind k, in pods: sum over columns c of pattern[c, k] nodes[c] >= demand[k].
    """
    for kind, pods in enumerate(demand.tolist()):
        terms = [(node, column.pattern[kind]) for node, column in zip(nodes, columns, strict=True)]
        add_row(problem, f"pods[{kind}]", [term for term in terms if term[1]], ">=", pods)


def whole_nodes(
    columns: list[Column], prices: Values, demand: Counts, *, time_limit: float, gap: float
) -> list[tuple[Column, int]]:
    """The cheapest whole numbers of nodes over the given columns, as good as the time allows.

    Raises:
        SolverFailed: no numbers were found in time.
    """
    problem = pulp.LpProblem("nodes", pulp.LpMinimize)
    nodes = [problem.add_variable(f"nodes[{number}]", 0, None, pulp.LpInteger) for number in range(len(columns))]
    define_pods(problem, nodes, columns, demand)
    costs = [float(prices[column.type]) for column in columns]
    problem.setObjective(expression(zip(nodes, costs, strict=True)))
    solve(problem, time_limit=time_limit, gap=gap)
    counts = [round(value(node)) for node in nodes]
    return [(column, count) for column, count in zip(columns, counts, strict=True) if count]
