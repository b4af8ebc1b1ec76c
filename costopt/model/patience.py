"""How often, and after how long, a service that is busy is asked again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Bounds of asking again. By default the waits sum to a minute, which is how long most quotas last."""

    attempts: int = 7
    """Sends of one request."""
    first_seconds: float = 1.0
    """Wait before the second; each later one is twice as long."""
    longest_step_seconds: float = 32.0
    """Where the doubling ends."""
    longest_asked_seconds: float = 90.0
    """A service that asks for a longer wait is not waited for."""

    def wait(self, attempt: int, asked: float | None = None) -> float | None:
        """Seconds to wait before the next try, None where none follows.

        Args:
            attempt: how many tries failed before the one that has just failed.
            asked: seconds that the service asks for, None where it names none.
        """
        if attempt + 1 >= self.attempts or (asked is not None and asked > self.longest_asked_seconds):
            return None
        return max(asked or 0.0, min(self.longest_step_seconds, self.first_seconds * 2.0**attempt))
