"""Scenarios of the next term: recent weeks on paths of levels, with growth, cliffs, seasons and migrations.

A purchase is not the last one: what grows can be bought later, so levels are capped at today's unless asked otherwise,
and commitments that expire within the term count as renewed. Without both, a two-stage model buys growth in advance
and renews early; on real demand that has cost more than buying nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from costopt.economics.demand import Dollars, HourlyDemand, UsageItem
from costopt.economics.instruments import Instrument
from costopt.errors import DemandError

WEEK = 168
_WEEKS_A_YEAR, _MONTHS_A_YEAR = 52, 12
_MEMORY = 26
"""Weeks of history from which the spread of levels is measured."""
_MIGRATION_WEEKS = 17.0
"""From the beginning of a family's migration to its end: four months, as seen in the published demand."""
_THIN = 6
"""Every so many hours of a week stands for all of it; scenarios begin with different ones."""
_ALMOST_SURE = 1 - 1e-9
"""Largest chance of which a logarithm can be taken."""
_HOURS_A_MONTH = 730
_NEAR_WEEKS = 2
"""Weeks that make the level of today."""
_FACTOR = 2.0
"""Levels move by at most e to this power."""
MIGRATED = "migrated"
"""Family of the item to which all migrations go: a new one, that no commitment bound to a family pays for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What may happen within a term."""

    months: int = 12
    """Length of the term, in months of 730 hours."""
    count: int = 24
    """Scenarios."""
    growth: float = 0.0
    """Drift of all levels in a year, as a logarithm: 0.1 is 10 % more."""
    cliff_hazard: float = 0.0
    """Chance within a year that all demand falls at once, 0..1."""
    cliff_keeps: tuple[float, float] = (0.4, 0.6)
    """What is left then, drawn between these."""
    season: bool = False
    """Whether months rise and fall as they did in the year before; asks for 52 weeks of history, else has no effect."""
    migration_hazard: float = 0.2
    """Chance within a year that a family's demand moves to a new family, 0..1, each family for itself."""
    capped: bool = True
    """Whether levels stay at or below today's, because more can be bought when it is there."""
    weeks: int = 8
    """Recent weeks that are drawn from."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scenarios:
    """Sampled demand of a term. Its last item is what has migrated."""

    items: tuple[UsageItem, ...]
    """The items of history, and one of the family `MIGRATED`."""
    dollars: NDArray[np.float64]
    """On-demand dollars an hour, [scenarios, rows, items]; rows in order of time, as many in each month."""
    months: int
    """Length of the term."""
    hours_per_row: float
    """Hours that a row stands for."""

    @property
    def count(self) -> int:
        """Number of scenarios, each as likely as the other."""
        return len(self.dollars)

    @property
    def on_demand(self) -> NDArray[np.float64]:
        """Dollars of the term without any commitment or sustained use discount, [scenarios]."""
        return np.asarray(self.dollars.sum(axis=(1, 2)) * self.hours_per_row)

    def demand(self, scenario: int, start: datetime) -> HourlyDemand:
        """The rows of one scenario as if they were hours from `start` on; multiply dollars by `hours_per_row`."""
        return HourlyDemand(items=self.items, dollars=self.dollars[scenario], start=start)

    def by_month(self, scenario: int, start: datetime) -> tuple[HourlyDemand, ...]:
        """The rows of each month of one scenario, all as if from `start` on: for discounts that are by the month."""
        months = self.dollars[scenario].reshape(self.months, -1, len(self.items))
        return tuple(HourlyDemand(items=self.items, dollars=rows, start=start) for rows in months)


def draw_scenarios(past: HourlyDemand, outlook: Outlook, *, seed: int) -> Scenarios:
    """Draw scenarios of the term after the past.

    Args:
        past: history, of which the last whole weeks are used.
        outlook: what may happen.
        seed: the same seed gives the same scenarios.

    Raises:
        DemandError: less than one week of history.
    """
    weeks = past.hours // WEEK
    if not weeks:
        raise DemandError(f"{past.hours} hours of history are less than the week that scenarios are drawn from")
    by_week = past.dollars[past.hours - weeks * WEEK :].reshape(weeks, WEEK, len(past.items))
    generator = np.random.default_rng(seed)
    middle = _middle_weeks(outlook.months)
    levels = _levels(by_week.mean(axis=1), outlook, middle, generator)
    kept = _kept(len(past.items), outlook, middle, generator)
    blocks = _blocks(by_week[-outlook.weeks :], outlook, generator) * levels[:, :, None, :]
    moved = (blocks * (1 - kept)[:, :, None, :]).sum(axis=3, keepdims=True)
    dollars = np.concatenate([blocks * kept[:, :, None, :], moved], axis=3)
    rows = outlook.months * blocks.shape[2]
    return Scenarios(
        items=(*past.items, _migrated(past.items[0])),
        dollars=dollars.reshape(outlook.count, rows, len(past.items) + 1),
        months=outlook.months,
        hours_per_row=outlook.months * _HOURS_A_MONTH / rows,
    )


def with_migrated(offers: Sequence[Instrument], dollars: Dollars) -> tuple[Instrument, ...]:
    """The offers against the items of scenarios.

    A plan that no migration strands pays for what has migrated at its mean rate; one that is bound to a family does
    not.

    Args:
        offers: against the items of history.
        dollars: recent demand, [hours, items]: the weights of the mean.
    """
    weights = dollars.sum(axis=0)
    return tuple(
        replace(
            offer,
            take=np.append(offer.take, _take_of_migrated(offer, weights)),
            premium=None if offer.premium is None else np.append(offer.premium, 0.0),
        )
        for offer in offers
    )


def _take_of_migrated(offer: Instrument, weights: NDArray[np.float64]) -> float:
    covered = offer.covers & (weights > 0)
    if offer.kind.family_bound or not covered.any():
        return float(np.inf)
    return float(np.average(offer.take[covered], weights=weights[covered]))


def _migrated(like: UsageItem) -> UsageItem:
    return replace(like, family=MIGRATED, instance_type=None, zone=None, dollars_per_unit=None)


def _middle_weeks(months: int) -> NDArray[np.float64]:
    """Week from now in which the middle of each month lies, [months]."""
    return np.asarray((np.arange(months) + 0.5) * _WEEKS_A_YEAR / _MONTHS_A_YEAR)


def _levels(
    weekly: Dollars, outlook: Outlook, middle: NDArray[np.float64], generator: np.random.Generator
) -> NDArray[np.float64]:
    """Factors of the recent weeks' mean, [scenarios, months, items]; `weekly` are means, [weeks, items]."""
    recent = weekly[-outlook.weeks :].mean(axis=0)
    today = np.divide(weekly[-_NEAR_WEEKS:].mean(axis=0), recent, out=np.zeros_like(recent), where=recent > 0)
    week = middle.astype(np.int64)
    spread, item_spread = _spreads(weekly)
    shape = (outlook.count, int(week.max()) + 1)
    drift = outlook.growth / _WEEKS_A_YEAR
    common = np.cumsum(generator.normal(drift, spread / 2, shape), axis=1)[:, week, None]
    own = np.cumsum(generator.normal(0, 0.5, (*shape, weekly.shape[1])) * item_spread, axis=1)[:, week]
    factors = np.exp(np.clip(common + own, -_FACTOR, _FACTOR)) * _season(weekly, outlook)[:, None]
    factors *= _cliffs(outlook, middle, generator)[:, :, None]
    return np.asarray(today * (np.minimum(factors, 1) if outlook.capped else factors))


