"""From shares to whole sizes, and from sizes to better ones at given purchases."""

import numpy as np

from costopt.optimizer.sizing.joint.problem import JointOptions
from costopt.optimizer.sizing.joint.recourse import JointRecourse
from costopt.optimizer.sizing.joint.relaxation import Relaxation
from costopt.optimizer.sizing.machines import Flags, Floats, Integers

_MOST_TRIALS = 200
"""Sizes whose cost is worked out in one descent."""

_WHOLE = 0.999
_NOTHING = 1e-6
"""Shares that count as one and as none."""

_NOISE = 1e-9
"""Relative difference of costs that is rounding."""


def round_shares(options: JointOptions, relaxed: Relaxation) -> Integers:
    """Whole sizes that together come near the amounts of the relaxation, [workloads].

    A workload that is split takes the option whose slots lack most, the largest workloads first: taking the largest
    share of each would put equal workloads all on the same side.
    """
    shares = relaxed.shares
    chosen = options.cheapest(-shares)
    split = np.flatnonzero(shares[chosen] < _WHOLE)
    lacking = relaxed.amounts - options.amounts(np.delete(chosen, split))
    billed = options.costs_at(np.ones(len(options.slots))) - options.licence
    for place in split[np.argsort(-options.on_demand[chosen[split]], kind="stable")].tolist():
        rows = np.flatnonzero((options.workload == place) & (shares > _NOTHING))
        best = rows[np.argmax(options.of_slots(lacking)[rows] / billed[rows])]
        chosen[place] = best
        lacking -= options.amounts(best[np.newaxis])
    return chosen


def descend(options: JointOptions, recourse: JointRecourse, quantities: Floats, chosen: Integers) -> Integers:
    """Better sizes beside given purchases: single moves and groups of moves, until none pays.

    At the margin prices a move never looks worse than it is, since what is taken away saves at most and what is added
    costs at least the price: so none that pays is missed. Whether it pays is decided by its true cost.

    Args:
        options: all options.
        recourse: the oracle.
        quantities: units of each purchase, [options to buy].
        chosen: rows to begin from, [workloads].
    """
    best = chosen.copy()
    cost = _cost(options, recourse, quantities, best)
    trials, refused = 0, np.zeros(len(options.workload), dtype=bool)
    while trials < _MOST_TRIALS:
        moves = _moves(options, recourse, quantities, best, refused)
        if not len(moves):
            break
        together = len(moves)
        while together:
            tried = best.copy()
            tried[options.workload[moves[:together]]] = moves[:together]
            reached = _cost(options, recourse, quantities, tried)
            trials += 1
            if reached < cost - _NOISE * abs(cost):
                best, cost = tried, reached
                refused[:] = False
                break
            together //= 2
        else:
            refused[moves[0]] = True
    return best


def _moves(
    options: JointOptions, recourse: JointRecourse, quantities: Floats, chosen: Integers, refused: Flags
) -> Integers:
    """Rows that would pay at the margin, the best of each workload, the most saving first."""
    costs = options.costs_at(recourse.slot_prices(quantities, options.amounts(chosen)))
    open_costs = np.where(refused, np.inf, costs)
    cheapest = options.cheapest(open_costs)
    gain = costs[chosen] - open_costs[cheapest]
    order = np.argsort(-gain, kind="stable")
    return cheapest[order[gain[order] > _NOISE * np.maximum(1.0, np.abs(costs[chosen[order]]))]]


def _cost(options: JointOptions, recourse: JointRecourse, quantities: Floats, chosen: Integers) -> float:
    """Dollars over all hours of what sizes change: on demand and licences."""
    return recourse.cost(quantities, options.amounts(chosen)) + float(options.licence[chosen].sum())
