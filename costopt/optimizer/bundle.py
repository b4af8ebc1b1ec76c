"""Large problems whose cost is convex in a few decisions: minimise c.x + sum of Q_g(x) over a polytope.

The polytope is a PuLP problem (budgets, floors, shares of sizes; extra columns and rows as one likes); Q_g, what group
g of hours costs under x, is known through an oracle that gives its value and a subgradient. Multi-cut Benders: the
master has a variable theta_g for each group, and cuts push it up. The master looks only near the best x yet (trust
region), so that it does not jump between corners; when nothing near is better, it looks everywhere, and what it then
finds is a bound that no x can better.
Source: Linderoth and Wright, Decomposition algorithms for stochastic programming on a computational grid,
Computational Optimization and Applications 24, 2003.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from costopt.errors import InfeasiblePlan
from costopt.optimizer.risk_measure import Risk
from costopt.optimizer.solver import Deadline, Session, Status, add_row, dual, expression, relative_gap, rows_of, value

Vector = NDArray[np.float64]

DEFAULT_TOLERANCE = 1e-4
"""Relative gap at which a plan counts as optimal: a dollar in ten thousand, far below what demand can be known to."""

_RADIUS_OF_START, _RADIUS = 0.02, 0.05
"""First trust region as a share of each variable's range: near a good start, and near no matter what."""
_WIDER, _NARROWER = 1.3, 0.6
"""Its growth after a success and after a failure."""
_AFTER_BOUND, _LEAST_AFTER_BOUND = 3.0, 0.01
"""Its growth after a look everywhere, and its least share of the range then."""
_LOCAL_SHARE = 0.3
"""Of the tolerance: when the region promises less, it is time to look everywhere. All of these were measured on 20 to
200 families (tools/bench_optimizer.py): wider or quicker steps took two to five times as long."""
_UNITS = 1000.0
"""What the groups cost at the lower bounds, in units of the master's objective."""
_LEAST_UNIT = 1e-6
"""Dollars below which a unit is the dust that floats leave where all is paid for: HiGHS takes coefficients of 1e-9 for
nothing. Source: https://ergo-code.github.io/HiGHS/stable/options/definitions/#option-small-matrix-value."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recourse:
    """What an oracle knows of the groups at one x."""

    cost: Vector
    """Dollars that each group costs, [groups]."""
    gradient: NDArray[np.float64]
    """Slope of each group's cut in each variable, [groups, variables]."""
    bound: Vector | None = None
    """Height of each group's cut at x, [groups], at most `cost`; None where it is the cost."""


Oracle = Callable[[Vector], Recourse]
"""x [variables] to the recourse. Deterministic, and Q_g lies above each of its cuts everywhere in the polytope."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Optimum:
    """The best x that was found, and what is proved of it."""

    status: Status
    """OPTIMAL where the gap is within the tolerance."""
    x: Vector
    """Value of each variable, [variables]."""
    cost: float
    """Dollars, by the oracle."""
    bound: float
    """Dollars that no x betters."""
    iterations: int
    """Points that were tried."""
    extra: dict[str, float] = field(default_factory=dict)
    """Value at the optimum of each watched column of the master, by name."""
    duals: dict[str, float | None] = field(default_factory=dict)
    """Dollars that the bound grows by for a unit more on the right side of the master's own rows; see `row_name`."""

    @property
    def gap(self) -> float:
        """Relative distance of cost and bound, at least 0."""
        return relative_gap(self.cost, min(self.bound, self.cost))


def minimise(
    master: Any,
    variables: Sequence[Any],
    oracle: Oracle,
    groups: int,
    *,
    watched: Sequence[Any] = (),
    start: Vector | None = None,
    risk: Risk | None = None,
    tolerance: float = DEFAULT_TOLERANCE,
    deadline: Deadline | None = None,
    most_iterations: int = 1000,
) -> Optimum:
    """Minimise the master's objective plus what the oracle adds.

    Args:
        master: A PuLP problem that minimises; it is extended in place and cannot be used again.
        variables: Those of its variables that the oracle depends on, with finite bounds.
        oracle: See `Oracle`. Its costs must not be negative.
        groups: How many costs the oracle gives.
        watched: Columns whose values at the optimum are wanted besides.
        start: A good x to begin near; it need not keep the rows.
        risk: How scenarios are weighed; None for the plain sum.
        tolerance: Relative gap at which to end.
        deadline: When to end with the best so far.
        most_iterations: Calls of the oracle after which to end likewise.

    Raises:
        InfeasiblePlan: nothing keeps the rows of the master.
        ValueError: a variable without finite bounds.
    """
    search = _Search(master, variables, groups, watched, risk, oracle)
    return search.run(start, tolerance, deadline or Deadline(end=None), most_iterations)


