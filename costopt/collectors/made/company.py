"""The made company at AWS; its projects at Google are in `made.google`."""

from datetime import datetime
from decimal import Decimal

from costopt.collectors.made import (
    commitments,
    compute,
    compute_waste,
    databases,
    keyvalue,
    ledger,
    lookalikes,
    ml,
    network,
    people,
    serverless,
    snapshots,
    storage,
    volumes,
)
from costopt.collectors.made.estate import MadeEstate, estate_of
from costopt.collectors.made.plan import Draw, Plan

_THEMES: tuple[Draw, ...] = (
    compute.draw,
    compute_waste.draw,
    ml.draw,
    volumes.draw,
    snapshots.draw,
    lookalikes.draw,
    storage.draw,
    databases.draw,
    keyvalue.draw,
    network.draw,
    serverless.draw,
    commitments.draw,
)
"""In this order: volumes, addresses and commitments refer to machines, and lookalikes carry no volume but their own."""
USD_PER_METRIC = Decimal("0.01") / 1000
"""Price of one metric asked of GetMetricData. Source: https://aws.amazon.com/cloudwatch/pricing/."""


def make(seed: int, now: datetime) -> MadeEstate:
    """Make the accounts of one company; the same seed and time give the same ones.

    Args:
        seed: of the generator from which every name, size and noise is drawn.
        now: time of the collection, aware; metrics end at the last whole step before it.
    """
    plan = Plan(seed, now)
    for draw in _THEMES:
        draw(plan)
    return estate_of(
        plan,
        ledger.coverage(plan, commitments.UNADVISED),
        accounts=people.ACCOUNTS,
        regions=people.REGIONS,
        usd_per_series=USD_PER_METRIC,
    )
