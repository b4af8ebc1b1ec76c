"""Instruments and items that the arithmetic of an hour cannot tell apart, joined.

What an hour costs under given commitments is a transport problem: instruments pay for items, each at its own rate.
Three observations leave little of it:

- Items for which every instrument has one rate are one item.
- An instrument that pays for one item only is used on it first, as it can do nothing else. Without it, items may have
  become alike, and another instrument may be alone with one: so level follows level.
- Instruments whose rates are multiples of each other are one pool (a ladder of one plan, plans of different payment).

What remains are pools that overlap. Those without which the rest are disjoint are called outer; their prices have to be
searched, the others follow from sorting. Usually there is none or one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rates = NDArray[np.float64]

MOST_OUTER = 2
"""Pools whose prices are searched, each making an hour about eight times as dear. Where more overlap, the most similar
are taken for one at the better rates: the bound stays a bound, only lower."""

_ALIKE = 1e-12
"""Relative difference of rates below which they are equal."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Level:
    """A step of joining items, and the instruments that are alone with one item then."""

    members: NDArray[np.int64]
    """Item of this level that each item of the level before belongs to, [items before]."""
    cover: Rates
    """On-demand dollars of the item that a unit of each instrument pays for; 0 where it is not alone with it,
    [instruments, items]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pools:
    """The structure of an hour. Items are those of the last level, ordered by inner pool and rate."""

    levels: tuple[Level, ...]
    """From the items of the demand to those that pools share."""
    take: Rates
    """Units of each pool that an on-demand dollar of each item takes, inf where it does not pay, [pools, items]."""
    unit: Rates
    """Units of each pool that a unit of each instrument gives, [instruments, pools]."""
    outer: tuple[int, ...]
    """Pools whose prices are searched."""
    origin: NDArray[np.int64]
    """An item of the demand that belongs to each item, [items]."""
    inner: tuple[tuple[int, slice], ...]
    """The other pools, and the items of each, which no other inner pool pays for."""
    exact: bool
    """False where pools or items were taken for one that are not quite alike."""


def join(take: Rates, *, apart: NDArray[np.int64] | None = None, most_outer: int = MOST_OUTER) -> Pools:
    """Find the structure.

    Args:
        take: Units of each instrument that an on-demand dollar of each item takes, inf where it does not pay for it,
            [instruments, items].
        apart: Items of different numbers are never joined, as they have prices of their own, [items]; None for no such.
        most_outer: How many overlapping pools are searched exactly.
    """
    apart = np.zeros(take.shape[1], dtype=np.int64) if apart is None else apart
    levels, rest, apart = _reduce(take, apart)
    pools, unit, exact = _join_instruments(rest)
    outer = _outer(pools)
    while len(outer) > most_outer:
        exact = False
        pair = _most_similar(pools)
        if pair is None:
            level, rest, apart = _join_items(pools, rest, apart)
            more, rest, apart = _reduce(rest, apart)
            levels += [level, *more]
            pools, unit, _ = _join_instruments(rest)
        else:
            pools, unit = _join_pair(pools, unit, *pair)
        outer = _outer(pools)
    return _ordered(levels, pools, unit, outer, exact=exact)


def _reduce(take: Rates, apart: NDArray[np.int64]) -> tuple[list[Level], Rates, NDArray[np.int64]]:
    """Levels until no instrument is alone with an item, and the rates that are left, inf for those that were."""
    levels: list[Level] = []
    while True:
        distinct, members = np.unique(np.vstack([take, apart]), axis=1, return_inverse=True)
        distinct, apart = distinct[:-1], distinct[-1].astype(np.int64)
        alone = np.isfinite(distinct).sum(axis=1) == 1
        cover = np.where(alone[:, np.newaxis] & np.isfinite(distinct), 1 / distinct, 0.0)
        levels.append(Level(members=members.reshape(-1), cover=cover))
        take = np.where(alone[:, np.newaxis], np.inf, distinct)
        if not alone.any():
            return levels, take, apart


def _join_instruments(take: Rates) -> tuple[Rates, Rates, bool]:
    """Pools of instruments with proportional rates, the units that each instrument gives of them, and True."""
    pools: list[Rates] = []
    unit: list[tuple[int, int, float]] = []
    for instrument, row in enumerate(take):
        if not np.isfinite(row).any():
            continue
        for place, other in enumerate(pools):
            low, high = _ratio(row, other)
            if high <= low * (1 + _ALIKE):
                unit.append((instrument, place, 1 / low))
                break
        else:
            unit.append((instrument, len(pools), 1.0))
            pools.append(row)
    units = np.zeros((len(take), len(pools)))
    for instrument, place, amount in unit:
        units[instrument, place] = amount
    return np.array(pools).reshape(len(pools), take.shape[1]), units, True


def _ratio(one: Rates, other: Rates) -> tuple[float, float]:
    """Least and largest ratio of the rates of two pools, (0, inf) where they pay for different items."""
    pays = np.isfinite(one)
    if (pays != np.isfinite(other)).any():
        return 0.0, float("inf")
    ratios = one[pays] / other[pays]
    return float(ratios.min()), float(ratios.max())


def _outer(take: Rates) -> list[int]:
    """Pools without which the others are disjoint, by taking away the one that meets most others."""
    pays = np.isfinite(take).astype(np.int64)
    meets = (pays @ pays.T) > 0
    np.fill_diagonal(meets, val=False)
    outer: list[int] = []
    while meets.any():
        most = int(meets.sum(axis=1).argmax())
        outer.append(most)
        meets[most, :] = meets[:, most] = False
    return outer


def _most_similar(take: Rates) -> tuple[int, int] | None:
    """The pair of pools with the most similar rates for the same items; None where no two pay for the same."""
    spreads = [
        (high / low, one, other)
        for one in range(len(take))
        for other in range(one)
        for low, high in (_ratio(take[one], take[other]),)
        if low > 0
    ]
    return min(spreads)[1:] if spreads else None


def _join_pair(take: Rates, unit: Rates, one: int, other: int) -> tuple[Rates, Rates]:
    """Two pools as one at the rates of the second: a unit of the first gives as much as at its best rate."""
    low, _ = _ratio(take[one], take[other])
    units = unit.copy()
    units[:, other] += unit[:, one] / low
    return np.delete(take, one, axis=0), np.delete(units, one, axis=1)


def _join_items(pools: Rates, take: Rates, apart: NDArray[np.int64]) -> tuple[Level, Rates, NDArray[np.int64]]:
    """The items of the smallest pool that meets another as one item, at the best of their rates."""
    pays = np.isfinite(pools)
    meets = (pays.astype(np.int64) @ pays.T.astype(np.int64)) > 0
    sizes = np.where(meets.sum(axis=1) > 1, pays.sum(axis=1), np.iinfo(np.int64).max)
    inside = pays[sizes.argmin()]
    # Only those that may be joined with the first of them; the others have their turn.
    inside = inside & (apart == apart[inside.argmax()])
    members = np.where(inside, 0, np.cumsum(~inside))
    joined = np.full((len(take), int(members.max()) + 1), np.inf)
    for item, member in enumerate(members):
        joined[:, member] = np.minimum(joined[:, member], take[:, item])
    labels = np.append(apart[inside][:1], apart[~inside])
    return Level(members=members, cover=np.zeros_like(joined)), joined, labels


def _ordered(levels: list[Level], take: Rates, unit: Rates, outer: list[int], *, exact: bool) -> Pools:
    """Put the items of the last level in the order of inner pools and rates."""
    inner = [pool for pool in range(len(take)) if pool not in outer]
    places: list[int] = []
    slices: list[tuple[int, slice]] = []
    for pool in inner:
        items = np.flatnonzero(np.isfinite(take[pool]))
        items = items[np.argsort(take[pool, items], kind="stable")]
        slices.append((pool, slice(len(places), len(places) + len(items))))
        places += items.tolist()
    places += [item for item in range(take.shape[1]) if item not in set(places)]
    rank = np.argsort(np.array(places, dtype=np.int64), kind="stable")
    last = Level(members=rank[levels[-1].members], cover=levels[-1].cover[:, places])
    origin = np.arange(len(levels[0].members))
    for level in [*levels[:-1], last]:
        first = np.zeros(level.cover.shape[1], dtype=np.int64)
        first[level.members[::-1]] = origin[::-1]
        origin = first
    return Pools(
        origin=origin,
        levels=tuple(_without_renaming([*levels[:-1], last])),
        take=take[:, places],
        unit=unit,
        outer=tuple(outer),
        inner=tuple(slices),
        exact=exact,
    )


def _without_renaming(levels: list[Level]) -> list[Level]:
    """Give the last level's names to the one before where that is all that the last one does."""
    last = levels[-1]
    if len(levels) == 1 or last.cover.any() or len(set(last.members.tolist())) < len(last.members):
        return levels
    before = levels[-2]
    cover = np.zeros_like(before.cover)
    cover[:, last.members] = before.cover
    return [*levels[:-2], Level(members=last.members[before.members], cover=cover)]
