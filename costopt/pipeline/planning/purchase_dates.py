"""When a plan may buy: now, when much of what is owned ends, and when what it buys now has ended."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Holding

MOST_EXPIRIES = 2
"""Days of expiry that are considered, those with most dollars an hour: each doubles what there is to decide."""

_YEAR = timedelta(hours=8_760)
_HOUR = timedelta(hours=1)


def purchase_dates(demand: HourlyDemand, owned: Sequence[Holding]) -> tuple[datetime, ...]:
    """Moments at which something may be bought, UTC, the start of the demand first.

    Args:
        demand: hours that are planned for.
        owned: what is owned; what ends within them can be replaced on that day.
    """
    ending: dict[datetime, Decimal] = defaultdict(Decimal)
    for one in owned:
        if demand.start < one.end < demand.end:
            # A purchase begins with a full hour: that in which the old term ends.
            hour = one.end - (one.end - demand.start) % _HOUR
            ending[hour] += one.quantity * one.instrument.hourly_cost
    largest = sorted(ending, key=lambda moment: (-ending[moment], moment))[:MOST_EXPIRIES]
    renewals = [demand.start + _YEAR * year for year in range(1, -(-(demand.end - demand.start) // _YEAR))]
    return (demand.start, *sorted({*largest, *renewals} - {demand.start}))
