"""The hourly demand of an estate: what the bill shows of it, else what the inventory holds, carried into the future."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from costopt.economics.commitments import Owned
from costopt.economics.demand import Dollars, HourlyDemand
from costopt.economics.estate import usages_of
from costopt.economics.usage_items import ItemisedUsage, Place, Zones, itemise, without_zone
from costopt.errors import DemandError
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.period import Period
from costopt.model.resource import Resource
from costopt.model.utilization import HOURS_PER_WEEK
from costopt.pipeline.planning.snapshot.billed_usage import BilledUsage
from costopt.pipeline.pricing import OnDemand

PATTERN_WEEKS = 8
"""Whole weeks, the last ones, whose pattern is taken for the future: long enough to hold a month's end, too short to
carry much of what has changed since."""

_MONTH_HOURS = 730
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateDemand:
    """What an estate used, by item and hour."""

    itemised: ItemisedUsage
    """The items, and which usage belongs to which."""
    history: HourlyDemand
    """On-demand dollars in each hour that is known; one flat week where only the inventory is."""
    period: Period | None
    """Hours of the bill that it comes from, UTC; None where there is none."""
    words: str
    """Where it comes from, for readers."""
    beside_bill: tuple[tuple[str, str], ...] = ()
    """Accounts and services of which the bill names no instance, though some run: they are taken from the inventory."""


def inventory(resources: Sequence[Resource], zonal: Zones) -> Mapping[Place, Decimal]:
    """Instances, or other units, that run now, by account and usage.

    Args:
        resources: of the snapshot.
        zonal: where zones matter.
    """
    found: dict[Place, Decimal] = defaultdict(Decimal)
    for resource in resources:
        for usage, quantity in usages_of(resource):
            place = (resource.account, (resource.region, usage))
            found[without_zone(place, zonal)] += quantity / HOURS_PER_MONTH
    return dict(found)


def estate_demand(
    running: Mapping[Place, Decimal],
    billed: BilledUsage | None,
    on_demand: OnDemand,
    owned: Sequence[Owned],
    now: datetime,
) -> EstateDemand:
    """Demand by item and hour.

    Args:
        running: units that run now.
        billed: what the bill shows, None where there is none.
        on_demand: dollars an hour.
        owned: commitments, active and queued.
        now: end of the flat week that stands for a history where there is no bill.

    Raises:
        DemandError: nothing runs that a commitment could pay for and that has a price.
    """
    beside_bill = _beside_bill(running, billed)
    usages = _hours_of(running, billed, beside_bill)
    itemised = itemise({place: Decimal(str(hours.mean())) for place, hours in usages.items()}, on_demand, owned)
    if not itemised.items:
        raise DemandError(
            "nothing runs whose price is known, so that there is nothing to plan",
            hint="Look at `costopt doctor`, or refresh the prices.",
        )
    length = len(next(iter(usages.values())))
    dollars = np.zeros((length, len(itemised.items)))
    for place, item in itemised.index.items():
        price = on_demand(place[1])
        if price is not None:
            dollars[:, item] += usages[place] * float(price)
    start = billed.period.start if billed else _week_before(now)
    return EstateDemand(
        itemised=itemised,
        history=HourlyDemand(items=tuple(one.item for one in itemised.items), dollars=dollars, start=start),
        period=billed.period if billed else None,
        words=_words(billed),
        beside_bill=tuple(sorted(beside_bill)),
    )


def _beside_bill(running: Mapping[Place, Decimal], billed: BilledUsage | None) -> set[tuple[str, str]]:
    """Accounts and services that run and of which a bill names no instance: it is not about them, or names no types.

    Of an account and service that the bill is about, the bill alone tells: what it shows under another type and what
    runs now may be the same machine.
    """
    if billed is None:
        return set()
    named = {_of(place) for place in billed.instances}
    named |= {(account, service) for account, _, service, _ in billed.unknown}
    return {_of(place) for place, count in running.items() if count} - named


def _hours_of(
    running: Mapping[Place, Decimal], billed: BilledUsage | None, beside_bill: Collection[tuple[str, str]]
) -> dict[Place, NDArray[np.float64]]:
    """Units in each hour: of the inventory where no bill tells of it, in a flat week where there is none at all."""
    hours = HOURS_PER_WEEK if billed is None else (billed.period.end - billed.period.start) // _HOUR
    usages = {
        place: np.full(hours, float(count) if billed is None or _of(place) in beside_bill else 0.0)
        for place, count in running.items()
    }
    return usages | ({} if billed is None else billed.instances)


def _of(place: Place) -> tuple[str, str]:
    """Account and service."""
    return place[0], place[1][1].service


def _week_before(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS_PER_WEEK)


def _words(billed: BilledUsage | None) -> str:
    if billed is None:
        return "the inventory as it stands, taken to run like this at all hours"
    days = (billed.period.end - billed.period.start).days
    step = "hours" if billed.hourly else "days, each day's mean taken for all of its hours"
    return f"the bill of {days} days, in {step}"


def carried_forward(history: HourlyDemand, now: datetime, *, months: int, growth: float = 0.0) -> HourlyDemand:
    """Demand of the coming months: the pattern of the last weeks, hour of week by hour of week, grown evenly.

    Args:
        history: what was used; at least a day.
        now: the future begins at the next full hour.
        months: of 730 hours.
        growth: by which share it grows a year, such as 0.2; negative where it shrinks.

    Raises:
        DemandError: growth of -100 % or less.
    """
    if growth <= -1:
        raise DemandError(f"growth of {growth:.0%} a year leaves nothing", hint="Give a share above -1.")
    start = (now + _HOUR - timedelta(microseconds=1)).replace(minute=0, second=0, microsecond=0)
    pattern = last_pattern(history)
    ahead = np.arange(months * _MONTH_HOURS)
    offset = (start - history.end) // _HOUR
    dollars: Dollars = pattern[(ahead + offset) % len(pattern)]
    grown = (1 + growth) ** (ahead / (12 * _MONTH_HOURS))
    return HourlyDemand(items=history.items, dollars=dollars * grown[:, None], start=start)


def last_pattern(history: HourlyDemand) -> Dollars:
    """The last whole weeks, at most `PATTERN_WEEKS`; of less than a week the whole days, else all, [hours, items]."""
    for unit in (HOURS_PER_WEEK, 24, 1):
        whole = history.hours // unit
        if whole:
            kept = min(whole * unit, PATTERN_WEEKS * HOURS_PER_WEEK)
            return history.dollars[history.hours - kept :]
    raise DemandError("there is no history")
