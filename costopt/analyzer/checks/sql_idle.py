"""Cloud SQL instances that nobody connects to.

Signal: not one connection in 14 days, and 95 % of the hours below 10 % CPU at their peak, on an instance older than 30
days.

Google's own connections to PostgreSQL are left out of the count. An instance that runs reports these metrics all the
time, so a missing point is unknown and never zero. Not concerned: stopped instances, read replicas (they stand by for
their primary) and primaries with replicas (who reads the replica needs both).

Advice and saving are those of a stop, which can be undone: vCPUs and memory end, storage and addresses stay billed. The
surcharge of an old engine is counted by `sql_extended_support`.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured
from costopt.economics.cloud_sql_cost import compute_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Outcome, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.cloud_sql import CloudSqlInstance
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `sql_idle`."""

    days: int = 14
    """Look-back in days."""
    max_connections: float = 0.0
    """Instances that ever had more connections are clear."""
    max_cpu_percent: float = 10.0
    """Instances whose CPU peaks higher in more than 5 % of the hours are clear."""


def _excludes(_: Resource, spec: CloudSqlInstance) -> str | None:
    if not spec.running:
        return "not running"
    if spec.replica_of is not None:
        return "read replica"
    return "has read replicas" if spec.replica_names else None


def _run(database: Resource, spec: CloudSqlInstance, facts: Facts, context: Context, params: Params) -> Verdict:
    connections, cpu = facts["db_connections_max"], facts["db_cpu_max_percent"]
    most, busy = connections.maximum or 0.0, cpu.p95 or 0.0
    if most > params.max_connections or busy >= params.max_cpu_percent:
        return CLEAR
    saving, price_gap = priced(lambda: compute_terms(database, spec, context.prices))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            measured(
                connections,
                f"at most {most:g} connections in {params.days} days",
                observed=most,
                threshold=params.max_connections,
            ),
            measured(
                cpu,
                f"in 95 % of the hours CPU peaks at {busy:.1f} % at most, below {params.max_cpu_percent:g} %",
                observed=busy,
                threshold=params.max_cpu_percent,
            ),
        ),
        action=Action(
            kind=ActionKind.STOP,
            summary="Stop the instance (activation policy NEVER); delete it with a final backup once nobody misses it",
        ),
        saving=saving,
        price_gap=price_gap,
    )


CHECK = Check(
    id="sql_idle",
    title="Cloud SQL instance without connections",
    category=Category.WASTE,
    lever="Idle databases",
    applies_to=CloudSqlInstance,
    params=Params,
    source="https://cloud.google.com/sql/docs/mysql/recommender-sql-idle"
    " (no connections, primaries older than 30 days)",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="db_connections_max"), Need(metric="db_cpu_max_percent")),
    grace_days=30,
)