def _spreads(weekly: Dollars) -> tuple[float, NDArray[np.float64]]:
    """Standard deviations of the weekly change of the logarithm, of the sum and of each item."""
    recent = weekly[-_MEMORY - 1 :]
    if len(recent) < 3:
        return 0.02, np.full(weekly.shape[1], 0.05)
    total = recent.sum(axis=1)
    floor = max(1e-3 * float(total.mean()), 1e-9)
    of_sum = float(np.diff(np.log(np.maximum(total, 1e-9))).std())
    of_items = np.diff(np.log(np.maximum(recent, floor)), axis=0).std(axis=0)
    return max(of_sum, 0.01), np.minimum(of_items, 0.1)


def _season(weekly: Dollars, outlook: Outlook) -> NDArray[np.float64]:
    """What each month was in the year before, over the weeks just before that, [months]; ones where not asked for."""
    if not outlook.season or len(weekly) < _WEEKS_A_YEAR + _NEAR_WEEKS:
        return np.ones(outlook.months)
    year = weekly[-_WEEKS_A_YEAR:].sum(axis=1)
    before = weekly[-_WEEKS_A_YEAR - _NEAR_WEEKS : -_WEEKS_A_YEAR].sum(axis=1).mean()
    months = np.array([part.mean() for part in np.array_split(year, _MONTHS_A_YEAR)])
    return np.asarray(np.resize(months / before, outlook.months)) if before > 0 else np.ones(outlook.months)


def _cliffs(outlook: Outlook, middle: NDArray[np.float64], generator: np.random.Generator) -> NDArray[np.float64]:
    """What a fall of all demand leaves, [scenarios, months]."""
    week = _waiting_weeks(outlook.cliff_hazard, (outlook.count,), generator)
    keeps = generator.uniform(*outlook.cliff_keeps, outlook.count)
    return np.where(middle >= week[:, None], keeps[:, None], 1.0)


def _waiting_weeks(hazard: float, shape: tuple[int, ...], generator: np.random.Generator) -> NDArray[np.float64]:
    """Weeks until something happens whose chance within each year is `hazard`, inf for never."""
    drawn = generator.random(shape)
    if hazard <= 0:
        return np.full(shape, np.inf)
    return np.asarray(_WEEKS_A_YEAR * np.log1p(-drawn) / np.log1p(-min(hazard, _ALMOST_SURE)))


def _kept(
    items: int, outlook: Outlook, middle: NDArray[np.float64], generator: np.random.Generator
) -> NDArray[np.float64]:
    """Share of each item that has not migrated, [scenarios, months, items]: all, then less in equal steps to none."""
    begins = _waiting_weeks(outlook.migration_hazard, (outlook.count, 1, items), generator)
    return np.asarray(1 - np.clip((middle[None, :, None] - begins) / _MIGRATION_WEEKS, 0, 1))


def _blocks(recent: NDArray[np.float64], outlook: Outlook, generator: np.random.Generator) -> NDArray[np.float64]:
    """A thinned recent week for each scenario and month, [scenarios, months, hours, items]."""
    chosen = recent[generator.integers(len(recent), size=(outlook.count, outlook.months))]
    offsets = (np.arange(outlook.count) % _THIN)[:, None] + np.arange(0, WEEK, _THIN)
    return np.take_along_axis(chosen, offsets[:, None, :, None], axis=2)
