"""A better bound for few large nodes: a search over how many nodes of each type there are.

With a dozen nodes the fractional plan is far below any whole one, whatever the patterns. Asking for whole numbers of
nodes of each type (not of each pattern) closes most of that gap, and leaves the pricing of patterns as it is.
"""

import heapq
from itertools import count

import numpy as np

from costopt.optimizer.fleets.columns import Limits, Master
from costopt.optimizer.fleets.knapsack import Counts, Values
from costopt.optimizer.solver import Deadline

_MOST_ROUNDS = 60
_FRACTION = 1e-4
"""Part of a node from which a number of nodes is not whole."""


def raise_bound(
    master: Master, prices: Values, demand: Counts, *, bound: float, cost: float, gap: float, deadline: Deadline
) -> float:
    """The best bound that the search proves until its time is over; columns that it finds stay in the master.

    Args:
        master: the columns that are known.
        prices: dollars an hour of each type, [types].
        demand: pods of each kind, [kinds].
        bound: what is proven already, in dollars an hour.
        cost: of the best plan; parts of the search that cannot be cheaper are left.
        gap: share of the cost at which it ends.
        deadline: after which no further part is looked at.
    """
    none = np.zeros(len(prices), dtype=np.int64)
    whole = Limits(least=none, most=np.floor(cost / prices + 1e-9).astype(np.int64))
    number = count()
    # Parts still to be looked at, the lowest bound first, and the lowest bound of those that cannot be split further.
    parts, settled = [(bound, next(number), whole)], cost
    while parts and not deadline.passed and min(parts[0][0], settled) < cost * (1 - gap):
        below, _, limits = heapq.heappop(parts)
        if below >= settled:
            continue
        plan = master.generate(
            demand, gap=1e-6, most_rounds=_MOST_ROUNDS, limits=limits, ceiling=cost, deadline=deadline
        )
        below = max(below, plan.bound)
        if below >= cost * (1 - 1e-9):
            continue
        nodes = np.zeros(len(prices))
        np.add.at(nodes, [column.type for column in master.columns], plan.counts)
        # Under limits that cannot be kept the plan leaves pods out at the ceiling's price and may exceed them.
        nodes = np.clip(nodes, limits.least, limits.most)
        away = np.abs(nodes - np.round(nodes))
        if away.max() <= _FRACTION:
            settled = min(settled, below)
            continue
        for half in _split(limits, int(np.argmax(away)), nodes):
            heapq.heappush(parts, (below, next(number), half))
    return min(settled, parts[0][0]) if parts else settled


def _split(limits: Limits, type_: int, nodes: Values) -> tuple[Limits, Limits]:
    """The part with at most the whole number below, and the one with at least the number above."""
    most, least = limits.most.copy(), limits.least.copy()
    most[type_], least[type_] = np.floor(nodes[type_]), np.ceil(nodes[type_])
    return Limits(least=limits.least, most=most), Limits(least=least, most=limits.most)
