"""Projects of Google Cloud that nobody seems to use.

Signal: billing is on, fewer than 100 API calls a day on average in 30 days, and nothing in it works by itself: no
machine, database, cluster, service with instances kept warm, endpoint with a model, TPU, load balancer, NAT gateway or
slots.

Absence of points is zero here: Google counts calls only where there are some, our own collection among them; where the
metric was not read the answer is `no data`. What the project costs is in the bill and in the findings of its resources,
so no saving is counted. A project may hold data that is read once a year, or a network, zone of DNS or key that other
projects live on and that is not collected: the confidence is low, the evidence says what it holds, and its owner must
be asked.
"""

from collections import Counter
from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured
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
)
from costopt.model.resource import Resource
from costopt.model.specs.cloud_sql import CloudSqlInstance
from costopt.model.specs.gce import GceInstance
from costopt.model.specs.gcp_project import GcpProject
from costopt.model.specs.gke import GkeCluster
from costopt.model.specs.google_ml import TpuNode, VertexEndpoint
from costopt.model.specs.google_network import CloudNat, ForwardingRule
from costopt.model.specs.google_serverless import CloudRunService
from costopt.model.specs.google_storage import BigQueryReservation
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `project_unattended`."""

    days: int = 30
    """Look-back in days."""
    max_calls_per_day: float = 100.0
    """API calls a day on average from which on a project is in use."""


def _excludes(_: Resource, spec: GcpProject) -> str | None:
    if spec.state not in ("ACTIVE", "unknown"):
        return "not active"
    return "nobody pays for it" if spec.billing_enabled is False else None


def _run(project: Resource, spec: GcpProject, facts: Facts, context: Context, params: Params) -> Verdict:
    if spec.billing_enabled is None:
        return no_data("billing of the project not read")
    calls = facts["project_api_requests"]
    a_day = calls.mean or 0.0
    if a_day >= params.max_calls_per_day or _works(project, context):
        return CLEAR
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            measured(
                calls,
                f"{a_day:.1f} API calls a day on average of {params.days} days, fewer than"
                f" {params.max_calls_per_day:g}, and nothing that was read runs in it",
                observed=a_day,
                threshold=params.max_calls_per_day,
            ),
            Evidence(statement=_holds(project, context)),
        ),
        action=Action(
            kind=ActionKind.REVIEW, summary="Ask its owner, and shut the project down; it can be restored for 30 days"
        ),
        confidence=Confidence.LOW,
        risk=Risk.DESTRUCTIVE,
    )


def _holds(project: Resource, context: Context) -> str:
    """What lies in it, by kind."""
    counts: Counter[str] = Counter()
    for (account, _, kind), resources in context.by_kind.items():
        if account == project.account and kind != GcpProject.KIND:
            counts[kind] += len(resources)
    listed = ", ".join(f"{number} {kind.replace('_', ' ')}" for kind, number in sorted(counts.items()))
    return f"it holds {listed}" if listed else "it holds nothing that is collected"


def _works(project: Resource, context: Context) -> bool:
    """Whether anything runs in it."""
    return any(_runs(one.spec) for kind in _WORKERS for one in context.of_account(project, kind))


def _runs(spec: object) -> bool:
    match spec:
        case GceInstance() | CloudSqlInstance():
            return spec.running
        case CloudRunService():
            return spec.min_instances > 0
        case VertexEndpoint():
            return bool(spec.deployed)
        case TpuNode():
            return spec.state == "READY"
        case BigQueryReservation():
            return spec.slot_capacity > 0
        case _:
            return True  # a cluster, a load balancer or a gateway is there to work


_READ_EVERYWHERE = (
    GceInstance,
    CloudSqlInstance,
    GkeCluster,
    CloudRunService,
    VertexEndpoint,
    TpuNode,
    ForwardingRule,
    CloudNat,
)
_WORKERS = (*_READ_EVERYWHERE, BigQueryReservation)
"""Reservations count where there are some; they are not relied upon, since not every place is searched for them."""


CHECK = Check(
    id="project_unattended",
    title="Project is hardly used",
    category=Category.WASTE,
    lever="Idle compute",
    applies_to=GcpProject,
    params=Params,
    source="https://cloud.google.com/recommender/docs/unattended-project-recommender",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="project_api_requests"),),
    relies_on=_READ_EVERYWHERE,
    grace_days=30,
)
