"""Caches that no client uses.

Signal (Redis, Valkey): in 14 days never more connections than ElastiCache itself holds to watch the node, which are
up to 6. Signal (Memcached): no read command at all, because its own connections depend on its threads. Nodes report
these metrics every minute while they exist, so a missing point is unknown and never zero. Members of a replication
group of several nodes are not concerned: a replica without clients is the one that takes over. The saving is the node
hours. What the cache holds is lost with it, which a cache must bear, but some Redis nodes are used as a store: look
first.
Source of the 4 to 6 connections: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html
(CurrConnections).
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.economics.database_cost import cache_terms
from costopt.economics.pricing_gaps import priced
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
from costopt.model.specs.databases import ElasticacheCluster
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `elasticache_idle`."""

    days: int = 14
    """Look-back in days."""
    self_connections: float = 6.0
    """Connections that the service itself may hold to a Redis or Valkey node; more are clients."""
    max_commands: float = 0.0
    """Memcached nodes that answered more read commands over the look-back are clear."""
    min_coverage_fraction: float = 0.8
    """Least share of the expected data points of the read commands."""


def _excludes(cluster: Resource, spec: ElasticacheCluster) -> str | None:
    return None if spec.status == "available" else "not running"


def _in_larger_group(cluster: Resource, spec: ElasticacheCluster, context: Context) -> bool:
    if spec.replication_group_id is None:
        return False
    place = ("elasticache_idle", cluster.account, cluster.region)
    if place not in context.memo:
        members: dict[str | None, int] = {}
        for _, other in context.all(cluster, ElasticacheCluster):
            members[other.replication_group_id] = members.get(other.replication_group_id, 0) + other.nodes
        context.memo[place] = members
    return bool(context.memo[place].get(spec.replication_group_id, 0) > 1)


def _evidence(spec: ElasticacheCluster, facts: Facts, params: Params) -> Evidence | Verdict:
    """What shows that nobody uses the cache, or why that cannot be said."""
    memcached = spec.engine == "memcached"
    metric = "cache_commands" if memcached else "cache_connections_max"
    utilization = facts.get(metric)
    if utilization is None or utilization.total is None:
        return no_data(f"metric not read: {metric}")
    if utilization.coverage_fraction < params.min_coverage_fraction:
        return no_data(f"fewer data points than needed: {metric}")
    observed = utilization.total if memcached else utilization.maximum or 0.0
    threshold = params.max_commands if memcached else params.self_connections
    if observed > threshold:
        return CLEAR
    statement = f"at most {observed:g} connections in {params.days} days; up to {threshold:g} are the service's own"
    if memcached:
        statement = f"{observed:g} read commands in {params.days} days"
    return Evidence(
        statement=statement,
        metric=metric,
        observed=observed,
        threshold=threshold,
        period=utilization.period,
        coverage_fraction=utilization.coverage_fraction,
    )


def _run(cluster: Resource, spec: ElasticacheCluster, facts: Facts, context: Context, params: Params) -> Verdict:
    evidence = _evidence(spec, facts, params)
    if isinstance(evidence, Verdict):
        return evidence
    if _in_larger_group(cluster, spec, context):
        return not_applicable("one of several nodes of a group")
    saving, price_gap = priced(lambda: cache_terms(cluster, spec, context.prices))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(evidence,),
        action=Action(kind=ActionKind.DELETE, summary="Delete the cache, after a backup if it serves as a store"),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.MEDIUM,
        risk=Risk.DESTRUCTIVE,
    )


CHECK = Check(
    id="elasticache_idle",
    title="Cache without clients",
    category=Category.WASTE,
    lever="Idle databases",
    applies_to=ElasticacheCluster,
    params=Params,
    source="https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html;"
    " Flexera policy templates: AWS Idle ElastiCache; cloudrift: elasticache idle",
    run=_run,
    excludes=_excludes,
    needs=(
        Need(metric="cache_connections_max"),
        Need(metric="cache_commands", required=False),
    ),
)
