"""Trying again: a few times, and only as long as a server may ask for."""

from collections.abc import Callable
from dataclasses import dataclass

from costopt.errors import NotifyError

TRIES = 3
LONGEST_WAIT = 30.0
"""Seconds that a server may ask for; longer is a failure, and the next run tells."""
USUAL_WAIT = 2.0
"""Seconds before the second try where the server asks for nothing; they double."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why one try failed."""

    error: NotifyError
    """What is raised where it was the last."""
    again: bool = False
    """Whether another try may do."""
    after: float | None = None
    """Seconds that the server wants to be left alone."""


def insist(once: Callable[[], Refusal | None], pause: Callable[[float], None]) -> None:
    """Try until it is taken, at most three times.

    Args:
        once: a try; None where it was taken.
        pause: waits, in seconds.

    Raises:
        NotifyError: of the last try.
    """
    for attempt in range(TRIES):
        refusal = once()
        if refusal is None:
            return
        wait = USUAL_WAIT * 2**attempt if refusal.after is None else refusal.after
        if not refusal.again or attempt == TRIES - 1 or wait > LONGEST_WAIT:
            raise refusal.error
        pause(wait)
