"""Cloud SQL instances that would fit on a smaller tier.

Signal: with 20 % headroom, the 99.5th percentile of hourly peak CPU and the peak of memory of 30 days fit on a smaller
tier of the same sort, which saves at least 10 $ a month. Custom tiers are cut to the load; tiers of Enterprise Plus go
down their ladder.

Memory is the larger of two figures of Cloud SQL: `memory/total_usage`, which counts the cache of the file system, and
`memory/usage`, which counts the server beside the database and leaves that cache out. PostgreSQL, whose own buffers
are a third of the memory, reads most of its data from that cache; `memory/utilization` would hide it. MySQL and SQL
Server hold their cache themselves, which both count. A cache that fills the memory blocks the step down, on purpose.
PostgreSQL's usual limit of connections follows from memory, so the most connections of 30 days must fit too. Flags of
the instance that fix a size of memory are not read; the advice says so.

CPU is a share of the tier of its hour. Where the vCPUs were not the same in all 30 days the answer is `no data`: a tier
that was cut last week must not be cut again by the load of the larger one. Where the vCPUs of that time or the memory
of the server were not read, the confidence is low.

All these metrics are reported by every running instance, so a missing one is unknown and gives `no data`. Not concerned
are shared cores, tiers of unknown size, stopped instances, and replicas, which must keep up with their primary.
"""

from dataclasses import dataclass
from decimal import Decimal

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured, usable
from costopt.economics.cloud_sql_cost import DatabaseSize, compute_terms, least_size, size_of
from costopt.economics.ebs_cost import paid_instead
from costopt.model.finding import (
    CLEAR,
    Action,
    ActionKind,
    Category,
    Confidence,
    Effort,
    Evidence,
    Outcome,
    Saving,
    Verdict,
    no_data,
)
from costopt.model.resource import Resource
from costopt.model.specs.cloud_sql import CloudSqlInstance
from costopt.model.utilization import Facts, Utilization

_GIB = 1024**3
_POSTGRES_CONNECTIONS = ((100, 3.75), (200, 6.0), (400, 7.5), (500, 15.0), (600, 30.0), (800, 60.0), (1000, 120.0))
"""Usual limit of connections, and the GiB of memory from which on it holds.
Source: https://cloud.google.com/sql/docs/postgres/flags#postgres-m (max_connections)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `sql_rightsize`."""

    days: int = 30
    """Look-back in days."""
    headroom_fraction: float = 0.2
    """Part of the smaller tier's vCPUs, memory and connections that stays free at the peak, 0..1."""
    min_saving_monthly: Decimal = Decimal(10)
    """Least saving a month."""
    min_saving_fraction: Decimal = Decimal("0.05")
    """Least saving as a share of today's price, 0..1."""

    def __post_init__(self) -> None:
        """Refuse a headroom that leaves nothing.

        Raises:
            ValueError: below 0, or 1 and more.
        """
        if not 0 <= self.headroom_fraction < 1:
            raise ValueError(f"headroom_fraction must be at least 0 and below 1, not {self.headroom_fraction}")


def _excludes(_: Resource, spec: CloudSqlInstance) -> str | None:
    if not spec.running:
        return "not running"
    if spec.replica_of is not None:
        return "read replica"
    return "shared core or a tier of unknown size" if size_of(spec.tier) is None else None


