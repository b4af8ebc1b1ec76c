"""A bound for what runs and what is committed together, where load changes from hour to hour.

Taking every dollar at the lowest committed rate is a bound, and a loose one: nobody commits for the peak alone. A
commitment costs the same in every hour. So it may be taken to be worth more where the load is high and less elsewhere.

Let rho[u] be the least that commitments cost for an on-demand dollar of usage u (over all commitments k, the hourly
cost c[k] times the units r[u, k] that a dollar takes), and worth[t] >= 0 with a mean of at most 1 over every span of
hours for which a commitment can be bought. With y what commitments pay for and o what is left on demand,

    bill = sum_t,u o[t, u] + sum_k c[k] |span k| z[k]
        >= sum_t,u o[t, u] + sum_k c[k] z[k] sum_{t in span k} worth[t]            (mean of worth at most 1)
        >= sum_t,u (o[t, u] + worth[t] sum_k c[k] r[u, k] y[t, u, k])             (units used are at most z[k])
        >= sum_t,u (o[t, u] + worth[t] rho[u] sum_k y[t, u, k])
        >= sum_t,u min(1, rho[u] worth[t]) d[t, u].

The last line knows nothing of purchases. So each workload may be planned by itself, hour by hour, at prices multiplied
with min(1, rho worth), and what that costs at least is a bound for all plans, whatever is bought and however it is
applied. One family at the ratio rho whose peak lasts the share s < rho of the hours: worth is 1 / rho in the peak and
(1 - s / rho) / (1 - s) elsewhere, so prices are multiplied with 1 and (rho - s) / (1 - s).

The bound is concave in worth. The best is found by cutting planes: what a workload was found to run on under one worth
says what it can cost at most under any other.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pulp
from numpy.typing import NDArray

from costopt.optimizer.solver import Deadline, add_row, expression, solve, value

Vector = NDArray[np.float64]

_LEAST_WORTH = 1e-3
"""So that no price is nothing: who gives machines away gets a plan of any number of them."""
_TOLERANCE = 1e-3
"""Share of the bound within which a better worth is not looked for."""
_MOST_ROUNDS = 8
_STEP_BACK = 0.5
"""How far to go from the best worth yet to the one that the cuts promise most of, after one that proved less: whole
steps may swing to and fro."""
_ROUNDING = 1e-9

Factor = Callable[[float], float]
"""The lowest committed rate over the rate on demand to what a dollar on demand counts, 0..1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """What a workload can run on for an hour."""

    dollars: Mapping[float, float]
    """On-demand dollars an hour, by the lowest committed rate over the rate on demand."""
    fixed: float = 0.0
    """Dollars an hour that no commitment changes, such as spot capacity."""


class Proof(NamedTuple):
    """What a search found under some prices."""

    bound: float
    """Dollars an hour at these prices that nothing betters."""
    mix: Mix | None
    """The best that was found; None where nothing was."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Need:
    """What one workload asks for in hours of one level of its load."""

    weights: Vector
    """Hours of each kind in which it is asked for, growth counted: an hour with a tenth more counts 1.1, [kinds]."""
    prove: Callable[[Factor], Proof]
    """The cheapest that keeps its requirements, where dollars on demand are multiplied with a factor."""
    anywhere: bool = False
    """Whether the work may be done in any of these hours, so that only their cheapest kind counts."""
    mixes: list[Mix] = field(default_factory=list)
    """What was found to keep its requirements."""

    def factor(self, worth: Vector) -> Factor:
        """What a dollar on demand counts in its hours."""
        asked = self.weights > 0
        shares, own = self.weights[asked] / self.weights.sum(), worth[asked]
        if self.anywhere:
            return lambda rate: min(1.0, rate * float(own.min()))
        return lambda rate: float(shares @ np.minimum(1.0, rate * own))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kinds:
    """Hours of the horizon, told apart where loads or years differ."""

    hours: Vector
    """How many of each kind, [kinds]."""
    span: NDArray[np.int64]
    """Number of the span that they are in, [kinds]. Commitments are bought for whole spans that follow each other."""


class Floor(NamedTuple):
    """What is proved."""

    dollars: float
    """Dollars over all hours that nothing betters."""
    worth: Vector
    """What a commitment is worth in each kind of hour over what it costs, [kinds]."""
    rounds: int
    """How often all needs were looked at."""


def prove_floor(kinds: Kinds, needs: Sequence[Need], deadline: Deadline) -> Floor:
    """The best bound that is found until the time is over.

    Args:
        kinds: the hours.
        needs: what is asked for in them.
        deadline: after which no further worth is tried; the first, 1 everywhere, always is.
    """
    trial = np.ones(len(kinds.hours))
    best, step = Floor(0.0, trial, 0), 1.0
    for rounds in range(1, _MOST_ROUNDS + 1):
        known = sum(len(need.mixes) for need in needs)
        dollars = _proved(needs, trial, deadline if rounds > 1 else Deadline.after(None))
        if dollars is None:
            break
        better = dollars > best.dollars
        best = Floor(max(dollars, best.dollars), trial if better else best.worth, rounds)
        if deadline.passed or (step == 1.0 and sum(len(need.mixes) for need in needs) == known):
            break  # The time is over, or the cuts would promise the same again.
        promised, reachable = most_promising(kinds, needs)
        if reachable <= best.dollars * (1 + _TOLERANCE):
            break
        step = 1.0 if better else _STEP_BACK
        trial = kept_in_mean(kinds, step * promised + (1 - step) * best.worth)
    return best


def kept_in_mean(kinds: Kinds, worth: Vector) -> Vector:
    """The worth, scaled down where its mean over a span is above 1, so that no proof rests on a solver's rounding."""
    scaled = np.maximum(worth, 0.0)
    for span in np.unique(kinds.span).tolist():
        own = kinds.span == span
        mean = float(scaled[own] @ kinds.hours[own]) / float(kinds.hours[own].sum())
        scaled[own] /= max(1.0, mean * (1 + _ROUNDING))
    return scaled


