"""What hours cost beside given purchases, group by group of hours, with slopes: the oracle of the decomposition.

Hours are sorted once into blocks, within which a group and the set of active commitments are the same; sums over blocks
are all that leaves this file.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costopt.economics.demand import Dollars
from costopt.optimizer.bundle import Recourse, Vector
from costopt.optimizer.commitments.hourly import Prices, first_level, price_hours
from costopt.optimizer.commitments.pools import MOST_OUTER, Pools, join

Array = NDArray[np.float64]

_FEWEST_GROUPS, _MOST_GROUPS = 8, 24
"""Cuts for each point that is tried: few are quick for a few families, many save trials for hundreds. Measured: see
tools/bench_optimizer.py."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A purchase that may be made: a unit of an instrument in the hours of its term."""

    instrument: int
    """Row in the rates."""
    hours: slice
    """Hours of the demand in which it is active."""


class HourlyRecourse:
    """On-demand dollars that are left beside purchases x and what is owned, an `Oracle` of the bundle method.

    The slopes hold for changes of demand too: see `price`.
    """

    def __init__(
        self,
        dollars: Dollars,
        take: Array,
        columns: Sequence[Column],
        owned: Array | None = None,
        *,
        group: NDArray[np.int64] | None = None,
        weight: Array | None = None,
        on_demand: Array | None = None,
        apart: NDArray[np.int64] | None = None,
        most_outer: int = MOST_OUTER,
    ) -> None:
        """Sort the hours.

        Args:
            dollars: On-demand dollars, [hours, items].
            take: Units of each instrument that an on-demand dollar of each item takes, inf where it does not pay for
                it, [instruments, items]; offered and owned ones.
            columns: The purchases that may be made.
            owned: Units of each instrument that are owned in each hour, [hours, instruments]; None for none.
            group: Group of each hour, from 0, [hours]; None to group hours by their dollars.
            weight: How often each hour counts, [hours]; None for once.
            on_demand: Dollars that a dollar of each item costs on demand in each hour, at most 1, [hours, items]; None
                for 1 everywhere. What is left of an item must be convex in it: see `sustained_use`.
            apart: Numbers of items that have the same `on_demand`, [items]; needed with it.
            most_outer: How many overlapping pools are searched exactly; see `pools`.
        """
        hours = len(dollars)
        self.pools: Pools = join(take, apart=apart, most_outer=most_outer)
        self._of = np.array([column.instrument for column in columns], dtype=np.int64)
        segment, self._active, self._owned = _segments(hours, len(take), columns, owned)
        group = _group_by_size(dollars) if group is None else group
        self.groups = int(group.max()) + 1
        self.order = np.lexsort((segment, group))
        """Hours in the order in which prices are given, [hours]."""
        segment, group = segment[self.order], group[self.order]
        changes = (np.diff(segment) != 0) | (np.diff(group) != 0)
        self._starts = np.concatenate([[0], np.flatnonzero(changes) + 1])
        self._segment, self._block_segment, self._block_group = segment, segment[self._starts], group[self._starts]
        self._weight = None if weight is None else weight[self.order]
        self._dollars = first_level(self.pools, dollars[self.order])
        self._on_demand = (
            None if on_demand is None else np.ascontiguousarray(on_demand[self.order][:, self.pools.origin].T)
        )

    def __call__(self, x: Vector) -> Recourse:
        """Dollars and slopes of all groups at purchases x, [columns]."""
        prices = self.price(x)
        bound = self._by_group(self._sums(prices.value))
        excess = self._by_group(self._sums(prices.excess))
        by_unit = self._unit_prices(prices)
        gradient = np.zeros((self.groups, len(x)))
        for column, instrument in enumerate(self._of):
            slope = by_unit[instrument] * self._active[self._block_segment, column]
            gradient[:, column] = -np.bincount(self._block_group, weights=slope, minlength=self.groups)
        return Recourse(cost=bound + excess, gradient=gradient, bound=bound)

    def price(self, x: Vector, dollars: Array | None = None) -> Prices:
        """Prices of all hours at purchases x, hours in the order of `order`.

        Args:
            x: Units of each column, [columns].
            dollars: Another demand, as `first_level` gives it with hours in the order of `order`; None for the own one.
        """
        capacity = self._owned.copy()
        np.add.at(capacity.T, self._of, (self._active * np.maximum(x, 0.0)).T)
        units = capacity.T if len(capacity) == 1 else capacity.T[:, self._segment]
        return price_hours(self.pools, self._dollars if dollars is None else dollars, units, self._on_demand)

    def _sums(self, by_hour: Array) -> Array:
        """Sums over the hours of each block, of the last axis."""
        weighted = by_hour if self._weight is None else by_hour * self._weight
        sums: Array = np.add.reduceat(weighted, self._starts, axis=-1)
        return sums

    def _by_group(self, by_block: Array) -> Array:
        return np.bincount(self._block_group, weights=by_block, minlength=self.groups).astype(np.float64)

    def _unit_prices(self, prices: Prices) -> Array:
        """What a unit more of each instrument saves in the hours of each block, [instruments, blocks]."""
        saved = self.pools.unit @ self._sums(prices.pool)
        for level, item in zip(self.pools.levels, prices.alone, strict=True):
            if level.cover.any():
                saved += level.cover @ self._sums(item)
        return saved


def _group_by_size(dollars: Dollars) -> NDArray[np.int64]:
    """Hours of similar dollars together, in groups of equal size, [hours]: they have similar slopes."""
    hours, items = dollars.shape
    groups = min(hours, max(_FEWEST_GROUPS, min(_MOST_GROUPS, items)))
    rank = np.empty(hours, dtype=np.int64)
    rank[np.argsort(dollars.sum(axis=1), kind="stable")] = np.arange(hours)
    return np.asarray(rank * groups // hours)


def _segments(
    hours: int, instruments: int, columns: Sequence[Column], owned: Array | None
) -> tuple[NDArray[np.int64], Array, Array]:
    """Runs of hours between which nothing begins or ends.

    Returns:
        Segment of each hour, [hours]; whether each column is active, 0 or 1, [segments, columns]; owned units,
        [segments, instruments].
    """
    edges = {0} | {edge for column in columns for edge in (column.hours.start, column.hours.stop)}
    if owned is not None:
        edges |= set((np.flatnonzero((np.diff(owned, axis=0) != 0).any(axis=1)) + 1).tolist())
    starts = np.array(sorted(edge for edge in edges if edge < hours))
    segment = np.searchsorted(starts, np.arange(hours), side="right") - 1
    active = np.array(
        [[column.hours.start <= at < column.hours.stop for column in columns] for at in starts], dtype=float
    )
    held = np.zeros((len(starts), instruments)) if owned is None else owned[starts]
    return segment, active.reshape(len(starts), len(columns)), held