def _run(database: Resource, spec: CloudSqlInstance, facts: Facts, context: Context, params: Params) -> Verdict:
    current = size_of(spec.tier)
    vcpus = _usable(facts, "db_vcpus")
    if current is not None and vcpus is not None and (vcpus.minimum, vcpus.maximum) != (current.vcpu, current.vcpu):
        return no_data("tier changed within the look-back")
    smaller = None if current is None else _smaller(spec, current, facts, params)
    if current is None or smaller is None:
        return CLEAR
    now = compute_terms(database, spec, context.prices)
    then = compute_terms(database, spec, context.prices, smaller.tier)
    saving = Saving(terms=(*now, *paid_instead(then)))
    today = sum((term.amount for term in now), Decimal(0))
    if saving.monthly.amount < max(params.min_saving_monthly, today * params.min_saving_fraction):
        return CLEAR
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=_evidence(facts, current, smaller, params),
        action=Action(
            kind=ActionKind.RESIZE,
            summary=f"Change the tier to {smaller.tier}, once flags that fix a size of memory fit it",
            target=smaller.tier,
            restart=True,
        ),
        saving=saving,
        confidence=Confidence.MEDIUM if vcpus and _usable(facts, "db_server_memory_max_bytes") else Confidence.LOW,
        effort=Effort.MEDIUM,
    )


def _smaller(spec: CloudSqlInstance, current: DatabaseSize, facts: Facts, params: Params) -> DatabaseSize | None:
    """The smallest tier that carries the load, None where none is smaller."""
    room = 1 - params.headroom_fraction
    vcpu = current.vcpu * (facts["db_cpu_max_percent"].p99_5 or 0.0) / 100 / room
    whole = float(current.memory_gib)
    memory = _peak_gib(facts) / room
    connections = (facts["db_connections_max"].maximum or 0.0) / room
    if spec.engine == "postgres":
        memory = max(memory, _memory_for(connections) or whole)
    return least_size(current, vcpu, min(whole, memory))


def _peak_gib(facts: Facts) -> float:
    """The most memory that was in use: by the database with the cache of the file system, or by the server."""
    server = _usable(facts, "db_server_memory_max_bytes")
    whole = facts["db_memory_used_max_bytes"].maximum or 0.0
    return max(whole, (server and server.maximum) or 0.0) / _GIB


def _usable(facts: Facts, metric: str) -> Utilization | None:
    """A metric that the check can do without, None where it covers too little of the look-back."""
    found = facts.get(metric)
    return found if usable(found) else None


def _memory_for(connections: float) -> float | None:
    """GiB from which on PostgreSQL usually allows so many connections, None where no size does."""
    return next((gib for allowed, gib in _POSTGRES_CONNECTIONS if allowed >= connections), None)


def _evidence(facts: Facts, current: DatabaseSize, smaller: DatabaseSize, params: Params) -> tuple[Evidence, ...]:
    cpu, memory = facts["db_cpu_max_percent"], facts["db_memory_used_max_bytes"]
    room, peak = 1 - params.headroom_fraction, _peak_gib(facts)
    return (
        measured(
            cpu,
            f"99.5th percentile of hourly peak CPU is {cpu.p99_5 or 0.0:.1f} % of {current.vcpu} vCPUs;"
            f" {smaller.tier} has {smaller.vcpu}",
            observed=cpu.p99_5,
            threshold=100 * room * smaller.vcpu / current.vcpu,
        ),
        measured(
            memory,
            f"peak memory with its cache is {peak:.1f} of {current.memory_gib:g} GiB;"
            f" {smaller.tier} has {smaller.memory_gib:g} GiB",
            observed=peak * _GIB,
            threshold=room * float(smaller.memory_gib) * _GIB,
        ),
    )


CHECK = Check(
    id="sql_rightsize",
    title="Cloud SQL instance is larger than its load",
    category=Category.OPTIMISATION,
    lever="Right-sizing",
    applies_to=CloudSqlInstance,
    params=Params,
    source="https://cloud.google.com/sql/docs/mysql/recommender-sql-overprovisioned"
    " (peak CPU and memory of 30 days, at least 10 $ a month);"
    " https://cloud.google.com/sql/docs/postgres/admin-api/metrics (memory/total_usage with the cache)",
    run=_run,
    excludes=_excludes,
    needs=(
        Need(metric="db_cpu_max_percent"),
        Need(metric="db_memory_used_max_bytes"),
        Need(metric="db_connections_max"),
        Need(metric="db_server_memory_max_bytes", required=False),
        Need(metric="db_vcpus", required=False),
    ),
    grace_days=30,
)
