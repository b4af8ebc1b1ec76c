"""The oracle of a demand: which items commitments may pay for, what is owned when, and sustained use discounts."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Holding, Instrument, InstrumentKind
from costopt.economics.simulator.distinct_hours import distinct_hours
from costopt.economics.simulator.windows import window
from costopt.economics.sustained_use import incremental_rates, sustained_use_discounts
from costopt.optimizer.commitments.options import Option
from costopt.optimizer.commitments.oracle import Column, HourlyRecourse
from costopt.optimizer.commitments.pools import MOST_OUTER
from costopt.optimizer.commitments.terms import PlanTerms

Array = NDArray[np.float64]

_DIGITS = 1e9


def hourly_recourse(
    demand: HourlyDemand,
    options: Sequence[Option],
    owned: Sequence[Holding],
    terms: PlanTerms,
    *,
    most_outer: int = MOST_OUTER,
) -> HourlyRecourse:
    """The oracle of a demand: what is left on demand beside purchases of the options, and slopes.

    What usage goes on to cost beside a commitment (`Instrument.premium`) is left out: a bound stays one.
    """
    instruments = [option.instrument for option in options] + [holding.instrument for holding in owned]
    take = np.array([_payable(demand, one, sharing=terms.sharing) for one in instruments])
    items = len(demand.items)
    paid = sustained_use_prices(demand) if terms.sustained_use else None
    windows = [*(option.hours for option in options), *(window(demand, holding) for holding in owned)]
    # Prices after sustained use differ between hours of the same dollars.
    hours = distinct_hours(demand.dollars if paid is None else np.hstack([demand.dollars, paid]), windows)
    units = np.zeros((len(hours.weight), len(instruments)))
    for place, holding in enumerate(owned, start=len(options)):
        units[hours.windows[place], place] = float(holding.quantity)
    return HourlyRecourse(
        hours.dollars[:, :items],
        take.reshape(len(instruments), items),
        [Column(instrument=place, hours=hours.windows[place]) for place in range(len(options))],
        units,
        weight=hours.weight,
        on_demand=None if paid is None else hours.dollars[:, items:],
        apart=None if paid is None else alike(hours.dollars[:, items:]),
        most_outer=most_outer,
    )


def sustained_use_prices(demand: HourlyDemand) -> Array | None:
    """What a dollar of each hour costs at least after sustained use discounts, [hours, items]; None where none are.

    A month's j-th busiest hour pays the j-th rate. Seen slot by slot of the load curve, a commitment takes away the
    slots at the bottom, and the order of hours stays: so these prices are exact beside resource commitments. Beside a
    flexible one, and for another demand, hours may change places. Rates fall from the busiest hour on, so that no other
    order of the same rates comes to more than the true one: any such prices give a bound.

    Args:
        demand: whose order of hours is taken; an hour without any of an item has the full price.
    """
    if not any(incremental_rates(item) for item in demand.items):
        return None
    discount = sustained_use_discounts(demand.items, demand.dollars, demand.start)
    share = np.divide(discount, demand.dollars, out=np.zeros_like(discount), where=demand.dollars > 0)
    # Hours whose prices differ by rounding alone are the same.
    prices: Array = np.floor((1 - share) * _DIGITS) / _DIGITS
    return prices


def alike(prices: Array) -> NDArray[np.int64]:
    """Numbers of items that cost the same in every hour, so that they may be joined, [items].

    Args:
        prices: of each hour and item, [hours, items].
    """
    _, number = np.unique(prices, axis=1, return_inverse=True)
    return np.asarray(number.reshape(-1), dtype=np.int64)


def _payable(demand: HourlyDemand, instrument: Instrument, *, sharing: bool) -> Array:
    """Rates of an instrument for the items that it may pay for, [items]."""
    own_only = not sharing and instrument.account is not None and instrument.kind is not InstrumentKind.FLEXIBLE_CUD
    mine = np.array([not own_only or item.account == instrument.account for item in demand.items])
    return np.where(mine, instrument.take, np.inf)
