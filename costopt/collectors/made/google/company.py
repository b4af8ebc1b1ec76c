"""The made company's projects at Google Cloud."""

from datetime import datetime
from decimal import Decimal

from costopt.collectors.made.estate import MadeEstate, estate_of
from costopt.collectors.made.google import (
    commitments,
    databases,
    disks,
    fleet,
    kubernetes,
    ledger,
    machine_learning,
    network,
    projects,
    serverless,
    snapshots,
    storage,
    warehouse,
    waste,
)
from costopt.collectors.made.google.names import ProjectPlan
from costopt.collectors.made.plan import Draw

_THEMES: tuple[Draw, ...] = (
    projects.draw,
    fleet.draw,
    waste.draw,
    kubernetes.draw,
    machine_learning.draw,
    commitments.draw,
    disks.draw,
    snapshots.draw,
    network.draw,
    databases.draw,
    storage.draw,
    warehouse.draw,
    serverless.draw,
)
"""In this order: disks, snapshots and addresses refer to machines."""
USD_PER_SERIES = Decimal("0.50") / 1_000_000
"""Price of one series that Cloud Monitoring returns. Source: https://cloud.google.com/stackdriver/pricing."""


def make(seed: int, now: datetime) -> MadeEstate:
    """Make the projects of one company; the same seed and time give the same ones.

    Their generator is their own, so that nothing here changes what the company has at AWS.

    Args:
        seed: of the generator from which every name, size and noise is drawn.
        now: time of the collection, aware; metrics end at the last whole step before it.
    """
    plan = ProjectPlan(f"google {seed}", now, "gcp")
    for draw in _THEMES:
        draw(plan)
    return estate_of(
        plan,
        ledger.coverage(plan),
        accounts=projects.PROJECTS,
        regions=projects.REGIONS,
        usd_per_series=USD_PER_SERIES,
    )
