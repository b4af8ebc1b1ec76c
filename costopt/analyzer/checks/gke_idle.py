"""Clusters of Google Kubernetes Engine in which nobody runs anything.

Signal: for 30 days no container outside of the system's own namespaces ran.

A container sends its metric while it runs, so absence of points is zero, but only where system metrics are on. That
is shown by the nodes' CPU, which must cover the time; Autopilot always measures. Where neither is the case the answer
is `no data`. So it is of a cluster that has no nodes now: it may have had some all month, and nodes that are gone
cannot be told from nodes that were not measured.

The saving is that of the running nodes, without those that a reservation goes on charging for; Autopilot bills pods
instead. The management fee ends too and is not counted: the free tier pays for one cluster of a billing account, and
which one that is nobody tells.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured, usable
from costopt.analyzer.google.clusters import is_judged, node_terms, nodes, reserved_nodes
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Evidence, Outcome, Risk, Saving, Verdict, no_data
from costopt.model.resource import Resource
from costopt.model.specs.committed_use import CommittedUse
from costopt.model.specs.gce import GceInstance, GceReservation
from costopt.model.specs.gke import GkeCluster, GkeNodePool
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `gke_idle`."""

    days: int = 30
    """Look-back in days."""


def _excludes(_: Resource, spec: GkeCluster) -> str | None:
    return is_judged(spec)


def _run(cluster: Resource, spec: GkeCluster, facts: Facts, context: Context, params: Params) -> Verdict:
    containers = facts["gke_workload_containers_max"]
    if containers.maximum:
        return CLEAR
    if not (spec.autopilot or usable(facts.get("gke_cpu_max_percent"))):
        return no_data("no nodes now" if spec.node_count == 0 else "system metrics not known to be on")
    running = 0 if spec.autopilot else sum(1 for _ in nodes(cluster, context))
    saving, price_gap = _saving(cluster, running, context)
    now = "Autopilot bills pods" if spec.autopilot else f"{running} node(s) run now{_reserved(cluster, context)}"
    statement = f"no container outside of the system's namespaces in {params.days} days"
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            measured(containers, statement, observed=0.0, threshold=0.0),
            Evidence(statement=f"{now}; the management fee is not counted"),
        ),
        action=Action(kind=ActionKind.DELETE, summary="Delete the cluster, after its volumes were looked at"),
        saving=saving,
        price_gap=price_gap,
        risk=Risk.DESTRUCTIVE,
    )


def _reserved(cluster: Resource, context: Context) -> str:
    held = reserved_nodes(cluster, context)
    return f", {held} of them in reservations that are billed on without them" if held else ""


def _saving(cluster: Resource, running: int, context: Context) -> tuple[Saving | None, str | None]:
    if not running:
        return None, "management fee of the cluster"
    return priced(lambda: node_terms(cluster, context))


CHECK = Check(
    id="gke_idle",
    title="GKE cluster runs no workload",
    category=Category.WASTE,
    lever="Idle compute",
    applies_to=GkeCluster,
    params=Params,
    source="https://cloud.google.com/kubernetes-engine/docs/how-to/identify-idle-clusters (30 days);"
    " https://cloud.google.com/kubernetes-engine/pricing (free tier)",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="gke_workload_containers_max"), Need(metric="gke_cpu_max_percent", required=False)),
    relies_on=(GkeNodePool, GceInstance, GceReservation, CommittedUse),
    grace_days=30,
)
