"""What happens around every single request of a client: waiting for its turn, counting, and checking the answer."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from costopt.collectors.aws import guard
from costopt.collectors.aws.faults import THROTTLED
from costopt.collectors.aws.meter import Meter, price_of
from costopt.collectors.aws.rates import DEFAULT_RATE, RATES
from costopt.collectors.clock import Clock, Deadline
from costopt.collectors.throttle import Bucket, Throttle

_COST = "costopt_cost_usd"
_REDIRECT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one run may use, shared by all its clients."""

    deadline: Deadline
    """When it must end."""
    throttle: Throttle
    """Its token buckets."""
    meter: Meter
    """Its requests and dollars."""

    @property
    def clock(self) -> Clock:
        """Clock of the run."""
        return self.deadline.clock

    @classmethod
    def of(
        cls,
        *,
        clock: Clock | None = None,
        deadline_seconds: float | None = None,
        max_cost_usd: Decimal | None = None,
    ) -> "Limits":
        """Limits that start now."""
        deadline = Deadline.after(deadline_seconds, clock or Clock())
        return cls(deadline=deadline, throttle=Throttle(deadline, RATES, DEFAULT_RATE), meter=Meter(max_cost_usd))


class Hooks:
    """botocore event handlers of one client."""

    def __init__(self, service: str, bucket: Bucket, limits: Limits) -> None:
        self._service = service
        self._bucket = bucket
        self._limits = limits

    def install(self, client: Any) -> None:
        """Registers the handlers; every attempt of every request passes them."""
        events = client.meta.events
        events.register("before-parameter-build.*.*", self._on_params)
        # First, so that a request is signed after its wait and not before.
        events.register_first("request-created.*.*", self._on_request)
        events.register("before-parse.*.*", self._on_raw_answer)
        events.register_first("needs-retry.*.*", self._on_answer)

    def _on_params(self, params: Any, model: Any, context: Any, **_: Any) -> None:
        context[_COST] = price_of(self._service, model.name, params)

    def _on_request(self, request: Any, **_: Any) -> None:
        self._limits.deadline.check()
        self._bucket.take()
        self._limits.meter.charge(request.context.get(_COST, Decimal(0)))

    def _on_raw_answer(self, response_dict: Any, **_: Any) -> None:
        guard.without_page(response_dict)

    def _on_answer(self, response: Any, operation: Any, attempts: int, request_dict: Any, **_: Any) -> float | None:
        if response is None:
            return None  # the connection broke: AWS may have answered and charged all the same
        http, parsed = response
        if http.status_code >= _REDIRECT:
            self._limits.meter.refund(request_dict["context"].get(_COST, Decimal(0)))
            if parsed.get("Error", {}).get("Code") in THROTTLED:
                self._bucket.slow_down()
            guard.refuse_page(http, attempts)
            return None
        self._bucket.speed_up()
        return guard.retry_delay(http, operation, attempts)
