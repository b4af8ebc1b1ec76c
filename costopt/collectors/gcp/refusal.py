"""What asking Google may raise. Knows none of Google's libraries, so that services can be declared without them."""

from costopt.collectors.faults import CostLimitReached, DeadlinePassed, FailedResults, PagingLoop, message_of
from costopt.collectors.gcp.interface import Call


class CallFailed(Exception):  # noqa: N818 - what happened
    """A call failed for good."""

    def __init__(self, call: Call, error: Exception) -> None:
        super().__init__(message_of(error))
        self.call = call
        """The call."""
        self.error = error
        """What Google's client raised last."""


CALL_ERRORS = (CallFailed, CostLimitReached, DeadlinePassed, FailedResults, PagingLoop)
"""What asking may raise though nothing is wrong with the program. A KeyError, say, would be a bug."""
