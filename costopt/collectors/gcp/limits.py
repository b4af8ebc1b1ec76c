"""What one run may use: its deadline, its rates, and what Google charges for what it asks."""

import threading
from dataclasses import dataclass, field
from decimal import Decimal

from costopt.collectors.clock import Clock, Deadline
from costopt.collectors.faults import CostLimitReached
from costopt.collectors.gcp.calls import ASSETS, BILLING, COMPUTE, MONITORING, RECOMMENDER
from costopt.collectors.throttle import Bucket, Rate, Throttle

RATES = {
    # ListAssets: 100 a minute for the project that pays. Source: https://cloud.google.com/asset-inventory/docs/quota
    ASSETS: Rate(per_second=1.6, burst=20),
    # 300 a minute. Source: https://cloud.google.com/billing/quotas
    BILLING: Rate(per_second=4.5, burst=20),
    # Time series queries: 6,000 a minute. Source: https://cloud.google.com/monitoring/quotas
    MONITORING: Rate(per_second=50, burst=50),
    # Lists: 20 a second a project and region. Source: https://cloud.google.com/compute/api-quota
    COMPUTE: Rate(per_second=15, burst=15),
    # 100 a minute. Source: https://cloud.google.com/recommender/quotas
    RECOMMENDER: Rate(per_second=1.6, burst=20),
}
DEFAULT_RATE = Rate(per_second=5, burst=5)

PER_SERIES = Decimal("0.0000005")
"""Dollars for one time series returned, at least one a query; the first million a month of a billing account is free.
Source: https://cloud.google.com/stackdriver/pricing ($0.50 per million since 2 October 2025)."""


ADVICE_READS = 90
"""Reads of recommendations in one run; an organisation without paid support has 100 a day, some of them other people's.
Source: https://cloud.google.com/recommender/quotas."""


class Allowance:
    """A number of things that all threads together may do."""

    def __init__(self, count: int) -> None:
        self._left = count
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Whether one more may be done; counts it."""
        with self._lock:
            if self._left <= 0:
                return False
            self._left -= 1
            return True


class Meter:
    """Counts requests and the series that came back, for all threads."""

    def __init__(self, max_cost_usd: Decimal | None = None) -> None:
        self._max = max_cost_usd
        self._lock = threading.Lock()
        self._requests = 0
        self._series = 0

    @property
    def requests(self) -> int:
        """Requests sent so far, retries included."""
        return self._requests

    @property
    def cost_usd(self) -> Decimal:
        """Dollars for the series so far, as if nothing were free."""
        return PER_SERIES * self._series

    def request(self) -> None:
        """Counts one request."""
        with self._lock:
            self._requests += 1

    def returned(self, series: int) -> None:
        """Counts the series of one answer."""
        with self._lock:
            self._series += max(series, 1)

    def allow(self) -> None:
        """Lets one more query pass.

        Raises:
            CostLimitReached: what was returned so far is already the most that the user allows.
        """
        if self._max is not None and self.cost_usd + PER_SERIES > self._max:
            raise CostLimitReached(f"${self.cost_usd} of the limit of ${self._max} are used")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one run may use, shared by all its threads."""

    deadline: Deadline
    """When it must end."""
    throttle: Throttle
    """Its token buckets, one an API: quotas count for the project that pays, not for those that are read."""
    meter: Meter
    """Its requests and dollars."""
    advice_reads: Allowance = field(default_factory=lambda: Allowance(ADVICE_READS))
    """Its reads of recommendations."""

    @classmethod
    def of(
        cls, *, clock: Clock | None = None, deadline_seconds: float | None = None, max_cost_usd: Decimal | None = None
    ) -> "Limits":
        """Limits that start now."""
        deadline = Deadline.after(deadline_seconds, clock or Clock())
        throttle = Throttle(deadline, RATES, DEFAULT_RATE)
        return cls(deadline=deadline, throttle=throttle, meter=Meter(max_cost_usd))

    def bucket(self, api: str) -> Bucket:
        """The bucket of an API."""
        return self.throttle.bucket("", "", api)
