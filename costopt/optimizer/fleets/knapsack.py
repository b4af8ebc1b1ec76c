"""What one node can carry at most, for every type of node at once.

Column generation asks again and again: given what each kind of pod is worth, which pods make a node of each type worth
most? That is a knapsack with two sizes (CPU, memory), bounded copies and a limit of pods. One table of the dynamic
programme over (CPU, memory) answers it for every type that fits into it, since a smaller node is an earlier cell.

Sizes are integers: millicores and MiB. A table whose cells are common divisors of all pods' sizes is exact. Nodes too
large for such a table get patterns from a coarser one (pods rounded up, the rest filled greedily), and their bound
from the surrogate relaxation: no node may hold more than a fractional knapsack in which CPU, memory and pods are
weighed into one size, whatever the weights.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
"""Whole numbers, such as copies of each kind, [kinds]."""
Values = NDArray[np.float64]
"""Dollars an hour that a copy of each kind is worth, [kinds]."""

MOST_CELLS = 400_000
"""Largest table. A pass over it takes about a millisecond; twenty kinds of pods need some hundred."""

_TIES = 1e-12
"""Dollars by which a pattern must be better to replace another, so that rounding does not."""

_WEIGHT_STEPS = 8
"""The surrogate's weights of CPU, memory and pods are multiples of one eighth that sum to one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Items:
    """Kinds of things to put into bins."""

    cpu: Counts
    """Millicores of a copy, [kinds], at least 1."""
    memory: Counts
    """MiB of a copy, [kinds], at least 1."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bins:
    """Types of bins, as far as pods may use them."""

    cpu: Counts
    """Millicores, [types]."""
    memory: Counts
    """MiB, [types]."""
    pods: Counts
    """Largest number of things in one, [types]."""


class Pricing(NamedTuple):
    """The most valuable content of every type of bin."""

    patterns: NDArray[np.int64]
    """Copies of each kind, [types, kinds]; each fits into its bin."""
    value: NDArray[np.float64]
    """What the pattern is worth, [types]."""
    upper: NDArray[np.float64]
    """What no content can exceed, [types]; equal to `value` where the table was exact and pods did not bind."""


class _Grid(NamedTuple):
    """A table's cells, and the types of bins that it serves."""

    cpu_step: int
    memory_step: int
    types: tuple[int, ...]
    exact: bool


class _Pass(NamedTuple):
    """One decision of the dynamic programme: `copies` of `kind` together or not, in each cell where they fit."""

    kind: int
    copies: int
    cpu: int
    memory: int
    taken: NDArray[np.bool_]


