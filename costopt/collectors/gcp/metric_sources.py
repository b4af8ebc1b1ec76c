"""Where each canonical metric is found in Cloud Monitoring.

One query reads a metric of all resources of a project; labels tell whose a series is. Where two resources could have
the same labels neither gets the series, so that nothing is attributed to a neighbour.

Source of types and labels: https://cloud.google.com/monitoring/api/metrics_gcp.
"""

from collections.abc import Callable, Iterable
from functools import partial

from costopt.collectors.gcp.interface import Keys, MetricSource, SeriesQuery
from costopt.collectors.gcp.series_labels import (
    Labels,
    by_id,
    cluster,
    database,
    disk,
    each,
    gpu_instance,
    in_region,
    instance,
    only_tpu_of_zone,
    private_endpoint,
    public_endpoint,
    reservation,
    standard_cluster,
    table,
    whole_nodes,
    whole_project,
)
from costopt.model.resource import Resource
from costopt.model.specs.cloud_sql import CloudSqlInstance
from costopt.model.specs.gce import GceInstance, GceReservation
from costopt.model.specs.gcp_project import GcpProject
from costopt.model.specs.gke import GkeCluster
from costopt.model.specs.google_ml import TpuNode, VertexEndpoint
from costopt.model.specs.google_serverless import CloudRunService
from costopt.model.specs.google_storage import BigQueryReservation, BigQueryTable, GcsBucket
from costopt.model.specs.persistent_disks import PersistentDisk

HOUR = 3600
DAY = 86_400
_PERCENT = 100.0
_TWO_WEEKS = 14
_MONTH = 30
_QUARTER = 90


def _source(
    kind: str,
    metric: str,
    metric_type: str,
    how: str,
    group_by: Labels,
    labels: Callable[[Resource], Labels | None],
    *,
    step: int = HOUR,
    days: int = _TWO_WEEKS,
    where: str = "",
    own: bool = False,
    scale: float = 1.0,
) -> MetricSource:
    """One source.

    Args:
        kind: kind of resource.
        metric: canonical name.
        metric_type: Google's name.
        how: aligner and reducer, such as `ALIGN_MAX REDUCE_MAX`.
        group_by: labels of the result.
        labels: those labels of a resource.
        step: seconds of a step.
        days: look-back.
        where: further condition.
        own: whether the labels do not tell a project from those that it watches.
        scale: factor of the values.
    """
    aligner, reducer = how.split()
    query = SeriesQuery(
        metric_type=metric_type, aligner=aligner, reducer=reducer, group_by=group_by, where=where, own=own
    )
    keys: Keys = partial(each, labels)
    return MetricSource(kind=kind, metric=metric, query=query, step_seconds=step, days=days, keys=keys, scale=scale)


_MAX = "ALIGN_MAX REDUCE_MAX"
_MEAN = "ALIGN_MEAN REDUCE_MEAN"
_DELTA = "ALIGN_DELTA REDUCE_SUM"
_BY_INSTANCE = ("resource.label.instance_id",)
_BY_DEVICE = ("resource.label.instance_id", "metric.label.device_name")
_BY_DATABASE = ("resource.label.database_id",)
_BY_CLUSTER = ("resource.label.location", "resource.label.cluster_name")

_COMPUTE = "compute.googleapis.com/instance"
_AGENT = "agent.googleapis.com"
_SQL = "cloudsql.googleapis.com/database"
_RUN = "run.googleapis.com"
_VERTEX = "aiplatform.googleapis.com/prediction/online"
_ALL_ENGINES = partial(database, frozenset({"mysql", "postgres", "sqlserver"}))
_POSTGRES = partial(database, frozenset({"postgres"}))
_OTHERS = partial(database, frozenset({"mysql", "sqlserver"}))
_SYSTEM_NAMESPACES = (
    "kube-(system|public|node-lease)|(gke-)?gmp-(system|public)|gke-(connect|mcs|managed-.*)"
    "|istio-system|asm-system|config-management-(system|monitoring)|knative-serving"
)
"""By their whole names, as Google and its add-ons make them: a user's `kube-jobs` or `gke-runners` is use."""