@dataclass(slots=True, kw_only=True)
class _Best:
    """Best point so far."""

    x: Vector
    cost: float = float("inf")
    extra: tuple[float, ...] = ()
    trials: int = 0


class _Search:
    """The master, its cuts and the region that is looked at."""

    def __init__(
        self,
        master: Any,
        variables: Sequence[Any],
        groups: int,
        watched: Sequence[Any],
        risk: Risk | None,
        oracle: Oracle,
    ) -> None:
        self.oracle = oracle
        self.master, self.variables, self.watched, self.risk = master, list(variables), list(watched), risk
        self.own_rows = [row.name for row in rows_of(master)]
        self.low = np.array([_finite(one, one.lowBound) for one in self.variables])
        self.high = np.array([_finite(one, one.upBound) for one in self.variables])
        self.cuts = 0
        worst = oracle(self.low)
        unit = float(worst.cost.sum()) / _UNITS
        self.unit = unit if unit > _LEAST_UNIT else 1.0
        """Dollars of one unit of the master's objective: solvers' tolerances are absolute."""
        self.first = master.add_variable("first_stage")
        self.theta = [master.add_variable(f"theta_{group}", 0) for group in range(groups)]
        define_first_stage(master, self.first, self.unit)
        define_objective(master, self.first, self.theta, risk, self.unit)
        self._cut(worst, self.low)
        self.session = Session(master)
        self.bound = -float("inf")
        self.duals: dict[str, float | None] = {}

    def run(self, start: Vector | None, tolerance: float, deadline: Deadline, most_iterations: int) -> Optimum:
        x = self._look_everywhere()
        best = _Best(x=x)
        radius = (_RADIUS if start is None else _RADIUS_OF_START) * (self.high - self.low)
        if start is not None:
            best.x = np.clip(start, self.low, self.high)
            self._cut(self.oracle(best.x), best.x)
            x = self._look_near(best.x, radius)[0]
        while True:
            better = self._try(x, best)
            radius = radius * (_WIDER if better else _NARROWER)
            if deadline.passed or best.trials >= most_iterations:
                self._look_everywhere()
                break
            x, promise = self._look_near(best.x, radius)
            if best.cost - promise <= _LOCAL_SHARE * tolerance * abs(best.cost):
                x = self._look_everywhere()
                if self._closed(best, tolerance):
                    break
                radius = np.maximum(_AFTER_BOUND * radius, _LEAST_AFTER_BOUND * (self.high - self.low))
        return self._optimum(best, tolerance)

    def _try(self, x: Vector, best: _Best) -> bool:
        """Ask the oracle at the master's last solution and learn from it; whether that is the best yet."""
        recourse = self.oracle(x)
        self._cut(recourse, x)
        best.trials += 1
        first = value(self.first) * self.unit
        cost = first + float(recourse.cost.sum()) if self.risk is None else self.risk.cost(first, recourse.cost)
        if cost >= best.cost:
            return False
        best.x, best.cost, best.extra = x, cost, tuple(value(one) for one in self.watched)
        return True

    def _closed(self, best: _Best, tolerance: float) -> bool:
        return best.cost - self.bound <= tolerance * abs(best.cost)

    def _optimum(self, best: _Best, tolerance: float) -> Optimum:
        return Optimum(
            status=Status.OPTIMAL if self._closed(best, tolerance) else Status.FEASIBLE,
            x=best.x,
            cost=best.cost,
            bound=min(self.bound, best.cost),
            iterations=best.trials,
            extra=dict(zip((one.name for one in self.watched), best.extra, strict=True)),
            duals=self.duals,
        )

    def _cut(self, recourse: Recourse, x: Vector) -> None:
        heights = recourse.cost if recourse.bound is None else recourse.bound
        for group, (height, slopes) in enumerate(zip(heights, recourse.gradient, strict=True)):
            name = f"cut[{self.cuts}]"
            define_cut(self.master, name, self.theta[group], self.variables, height / self.unit, slopes / self.unit, x)
            self.cuts += 1

    def _look_near(self, center: Vector, radius: Vector) -> tuple[Vector, float]:
        """Best x of the model within the region, and the cost that it promises there.

        A start that breaks the rows may have nothing feasible near: then everywhere is near.
        """
        self._bound_to(np.maximum(self.low, center - radius), np.minimum(self.high, center + radius))
        try:
            promise = self.session.solve().objective * self.unit
        except InfeasiblePlan:
            return self._look_everywhere(), -float("inf")
        return self._x(), promise

    def _look_everywhere(self) -> Vector:
        """Best x of the model; its cost is a bound."""
        self._bound_to(self.low, self.high)
        bound = self.session.solve().objective * self.unit
        if bound > self.bound:
            self.bound = bound
            prices = {name: dual(self.master, name) for name in self.own_rows}
            self.duals = {name: None if price is None else price * self.unit for name, price in prices.items()}
        return self._x()

    def _bound_to(self, low: Vector, high: Vector) -> None:
        for one, lower, upper in zip(self.variables, low, high, strict=True):
            one.lowBound, one.upBound = float(lower), float(upper)

    def _x(self) -> Vector:
        return np.clip([value(one) for one in self.variables], self.low, self.high)


