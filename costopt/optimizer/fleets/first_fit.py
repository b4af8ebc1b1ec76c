"""First-fit decreasing: what an autoscaler that opens one node after the other comes to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costopt.optimizer.fleets.knapsack import Bins, Counts, Items, Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A node of one type with its pods."""

    type: int
    """Place among the types."""
    pattern: tuple[int, ...]
    """Pods of each kind, [kinds]."""


def first_fit(items: Items, bins: Bins, prices: Values, demand: Counts) -> list[tuple[Column, int]]:
    """Open nodes until every pod has one: each time the type that carries most for its dollars, filled largest first.

    Args:
        items: the kinds of pods.
        bins: the types of nodes; each kind fits into one of them.
        prices: dollars an hour of each type, [types].
        demand: pods of each kind, [kinds].

    Returns:
        Columns and how often each is used.
    """
    worth = worth_of_sizes(items, bins, prices)
    largest_first = np.argsort(-worth, kind="stable")
    left, opened = demand.copy(), []
    while left.any():
        patterns = _filled(items, bins, left, largest_first)
        best = int(np.argmax(patterns @ worth / prices))
        pattern = patterns[best]
        used = pattern > 0
        times = int((left[used] // pattern[used]).min())
        opened.append((Column(type=best, pattern=tuple(pattern.tolist())), times))
        left = left - times * pattern
    return opened


def worth_of_sizes(items: Items, bins: Bins, prices: Values) -> Values:
    """Dollars an hour that a pod is worth: half of what nodes cost goes by CPU, half by memory, [kinds]."""
    usable = (bins.cpu > 0) & (bins.memory > 0)
    core = float(np.median(prices[usable] / bins.cpu[usable])) / 2
    mib = float(np.median(prices[usable] / bins.memory[usable])) / 2
    return items.cpu * core + items.memory * mib


def _filled(items: Items, bins: Bins, left: Counts, order: NDArray[np.int64]) -> NDArray[np.int64]:
    """A node of every type filled greedily in the given order of kinds, [types, kinds]."""
    patterns = np.zeros((len(bins.cpu), len(left)), dtype=np.int64)
    cpu, memory, room = bins.cpu.copy(), bins.memory.copy(), bins.pods.copy()
    for kind in order.tolist():
        fits = np.minimum(cpu // items.cpu[kind], memory // items.memory[kind])
        count = np.minimum(np.minimum(fits, room), left[kind])
        patterns[:, kind] = count
        cpu, memory, room = cpu - count * items.cpu[kind], memory - count * items.memory[kind], room - count
    return patterns
