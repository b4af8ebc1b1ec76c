"""When a commitment may be bought: now, when others end, and when what is bought now has ended.

Each offer has days of its own, whatever it has no connection to: two clouds in one plan keep the days that each has
alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Holding, Instrument
from costopt.optimizer.commitments.parts import find_parts, links_of_commitments

MOST_EXPIRIES = 2
"""Days on which what pays for the same ends, those with most dollars: each adds as much to decide as the start."""

_YEAR = timedelta(hours=8_760)
_HOUR = timedelta(hours=1)

_Ending = Mapping[datetime, Decimal]
"""Dollars an hour of commitments by the hour in which they end."""


def purchase_dates(
    demand: HourlyDemand, offers: Sequence[Instrument], owned: Sequence[Holding]
) -> Mapping[str, tuple[datetime, ...]]:
    """Moments at which each offer may be bought, UTC, by its id, the start of the demand first.

    These are days on which what pays for the same ends; one day for all that commitments connect, since what ends
    elsewhere may draw a wide plan away; and each year after the start. A bound holds for these moments: where sizes and
    purchases are decided one after the other, both take the same.

    Args:
        demand: hours that are planned for.
        offers: what may be bought.
        owned: what is owned.
    """
    renewals = [demand.start + _YEAR * year for year in range(1, -(-(demand.end - demand.start) // _YEAR))]
    links = links_of_commitments([*offers, *(one.instrument for one in owned)])
    dates: dict[str, tuple[datetime, ...]] = {}
    for part in find_parts(links, len(demand.items)):
        common = _day_to_replace_most(
            demand, _ending(demand, (one for one in owned if one.instrument.covers[part].any()))
        )
        for offer in offers:
            if offer.covers[part].any():
                same = (one for one in owned if (one.instrument.covers & offer.covers).any())
                moments = {*_largest(_ending(demand, same)), *common, *renewals} - {demand.start}
                dates[offer.id] = (demand.start, *sorted(moments))
    return dates


def _ending(demand: HourlyDemand, owned: Iterable[Holding]) -> _Ending:
    ending: dict[datetime, Decimal] = defaultdict(Decimal)
    for one in owned:
        if demand.start < one.end < demand.end:
            # A purchase begins with a full hour: that in which the old term ends.
            hour = one.end - (one.end - demand.start) % _HOUR
            ending[hour] += one.quantity * one.instrument.hourly_cost
    return ending


def _largest(ending: _Ending) -> Sequence[datetime]:
    return sorted(ending, key=lambda moment: (-ending[moment], moment))[:MOST_EXPIRIES]


def _day_to_replace_most(demand: HourlyDemand, ending: _Ending) -> Sequence[datetime]:
    """The day from which on most dollars of what has ended can be replaced; none where none ends."""
    ended, worth = Decimal(0), {}
    for moment in sorted(ending):
        ended += ending[moment]
        worth[moment] = ended * ((demand.end - moment) // _HOUR)
    return sorted(worth, key=lambda moment: (-worth[moment], moment))[:1]
