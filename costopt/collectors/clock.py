"""Time as the collection sees it, so that tests need not wait: a clock and the end of the run."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from costopt.collectors.faults import DeadlinePassed


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Where waiting and elapsed time come from."""

    monotonic: Callable[[], float] = time.monotonic
    """Seconds that only grow."""
    sleep: Callable[[float], None] = time.sleep
    """Waits that many seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """When the run must end."""

    clock: Clock = field(default_factory=Clock)
    """Clock that `end` is read on."""
    end: float | None = None
    """Monotonic second of the end; None is never."""
    stopped: threading.Event = field(default_factory=threading.Event)
    """Set where the user interrupts: no request is sent any more."""

    @classmethod
    def after(cls, seconds: float | None, clock: Clock) -> "Deadline":
        """The moment `seconds` from now; None is never."""
        return cls(clock=clock, end=None if seconds is None else clock.monotonic() + seconds)

    def check(self, *, ahead: float = 0.0) -> None:
        """Makes sure that `ahead` seconds of waiting still fit.

        Raises:
            DeadlinePassed: they do not.
        """
        if self.stopped.is_set():
            raise DeadlinePassed
        if self.end is not None and self.clock.monotonic() + ahead >= self.end:
            raise DeadlinePassed

    def wait(self, seconds: float) -> None:
        """Waits, if the time is there.

        Raises:
            DeadlinePassed: it is not; nothing was waited for.
        """
        self.check(ahead=seconds)
        self.clock.sleep(seconds)
