"""Made commitments of Google Cloud, and what committed units cost, by Google's published prices of us-central1."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from costopt.model.resource import Resource
from costopt.model.specs.committed_use import CommittedUse
from tests.oracles.google_estate import google
from tests.oracles.judging import NOW

VCPU_1Y, MEMORY_1Y = Decimal("0.019915"), Decimal("0.002669")
"""Dollars an hour of a vCPU and a GiB of N1 or N2 under a commitment of a year: 37 % off 0.031611 and 0.004237.
Source: https://cloud.google.com/compute/vm-instance-pricing."""

COMMITTED_UNITS = {
    ("gce", f"{series}_{resource}_cud_1y"): str(price)
    for series in ("n1", "n2")
    for resource, price in (("vcpu", VCPU_1Y), ("memory", MEMORY_1Y))
}
"""Dollars a unit, by service and item."""


def committed_use(vcpus: int = 0, memory_gib: float = 0.0, name: str = "c", **fields: Any) -> Resource:
    """An active commitment of a year for N1, 265 days before its end, unless `fields` say otherwise."""
    account = fields.pop("account", "acme-web")
    given = {
        "commitment_type": "GENERAL_PURPOSE", "plan": "TWELVE_MONTH", "status": "ACTIVE", "start": NOW - timedelta(100),
        "end": NOW + timedelta(265), "vcpus": vcpus, "memory_gib": memory_gib, **fields,
    }  # fmt: skip
    return google(CommittedUse(**given), f"regions/us-central1/commitments/{name}", account=account)