def _disk_peak(metric: str, name: str) -> MetricSource:
    metric_type = f"{_COMPUTE}/disk/{name}"
    return _source(PersistentDisk.KIND, metric, metric_type, _MAX, _BY_DEVICE, disk)


def _of_instances(metric: str, name: str, how: str, *, scale: float = 1.0) -> MetricSource:
    return _source(GceInstance.KIND, metric, f"{_COMPUTE}/{name}", how, _BY_INSTANCE, instance, scale=scale)


def _of_agents(metric: str, name: str, labels: Callable[[Resource], Labels | None], *, where: str = "") -> MetricSource:
    return _source(GceInstance.KIND, metric, f"{_AGENT}/{name}", _MAX, _BY_INSTANCE, labels, where=where)


def _instances() -> Iterable[MetricSource]:
    yield _of_instances("cpu_max_percent", "cpu/utilization", _MAX, scale=_PERCENT)
    yield _of_instances("cpu_mean_percent", "cpu/utilization", _MEAN, scale=_PERCENT)
    yield _of_instances("network_in_bytes", "network/received_bytes_count", _DELTA)
    yield _of_instances("network_out_bytes", "network/sent_bytes_count", _DELTA)
    yield _of_agents("memory_used_percent", "memory/percent_used", instance, where='metric.label.state = "used"')
    yield _of_agents("gpu_used_percent", "gpu/utilization", gpu_instance)
    yield _source(
        GceReservation.KIND,
        "reservation_used_max",
        "compute.googleapis.com/reservation/used",
        "ALIGN_MAX REDUCE_SUM",
        ("resource.label.reservation_id",),
        reservation,
    )


def _disks() -> Iterable[MetricSource]:
    yield _disk_peak("disk_read_ops_per_second_max", "max_read_ops_count")
    yield _disk_peak("disk_write_ops_per_second_max", "max_write_ops_count")
    yield _disk_peak("disk_read_bytes_per_second_max", "max_read_bytes_count")
    yield _disk_peak("disk_write_bytes_per_second_max", "max_write_bytes_count")


def _databases() -> Iterable[MetricSource]:
    sql = partial(_source, CloudSqlInstance.KIND)
    yield sql(
        "db_cpu_max_percent",
        f"{_SQL}/cpu/utilization",
        _MAX,
        _BY_DATABASE,
        _ALL_ENGINES,
        days=_MONTH,
        scale=_PERCENT,
    )
    # The database with the cache of the file system, and the server without it: the larger one is what must fit.
    whole, server = f"{_SQL}/memory/total_usage", f"{_SQL}/memory/usage"
    yield sql("db_memory_used_max_bytes", whole, _MAX, _BY_DATABASE, _ALL_ENGINES, days=_MONTH)
    yield sql("db_server_memory_max_bytes", server, _MAX, _BY_DATABASE, _ALL_ENGINES, days=_MONTH)
    yield sql("db_vcpus", f"{_SQL}/cpu/reserved_cores", _MAX, _BY_DATABASE, _ALL_ENGINES, step=DAY, days=_MONTH)
    connections = f"{_SQL}/network/connections"
    yield sql("db_connections_max", connections, "ALIGN_MAX REDUCE_SUM", _BY_DATABASE, _OTHERS, step=DAY, days=_MONTH)
    # The service itself keeps connections to its own database open.
    yield sql(
        "db_connections_max",
        f"{_SQL}/postgresql/num_backends",
        "ALIGN_MAX REDUCE_SUM",
        _BY_DATABASE,
        _POSTGRES,
        step=DAY,
        days=_MONTH,
        where='metric.label.database != "cloudsqladmin"',
    )