def _proved(needs: Sequence[Need], worth: Vector, deadline: Deadline) -> float | None:
    """Dollars that all needs cost at least under a worth; None where the time is over before all were looked at."""
    total = 0.0
    for need in needs:
        if deadline.passed:
            return None
        proof = need.prove(need.factor(worth))
        total += proof.bound * float(need.weights.sum())
        if proof.mix is not None and proof.mix not in need.mixes:
            need.mixes.append(proof.mix)
    return total * (1 - _ROUNDING)


def most_promising(kinds: Kinds, needs: Sequence[Need]) -> tuple[Vector, float]:
    """The worth under which the known mixes cost most, and what they cost: no worth proves more."""
    problem = pulp.LpProblem("worth", pulp.LpMaximize)
    worth = [problem.add_variable(f"worth[{kind}]", _LEAST_WORTH) for kind in range(len(kinds.hours))]
    counted = _Counted(problem, worth)
    define_means(problem, worth, kinds)
    costs = [define_costs(problem, counted, need, number) for number, need in enumerate(needs) if need.mixes]
    problem.setObjective(expression((cost, 1.0) for cost in costs))
    solution = solve(problem)
    return np.array([value(one) for one in worth]), solution.objective


class _Counted:
    """Variables for what a dollar on demand counts at a committed rate in a kind of hour, made when first needed."""

    def __init__(self, problem: Any, worth: Sequence[Any]) -> None:
        self._problem, self._worth = problem, worth
        self._known: dict[tuple[float, int], Any] = {}

    def at(self, rate: float, kind: int) -> Any:
        """The variable."""
        if (rate, kind) not in self._known:
            self._known[rate, kind] = define_counted(self._problem, self._worth[kind], rate, kind)
        return self._known[rate, kind]


def define_counted(problem: Any, worth: Any, rate: float, kind: int) -> Any:
    """A dollar on demand counts at most itself, and at most the committed rate times the worth of the hour.

    As shares: counted <= 1; counted - rate worth <= 0.
    """
    counted = problem.add_variable(f"counted[{rate!r},{kind}]", 0, 1)
    add_row(problem, f"rate[{rate!r},{kind}]", [(counted, 1.0), (worth, -rate)], "<=", 0.0)
    return counted


def define_means(problem: Any, worth: Sequence[Any], kinds: Kinds) -> None:
    """An hour of commitment is worth what it costs, in the mean of each span.

    For each span, in hours: sum over its kinds of hours worth <= sum of hours.
    """
    for span in np.unique(kinds.span).tolist():
        own = np.flatnonzero(kinds.span == span).tolist()
        terms = [(worth[kind], float(kinds.hours[kind])) for kind in own]
        add_row(problem, f"mean[{span}]", terms, "<=", float(kinds.hours[own].sum()))


def define_costs(problem: Any, counted: _Counted, need: Need, number: int) -> Any:
    """No need costs more than what it was found to run on.

    For each mix m of need n, in dollars over its hours, rates rho and kinds of hours h:

    cost[n] - sum_rho dollars[m, rho] sum_h weights[h] counted[rho, h] <= sum_h weights[h] fixed[m].

    Where the work may be done in any hour, there is a row for each kind h, in which all weight is on h.
    """
    cost = problem.add_variable(f"cost[{number}]", 0)
    asked, total = np.flatnonzero(need.weights > 0).tolist(), float(need.weights.sum())
    places = [{kind: total} for kind in asked] if need.anywhere else [{kind: need.weights[kind] for kind in asked}]
    for place, mix in enumerate(need.mixes):
        for option, hours in enumerate(places):
            terms = [
                (counted.at(rate, kind), -dollars * float(weight))
                for rate, dollars in mix.dollars.items()
                for kind, weight in hours.items()
            ]
            add_row(problem, f"mix[{number},{place},{option}]", [(cost, 1.0), *terms], "<=", total * mix.fixed)
    return cost
