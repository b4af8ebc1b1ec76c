"""What hours cost at least under given commitments, and what a unit more or a dollar of usage more would change.

For each hour this is the dual of the transport problem: a price for a unit of each pool; a dollar of usage then costs
the least of 1 (on demand) and what units cost that pay for it. Any prices give a bound that holds for all quantities
and all demands: sum of usage x its price - sum of units x their price. The best prices give the cost itself.

Where a dollar at on-demand prices costs less than a dollar, as with sustained use discounts, that takes the place of 1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costopt.optimizer.commitments.ascent import Function, Hours, Peak, find_peak
from costopt.optimizer.commitments.pools import Pools

Array = NDArray[np.float64]

_ACCURACY = 1e-7
"""Of an hour's dollars, how well the prices of outer pools are found."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prices:
    """Prices of each hour."""

    value: Array
    """On-demand dollars that are left at least, [hours]."""
    excess: Array
    """By how much more may be left at most, [hours]; 0 but for rounding where `Pools.exact`."""
    item: Array
    """Dollars that a dollar more of each item of the demand costs, 0 to 1, [items, hours]."""
    alone: tuple[Array, ...]
    """The same at each level, [items of the level, hours]: what a dollar there costs that reaches the level's end."""
    pool: Array
    """On-demand dollars that a unit more of each pool saves, [pools, hours]."""


def price_hours(pools: Pools, dollars: Array, capacity: Array, on_demand: Array | None = None) -> Prices:
    """Prices of all hours.

    Args:
        pools: The structure.
        dollars: On-demand dollars of each item of the first level, [items, hours]; see `first_level`.
        capacity: Units of each instrument, [instruments, hours], or [instruments, 1] where they are the same in all.
        on_demand: Dollars that a dollar of each item of the last level costs on demand, at most 1, [items, hours]; None
            for 1.
    """
    left = dollars
    masks: list[NDArray[np.bool_] | None] = []
    for place, level in enumerate(pools.levels):
        if place:
            left = _joined(left, level.members, level.cover.shape[1])
        if level.cover.any():
            left = np.maximum(left - level.cover.T @ capacity, 0.0)
            masks.append(left > 0)
        else:
            masks.append(None)
    units = pools.unit.T @ capacity
    item, pool, excess = _price_last(pools, left, units, on_demand)
    value = np.einsum("ih,ih->h", left, item) - (pool * units).sum(axis=0)
    return _price_levels(pools, value, excess, item, pool, masks)


def first_level(pools: Pools, dollars: Array) -> Array:
    """Dollars of the items of the first level, [items, hours], of those of the demand, [hours, items]."""
    first = pools.levels[0]
    return _joined(np.ascontiguousarray(dollars.T), first.members, first.cover.shape[1])


def _joined(dollars: Array, members: NDArray[np.int64], items: int) -> Array:
    joined = np.zeros((items, dollars.shape[1]))
    if len(set(members.tolist())) == len(members):
        joined[members] = dollars
    else:
        np.add.at(joined, members, dollars)
    return joined


def _price_levels(
    pools: Pools,
    value: Array,
    excess: Array,
    item: Array,
    pool: Array,
    masks: list[NDArray[np.bool_] | None],
) -> Prices:
    """From the last level down: what an instrument alone still has room for costs nothing more."""
    alone: list[Array] = []
    for level, mask in zip(reversed(pools.levels), reversed(masks), strict=True):
        item = item if mask is None else item * mask
        alone.insert(0, item)
        item = item[level.members]
    return Prices(value=value, excess=excess, item=item, alone=tuple(alone), pool=pool)


def _price_last(pools: Pools, left: Array, units: Array, on_demand: Array | None) -> tuple[Array, Array, Array]:
    """Prices of items and pools of the last level, and how far they may be from the best."""
    hours = left.shape[1]
    pool = np.zeros((len(pools.take), hours))
    if not pools.outer:
        item, _ = _price_inner(pools, left, units, on_demand, pool)
        return item, pool, np.zeros(hours)
    outer = list(pools.outer)
    top = np.array([1 / row[np.isfinite(row)].min() for row in pools.take[outer]])
    ceiling = np.ones_like(left) if on_demand is None else on_demand
    peak = find_peak(_outer_function(pools, left, units, ceiling), top, _ACCURACY * (left.sum(axis=0) + 1e-9))
    pool[outer] = peak.point
    item, _ = _price_inner(pools, left, units, _caps(pools, peak.point, ceiling), pool)
    return item, pool, _excess(peak)


