"""Databases that nobody connects to.

Signal: not one connection in 14 days, and CPU and I/O at what a database does for itself (95 % of the hours below 10
% CPU at their peak, fewer than 20 operations a second on average). The 95th percentile leaves room for nightly
backups and maintenance. A database that runs reports these metrics all the time, so a missing point is unknown and
never zero. Not concerned: stopped instances, read replicas (they stand by for their source) and their sources (who
reads the replica needs both), members of a cluster with several instances (a reader without connections is the one
that takes over), and engines of other services that the same API lists. The saving is instance and storage; a final
snapshot would cost its share of the storage. The surcharge of an old engine is counted by `rds_extended_support`.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured, usable
from costopt.economics.pricing_gaps import priced
from costopt.economics.rds_cost import database_terms
from costopt.model.finding import (
    CLEAR,
    Action,
    ActionKind,
    Category,
    Confidence,
    Evidence,
    Outcome,
    Risk,
    Verdict,
    no_data,
    not_applicable,
)
from costopt.model.resource import Resource
from costopt.model.specs.databases import RdsCluster, RdsInstance
from costopt.model.utilization import Facts

_OTHER_SERVICES = ("docdb", "neptune")


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `rds_idle`."""

    days: int = 14
    """Look-back in days."""
    max_connections: float = 0.0
    """Databases that ever had more connections are clear."""
    max_cpu_percent: float = 10.0
    """Databases whose CPU peaks higher in more than 5 % of the hours are clear."""
    max_operations_per_second: float = 20.0
    """Databases with more reads and writes a second on average are clear."""


def _excludes(instance: Resource, spec: RdsInstance) -> str | None:
    if spec.engine.startswith(_OTHER_SERVICES):
        return "engine of another service"
    if not spec.billed:
        return "not running"
    return None if spec.replica_of is None else "read replica"


def _operations(facts: Facts) -> float:
    """Reads and writes a second on average, as far as measured."""
    both = (facts.get(metric) for metric in ("db_read_ops_per_second", "db_write_ops_per_second"))
    return sum(one.mean for one in both if one is not None and one.mean is not None)


def _has_replicas(instance: Resource, context: Context) -> bool:
    """Whether another instance of the region copies this one, which its users may read instead."""
    sources = (other.replica_of for _, other in context.all(instance, RdsInstance))
    return instance.id in sources


def _run(instance: Resource, spec: RdsInstance, facts: Facts, context: Context, params: Params) -> Verdict:
    most, busy = facts["db_connections_max"].maximum or 0.0, facts["db_cpu_max_percent"].p95 or 0.0
    if most > params.max_connections or busy >= params.max_cpu_percent:
        return CLEAR
    operations = _operations(facts)
    if operations >= params.max_operations_per_second:
        return CLEAR
    cluster = context.find(instance, RdsCluster, spec.cluster_id)
    if cluster is None and spec.cluster_id is not None:
        return no_data("cluster not in the snapshot")
    if cluster is not None and len(cluster[1].member_ids) > 1:
        return not_applicable("one of several instances of a cluster")
    if _has_replicas(instance, context):
        return not_applicable("source of a read replica")
    saving, price_gap = priced(lambda: database_terms(instance, spec, context.prices))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(*_evidence(facts, most, busy, params), *_operations_evidence(facts, operations, params)),
        action=Action(
            kind=ActionKind.DELETE,
            summary="Delete the database after a final snapshot, or stop it for a week at a time",
        ),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.HIGH
        if all(usable(facts.get(need.metric)) for need in CHECK.needs)
        else Confidence.MEDIUM,
        risk=Risk.DESTRUCTIVE,
    )


def _evidence(facts: Facts, most: float, busy: float, params: Params) -> tuple[Evidence, ...]:
    connections, cpu = facts["db_connections_max"], facts["db_cpu_max_percent"]
    return (
        Evidence(
            statement=f"at most {most:g} connections in {params.days} days",
            metric=connections.metric,
            observed=most,
            threshold=params.max_connections,
            period=connections.period,
            coverage_fraction=connections.coverage_fraction,
        ),
        Evidence(
            statement=f"in 95 % of the hours CPU peaks at {busy:.1f} % at most, below {params.max_cpu_percent:g} %",
            metric=cpu.metric,
            observed=busy,
            threshold=params.max_cpu_percent,
            period=cpu.period,
            coverage_fraction=cpu.coverage_fraction,
        ),
    )


def _operations_evidence(facts: Facts, operations: float, params: Params) -> tuple[Evidence, ...]:
    """Reads and writes a second, where they are measured."""
    reads = facts.get("db_read_ops_per_second")
    if reads is None or reads.mean is None:
        return ()
    statement = f"{operations:.1f} reads and writes a second on average, below {params.max_operations_per_second:g}"
    return (measured(reads, statement, observed=operations, threshold=params.max_operations_per_second),)


CHECK = Check(
    id="rds_idle",
    title="Database without connections",
    category=Category.WASTE,
    lever="Idle databases",
    applies_to=RdsInstance,
    params=Params,
    source="https://docs.aws.amazon.com/awssupport/latest/user/cost-optimization-checks.html (Amazon RDS Idle DB"
    " Instances); https://docs.aws.amazon.com/compute-optimizer/latest/ug/view-idle-recommendations.html",
    run=_run,
    excludes=_excludes,
    needs=(
        Need(metric="db_connections_max"),
        Need(metric="db_cpu_max_percent"),
        Need(metric="db_read_ops_per_second", required=False),
        Need(metric="db_write_ops_per_second", required=False),
    ),
)
