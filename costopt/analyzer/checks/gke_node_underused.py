"""Clusters of Google Kubernetes Engine whose nodes hardly work.

Signal: for 30 days the CPU of all nodes together stays below 7 % of what pods can have, in every hour on average, and
the number of containers hardly changes, so that the cluster is not waiting for work to come.

Google's recommender looks no further. But nodes may be there for their memory: where pods hold half of it the cluster
is clear, and where memory was not read the confidence is low. The nodes send both while system metrics are on; a
missing point is unknown, and below 80 % of the points of CPU the answer is `no data`. Clusters without any workload are
the matter of `gke_idle`, Autopilot bills pods and has no nodes. How far nodes can be taken away depends on what pods
ask for, which is not read, so no saving is counted; the evidence says what the nodes cost.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured, usable
from costopt.analyzer.google.clusters import is_judged, node_terms, nodes, reserved_nodes
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Confidence, Effort, Evidence, Outcome, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.committed_use import CommittedUse
from costopt.model.specs.gce import GceInstance, GceReservation
from costopt.model.specs.gke import GkeCluster, GkeNodePool
from costopt.model.utilization import Facts, Utilization


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `gke_node_underused`."""

    days: int = 30
    """Look-back in days."""
    max_cpu_percent: float = 7.0
    """CPU of all nodes, in the busiest hour on average, below which they are underused."""
    max_memory_percent: float = 50.0
    """Memory that pods hold of all nodes, in the busiest hour on average, from which on the nodes are there for it."""
    max_change_fraction: float = 0.2
    """How far the fewest containers of a day may be below the most, as a share of these, 0..1."""


def _excludes(_: Resource, spec: GkeCluster) -> str | None:
    return "Autopilot bills pods" if spec.autopilot else is_judged(spec)


def _run(cluster: Resource, spec: GkeCluster, facts: Facts, context: Context, params: Params) -> Verdict:
    del spec
    cpu, containers = facts["gke_cpu_mean_percent"], facts["gke_workload_containers_max"]
    busiest, most, fewest = cpu.maximum or 0.0, containers.maximum or 0.0, containers.minimum or 0.0
    if busiest >= params.max_cpu_percent or most == 0 or most - fewest > most * params.max_change_fraction:
        return CLEAR
    memory = facts.get("gke_memory_mean_percent")
    held = memory.maximum or 0.0 if memory is not None and usable(memory) else None
    if held is not None and held >= params.max_memory_percent:
        return CLEAR
    costs = _costs(cluster, context)
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            measured(
                cpu,
                f"CPU of all nodes at most {busiest:.1f} % on average of an hour in {params.days} days, below"
                f" {params.max_cpu_percent:g} %{costs}",
                observed=busiest,
                threshold=params.max_cpu_percent,
            ),
            measured(containers, f"{fewest:g} to {most:g} containers a day"),
            *_memory(memory, held, params),
        ),
        action=Action(
            kind=ActionKind.CONFIGURE,
            summary="Lower what pods ask for, let the cluster autoscaler take nodes away, or choose smaller nodes",
        ),
        confidence=Confidence.LOW if held is None else Confidence.MEDIUM,
        effort=Effort.MEDIUM,
    )


def _costs(cluster: Resource, context: Context) -> str:
    """What the nodes cost, in words; nothing where that is not known."""
    cost, _ = priced(lambda: node_terms(cluster, context))
    if cost is None or next(nodes(cluster, context), None) is None:
        return ""
    held = reserved_nodes(cluster, context)
    beside = f" beside {held} in reservations" if held else ""
    return f"; nodes{beside} cost {cost.monthly.amount:,.2f} {cost.monthly.currency} a month"


def _memory(memory: Utilization | None, held: float | None, params: Params) -> tuple[Evidence, ...]:
    if memory is None or held is None:
        return (Evidence(statement="memory of the nodes not read"),)
    statement = (
        f"pods hold at most {held:.1f} % of the nodes' memory on average of an hour, below"
        f" {params.max_memory_percent:g} %"
    )
    return (measured(memory, statement, observed=held, threshold=params.max_memory_percent),)


CHECK = Check(
    id="gke_node_underused",
    title="GKE nodes hardly work",
    category=Category.OPTIMISATION,
    lever="Right-sizing",
    applies_to=GkeCluster,
    params=Params,
    source="https://cloud.google.com/kubernetes-engine/docs/how-to/identify-underutilized-clusters (7 %, 30 days)",
    run=_run,
    excludes=_excludes,
    needs=(
        Need(metric="gke_cpu_mean_percent"),
        Need(metric="gke_workload_containers_max"),
        Need(metric="gke_memory_mean_percent", required=False),
    ),
    relies_on=(GkeNodePool, GceInstance, GceReservation, CommittedUse),
    grace_days=30,
)
