"""Sizes as shares and commitments as real numbers: the joint lower bound, and the shares to begin from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pulp

from costopt.optimizer.bundle import Optimum, minimise
from costopt.optimizer.commitments.limits import Limit
from costopt.optimizer.commitments.master import define_rows
from costopt.optimizer.commitments.options import Option, largest_useful
from costopt.optimizer.sizing.coupling import rows_by
from costopt.optimizer.sizing.joint.problem import JointOptions
from costopt.optimizer.sizing.joint.recourse import JointRecourse
from costopt.optimizer.sizing.machines import Floats, Integers
from costopt.optimizer.solver import Deadline, add_row, expression, find_row

_WHOLE_OPTIONS, _FIRST_OPTIONS = 6000, 8
"""Options up to which all are in the master from the start, and how many of each workload are otherwise, cheapest on
demand first; others come in when prices call for them."""

_MOST_ROUNDS = 6

_MARGIN = 1e-9
"""Relative reduced cost below which an option would better the relaxation."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relaxation:
    """The joint optimum with sizes split."""

    bound: float
    """Dollars over all hours that no plan betters; what is owned is sunk and left out."""
    quantities: Floats
    """Units of each purchase, [options to buy]."""
    amounts: Floats
    """Dollars an hour on demand at the peak in each slot, [slots]."""
    shares: Floats
    """Share of its workload that each option takes, [options]."""
    iterations: int
    """Calls of the oracle."""


def relax(
    options: JointOptions,
    purchases: Sequence[Option],
    limits: Sequence[Limit],
    recourse: JointRecourse,
    *,
    start: Floats,
    tolerance: float,
    deadline: Deadline,
) -> Relaxation:
    """Solve the joint relaxation and prove a bound over all options, those left out of the master included.

    Args:
        options: sizes to choose from.
        purchases: commitments to choose from.
        limits: rows over purchases.
        recourse: the oracle.
        start: purchases and amounts to begin near, [options to buy and slots].
        tolerance: relative gap at which to end.
        deadline: when to end with what there is.

    Raises:
        InfeasiblePlan: nothing keeps the limits.
    """
    inside = _first(options)
    iterations, bound = 0, -np.inf
    for _ in range(_MOST_ROUNDS):
        master = _Master(options, purchases, limits, inside)
        found = minimise(
            master.problem,
            [*master.quantity, *master.amount],
            recourse,
            recourse.groups,
            watched=master.share,
            start=start,
            tolerance=tolerance,
            deadline=deadline,
        )
        iterations, start = iterations + found.iterations, found.x
        reduced = master.reduced_costs(found)
        # A workload has one share in all, so the best option left out lowers the bound by its reduced cost at most.
        least = np.zeros(len(options.problem.candidates))
        np.minimum.at(least, options.workload, reduced)
        bound = max(bound, found.bound + float(least.sum()))
        missing = np.flatnonzero(reduced < -_MARGIN * abs(found.cost))
        if found.cost - bound <= tolerance * abs(found.cost) or not len(missing) or deadline.passed:
            break
        inside = np.union1d(inside, missing)
    number = len(purchases)
    return Relaxation(
        bound=bound,
        quantities=found.x[:number],
        amounts=found.x[number:],
        shares=master.shares(found),
        iterations=iterations,
    )


