"""Calendar months within consecutive hours."""

from collections.abc import Iterator
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)


def billing_months(start: datetime, hours: int) -> Iterator[tuple[datetime, slice]]:
    """The calendar months that hours fall into, in UTC, and which hours those are.

    AWS bills months in UTC. Google's begin at midnight Pacific time, seven or eight hours later; that moves at most
    eight hours of a month to its neighbour and is left out.

    Args:
        start: first moment of the first hour, UTC.
        hours: number of hours.

    Yields:
        First moment of each month, and its hours; a month at either end may be there in part.
    """
    end = start + hours * HOUR
    month = start.replace(day=1, hour=0)
    while month < end:
        following = (month + timedelta(days=32)).replace(day=1)
        first, last = max(month, start), min(following, end)
        yield month, slice((first - start) // HOUR, (last - start) // HOUR)
        month = following
