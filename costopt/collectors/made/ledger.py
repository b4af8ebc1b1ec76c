"""The coverage ledger of the made company: what was planned to be read, and how each part ended."""

from collections import Counter
from collections.abc import Iterator, Mapping

from costopt.collectors.made import people
from costopt.collectors.made.plan import Plan
from costopt.collectors.made.storage import LOGS_DENIED
from costopt.model.coverage import Scope, ScopeResult, Status

GLOBAL = "global"
_REGIONAL: Mapping[str, str] = {
    "ec2_instances": "ec2_instance",
    "ebs_volumes": "ebs_volume",
    "ebs_snapshots": "ebs_snapshot",
    "amis": "ami",
    "elastic_ips": "elastic_ip",
    "nat_gateways": "nat_gateway",
    "classic_load_balancers": "load_balancer",
    "load_balancers": "load_balancer",
    "auto_scaling_groups": "auto_scaling_group",
    "launch_templates": "launch_template",
    "sagemaker_endpoints": "sagemaker_endpoint",
    "sagemaker_notebooks": "sagemaker_notebook",
    "rds_instances": "rds_instance",
    "rds_clusters": "rds_cluster",
    "rds_snapshots": "rds_snapshot",
    "elasticache_clusters": "elasticache_cluster",
    "lambda_functions": "lambda_function",
    "dynamodb_tables": "dynamodb_table",
    "ecs_services": "ecs_service",
    "log_groups": "log_group",
    "efs_file_systems": "efs_file_system",
    "s3_buckets": "s3_bucket",
    "ec2_reservations": "commitment",
    "rds_reservations": "commitment",
    "elasticache_reservations": "commitment",
    "opensearch_reservations": "commitment",
    "redshift_reservations": "commitment",
    "compute_optimizer": "provider_advice",
}
"""What is read in every region, with the kind that it yields."""
_GLOBAL: Mapping[str, str] = {
    "savings_plans": "commitment",
    "cost_optimization_hub": "provider_advice",
}
"""What is read once an account."""
_BY_FIELD: Mapping[str, tuple[str, str]] = {
    "classic_load_balancers": ("lb_type", "classic"),
    "ec2_reservations": ("service", "ec2"),
    "rds_reservations": ("service", "rds"),
    "elasticache_reservations": ("service", "elasticache"),
}
"""Scopes that yield a part of a kind: the field and its value that tell it."""


def coverage(plan: Plan, unadvised: str) -> tuple[ScopeResult, ...]:
    """Every planned scope, sorted.

    Args:
        plan: the finished plan.
        unadvised: the account that is not enrolled in Compute Optimizer.
    """
    return tuple(sorted(_results(plan, unadvised), key=lambda result: result.scope))


def _results(plan: Plan, unadvised: str) -> Iterator[ScopeResult]:
    rows, points = _rows(plan), Counter((s.resource.account, s.resource.region, s.resource.kind) for s in plan.series)
    measured = sorted({series.resource.kind for series in plan.series})
    for account in people.ACCOUNTS:
        for operation, kind in _GLOBAL.items():
            yield _read(account, GLOBAL, operation, kind, rows[account, GLOBAL, operation])
        for region in people.REGIONS:
            for operation, kind in _REGIONAL.items():
                if operation == "log_groups" and (account, region) == LOGS_DENIED:
                    yield _denied(account, region)
                elif operation == "compute_optimizer" and account == unadvised:
                    yield _not_enrolled(account, region)
                else:
                    yield _read(account, region, operation, kind, rows[account, region, operation])
            for kind in measured:
                yield _read(account, region, f"metrics:{kind}", kind, points[account, region, kind])


def _rows(plan: Plan) -> Counter[tuple[str, str, str]]:
    """How many resources each scope yields."""
    of_kind: dict[str, list[str]] = {}
    for operation, kind in (*_REGIONAL.items(), *_GLOBAL.items()):
        of_kind.setdefault(kind, []).append(operation)
    rows: Counter[tuple[str, str, str]] = Counter()
    for resource in plan.resources:
        operation = _operation(resource.spec, of_kind[resource.spec.KIND])
        rows[resource.account, GLOBAL if operation in _GLOBAL else resource.region, operation] += 1
    return rows


def _operation(spec: object, candidates: list[str]) -> str:
    """The scope that yields a resource, among those that yield its kind."""
    if len(candidates) == 1:
        return candidates[0]
    if getattr(spec, "adviser", None) is not None:
        return (
            "cost_optimization_hub" if getattr(spec, "adviser", "") == "cost-optimization-hub" else "compute_optimizer"
        )
    for operation in candidates:
        field, value = _BY_FIELD.get(operation, ("", ""))
        if field and getattr(spec, field) == value and getattr(spec, "hourly_commitment", None) is None:
            return operation
    return "savings_plans" if "savings_plans" in candidates else "load_balancers"


def _read(account: str, region: str, operation: str, kind: str, rows: int) -> ScopeResult:
    return ScopeResult(
        scope=Scope(provider="aws", account=account, region=region, operation=operation),
        status=Status.OK if rows else Status.EMPTY,
        kinds=(kind,),
        rows=rows,
    )


def _denied(account: str, region: str) -> ScopeResult:
    return ScopeResult(
        scope=Scope(provider="aws", account=account, region=region, operation="log_groups"),
        status=Status.GAP,
        kinds=("log_group",),
        reason="denied",
        permission="logs:DescribeLogGroups",
        detail="is not authorized to perform: logs:DescribeLogGroups",
    )


def _not_enrolled(account: str, region: str) -> ScopeResult:
    return ScopeResult(
        scope=Scope(provider="aws", account=account, region=region, operation="compute_optimizer"),
        status=Status.SKIPPED,
        kinds=("provider_advice",),
        reason="not enabled",
        detail="the account is not enrolled in Compute Optimizer",
    )
