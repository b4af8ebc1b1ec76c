"""The coverage ledger of the made projects: one list a project, and the metrics of every kind, as `collect gcp` reads.

Two things could not be read: who pays for one project, because an API is not enabled there, and a folder that nobody
may list.
"""

from collections import Counter
from collections.abc import Iterator

from costopt.collectors.made.google.projects import GLOBAL, ML, PROJECTS
from costopt.collectors.made.plan import Plan
from costopt.model.coverage import Scope, ScopeResult, Status

KINDS: tuple[str, ...] = (
    "bigquery_dataset",
    "bigquery_reservation",
    "bigquery_table",
    "capacity_commitment",
    "cloud_nat",
    "cloud_run_service",
    "cloud_sql_instance",
    "committed_use",
    "disk_snapshot",
    "forwarding_rule",
    "gce_address",
    "gce_image",
    "gce_instance",
    "gce_reservation",
    "gcp_project",
    "gcs_bucket",
    "gke_cluster",
    "gke_node_pool",
    "instance_template",
    "managed_instance_group",
    "persistent_disk",
    "tpu_node",
    "vertex_endpoint",
    "workbench_instance",
)
"""Kinds of resource that a list of a project gives, sorted."""
MEASURED: tuple[str, ...] = (
    "bigquery_reservation",
    "bigquery_table",
    "cloud_run_service",
    "cloud_sql_instance",
    "gce_instance",
    "gce_reservation",
    "gcp_project",
    "gcs_bucket",
    "gke_cluster",
    "persistent_disk",
    "tpu_node",
    "vertex_endpoint",
)
"""Kinds of which metrics are read, sorted."""
_UNSEEN = "folders/603318250976"
"""A folder whose projects nobody may list."""


def coverage(plan: Plan) -> tuple[ScopeResult, ...]:
    """Every planned scope and the missing parts, sorted."""
    return tuple(sorted(_results(plan), key=lambda result: result.scope))


def _results(plan: Plan) -> Iterator[ScopeResult]:
    rows = Counter(resource.account for resource in plan.resources)
    points = Counter((series.resource.account, series.resource.kind) for series in plan.series)
    for account in PROJECTS:
        yield _read(account, "assets", KINDS, rows[account])
        yield _elsewhere(account)
        for kind in MEASURED:
            yield _read(account, f"metrics:{kind}", (kind,), points[account, kind])
    yield _gap(
        ML,
        "assets:billing",
        reason="not enabled",
        permission="cloudbilling.googleapis.com",
        detail=f"Cloud Billing API has not been used in project {ML} before or it is disabled",
    )
    yield _gap(
        _UNSEEN,
        "projects",
        reason="denied",
        permission="cloudasset.assets.listResource",
        detail=f"Permission 'cloudasset.assets.listResource' denied on resource '{_UNSEEN}'",
    )


def _read(account: str, operation: str, kinds: tuple[str, ...], rows: int) -> ScopeResult:
    status = Status.OK if rows else Status.EMPTY
    return ScopeResult(scope=_scope(account, operation), status=status, kinds=kinds, rows=rows)


def _elsewhere(account: str) -> ScopeResult:
    return ScopeResult(
        scope=_scope(account, "bigquery_reservations:elsewhere"),
        status=Status.SKIPPED,
        kinds=(),
        reason="slots are looked for in the US, the EU, where there are datasets, and in gcp.slot_locations",
    )


def _gap(account: str, operation: str, *, reason: str, permission: str, detail: str) -> ScopeResult:
    return ScopeResult(
        scope=_scope(account, operation),
        status=Status.GAP,
        kinds=(),
        reason=reason,
        permission=permission,
        detail=detail,
    )


def _scope(account: str, operation: str) -> Scope:
    return Scope(provider="gcp", account=account, region=GLOBAL, operation=operation)