def _excess(peak: Peak) -> Array:
    return np.maximum(peak.upper - peak.value, 0.0)


def _outer_function(pools: Pools, left: Array, units: Array, ceiling: Array) -> Function:
    """Value of an hour as a function of the prices of its outer pools."""
    outer = list(pools.outer)
    pays = np.where(np.isfinite(pools.take[outer]), pools.take[outer], 0.0)
    same = units.shape[1] == 1

    def value(prices: Array, hours: Hours) -> tuple[Array, Array]:
        mine_left, given, most = left[:, hours], units if same else units[:, hours], ceiling[:, hours]
        pool = np.zeros((len(pools.take), len(hours)))
        pool[outer] = prices
        caps = _caps(pools, prices, most)
        item, rest = _price_inner(pools, mine_left, given, caps, pool)
        height = np.einsum("ih,ih->h", mine_left, item) - (pool * given).sum(axis=0)
        slope = np.empty_like(prices)
        free = caps < most
        for place, rates in enumerate(pays):
            # A tie between two pools is given to the first: any choice is a supergradient.
            mine = free & (caps == prices[place] * rates[:, np.newaxis]) & (rates > 0)[:, np.newaxis]
            free &= ~mine
            slope[place] = rates @ (rest * mine) - given[outer[place]]
        return height, slope

    return value


def _caps(pools: Pools, prices: Array, ceiling: Array) -> Array:
    """What a dollar of each item costs without inner pools, [items, hours]."""
    caps = ceiling.copy()
    for rates, price in zip(pools.take[list(pools.outer)], prices, strict=True):
        for item in np.flatnonzero(np.isfinite(rates)).tolist():
            np.minimum(caps[item], rates[item] * price, out=caps[item])
    return caps


def _price_inner(pools: Pools, left: Array, units: Array, caps: Array | None, pool: Array) -> tuple[Array, Array]:
    """Use inner pools where they save most for each unit, up to their last unit, whose saving is the pool's price.

    Args:
        pools: The structure.
        left: Dollars of each item, [items, hours].
        units: Units of each pool, [pools, hours] or [pools, 1].
        caps: What a dollar of each item costs otherwise; None for 1 everywhere, where the order is known beforehand.
        pool: Prices of pools; those of inner ones are written, [pools, hours].

    Returns:
        Prices of items, and their dollars that inner pools leave, [items, hours]. Without caps nobody asks for the
        second, and it is not worked out.
    """
    item = np.ones_like(left) if caps is None else caps.copy()
    rest = left if caps is None else left.copy()
    for number, items in pools.inner:
        rates = pools.take[number, items, np.newaxis]
        if caps is None:
            price = _fill(left[items] * rates, units[number], 1 / rates)
        else:
            price, rest[items] = _fill_by_saving(left[items], rates, units[number], caps[items])
        np.minimum(item[items], price * rates, out=item[items])
        pool[number] = price
    return item, rest


def _fill(need: Array, units: Array, saving: Array) -> Array:
    """Saving of the last unit, 0 where there is room for all, [hours]; needs in the order of savings [items, hours]."""
    met = np.cumsum(need, axis=0) <= units
    last = np.minimum(met.sum(axis=0), len(need) - 1)
    marginal = saving[last, 0] if saving.shape[1] == 1 else np.take_along_axis(saving, last[np.newaxis], axis=0)[0]
    return np.where(met[-1], 0.0, marginal)


def _fill_by_saving(left: Array, rates: Array, units: Array, caps: Array) -> tuple[Array, Array]:
    """The same where the order differs from hour to hour, and the dollars that are left of each item."""
    saving = caps / rates
    order = np.argsort(-saving, axis=0, kind="stable")
    need = np.take_along_axis(left * rates, order, axis=0)
    price = _fill(need, units, np.take_along_axis(saving, order, axis=0))
    unmet = np.clip(np.cumsum(need, axis=0) - units, 0.0, need)
    rest = np.empty_like(left)
    np.put_along_axis(rest, order, unmet, axis=0)
    return price, rest / rates
