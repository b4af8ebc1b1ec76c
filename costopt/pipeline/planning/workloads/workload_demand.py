"""The demand of a file's workloads over the horizon, and what can be bought for it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np

from costopt.economics.demand import HourlyDemand
from costopt.economics.estate import RegionalUsage
from costopt.economics.instruments import Instrument
from costopt.economics.lookups import PriceBook
from costopt.economics.offers import find_offers
from costopt.economics.usage_items import Place, PricedItem, itemise
from costopt.model.price import Quality
from costopt.pipeline.plan_request import PlanRequest
from costopt.pipeline.planning.workloads.planned_workload import Floats, Pattern, Use

HOURS_PER_MONTH = 730
_HOUR = timedelta(hours=1)
_NOBODY = ""
"""Account of what does not exist yet: all workloads of a file share their commitments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """The hours that are planned for."""

    start: datetime
    """First moment, UTC, a full hour."""
    months: int
    """Of 730 hours."""
    growth: float
    """Of demand, a year."""

    @property
    def hours(self) -> int:
        """How many."""
        return self.months * HOURS_PER_MONTH

    def grown(self, pattern: Pattern) -> Floats:
        """A pattern over all hours, growing evenly, [hours]."""
        years = np.arange(self.hours) / (12 * HOURS_PER_MONTH)
        values: Floats = pattern.over(self.start, self.hours) * (1 + self.growth) ** years
        return values

    def monthly(self, uses: Sequence[Use]) -> Decimal:
        """Mean dollars a month of uses over the horizon, growth included."""
        totals = (use.hourly * Decimal(repr(float(self.grown(use.counts).sum()))) for use in uses)
        return sum(totals, Decimal(0)) / self.months


def horizon_of(now: datetime, request: PlanRequest) -> Horizon:
    """The horizon from the next full hour on."""
    start = (now + _HOUR - timedelta(microseconds=1)).replace(minute=0, second=0, microsecond=0)
    return Horizon(start=start, months=request.horizon_months, growth=request.growth)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WorkloadDemand:
    """On-demand dollars by hour."""

    items: tuple[PricedItem, ...]
    """Its columns."""
    demand: HourlyDemand
    """Hour by hour."""


def demand_of(uses: Sequence[Use], horizon: Horizon) -> WorkloadDemand:
    """The demand of uses.

    Args:
        uses: what runs on demand, at least one.
        horizon: the hours.
    """
    prices: dict[RegionalUsage, Decimal] = {}
    means: dict[Place, Decimal] = defaultdict(Decimal)
    for use in uses:
        for part in use.billed:
            prices[part.usage] = part.hourly / part.units
            means[_NOBODY, part.usage] += use.counts.mean * part.units
    itemised = itemise(means, prices.get, ())
    dollars = np.zeros((horizon.hours, len(itemised.items)))
    for use in uses:
        for part in use.billed:
            dollars[:, itemised.index[_NOBODY, part.usage]] += horizon.grown(use.counts) * float(part.hourly)
    demand = HourlyDemand(items=tuple(one.item for one in itemised.items), dollars=dollars, start=horizon.start)
    return WorkloadDemand(items=itemised.items, demand=demand)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedOffers:
    """What may be bought."""

    instruments: tuple[Instrument, ...]
    """With a price, in a stable order."""
    qualities: Mapping[str, Quality]
    """How good their prices are, by id."""
    missing: tuple[str, ...]
    """Sentences: what could not be considered, and why."""


def allowed_offers(demand: WorkloadDemand, book: PriceBook, request: PlanRequest) -> AllowedOffers:
    """Commitments that end within the horizon and are paid as the request allows; none where nothing is on demand."""
    offers = find_offers(demand.items, book, discount_rate=Decimal(repr(request.discount_rate)))
    found = [one for one in offers.found if demand.demand.total and _may_buy(one.instrument, request)]
    return AllowedOffers(
        instruments=tuple(one.instrument for one in found),
        qualities={one.instrument.id: one.quality for one in found},
        missing=offers.missing,
    )


def _may_buy(instrument: Instrument, request: PlanRequest) -> bool:
    paid = request.upfront_budget is not None or not instrument.upfront
    return paid and instrument.term_months <= request.horizon_months
