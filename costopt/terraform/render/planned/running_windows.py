"""When machines run, from a profile of load, in EventBridge's notation.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
"""

from collections.abc import Sequence
from dataclasses import dataclass

DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_DAY, _WEEK = 24, 168


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningWindow:
    """The same hours on some days of the week, UTC."""

    days: tuple[int, ...]
    """0 is Monday; days on which it starts."""
    start: int
    """First hour of the day, 0 to 23."""
    length: int
    """Hours that it runs, 1 to 24."""

    @property
    def hours(self) -> int:
        """Hours a week."""
        return self.length * len(self.days)

    @property
    def start_cron(self) -> str:
        """When to start."""
        return _cron(self.start, self.days)

    @property
    def stop_cron(self) -> str:
        """When to stop; that may be on the next day."""
        end = self.start + self.length
        return _cron(end % _DAY, self._end_days)

    @property
    def start_unix_cron(self) -> str:
        """When to start, in the notation of cron, which Google's schedules take."""
        return _unix_cron(self.start, self.days)

    @property
    def stop_unix_cron(self) -> str:
        """When to stop, likewise."""
        return _unix_cron((self.start + self.length) % _DAY, self._end_days)

    @property
    def _end_days(self) -> tuple[int, ...]:
        later = (self.start + self.length) // _DAY
        return tuple((day + later) % len(DAYS) for day in self.days)


def running_window(profile: Sequence[float]) -> RunningWindow | None:
    """The window of a profile of 168 hours from Monday 00:00 UTC, of 24, or of 1; None where there is no single one."""
    week = [profile[hour % len(profile)] > 0 for hour in range(_WEEK)]
    if all(week) or not any(week):
        return None
    starts = [hour for hour in range(_WEEK) if week[hour] and not week[hour - 1]]
    lengths = {_length(week, hour) for hour in starts}
    hours = {hour % _DAY for hour in starts}
    if len(lengths) != 1 or len(hours) != 1 or max(lengths) > _DAY:
        return None
    return RunningWindow(days=tuple(hour // _DAY for hour in starts), start=hours.pop(), length=lengths.pop())


def _length(week: Sequence[bool], start: int) -> int:
    return next(count for count in range(_WEEK) if not week[(start + count) % _WEEK])


def _cron(hour: int, days: Sequence[int]) -> str:
    names = "*" if len(days) == len(DAYS) else ",".join(DAYS[day] for day in sorted(days))
    return f"cron(0 {hour} ? * {names} *)"


def _unix_cron(hour: int, days: Sequence[int]) -> str:
    names = "*" if len(days) == len(DAYS) else ",".join(DAYS[day] for day in sorted(days))
    return f"0 {hour} * * {names}"
