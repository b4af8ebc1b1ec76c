"""The machines of a GKE cluster, and what they cost."""

from collections.abc import Iterator

from costopt.analyzer.context import Context
from costopt.analyzer.google.machines import stopping
from costopt.analyzer.google.reservations import holding_reservation
from costopt.errors import PriceNotFound
from costopt.model.finding import Term
from costopt.model.resource import Resource
from costopt.model.specs.gce import GceInstance
from costopt.model.specs.gke import GkeCluster, GkeNodePool


def nodes(cluster: Resource, context: Context) -> Iterator[tuple[Resource, GceInstance]]:
    """Running machines of the groups that the cluster's node pools name, by id."""
    groups = {
        group_id
        for _, pool in context.all(cluster, GkeNodePool)
        if pool.cluster_id == cluster.id
        for group_id in pool.group_ids
    }
    for machine, spec in context.all(cluster, GceInstance):
        if spec.running and spec.instance_group in groups:
            yield machine, spec


def node_terms(cluster: Resource, context: Context) -> tuple[Term, ...]:
    """What its running nodes cost a month that nothing goes on charging for.

    Raises:
        PriceNotFound: the price of one of them is not known, or whether a reservation or commitment goes on.
    """
    terms: list[Term] = []
    for machine, spec in nodes(cluster, context):
        saving, gap = stopping(machine, spec, context)
        if saving is None:
            raise PriceNotFound(f"{machine.id}: {gap}")
        terms.extend(saving.terms)
    return tuple(terms)


def reserved_nodes(cluster: Resource, context: Context) -> int:
    """How many of its running nodes are machines that a reservation goes on charging for."""
    return sum(1 for machine, spec in nodes(cluster, context) if holding_reservation(machine, spec, context))


def is_judged(spec: GkeCluster) -> str | None:
    """Why a cluster is not judged by its load, None where it is."""
    return None if spec.status in ("RUNNING", "RECONCILING", "DEGRADED") else "not running"
