"""What a run will ask and cost, before it asks anything that costs."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from costopt.collectors.gcp.calls import ASSETS
from costopt.collectors.gcp.interface import MetricSource
from costopt.collectors.gcp.limits import PER_SERIES, RATES
from costopt.collectors.gcp.plan import CollectPlan
from costopt.model.coverage import ScopeResult
from costopt.model.resource import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Requests and dollars of a run, without retries."""

    projects: int
    """Projects to read."""
    scopes: int
    """Entries of the coverage ledger."""
    inventory_calls: int
    """Lists of assets, one a project and thousand assets; at least one of each other call. They are free."""
    quota_minutes: float
    """Minutes that the quota of lists of assets makes them take."""
    metric_calls: int | None
    """Queries of time series; None where the resources are not known yet."""
    series: int | None
    """Series that come back; None where the resources are not known yet."""
    cost_usd: Decimal | None
    """Dollars for them, as if the first million of a month were not free; None where not known yet."""
    gaps: tuple[ScopeResult, ...] = ()
    """Scopes of the inventory that could not be read: what is in them is counted nowhere."""
    usd_per_million_series: Decimal = PER_SERIES * 1_000_000
    """What Cloud Monitoring charges."""


def estimate(
    plan: CollectPlan, resources: Sequence[Resource] | None = None, gaps: Sequence[ScopeResult] = ()
) -> Estimate:
    """Counts what the plan will ask.

    Args:
        plan: what is to be read.
        resources: what an earlier snapshot or an inventory found, which makes the series countable.
        gaps: what that inventory could not read.
    """
    calls, series = (None, None) if resources is None else _series(plan, resources)
    projects, others = len(plan.projects), {call.method for service in plan.services for call in service.calls}
    return Estimate(
        projects=projects,
        scopes=len(plan.ended) + len(list(plan.inventory())) + len(list(plan.metrics())),
        inventory_calls=projects * (1 + len(others)),
        quota_minutes=quota_minutes(projects),
        metric_calls=calls,
        series=series,
        cost_usd=None if calls is None or series is None else PER_SERIES * max(calls, series),
        gaps=tuple(gaps),
    )


def quota_minutes(projects: int) -> float:
    """Minutes that Google's quota of lists of assets makes of so many projects."""
    return projects / RATES[ASSETS].per_second / 60


def _series(plan: CollectPlan, resources: Sequence[Resource]) -> tuple[int, int]:
    """Queries, and series of `resources` that they yield."""
    found: dict[tuple[str, str], list[Resource]] = defaultdict(list)
    for resource in resources:
        found[resource.account, resource.spec.KIND].append(resource)
    counts = [
        _yielded(source, found[task.scope.account, task.kind]) for task in plan.metrics() for source in task.sources
    ]
    return sum(count > 0 for count in counts), sum(counts)


def _yielded(source: MetricSource, resources: Sequence[Resource]) -> int:
    return sum(1 for _ in source.keys(resources))
