"""What reservations of every service share: term, payment, effective rate."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from costopt.collectors.aws.services.values import dollars, utc
from costopt.model.money import USD

_SECONDS_PER_HOUR = 3600

PAYMENT_OPTIONS: Mapping[str, str] = {
    "no upfront": "no_upfront",
    "partial upfront": "partial_upfront",
    "all upfront": "all_upfront",
    # Reservations of before 2014: an upfront fee and a usage price for every hour that ran.
    "light utilization": "partial_upfront",
    "medium utilization": "partial_upfront",
    "heavy utilization": "partial_upfront",
}
"""Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReservedInstances.html (`offeringType`)."""


def payment_option(words: str | None) -> str:
    """Canonical payment option of words such as `All Upfront` or `ALL_UPFRONT`."""
    return PAYMENT_OPTIONS.get((words or "").replace("_", " ").casefold(), "unknown")


def term(item: Mapping[str, Any], start_key: str) -> tuple[datetime, datetime]:
    """Start and end of a reservation; where the end is not told, it is the start plus the duration in seconds.

    Raises:
        ValueError: the answer has no start.
    """
    start, end = utc(item.get(start_key)), utc(item.get("End"))
    if start is None:
        raise ValueError(f"a reservation without {start_key}")
    return start, end or start + timedelta(seconds=item["Duration"])


def hourly_rate(item: Mapping[str, Any], *, partition: str, prefix: str = "") -> Decimal | None:
    """Effective dollars an hour of one reserved unit: upfront fee spread over the term, usage price, recurring fees.

    None where the prices are in another currency (China) or a fee recurs in another rhythm than by the hour.

    Args:
        item: the reservation.
        partition: tells the currency of the services that do not (ElastiCache): yuan in China.
        prefix: what comes before `Amount` and `Frequency` in a recurring fee's keys.
    """
    recurring = item.get("RecurringCharges") or ()
    hourly = all(str(one.get(f"{prefix}Frequency")).casefold() == "hourly" for one in recurring)
    currency = item.get("CurrencyCode") or ("CNY" if partition == "aws-cn" else USD)
    if currency != USD or not hourly or not item.get("Duration"):
        return None
    hours = Decimal(item["Duration"]) / _SECONDS_PER_HOUR
    fees = sum((_amount(one.get(f"{prefix}Amount")) for one in recurring), Decimal(0))
    return _amount(item.get("FixedPrice")) / hours + _amount(item.get("UsagePrice")) + fees


def _amount(value: float | None) -> Decimal:
    """Part of a price; a part that is not listed is not charged."""
    return dollars(value) or Decimal(0)
