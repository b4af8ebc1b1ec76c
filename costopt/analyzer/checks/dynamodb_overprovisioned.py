"""Tables that provision far more capacity than they use.

Signal: on the busiest of 7 days the table used, on average over the day, less than 10 % of its provisioned read or
write units. Daily sums say nothing of the peaks within a day; therefore the recommended capacity leaves the busiest
day at 20 %, five times its average, and the confidence is low: auto scaling or on-demand mode would follow the peaks.
On-demand mode is named but not priced, because its requests are billed one by one. A table without any use in these
days is not judged here: it may serve a monthly job, and `dynamodb_unused` looks at it over a longer time. Absence of
data is zero use, as DynamoDB reports consumption only where there is some.
"""

import math
from dataclasses import dataclass
from decimal import Decimal

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.economics.database_cost import capacity_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import (
    CLEAR,
    Action,
    ActionKind,
    Category,
    Confidence,
    Evidence,
    Outcome,
    Verdict,
    not_applicable,
)
from costopt.model.resource import Resource
from costopt.model.specs.databases import DynamoDbTable
from costopt.model.utilization import Facts, Utilization

_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `dynamodb_overprovisioned`."""

    days: int = 7
    """Look-back in days."""
    max_used_fraction: float = 0.1
    """Capacity of which the busiest day uses a smaller share on average is flagged."""
    target_fraction: float = 0.2
    """Share of the recommended capacity that the busiest day uses on average."""
    min_saving_usd: Decimal = Decimal(1)
    """Least saving a month."""


def _excludes(table: Resource, spec: DynamoDbTable) -> str | None:
    if spec.status != "ACTIVE":
        return "not active"
    return None if spec.billing_mode == "provisioned" else "on demand"


def _busiest(utilization: Utilization) -> float:
    """Units a second of the busiest day, on average over the day."""
    return (utilization.daily_maximum or 0.0) / _DAY_SECONDS


def _less(used: float, provisioned: int, params: Params) -> int:
    """Units that are enough; the provisioned ones where those are used well."""
    if used >= provisioned * params.max_used_fraction:
        return provisioned
    return min(provisioned, max(1, math.ceil(used / params.target_fraction)))


def _run(table: Resource, spec: DynamoDbTable, facts: Facts, context: Context, params: Params) -> Verdict:
    reads, writes = _busiest(facts["dynamodb_read_units"]), _busiest(facts["dynamodb_write_units"])
    if not reads and not writes:
        return not_applicable("not used at all")
    before = (spec.read_capacity_units, spec.write_capacity_units)
    after = (_less(reads, before[0], params), _less(writes, before[1], params))
    if after == before:
        return CLEAR
    # Less of the same never costs more, so that it is worth saying without a price as well.
    saving, price_gap = priced(
        lambda: capacity_terms(table, before[0] - after[0], before[1] - after[1], context.prices)
    )
    if saving is not None and saving.monthly.amount < params.min_saving_usd:
        return CLEAR
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            _evidence("read", facts["dynamodb_read_units"], reads, before[0], params),
            _evidence("write", facts["dynamodb_write_units"], writes, before[1], params),
        ),
        action=Action(
            kind=ActionKind.RESIZE,
            summary=f"Provision {after[0]:,} read and {after[1]:,} write units with auto scaling, or change to"
            " on-demand mode where peaks are rare",
            target=f"{after[0]} read, {after[1]} write units",
        ),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.LOW,
    )


def _evidence(name: str, utilization: Utilization, used: float, provisioned: int, params: Params) -> Evidence:
    return Evidence(
        statement=f"the busiest of {params.days} days used {used:,.1f} of {provisioned:,} {name} units on average",
        metric=utilization.metric,
        observed=used,
        threshold=provisioned * params.max_used_fraction,
        period=utilization.period,
        coverage_fraction=utilization.coverage_fraction,
    )


CHECK = Check(
    id="dynamodb_overprovisioned",
    title="Table provisions more capacity than it uses",
    category=Category.OPTIMISATION,
    lever="Right-sizing",
    applies_to=DynamoDbTable,
    params=Params,
    source="CloudBurn: aws-dynamodb-provisioned-capacity; cloudrift: dynamodb overprovisioned (10 %, 7 days);"
    " https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CostOptimization_RightSizedProvisioning.html",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="dynamodb_read_units"), Need(metric="dynamodb_write_units")),
)
