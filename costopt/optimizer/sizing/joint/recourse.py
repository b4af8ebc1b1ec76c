"""What hours cost at given purchases and sizes: the oracle of commitments, with demand as a variable too.

The hourly cost is the value of a linear problem with demand and units on its right side, so it is jointly convex in
both, and its prices are the slopes: of a unit of a commitment what it saves, of a dollar of usage what it costs at the
margin (1 on demand, less where a commitment has room). The hours of a slot, a profile on an item, are summed up here,
so that the master has one column for each slot however many options there are.

Google's sustained use discounts depend on which hours of a month are the busiest, so on sizes. Their order is taken
from the largest demand that sizes can make; for any other that is a bound, see `sustained_use_prices`.
"""

from collections.abc import Sequence

import numpy as np

from costopt.economics.instruments import Instrument
from costopt.economics.simulator.distinct_hours import distinct_hours
from costopt.economics.simulator.windows import window
from costopt.optimizer.bundle import Recourse
from costopt.optimizer.commitments.hourly import Prices, first_level
from costopt.optimizer.commitments.options import Option
from costopt.optimizer.commitments.oracle import Column, HourlyRecourse
from costopt.optimizer.commitments.recourse import alike, sustained_use_prices
from costopt.optimizer.sizing.joint.problem import JointOptions, JointProblem
from costopt.optimizer.sizing.machines import Floats, Integers

_GROUPS = 16
"""Cuts for each point that is tried."""

_NUDGE = 1e-6
"""Part of the largest amount that is added to every slot where prices are asked for: what an idle item costs is then
the price of a first machine, not of none."""


