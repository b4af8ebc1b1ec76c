"""Google's sustained use discounts: what runs for much of a month costs less, by itself.

Google joins usage that does not overlap to inferred instances. Seen slot by slot of the load curve, the k-th unit of a
group (project, region, series and resource) is in use in every hour in which at least k units are; what such a slot
costs depends on the share of the month in which it is in use. Summed over slots, the hour that is the j-th busiest of a
month of H hours pays the incremental rate of the usage level between (j-1)/H and j/H.

Only self-serve billing accounts get them, and only for usage that no committed use discount pays for.
Source: https://cloud.google.com/compute/docs/sustained-use-discounts. That page's wording of how far usage is pooled
has changed between project and billing account; usage is pooled within a project here, the smaller discount.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import cache

import numpy as np
from numpy.typing import NDArray

from costopt.economics.billing_months import billing_months
from costopt.economics.demand import Dollars, UsageItem
from costopt.economics.sustained_rates import Rates, series_rates

_RESOURCES = ("vcpu", "memory", "machine")


def incremental_rates(item: UsageItem) -> Rates | None:
    """Shares of the price by usage level (quarters of a month), or None where usage gets no such discount."""
    if item.service != "gce" or item.variant not in _RESOURCES:
        return None
    return series_rates(item.family)


def sustained_use_discounts(items: Sequence[UsageItem], dollars: Dollars, start: datetime) -> Dollars:
    """What is taken off usage that no commitment pays for.

    A month that is there in part is taken to go on like the part that is known: levels are shares of the known hours.
    Within a month the discount of a group falls on its least busy hours, and among equals on the last, as it accrues.

    Args:
        items: columns.
        dollars: on-demand dollars that are left of each item, [hours, items].
        start: first moment of the first hour, UTC.

    Returns:
        Dollars to take off, [hours, items].
    """
    discounts = np.zeros_like(dollars)
    groups = _groups(items)
    for _, hours in billing_months(start, len(dollars)):
        for rates, members in groups:
            used = dollars[hours, members]
            if not used.any():
                continue
            discounts[hours, members] = used * (1 - _rate_by_hour(used.sum(axis=1), rates))[:, np.newaxis]
    return discounts


class MonthlyDiscount:
    """The sum of all discounts where hours that are the same are given once, for searches that ask often."""

    def __init__(self, items: Sequence[UsageItem], weight: NDArray[np.float64], months: Sequence[slice]) -> None:
        """Prepare.

        Args:
            items: rows of what is asked.
            weight: how often each distinct hour occurs, [distinct hours].
            months: distinct hours of each billing month, one after the other; none for no discounts.
        """
        self._groups, self._weight = _groups(items) if months else [], weight
        self._month = np.repeat(
            np.arange(len(months)), np.array([month.stop - month.start for month in months], dtype=np.int64)
        )
        lengths = np.array([weight[month].sum() for month in months])
        self._length = lengths[self._month]
        self._before = (np.cumsum(lengths) - lengths)[self._month]
        # A search changes one quantity at a time: what most groups have left is what they had.
        self._last: list[tuple[NDArray[np.float64], float] | None] = [None] * len(self._groups)

    def __call__(self, dollars: NDArray[np.float64]) -> float:
        """Dollars to take off all hours.

        Args:
            dollars: on-demand dollars that are left of each item, [items, distinct hours].
        """
        total = 0.0
        for group, (rates, members) in enumerate(self._groups):
            load = dollars[members].sum(axis=0)
            last = self._last[group]
            if last is None or not np.array_equal(last[0], load):
                last = self._last[group] = (load, self._of_group(load, rates))
            total += last[1]
        return total

    def _of_group(self, load: NDArray[np.float64], rates: Rates) -> float:
        if not load.any():
            return 0.0
        # Month after month, each from its busiest hour on: positions keep their month.
        order = np.lexsort((-load, self._month))
        hours, length = self._weight[order], self._length
        reached = np.cumsum(hours) - self._before
        paid = (_slot_prices(reached / length, rates) - _slot_prices((reached - hours) / length, rates)) * length
        return float(load[order] @ (hours - paid))


def joined_usage(items: Sequence[UsageItem]) -> list[list[int]]:
    """Columns whose usage is one load curve to these discounts, so that none of them can be settled alone."""
    return [members for _, members in _groups(items)]


def _groups(items: Sequence[UsageItem]) -> list[tuple[Rates, list[int]]]:
    """Columns whose usage is joined to inferred instances, which have one price."""
    members: dict[tuple[Rates, tuple[object, ...]], list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        rates = incremental_rates(item)
        if rates:
            group = (item.account, item.region, item.family, item.variant, item.tenancy, item.dollars_per_unit)
            members[rates, group].append(place)
    return [(rates, places) for (rates, _), places in members.items()]


def _rate_by_hour(load: NDArray[np.float64], rates: Rates) -> NDArray[np.float64]:
    """Share of the price that a group pays in each hour of a month, [hours]."""
    share = np.empty(len(load))
    share[np.argsort(-load, kind="stable")] = _rates_by_rank(len(load), rates)
    return share


@cache
def _rates_by_rank(hours: int, rates: Rates) -> NDArray[np.float64]:
    """Share of the price from the busiest hour of a month to the least busy one, [hours]; not to be written."""
    by_rank: NDArray[np.float64] = np.minimum(np.diff(_slot_prices(np.arange(hours + 1) / hours, rates)) * hours, 1)
    by_rank.flags.writeable = False
    return by_rank


def _slot_prices(fractions: NDArray[np.float64], rates: Rates) -> NDArray[np.float64]:
    width = 1 / len(rates)
    levels = np.arange(len(rates)) * width
    prices: NDArray[np.float64] = np.clip(fractions[:, np.newaxis] - levels, 0, width) @ np.array(rates)
    return prices
