"""Labels by which Cloud Monitoring names the series of a resource; None for what a metric does not concern."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from costopt.collectors.gcp.names import last_part
from costopt.model.resource import Resource
from costopt.model.specs.cloud_sql import CloudSqlInstance
from costopt.model.specs.gce import GceInstance, GceReservation
from costopt.model.specs.gke import GkeCluster
from costopt.model.specs.google_ml import TpuNode, VertexEndpoint
from costopt.model.specs.google_storage import BigQueryTable
from costopt.model.specs.persistent_disks import PersistentDisk

Labels = tuple[str, ...]


def each(
    labels: Callable[[Resource], Labels | None], resources: Sequence[Resource]
) -> Iterator[tuple[Labels, Resource]]:
    """Labels of those resources that a metric concerns."""
    found = [(key, resource) for resource in resources if (key := labels(resource)) is not None]
    shared = Counter(key for key, _ in found)
    return ((key, resource) for key, resource in found if shared[key] == 1)


def instance(resource: Resource) -> Labels | None:
    """A machine."""
    return (resource.spec.number,) if isinstance(resource.spec, GceInstance) else None


def gpu_instance(resource: Resource) -> Labels | None:
    """A machine with GPUs."""
    spec = resource.spec
    return (spec.number,) if isinstance(spec, GceInstance) and spec.accelerators else None


def disk(resource: Resource) -> Labels | None:
    """A disk of one instance; one that several share has a figure for each, and none for itself."""
    spec = resource.spec
    if not isinstance(spec, PersistentDisk) or len(spec.uses) != 1:
        return None
    return spec.uses[0].instance_number, spec.uses[0].device_name


def database(engines: frozenset[str], resource: Resource) -> Labels | None:
    """A database of one of the engines."""
    spec = resource.spec
    is_one = isinstance(spec, CloudSqlInstance) and spec.engine in engines
    return (f"{resource.account}:{last_part(resource.id)}",) if is_one else None


def cluster(resource: Resource) -> Labels | None:
    """A cluster."""
    spec = resource.spec
    return (spec.location, last_part(resource.id)) if isinstance(spec, GkeCluster) else None


def standard_cluster(resource: Resource) -> Labels | None:
    """A cluster whose nodes are the user's."""
    is_one = isinstance(resource.spec, GkeCluster) and not resource.spec.autopilot
    return cluster(resource) if is_one else None


def whole_nodes(resource: Resource) -> Labels | None:
    """The nodes of such a cluster: series that name a component are of one daemon on them."""
    labels = standard_cluster(resource)
    return None if labels is None else (*labels, "")


def in_region(resource: Resource) -> Labels | None:
    """What is named within its region."""
    return resource.region, last_part(resource.id)


def public_endpoint(resource: Resource) -> Labels | None:
    """An endpoint that the internet reaches."""
    spec = resource.spec
    return in_region(resource) if isinstance(spec, VertexEndpoint) and not spec.private else None


def private_endpoint(resource: Resource) -> Labels | None:
    """An endpoint within a network of the user's."""
    spec = resource.spec
    return in_region(resource) if isinstance(spec, VertexEndpoint) and spec.private else None


def table(resource: Resource) -> Labels | None:
    """A table of BigQuery that holds data of its own; views hold none."""
    spec = resource.spec
    if not isinstance(spec, BigQueryTable) or spec.table_type != "TABLE":
        return None
    return last_part(spec.dataset_id), last_part(resource.id)


def by_id(resource: Resource) -> Labels | None:
    """What is named by its id alone."""
    return (last_part(resource.id),)


def reservation(resource: Resource) -> Labels | None:
    """A reservation."""
    return (resource.spec.number,) if isinstance(resource.spec, GceReservation) else None


def only_tpu_of_zone(resource: Resource) -> Labels | None:
    """Workers do not say which node they belong to; the only node of its zone is known all the same."""
    return (resource.spec.zone,) if isinstance(resource.spec, TpuNode) else None


def whole_project(_: Resource) -> Labels | None:
    """What the whole project stands for: itself, and the only one of a kind that series do not name."""
    return ()