class Pricer:
    """Answers for one set of kinds and types; the values and the copies left change from question to question."""

    def __init__(self, items: Items, bins: Bins, *, most_cells: int = MOST_CELLS) -> None:
        self._items, self._bins = items, bins
        self._grids = _grids(items, bins, most_cells)

    def price(self, values: Values, copies: Counts) -> Pricing:
        """Best content of each type of bin.

        Args:
            values: dollars an hour of one copy, [kinds], not negative.
            copies: most copies of each kind that a bin may hold, [kinds].
        """
        types, kinds = len(self._bins.cpu), len(values)
        patterns = np.zeros((types, kinds), dtype=np.int64)
        upper = self._surrogate(values, copies)
        for grid in self._grids:
            table, passes = self._fill(grid, values, copies)
            for bin_ in grid.types:
                cell = int(self._bins.cpu[bin_]) // grid.cpu_step, int(self._bins.memory[bin_]) // grid.memory_step
                patterns[bin_] = self._fitted(_content(passes, cell, kinds), bin_, values, copies)
                if grid.exact:
                    upper[bin_] = min(upper[bin_], table[cell])
        value = patterns @ values
        return Pricing(patterns, value, np.maximum(upper, value))

    def upper(self, values: Values, copies: Counts) -> NDArray[np.float64]:
        """What no content of each type of bin can exceed, [types], without a table: less sharp, and quick.

        Args:
            values: dollars an hour of one copy, [kinds], not negative.
            copies: most copies of each kind that a bin may hold, [kinds].
        """
        return self._surrogate(values, copies)

    def _fill(self, grid: _Grid, values: Values, copies: Counts) -> tuple[NDArray[np.float64], list[_Pass]]:
        """The table, [CPU cells, memory cells], of the most that fits, and how each cell came about."""
        rows = max(int(self._bins.cpu[bin_]) for bin_ in grid.types) // grid.cpu_step
        columns = max(int(self._bins.memory[bin_]) for bin_ in grid.types) // grid.memory_step
        table, passes = np.zeros((rows + 1, columns + 1)), []
        for kind in np.flatnonzero(values > 0).tolist():
            cpu = -(-int(self._items.cpu[kind]) // grid.cpu_step)
            memory = -(-int(self._items.memory[kind]) // grid.memory_step)
            for lot in _lots(min(int(copies[kind]), rows // cpu, columns // memory)):
                down, right = lot * cpu, lot * memory
                reached = table[: rows + 1 - down, : columns + 1 - right] + lot * values[kind]
                before = table[down:, right:]
                taken = reached > before + _TIES
                np.copyto(before, reached, where=taken)
                passes.append(_Pass(kind, lot, down, right, taken))
        return table, passes

    def _fitted(self, pattern: Counts, bin_: int, values: Values, copies: Counts) -> Counts:
        """A pattern without the pods over the limit, and with what still fits beside it."""
        cheapest_first = np.argsort(values, kind="stable").tolist()
        over = int(pattern.sum() - self._bins.pods[bin_])
        for kind in cheapest_first:
            dropped = min(max(over, 0), int(pattern[kind]))
            pattern[kind] -= dropped
            over -= dropped
        cpu = int(self._bins.cpu[bin_] - pattern @ self._items.cpu)
        memory = int(self._bins.memory[bin_] - pattern @ self._items.memory)
        room = int(self._bins.pods[bin_] - pattern.sum())
        for kind in reversed(cheapest_first):
            one, other = int(self._items.cpu[kind]), int(self._items.memory[kind])
            more = min(int(copies[kind] - pattern[kind]), cpu // one, memory // other, room)
            pattern[kind] += more
            cpu, memory, room = cpu - more * one, memory - more * other, room - more
        return pattern

    def _surrogate(self, values: Values, copies: Counts) -> NDArray[np.float64]:
        """Least of the fractional knapsacks over all weights, [types]: an upper bound of the whole knapsack."""
        sizes = np.stack([self._items.cpu, self._items.memory, np.ones_like(copies)], axis=1).astype(float)
        room = np.stack([self._bins.cpu, self._bins.memory, self._bins.pods], axis=1).astype(float)
        share = sizes[None, :, :] / np.maximum(room, _TIES)[:, None, :]  # of each bin, [types, kinds, sizes]
        most = np.minimum(np.floor(1 / share.max(axis=2) + 1e-9), copies)  # that fit alone, [types, kinds]
        weights = _weights()
        size = np.einsum("tks,ws->twk", share, weights)  # of one copy, [types, weights, kinds]
        worth = np.broadcast_to(values, size.shape) / np.maximum(size, _TIES)
        order = np.argsort(-worth, axis=2, kind="stable")
        lots = np.take_along_axis(size * most[:, None, :], order, axis=2)
        before = np.cumsum(lots, axis=2) - lots
        part = np.clip((1 - before) / np.maximum(lots, _TIES), 0, 1)
        gained = np.take_along_axis(np.broadcast_to((most * values)[:, None, :], size.shape), order, axis=2)
        least: NDArray[np.float64] = (part * gained).sum(axis=2).min(axis=1) * (1 + 1e-9)
        return least


def _weights() -> NDArray[np.float64]:
    """Weights of CPU, memory and pods, [weights, 3]."""
    steps = range(_WEIGHT_STEPS + 1)
    mixes = [(cpu, memory, _WEIGHT_STEPS - cpu - memory) for cpu in steps for memory in steps]
    return np.array([mix for mix in mixes if mix[2] >= 0], dtype=float) / _WEIGHT_STEPS


def _lots(copies: int) -> list[int]:
    """Lots of 1, 2, 4, ... and a rest: taking some of them makes every number up to `copies`."""
    lots, size = [], 1
    while copies > 0:
        lots.append(min(size, copies))
        copies -= lots[-1]
        size *= 2
    return lots


def _content(passes: Sequence[_Pass], cell: tuple[int, int], kinds: int) -> Counts:
    """The copies that made the value of a cell: the decisions undone from the last to the first, [kinds]."""
    pattern = np.zeros(kinds, dtype=np.int64)
    cpu, memory = cell
    for step in reversed(passes):
        if cpu >= step.cpu and memory >= step.memory and step.taken[cpu - step.cpu, memory - step.memory]:
            pattern[step.kind] += step.copies
            cpu, memory = cpu - step.cpu, memory - step.memory
    return pattern


def _grids(items: Items, bins: Bins, most_cells: int) -> tuple[_Grid, ...]:
    """An exact grid for the bins that fit into one, and a coarser one for the others."""
    cpu_step, memory_step = int(np.gcd.reduce(items.cpu)), int(np.gcd.reduce(items.memory))
    rows, columns = bins.cpu // cpu_step + 1, bins.memory // memory_step + 1
    exact: list[int] = []
    high = wide = 1
    for bin_ in np.argsort(rows * columns, kind="stable").tolist():
        higher, wider = max(high, int(rows[bin_])), max(wide, int(columns[bin_]))
        if higher * wider <= most_cells:
            exact.append(bin_)
            high, wide = higher, wider
    rest = tuple(bin_ for bin_ in range(len(rows)) if bin_ not in set(exact))
    grids = [_Grid(cpu_step, memory_step, tuple(exact), exact=True)] if exact else []
    if rest:
        cells = int(rows[list(rest)].max()) * int(columns[list(rest)].max())
        factor = math.ceil(math.sqrt(cells / most_cells))
        grids.append(_Grid(cpu_step * factor, memory_step * factor, rest, exact=False))
    return tuple(grids)
