"""Asks again where Google says that another try may help, within bounds.

The clients retry some errors, but none of them RESOURCE_EXHAUSTED, and none honours RetryInfo; so their own retries are
switched off and this is the only one.
"""

from collections.abc import Callable
from typing import TypeVar

from google.api_core.exceptions import TooManyRequests

from costopt.collectors.gcp.faults import (
    PASSING,
    REFUSALS,
    asked_delay,
    is_credentials,
    is_daily_quota,
    is_rate_limited,
)
from costopt.collectors.gcp.interface import Call
from costopt.collectors.gcp.limits import Limits
from costopt.collectors.gcp.refusal import CallFailed
from costopt.model.patience import Patience

PATIENCE = Patience()
"""The waits sum to a minute, which is how long a quota of Google's lasts."""

MOST_SECONDS_UNANSWERED = 50.0
"""Seconds that the tries of one request may take together until none follows: less than the time-out of one, so that an
endpoint that hangs costs a minute and not seven."""

Answer = TypeVar("Answer")


def ask(limits: Limits, call: Call, send: Callable[[], Answer]) -> Answer:
    """Sends a request until it is answered.

    Args:
        limits: deadline, rates and meter of the run.
        call: what is asked.
        send: sends it once.

    Raises:
        DeadlinePassed: a wait would pass the end of the run.
        CallFailed: the last try failed.
    """
    bucket, clock, unanswered = limits.bucket(call.api), limits.deadline.clock, 0.0
    for attempt in range(PATIENCE.attempts):
        bucket.take()
        limits.meter.request()
        began = clock.monotonic()
        try:
            answer = send()
        except REFUSALS as error:
            unanswered += clock.monotonic() - began
            delay = _delay(error, attempt)
            if delay is None or unanswered > MOST_SECONDS_UNANSWERED:
                raise CallFailed(call, error) from error
            if isinstance(error, TooManyRequests) or is_rate_limited(error):
                bucket.slow_down()
            limits.deadline.wait(delay)
        else:
            bucket.speed_up()
            return answer
    raise AssertionError("the last attempt answers or raises")


def _delay(error: BaseException, attempt: int) -> float | None:
    """Seconds to wait before the next try; None where it would not help."""
    may_pass = isinstance(error, PASSING) or is_rate_limited(error)
    if not may_pass or is_credentials(error) or is_daily_quota(error):
        return None
    return PATIENCE.wait(attempt, asked_delay(error))
