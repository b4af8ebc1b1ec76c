"""The whole steps that a metric looks back on."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Window:
    """Whole steps that end before the collection began."""

    start: datetime
    """Start of the first step, UTC."""
    end: datetime
    """End of the last step, UTC; never later than the collection."""
    step_seconds: int
    """Length of a step."""

    @property
    def steps(self) -> int:
        """Number of steps."""
        return int((self.end - self.start).total_seconds()) // self.step_seconds


def window_before(now: datetime, *, days: int, step_seconds: int) -> Window:
    """The last `days` whole hours (for steps of a day: whole UTC days) before `now`."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    end = midnight + timedelta(seconds=int((now - midnight).total_seconds()) // step_seconds * step_seconds)
    return Window(start=end - timedelta(days=days), end=end, step_seconds=step_seconds)
