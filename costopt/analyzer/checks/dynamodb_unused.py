"""Tables that nobody reads or writes.

Signal: not one consumed read or write unit in 30 days. Here absence is zero: DynamoDB reports consumed capacity only
for minutes in which some was consumed. A metric that was never asked for is something else and gives `no data`. The
saving is provisioned capacity and storage; the monthly free tier of an account is not taken off. Not concerned:
tables that cost nothing (on demand and empty) and members of global tables, whose other regions may be in use.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.economics.database_cost import table_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Confidence, Evidence, Outcome, Risk, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.databases import DynamoDbTable
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `dynamodb_unused`."""

    days: int = 30
    """Look-back in days."""
    max_units: float = 0.0
    """Tables that consumed more read and write units over the look-back are clear."""


def _excludes(table: Resource, spec: DynamoDbTable) -> str | None:
    if spec.status != "ACTIVE":
        return "not active"
    if spec.replica_regions:
        return "global table"
    return "costs nothing" if spec.billing_mode == "on_demand" and not spec.size_bytes else None


def _run(table: Resource, spec: DynamoDbTable, facts: Facts, context: Context, params: Params) -> Verdict:
    reads, writes = facts["dynamodb_read_units"], facts["dynamodb_write_units"]
    used = (reads.total or 0.0) + (writes.total or 0.0)
    if used > params.max_units:
        return CLEAR
    saving, price_gap = priced(lambda: table_terms(table, spec, context.prices))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            Evidence(
                statement=f"{used:,.0f} read and write units consumed in {params.days} days",
                metric="dynamodb_read_units",
                observed=used,
                threshold=params.max_units,
                period=reads.period,
                coverage_fraction=min(reads.coverage_fraction, writes.coverage_fraction),
            ),
        ),
        action=Action(kind=ActionKind.DELETE, summary="Delete the table after an export or a backup"),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.HIGH,
        risk=Risk.DESTRUCTIVE,
    )


CHECK = Check(
    id="dynamodb_unused",
    title="Table is not used",
    category=Category.WASTE,
    lever="Idle databases",
    applies_to=DynamoDbTable,
    params=Params,
    source="https://docs.aws.amazon.com/compute-optimizer/latest/ug/view-idle-recommendations.html;"
    " CloudBurn: aws-dynamodb-table-without-recent-activity; https://aws.amazon.com/dynamodb/pricing/",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="dynamodb_read_units"), Need(metric="dynamodb_write_units")),
    grace_days=30,
)