class JointRecourse:
    """On-demand dollars that are left, an `Oracle` over x = (purchases [options to buy], amounts [slots])."""

    def __init__(self, options: JointOptions, purchases: Sequence[Option]) -> None:
        problem = options.problem
        instruments = [purchase.instrument for purchase in purchases]
        held = [holding.instrument for holding in problem.owned]
        take = np.array([_payable(problem, one) for one in (*instruments, *held)]).reshape(-1, len(problem.base.items))
        items = len(problem.base.items)
        windows = [*(one.hours for one in purchases), *(window(problem.base, one) for one in problem.owned)]
        paid = sustained_use_prices(options.largest_demand()) if problem.terms.sustained_use else None
        # Sizes add the same to hours that are the same, have the same profiles, and cost the same.
        figures = [problem.base.dollars, problem.profiles, *([] if paid is None else [paid])]
        hours = distinct_hours(np.hstack(figures), windows)
        base, profiles = hours.dollars[:, :items], hours.dollars[:, items : items + problem.profiles.shape[1]]
        group = _group_by_size(base.sum(axis=1) + profiles.mean(axis=1))
        self.groups = int(group.max()) + 1
        columns = [Column(instrument=place, hours=hours.windows[place]) for place in range(len(purchases))]
        owned = _owned_units(problem, hours.windows[len(purchases) :], len(base), len(purchases))
        self._recourse = HourlyRecourse(
            base,
            take,
            columns,
            owned,
            group=group,
            weight=hours.weight,
            on_demand=None if paid is None else hours.dollars[:, -items:],
            apart=None if paid is None else alike(hours.dollars[:, -items:]),
        )
        order = self._recourse.order
        self._options, self._purchases = options, len(purchases)
        self._base, self._profiles, self._weight = base[order], profiles[order].T, hours.weight[order]
        active = np.zeros((len(purchases), len(base)))
        for row, column in zip(active, columns, strict=True):
            row[column.hours] = 1.0
        group, active = group[order], active[:, order]
        changes = (np.diff(group) != 0) | (np.diff(active, axis=1) != 0).any(axis=0)
        self._starts = np.concatenate([[0], np.flatnonzero(changes) + 1])
        self._ends = np.append(self._starts[1:], len(base))
        self._group, self._active = group[self._starts], active[:, self._starts]

    def __call__(self, x: Floats) -> Recourse:
        """Dollars and slopes of all groups of hours at x."""
        prices = self._price(x[: self._purchases], x[self._purchases :])
        bound = self._by_group(self._sums(prices.value))
        gradient = np.vstack([self._by_group(-self._saved(prices)), self._by_group(self._slot_prices(prices))]).T
        return Recourse(cost=bound + self._by_group(self._sums(prices.excess)), gradient=gradient, bound=bound)

    def cost(self, quantities: Floats, amounts: Floats) -> float:
        """On-demand dollars of all hours."""
        prices = self._price(quantities, amounts)
        return float((prices.value + prices.excess) @ self._weight)

    def slot_prices(self, quantities: Floats, amounts: Floats) -> Floats:
        """Dollars over all hours of one dollar an hour more on demand at the peak of each slot, [slots]."""
        nudge = _NUDGE * max(1.0, float(amounts.max(initial=0.0)))
        prices: Floats = self._slot_prices(self._price(quantities, amounts + nudge)).sum(axis=1)
        return prices

    def _price(self, quantities: Floats, amounts: Floats) -> Prices:
        by_item = np.zeros((len(self._profiles), self._base.shape[1]))
        for (profile, item), amount in zip(self._options.slots, amounts.tolist(), strict=True):
            by_item[profile, item] += amount
        dollars = first_level(self._recourse.pools, self._base + self._profiles.T @ by_item)
        return self._recourse.price(quantities, dollars)

    def _saved(self, prices: Prices) -> Floats:
        """What a unit more of each purchase saves, [options to buy, blocks]."""
        pools = self._recourse.pools
        saved: Floats = pools.unit[: self._purchases] @ self._sums(prices.pool)
        for level, item in zip(pools.levels, prices.alone, strict=True):
            cover = level.cover[: self._purchases]
            if cover.any():
                saved = saved + cover @ self._sums(item)
        return saved * self._active

    def _slot_prices(self, prices: Prices) -> Floats:
        """What a dollar more of each slot costs, [slots, blocks]."""
        profiles, items = np.array(self._options.slots).T
        blocks = zip(self._starts.tolist(), self._ends.tolist(), strict=True)
        weighted = self._profiles * self._weight
        costs = [weighted[:, low:high] @ prices.item[:, low:high].T for low, high in blocks]
        return np.stack([each[profiles, items] for each in costs], axis=1)

    def _sums(self, by_hour: Floats) -> Floats:
        """Sums over the hours of each block (one group, the same purchases active), of the last axis."""
        sums: Floats = np.add.reduceat(by_hour * self._weight, self._starts, axis=-1)
        return sums

    def _by_group(self, by_block: Floats) -> Floats:
        """Sums over the blocks of each group, of the last axis."""
        sums = np.zeros((*by_block.shape[:-1], self.groups))
        np.add.at(sums.T, self._group, by_block.T)
        return sums


def _group_by_size(size: Floats) -> Integers:
    """Hours of similar size together, in groups of equal length, [hours]."""
    hours = len(size)
    rank = np.empty(hours, dtype=np.int64)
    rank[np.argsort(size, kind="stable")] = np.arange(hours)
    return np.asarray(rank * min(hours, _GROUPS) // hours)


def _owned_units(problem: JointProblem, windows: Sequence[slice], hours: int, purchases: int) -> Floats:
    """Units of each instrument that are owned in each hour, [hours, purchases and owned]."""
    units = np.zeros((hours, purchases + len(windows)))
    for place, (holding, active) in enumerate(zip(problem.owned, windows, strict=True), start=purchases):
        units[active, place] = float(holding.quantity)
    return units


def _payable(problem: JointProblem, instrument: Instrument) -> Floats:
    """Rates for the items that an instrument may pay for, [items]: only its own account's where nothing is shared."""
    own_only = not problem.terms.sharing and instrument.account is not None
    mine = [not own_only or item.account == instrument.account for item in problem.base.items]
    return np.where(mine, instrument.take, np.inf)
