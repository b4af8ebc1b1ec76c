"""What the collection itself costs: requests sent, retries included, and what AWS charges for those answered."""

import threading
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from costopt.collectors.faults import CostLimitReached

PER_METRIC = Decimal("0.00001")
"""GetMetricData: $0.01 per 1,000 metrics asked for. Source: https://aws.amazon.com/cloudwatch/pricing/."""
PER_CLOUDWATCH_REQUEST = Decimal("0.00001")
"""GetMetricStatistics, ListMetrics: $0.01 per 1,000 requests (free tier left out). Same source."""
PER_COST_EXPLORER_REQUEST = Decimal("0.01")
"""Each page of Cost Explorer. Source: https://aws.amazon.com/aws-cost-management/aws-cost-explorer/pricing/."""


def price_of(service: str, operation: str, params: Mapping[str, Any]) -> Decimal:
    """What AWS charges for one answered request, in dollars; describe and list calls are free."""
    match service, operation:
        case "ce", _:
            return PER_COST_EXPLORER_REQUEST
        case "cloudwatch", "GetMetricData":
            return PER_METRIC * sum("MetricStat" in query for query in params.get("MetricDataQueries", ()))
        case "cloudwatch", "GetMetricStatistics" | "ListMetrics":
            return PER_CLOUDWATCH_REQUEST
    return Decimal(0)


class Meter:
    """Counts requests and dollars of one run, for all threads."""

    def __init__(self, max_cost_usd: Decimal | None = None) -> None:
        self._max = max_cost_usd
        self._lock = threading.Lock()
        self._requests = 0
        self._cost = Decimal(0)

    @property
    def requests(self) -> int:
        """Requests sent so far."""
        return self._requests

    @property
    def cost_usd(self) -> Decimal:
        """Dollars charged so far, those of requests under way included."""
        return self._cost

    def charge(self, cost: Decimal) -> None:
        """Counts one request before it is sent.

        Raises:
            CostLimitReached: it would pass the user's limit; it must not be sent.
        """
        with self._lock:
            if cost and self._max is not None and self._cost + cost > self._max:
                raise CostLimitReached(f"${self._cost + cost} would be more than the limit of ${self._max}")
            self._requests += 1
            self._cost += cost

    def refund(self, cost: Decimal) -> None:
        """Takes the price of a request back that AWS refused; only answers are charged."""
        with self._lock:
            self._cost -= cost