class _Master:
    """The master over purchases, amounts of slots, and shares of the options that are in."""

    def __init__(
        self, options: JointOptions, purchases: Sequence[Option], limits: Sequence[Limit], inside: Integers
    ) -> None:
        self._options, self._inside = options, inside
        self.problem = pulp.LpProblem("joint", pulp.LpMinimize)
        most = largest_quantities(options, purchases, limits)
        self.quantity = [
            self.problem.add_variable(f"quantity_{place}", 0, float(units)) for place, units in enumerate(most)
        ]
        self.amount = [
            self.problem.add_variable(f"amount_{place}", 0, float(largest))
            for place, largest in enumerate(options.largest_amounts())
        ]
        self.share = [self.problem.add_variable(f"share_{row}", 0) for row in inside.tolist()]
        define_cost(self.problem, purchases, self.quantity, options, inside, self.share)
        define_shares(self.problem, options, inside, self.share)
        define_amounts(self.problem, options, inside, self.share, self.amount)
        define_rows(self.problem, limits, self.quantity)

    def shares(self, found: Optimum) -> Floats:
        """Share of each option, [options]."""
        shares = np.zeros(len(self._options.workload))
        shares[self._inside] = [found.extra.get(share.name, 0.0) for share in self.share]
        return shares

    def reduced_costs(self, found: Optimum) -> Floats:
        """What a whole share of each option would add to the bound, in dollars, [options]; at least 0 for those in."""
        options = self._options
        choice = [self._price(found, f"choice[{place}]") for place in range(len(options.problem.candidates))]
        prices = [self._price(found, f"amount[{slot}]") for slot in range(len(options.slots))]
        reduced: Floats = options.costs_at(np.array(prices)) - np.array(choice)[options.workload]
        return reduced

    def _price(self, found: Optimum, name: str) -> float:
        price = found.duals.get(find_row(self.problem, name).name)
        return 0.0 if price is None else float(price)


def define_cost(
    problem: Any,
    purchases: Sequence[Option],
    quantity: Sequence[Any],
    options: JointOptions,
    inside: Integers,
    share: Sequence[Any],
) -> None:
    """Dollars over all hours: sum_k unit_cost_k quantity_k + sum_i licence_i share_i."""
    bought = [(one, purchase.unit_cost) for one, purchase in zip(quantity, purchases, strict=True)]
    licences = [(one, cost) for one, cost in zip(share, options.licence[inside].tolist(), strict=True) if cost]
    problem.setObjective(expression([*bought, *licences]))


def define_shares(problem: Any, options: JointOptions, inside: Integers, share: Sequence[Any]) -> None:
    """choice[w]: sum_{i of w} share_i = 1, without unit."""
    for place, members in enumerate(rows_by(options.workload[inside], len(options.problem.candidates))):
        add_row(problem, f"choice[{place}]", ((share[member], 1.0) for member in members), "==", 1.0)


def define_amounts(
    problem: Any, options: JointOptions, inside: Integers, share: Sequence[Any], amount: Sequence[Any]
) -> None:
    """amount[s]: amount_s - sum_{i in s} dollars_is share_i = 0, in dollars an hour on demand at the peak."""
    column = dict(zip(inside.tolist(), share, strict=True))
    parts = np.flatnonzero(np.isin(options.part, inside))
    for slot, members in enumerate(rows_by(options.slot[parts], len(options.slots))):
        own = parts[members]
        terms = zip((column[row] for row in options.part[own].tolist()), (-options.dollars[own]).tolist(), strict=True)
        add_row(problem, f"amount[{slot}]", [(amount[slot], 1.0), *terms], "==", 0.0)


def _first(options: JointOptions) -> Integers:
    """Options to begin with: the cheapest, what runs now, and what may run under commitments that are owned."""
    if len(options.workload) <= _WHOLE_OPTIONS:
        return np.arange(len(options.workload))
    order = np.lexsort((options.on_demand * options.hours + options.licence, options.workload))
    begins = np.searchsorted(options.workload[order], np.arange(len(options.problem.candidates)))
    rank = np.arange(len(order)) - begins[options.workload[order]]
    owned = np.zeros(len(options.problem.base.items), dtype=bool)
    for holding in options.problem.owned:
        if holding.instrument.kind.family_bound:
            owned |= holding.instrument.covers
    covered = options.of_slots(owned[[item for _, item in options.slots]].astype(float)) > 0
    now = options.current[options.current >= 0]
    return np.unique(np.concatenate([order[rank < _FIRST_OPTIONS], np.flatnonzero(covered), now]))


def largest_quantities(options: JointOptions, purchases: Sequence[Option], limits: Sequence[Limit]) -> Floats:
    """Units of each purchase above which no choice has a use for more, or what a floor asks for, [options to buy]."""
    most = largest_useful(options.largest_demand(), purchases)
    for limit in limits:
        counted = limit.weights > 0
        if limit.relation == ">=":
            most[counted] = np.maximum(most[counted], limit.right / limit.weights[counted])
    return most
