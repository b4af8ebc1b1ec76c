"""Made reservations of BigQuery's slots and capacity commitments, with prices of the US."""

from datetime import datetime
from typing import Any

from costopt.model.resource import Resource
from costopt.model.specs.google_storage import BigQueryReservation, CapacityCommitment
from tests.oracles.google_estate import google
from tests.oracles.judging import StaticPrices, ago

PRICES = StaticPrices(units={("bigquery", "enterprise_slot"): "0.06"}, region="us")
IN_100_DAYS = ago(-100)


def reservation(name: str = "etl", *, region: str = "us", account: str = "acme-web", **fields: Any) -> Resource:
    """500 slots of Enterprise in the US, beside which all commitments were read."""
    given = {"slot_capacity": 500, "edition": "ENTERPRISE", "commitments_known": True, **fields}
    spec = BigQueryReservation(location=region, **given)
    return google(spec, f"locations/{region}/reservations/{name}", region=region, account=account, created_at=None)


def commitment(
    slots: int,
    name: str = "c",
    *,
    region: str = "us",
    account: str = "acme-web",
    end: datetime | None = IN_100_DAYS,
    **fields: Any,
) -> Resource:
    """Slots for a year, which end in 100 days."""
    given = {"plan": "ANNUAL", "state": "ACTIVE", "edition": "ENTERPRISE", "start": ago(265), **fields}
    spec = CapacityCommitment(location=region, slot_count=slots, end=end, **given)
    return google(spec, f"locations/{region}/capacityCommitments/{name}", region=region, account=account)