def define_first_stage(master: Any, first: Any, unit: float) -> None:
    """Give the master's own objective a name: unit first_stage = c.x, in dollars."""
    terms = (
        [(one, coefficient) for one, coefficient in master.objective.items()] if master.objective is not None else []
    )
    constant = 0.0 if master.objective is None else float(master.objective.constant)
    add_row(master, "first_stage", [(first, -unit), *terms], "==", -constant)


def define_objective(master: Any, first: Any, theta: Sequence[Any], risk: Risk | None, unit: float) -> None:
    """Objective in units of dollars: first_stage + sum_g theta_g, or what `Risk` says.

    With a risk: (1 - b) (first_stage + sum_s p_s cost_s) + b (eta + 1 / (1 - a) sum_s p_s u_s), and for each scenario s
    the row excess[s]: u_s >= first_stage + sum_{g in s} theta_g - on_demand_s - eta, u_s >= 0, in units.
    """
    if risk is None:
        master.objective = expression([(first, 1.0), *((one, 1.0) for one in theta)])
        return
    eta = master.add_variable("value_at_risk")
    excess = [master.add_variable(f"excess_{scenario}", 0) for scenario in range(len(risk.probability))]
    plain = 1 - risk.weight
    terms = [(first, plain), (eta, risk.weight)]
    terms += [(one, plain * risk.probability[risk.scenario[group]]) for group, one in enumerate(theta)]
    terms += [(one, risk.weight * p / (1 - risk.tail)) for one, p in zip(excess, risk.probability, strict=True)]
    master.objective = expression(terms)
    for scenario, one in enumerate(excess):
        inside = [(theta[group], -1.0) for group in np.flatnonzero(risk.scenario == scenario).tolist()]
        add_row(
            master,
            f"excess[{scenario}]",
            [(one, 1.0), (first, -1.0), (eta, 1.0), *inside],
            ">=",
            -float(risk.on_demand[scenario]) / unit,
        )


def define_cut(
    master: Any, name: str, theta: Any, variables: Sequence[Any], height: float, slopes: Vector, x: Vector
) -> None:
    """Cut[number], in units: theta_g >= height + slopes . (variables - x), the tangent of Q_g at x."""
    steep = np.flatnonzero(slopes).tolist()
    terms = [(theta, 1.0), *((variables[place], -float(slopes[place])) for place in steep)]
    add_row(master, name, terms, ">=", float(height) - float(slopes @ x))


def _finite(variable: Any, bound: float | None) -> float:
    if bound is None or not np.isfinite(bound):
        raise ValueError(f"variable {variable.name} of a decomposition needs finite bounds")
    return float(bound)