def _clusters() -> Iterable[MetricSource]:
    gke = partial(_source, GkeCluster.KIND, own=True)
    cpu = "kubernetes.io/node/cpu/allocatable_utilization"
    yield gke("gke_cpu_max_percent", cpu, _MAX, _BY_CLUSTER, standard_cluster, days=_MONTH, scale=_PERCENT)
    yield gke("gke_cpu_mean_percent", cpu, _MEAN, _BY_CLUSTER, standard_cluster, days=_MONTH, scale=_PERCENT)
    yield gke(
        "gke_memory_mean_percent",
        "kubernetes.io/node/memory/allocatable_utilization",
        _MEAN,
        (*_BY_CLUSTER, "metric.label.component"),
        whole_nodes,
        days=_MONTH,
        scale=_PERCENT,
        # The rest is cache, which a smaller node would do without.
        where='metric.label.memory_type = "non-evictable"',
    )
    yield gke(
        "gke_workload_containers_max",
        "kubernetes.io/container/uptime",
        "ALIGN_MAX REDUCE_COUNT",
        _BY_CLUSTER,
        cluster,
        step=DAY,
        days=_MONTH,
        where=f'resource.label.namespace_name != monitoring.regex.full_match("{_SYSTEM_NAMESPACES}")',
    )


def _of_buckets(metric: str, methods: str) -> MetricSource:
    """Requests of some methods a day; a copy is one of the bucket that it comes from and one of that it goes to."""
    return _source(
        GcsBucket.KIND,
        metric,
        "storage.googleapis.com/api/request_count",
        _DELTA,
        ("resource.label.bucket_name",),
        by_id,
        step=DAY,
        days=_QUARTER,
        where=f'metric.label.method = monitoring.regex.full_match("{methods}")',
    )


def _managed() -> Iterable[MetricSource]:
    daily = partial(_source, step=DAY, days=_MONTH)
    yield _of_buckets("bucket_reads", ".*(Read|Get)Object.*|(Rewrite|Copy)Object[.]From|MoveObject.*")
    yield _of_buckets(
        "bucket_changes",
        "(Write|Compose|Delete|Move|Restore)Object.*|(Rewrite|Copy)Object[.]To|CompleteMultipartUpload",
    )
    by_service = ("resource.label.location", "resource.label.service_name")
    # Jobs and worker pools send the same metric of billable time, without the name of a service.
    run = partial(daily, CloudRunService.KIND, own=True, where='resource.type = "cloud_run_revision"')
    yield run("cloud_run_requests", f"{_RUN}/request_count", _DELTA, by_service, in_region)
    billable = f"{_RUN}/container/billable_instance_time"
    yield run("cloud_run_billable_seconds", billable, _DELTA, by_service, in_region)
    by_endpoint = ("resource.label.location", "resource.label.endpoint_id")
    called = partial(daily, VertexEndpoint.KIND, "vertex_predictions")
    yield called(f"{_VERTEX}/prediction_count", _DELTA, by_endpoint, public_endpoint)
    yield called(f"{_VERTEX}/private/response_count", _DELTA, by_endpoint, private_endpoint)
    yield _source(
        TpuNode.KIND,
        "tpu_duty_max_percent",
        "tpu.googleapis.com/accelerator/duty_cycle",
        _MAX,
        ("resource.label.location",),
        only_tpu_of_zone,
    )
    yield _source(
        BigQueryTable.KIND,
        "table_bytes",
        "bigquery.googleapis.com/storage/stored_bytes",
        _MAX,
        ("resource.label.dataset_id", "metric.label.table"),
        table,
        step=DAY,
        days=_QUARTER,
        own=True,
    )
    # The series have no label of their reservation: each tells of the one that its project uses, under two types of
    # resource. So they are of the only reservation of a project, or of nobody.
    slots = "bigquery.googleapis.com/slots/total_allocated_for_reservation"
    yield _source(BigQueryReservation.KIND, "bigquery_slots_max", slots, _MAX, (), whole_project)
    api_requests = "serviceruntime.googleapis.com/api/request_count"
    yield daily(GcpProject.KIND, "project_api_requests", api_requests, _DELTA, (), whole_project, own=True)


METRIC_SOURCES: tuple[MetricSource, ...] = (*_instances(), *_disks(), *_databases(), *_clusters(), *_managed())
"""By kind, in the order in which they are asked for. Sizes of buckets and tables are read with them."""
