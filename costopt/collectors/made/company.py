"""The made company: everything that a collection would bring, and what an audit must find in it."""

from collections.abc import Mapping
from dataclasses import dataclass
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
from costopt.collectors.made.plan import Draw, Plan
from costopt.model.coverage import ScopeResult
from costopt.model.resource import Resource, ResourceKey
from costopt.model.series import Series

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


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCompany:
    """A company that does not exist, as a collection would have found it."""

    resources: tuple[Resource, ...]
    """Everything it runs, sorted by key."""
    series: tuple[Series, ...]
    """What was measured, sorted by resource and metric."""
    coverage: tuple[ScopeResult, ...]
    """The ledger, sorted."""
    accounts: tuple[str, ...]
    """Account ids, sorted."""
    regions: tuple[str, ...]
    """Regions, sorted."""
    answers: Mapping[str, frozenset[ResourceKey]]
    """By check, the resources that it must flag; it may flag no other."""
    collection_cost_usd: Decimal
    """What reading all this would have cost."""


def make(seed: int, now: datetime) -> MadeCompany:
    """Make one company; the same seed and time give the same company.

    Args:
        seed: of the generator from which every name, size and noise is drawn.
        now: time of the collection, aware; metrics end at the last whole step before it.
    """
    plan = Plan(seed, now)
    for draw in _THEMES:
        draw(plan)
    return MadeCompany(
        resources=tuple(sorted(plan.resources, key=lambda resource: resource.key)),
        series=tuple(sorted(plan.series, key=lambda series: (series.resource, series.metric))),
        coverage=ledger.coverage(plan, commitments.UNADVISED),
        accounts=tuple(sorted(people.ACCOUNTS)),
        regions=tuple(sorted(people.REGIONS)),
        answers={check_id: frozenset(keys) for check_id, keys in sorted(plan.answers.items())},
        collection_cost_usd=USD_PER_METRIC * len(plan.series),
    )
