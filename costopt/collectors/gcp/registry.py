"""Every service of Google Cloud that is read. A new one is a file in `services` and a line here."""

from collections.abc import Sequence
from difflib import get_close_matches

from costopt.collectors.gcp.interface import Service
from costopt.collectors.gcp.services.bigquery import BIGQUERY
from costopt.collectors.gcp.services.bigquery_reservations import BIGQUERY_RESERVATIONS
from costopt.collectors.gcp.services.cloud_run import CLOUD_RUN
from costopt.collectors.gcp.services.cloud_sql import CLOUD_SQL
from costopt.collectors.gcp.services.cloud_storage import CLOUD_STORAGE
from costopt.collectors.gcp.services.compute_commitments import COMPUTE_COMMITMENTS
from costopt.collectors.gcp.services.compute_groups import COMPUTE_GROUPS
from costopt.collectors.gcp.services.compute_instances import COMPUTE_INSTANCES
from costopt.collectors.gcp.services.compute_network import COMPUTE_NETWORK
from costopt.collectors.gcp.services.compute_storage import COMPUTE_STORAGE
from costopt.collectors.gcp.services.gke import GKE
from costopt.collectors.gcp.services.machine_learning import MACHINE_LEARNING
from costopt.collectors.gcp.services.projects import PROJECTS
from costopt.errors import UsageError

SERVICES: tuple[Service, ...] = (
    BIGQUERY,
    BIGQUERY_RESERVATIONS,
    CLOUD_RUN,
    CLOUD_SQL,
    CLOUD_STORAGE,
    COMPUTE_COMMITMENTS,
    COMPUTE_GROUPS,
    COMPUTE_INSTANCES,
    COMPUTE_NETWORK,
    COMPUTE_STORAGE,
    GKE,
    MACHINE_LEARNING,
    PROJECTS,
)
"""Sorted by id."""


def select(only: Sequence[str] = (), skip: Sequence[str] = ()) -> tuple[Service, ...]:
    """The services that are named in `only`, or all, without those in `skip`.

    Raises:
        UsageError: a service that does not exist.
    """
    known = [service.id for service in SERVICES]
    for name in (*only, *skip):
        if name not in known:
            near = get_close_matches(name, known, n=3)
            hint = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(known)}."
            raise UsageError(f"there is no service {name!r}", hint=hint)
    return tuple(service for service in SERVICES if (not only or service.id in only) and service.id not in skip)
