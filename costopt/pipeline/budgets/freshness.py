"""How far a bill reaches: which of its days are complete, and which source has ended."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

from costopt.model.bill import PeriodBill
from costopt.model.budget_check import LIVE_DAYS, BillSource

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
LAST_HOUR = 23
RESTATED_DAYS = 14
"""Days after the end of a month until which its charges may be restated. Source:
https://docs.aws.amazon.com/cur/latest/userguide/what-is-cur.html (finalised bills)."""


def stored_sources(
    bills: Sequence[PeriodBill], now: datetime, ends: Mapping[str, datetime] = MappingProxyType({})
) -> tuple[BillSource, ...]:
    """The sources of a store, by name; those without any usage say nothing of days and are left out.

    Args:
        bills: of its catalog.
        now: aware time.
        ends: last moment of usage by source, where the catalog's is of a line that is stamped ahead.
    """
    by_source: dict[str, list[PeriodBill]] = defaultdict(list)
    for bill in bills:
        if bill.first_usage is not None and in_utc(bill.first_usage) < now:
            by_source[bill.source].append(bill)
    found = [_source(name, of_source, now, ends.get(name)) for name, of_source in sorted(by_source.items())]
    freshest = max((one.complete_until for one in found), default=None)
    return tuple(
        BillSource(
            name=one.name,
            complete_until=one.complete_until,
            hourly=one.hourly,
            ended=freshest is not None and (freshest - one.complete_until).days > LIVE_DAYS,
        )
        for one in found
    )


def _source(name: str, bills: Sequence[PeriodBill], now: datetime, end: datetime | None) -> BillSource:
    """Of an hourly bill the last day counts once its last hour is there; a day is never complete on the day itself."""
    last_hours = [_up_to(end, bill.last_usage) for bill in bills if bill.last_usage is not None]
    last = max(last_hours)
    # Months of an hourly bill end with its last hour, those of a daily one at midnight.
    hourly = any(moment.hour for moment in last_hours)
    whole = not hourly or last.hour == LAST_HOUR
    taken_in = max(in_utc(bill.ingested_at) for bill in bills).date()
    until = min(last.date() + (DAY if whole else timedelta(0)), taken_in, now.astimezone(UTC).date())
    return BillSource(name=name, complete_until=until, hourly=hourly, ended=False)


def _up_to(end: datetime | None, last_usage: datetime) -> datetime:
    return in_utc(last_usage) if end is None else min(end, in_utc(last_usage))


def hours_until(
    bills: Sequence[PeriodBill],
    sources: Sequence[BillSource],
    now: datetime,
    ends: Mapping[str, datetime] = MappingProxyType({}),
) -> datetime | None:
    """The end of the last hour that every live hourly source has, not after `now`; None where no source has hours."""
    live = [one.name for one in sources if one.hourly and not one.ended]
    last = {
        name: max(
            _up_to(ends.get(name), bill.last_usage)
            for bill in bills
            if bill.source == name and bill.last_usage is not None
        )
        for name in live
    }
    hours = [moment.replace(minute=0, second=0, microsecond=0) + HOUR for moment in last.values()]
    return min(*hours, now.replace(minute=0, second=0, microsecond=0)) if hours else None


def in_utc(moment: datetime) -> datetime:
    """A time of the store's catalog: UTC, with or without saying so."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def remote_source(engine: str, last_day: date | None, now: datetime) -> tuple[BillSource, ...]:
    """A bill that lies with an engine, which does not say when it was written: yesterday may still be arriving.

    Args:
        engine: its name.
        last_day: with usage, UTC; None where there is none.
        now: aware time.
    """
    if last_day is None:
        return ()
    until = min(last_day + DAY, now.astimezone(UTC).date() - DAY)
    return (BillSource(name=engine, complete_until=until, hourly=False, ended=False),)


def estimated_from(now: datetime) -> date:
    """First day, UTC, that providers may still restate: of this month, or of the last one until it is final."""
    today = now.astimezone(UTC).date()
    first = today.replace(day=1)
    return first if today.day > RESTATED_DAYS else (first - DAY).replace(day=1)
