"""Periods of time: half-open, aware, UTC."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The time from `start` (included) to `end` (excluded)."""

    start: datetime
    """First moment, UTC."""
    end: datetime
    """First moment after, UTC."""

    def __post_init__(self) -> None:
        """Refuse naive times and empty periods.

        Raises:
            ValueError: a time without UTC, or `end` not after `start`.
        """
        for moment in (self.start, self.end):
            if moment.utcoffset() != timedelta(0):
                raise ValueError(f"{moment!r} is not in UTC")
        if self.end <= self.start:
            raise ValueError(f"period ends at {self.end} before it starts at {self.start}")

    @property
    def duration(self) -> timedelta:
        """Length of the period."""
        return self.end - self.start


def look_back(now: datetime, *, days: int, step: timedelta = timedelta(hours=1)) -> Period:
    """The whole steps of the last `days` days before `now`, so that no step is half measured.

    Args:
        now: aware time.
        days: length of the period.
        step: the period's end is `now` rounded down to a multiple of this.
    """
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    end = now - (now - epoch) % step
    return Period(start=end.astimezone(UTC) - timedelta(days=days), end=end.astimezone(UTC))
