"""What a run will ask and cost, before it asks anything that costs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from costopt.collectors.aws.interface import MetricSource
from costopt.collectors.aws.meter import PER_CLOUDWATCH_REQUEST, PER_METRIC
from costopt.collectors.aws.metric_queries import Want, packed_calls, wants
from costopt.collectors.aws.plan import CollectPlan
from costopt.model.coverage import ScopeResult
from costopt.model.resource import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Requests and dollars of a run, without retries."""

    accounts: int
    """Accounts to read."""
    regions: int
    """Regions to read, over all accounts once each."""
    scopes: int
    """Entries of the coverage ledger."""
    inventory_calls: int
    """One of every declared call; more where there are many pages or resources. Describing and listing is free."""
    metric_calls: int | None
    """Calls of GetMetricData and ListMetrics; None where the resources are not known yet."""
    metrics: int | None
    """Metrics to be asked for; None where the resources are not known yet."""
    cost_usd: Decimal | None
    """Dollars for them; None where the resources are not known yet."""
    gaps: tuple[ScopeResult, ...] = ()
    """Scopes of the inventory that could not be read: what is in them is counted nowhere."""
    usd_per_1000_metrics: Decimal = PER_METRIC * 1000
    """What CloudWatch charges."""


def estimate(
    plan: CollectPlan, resources: Sequence[Resource] | None = None, gaps: Sequence[ScopeResult] = ()
) -> Estimate:
    """Counts what the plan will ask.

    Args:
        plan: What is to be read.
        resources: What an earlier snapshot or an inventory found, which makes the metrics countable.
        gaps: What that inventory could not read.
    """
    inventory = list(plan.inventory())
    metric_tasks = list(plan.metrics())
    calls, metrics, cost = (None, None, None) if resources is None else _metric_costs(plan, resources)
    return Estimate(
        accounts=len(plan.accounts),
        regions=len({region for account in plan.accounts for region in account.regions}),
        scopes=len(inventory) + len(metric_tasks) + sum(a.regions_result is not None for a in plan.accounts),
        inventory_calls=sum(len(task.collector.calls) for task in inventory),
        metric_calls=calls,
        metrics=metrics,
        cost_usd=cost,
        gaps=tuple(gaps),
    )


def _metric_costs(plan: CollectPlan, resources: Iterable[Resource]) -> tuple[int, int, Decimal]:
    """Calls, metrics and dollars of reading the metrics of `resources`, packed as the run packs them."""
    by_place: dict[tuple[str, str, str], list[Resource]] = defaultdict(list)
    for resource in resources:
        by_place[resource.account, resource.region, resource.spec.KIND].append(resource)
    calls = metrics = listings = 0
    for task in plan.metrics():
        wanted = list(wants(task.sources, by_place.get((task.scope.account, task.scope.region, task.kind), [])))
        packed = list(packed_calls(wanted, plan.now))
        calls += len(packed)
        metrics += sum(len(queries) for _, queries in packed)
        listings += len(_discovered(wanted))
    return calls + listings, metrics, PER_METRIC * metrics + PER_CLOUDWATCH_REQUEST * listings


def _discovered(wanted: Iterable[Want]) -> set[tuple[str, str]]:
    """CloudWatch metrics that ListMetrics will be asked for."""
    sources: set[MetricSource] = {want.source for want in wanted if want.source.discover}
    return {(source.namespace, source.name) for source in sources}
