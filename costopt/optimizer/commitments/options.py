"""The purchases that a plan can make: each instrument at each moment, active for its term."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Holding, Instrument
from costopt.economics.simulator.windows import window
from costopt.model.money import HOURS_PER_MONTH

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Option:
    """A purchase that may be made."""

    instrument: Instrument
    """What."""
    start: datetime
    """When, UTC."""
    end: datetime
    """First moment after its term, UTC."""
    hours: slice
    """Hours of the demand in which it is active."""

    def holding(self, quantity: Decimal) -> Holding:
        """The option, bought in a quantity."""
        return Holding(instrument=self.instrument, quantity=quantity, start=self.start, end=self.end)

    def only(self, items: NDArray[np.bool_]) -> "Option":
        """The same against some of the items, [items]."""
        return replace(self, instrument=self.instrument.only(items))

    @property
    def label(self) -> str:
        """Name for rows and readers."""
        return f"{self.instrument.id}@{self.start:%Y-%m-%d}"

    @property
    def unit_cost(self) -> float:
        """Effective dollars of one unit over the hours of the demand in which it is active."""
        return float(self.instrument.hourly_cost * (self.hours.stop - self.hours.start))


def list_options(
    demand: HourlyDemand,
    offers: Sequence[Instrument],
    purchase_at: Sequence[datetime],
    also_at: Mapping[str, Sequence[datetime]] = MappingProxyType({}),
) -> tuple[Option, ...]:
    """All purchases that are active in some hour of the demand.

    A term lasts 365 or 1,095 days to the hour, whatever the months' lengths.
    Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ri-payment-options.html.

    Args:
        demand: The hours.
        offers: What can be bought.
        purchase_at: Moments at which all of it can.
        also_at: Further moments of single offers, by their id; at the start of the demand where there are none at all.
    """
    options: list[Option] = []
    for instrument in offers:
        for start in sorted({*purchase_at, *also_at.get(instrument.id, ())}) or [demand.start]:
            end = start + timedelta(hours=instrument.term_months * int(HOURS_PER_MONTH))
            hours = window(demand, Holding(instrument=instrument, quantity=Decimal(1), start=start, end=end))
            if hours.start < hours.stop:
                options.append(Option(instrument=instrument, start=start, end=end, hours=hours))
    return tuple(options)


def largest_useful(demand: HourlyDemand, options: Sequence[Option]) -> Vector:
    """Units of each option above which no hour has a use for more, [options]."""
    most = [
        (
            demand.dollars[option.hours][:, option.instrument.covers] @ option.instrument.take[option.instrument.covers]
        ).max()
        for option in options
    ]
    return np.array(most, dtype=np.float64)


def good_start(demand: HourlyDemand, options: Sequence[Option], owned: Sequence[Holding]) -> Vector:
    """Quantities to begin a search near: one option after the other at the quantile that is best for it alone.

    A level that costs the share r of what it saves in each hour is best where demand exceeds it in the share r of the
    hours. Options of the narrowest scope come first, as in the providers' order; [options].
    """
    left = demand.dollars.copy()
    for holding in owned:
        _use(left, window(demand, holding), holding.instrument, float(holding.quantity))
    quantities = np.zeros(len(options))
    ranks = [(option.instrument.kind.layer, float(option.instrument.price_ratio.min())) for option in options]
    for place in sorted(range(len(options)), key=lambda place: ranks[place]):
        option = options[place]
        need, ratio = _need(left[option.hours], option.instrument)
        quantities[place] = np.quantile(need, 1 - ratio) if ratio < 1 else 0.0
        _use(left, option.hours, option.instrument, quantities[place])
    return quantities


def _need(left: NDArray[np.float64], instrument: Instrument) -> tuple[Vector, float]:
    """Units that would cover all that is left in each hour, and what they cost over what they save."""
    covers = instrument.covers
    need = left[:, covers] @ instrument.take[covers]
    saved = float(left[:, covers].sum())
    return need, float(need.sum()) * float(instrument.hourly_cost) / saved if saved else 1.0


def _use(left: NDArray[np.float64], hours: slice, instrument: Instrument, quantity: float) -> None:
    """Take what a quantity covers from all items alike, in place."""
    covers = instrument.covers
    need = left[hours][:, covers] @ instrument.take[covers]
    share = np.divide(quantity, need, out=np.ones_like(need), where=need > quantity)
    left[hours, covers] *= (1 - share)[:, np.newaxis]
