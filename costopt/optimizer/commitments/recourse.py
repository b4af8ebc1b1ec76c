"""The oracle of a demand: which items commitments may pay for, what is owned when, and sustained use discounts."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Holding, Instrument, InstrumentKind
from costopt.economics.simulator.distinct_hours import distinct_hours, every_hour
from costopt.economics.simulator.windows import window
from costopt.economics.sustained_use import incremental_rates, sustained_use_discounts
from costopt.optimizer.commitments.options import Option
from costopt.optimizer.commitments.oracle import Column, HourlyRecourse
from costopt.optimizer.commitments.pools import MOST_OUTER
from costopt.optimizer.commitments.terms import PlanTerms

Array = NDArray[np.float64]


def hourly_recourse(
    demand: HourlyDemand,
    options: Sequence[Option],
    owned: Sequence[Holding],
    terms: PlanTerms,
    *,
    most_outer: int = MOST_OUTER,
) -> HourlyRecourse:
    """The oracle of a demand: what is left on demand beside purchases of the options, and slopes."""
    instruments = [option.instrument for option in options] + [holding.instrument for holding in owned]
    take = np.array([_payable(demand, one, sharing=terms.sharing) for one in instruments])
    discounted = terms.sustained_use and any(incremental_rates(item) for item in demand.items)
    windows = [*(option.hours for option in options), *(window(demand, holding) for holding in owned)]
    # Prices after sustained use differ between hours of the same dollars.
    hours = every_hour(demand.dollars, windows) if discounted else distinct_hours(demand.dollars, windows)
    units = np.zeros((len(hours.weight), len(instruments)))
    for place, holding in enumerate(owned, start=len(options)):
        units[hours.windows[place], place] = float(holding.quantity)
    return HourlyRecourse(
        hours.dollars,
        take.reshape(len(instruments), len(demand.items)),
        [Column(instrument=place, hours=hours.windows[place]) for place in range(len(options))],
        units,
        weight=hours.weight,
        on_demand=_sustained_use_prices(demand) if discounted else None,
        apart=np.arange(len(demand.items)) if discounted else None,
        most_outer=most_outer,
    )


def _sustained_use_prices(demand: HourlyDemand) -> Array:
    """What a dollar of each hour costs after sustained use discounts, [hours, items].

    A month's j-th busiest hour pays the j-th rate. Seen slot by slot of the load curve, a commitment takes away the
    slots at the bottom, and the order of hours stays: so these prices are exact beside resource commitments. Beside a
    flexible one hours may change places; the busiest then pay more than they do here, and the bound is only lower.
    """
    discount = sustained_use_discounts(demand.items, demand.dollars, demand.start)
    return 1 - np.divide(discount, demand.dollars, out=np.zeros_like(discount), where=demand.dollars > 0)


def _payable(demand: HourlyDemand, instrument: Instrument, *, sharing: bool) -> Array:
    """Rates of an instrument for the items that it may pay for, [items]."""
    own_only = not sharing and instrument.account is not None and instrument.kind is not InstrumentKind.FLEXIBLE_CUD
    mine = np.array([not own_only or item.account == instrument.account for item in demand.items])
    return np.where(mine, instrument.take, np.inf)
