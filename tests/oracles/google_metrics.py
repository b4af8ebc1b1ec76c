"""What Google documents of the metrics that are read: what a point is, and which labels tell whose it is.

Written down from Google's list of metrics as it was on 2026-04-10, those of agents from the Ops Agent's page; labels of
resources from the list of monitored resources. An independent source for what the collection asks.
Sources: https://cloud.google.com/monitoring/api/metrics_gcp, https://cloud.google.com/monitoring/api/metrics_kubernetes,
https://cloud.google.com/monitoring/api/metrics_opsagent, https://cloud.google.com/monitoring/api/resources.
"""

from dataclasses import dataclass

RESOURCE_LABELS: dict[str, frozenset[str]] = {
    "aiplatform.googleapis.com/Endpoint": frozenset({"resource_container", "location", "endpoint_id"}),
    "api": frozenset({"project_id", "service", "method", "version", "location"}),
    "bigquery_dataset": frozenset({"project_id", "dataset_id"}),
    "bigquery_project": frozenset({"project_id", "location"}),
    "cloud_run_job": frozenset({"project_id", "job_name", "location"}),
    "cloud_run_revision": frozenset({"project_id", "service_name", "revision_name", "location", "configuration_name"}),
    "cloud_run_worker_pool": frozenset({"project_id", "worker_pool_name", "revision_name", "location"}),
    "cloudsql_database": frozenset({"project_id", "database_id", "region"}),
    "compute.googleapis.com/Reservation": frozenset({"resource_container", "location", "reservation_id"}),
    "consumed_api": frozenset({"project_id", "service", "method", "version", "location", "credential_id"}),
    "gce_instance": frozenset({"project_id", "instance_id", "zone"}),
    "gcs_bucket": frozenset({"project_id", "bucket_name", "location"}),
    "global": frozenset({"project_id"}),
    "k8s_container": frozenset(
        {"project_id", "location", "cluster_name", "namespace_name", "pod_name", "container_name"}
    ),
    "k8s_node": frozenset({"project_id", "location", "cluster_name", "node_name"}),
    "produced_api": frozenset({"project_id", "service", "method", "version", "location"}),
    "tpu.googleapis.com/GceTpuWorker": frozenset({"resource_container", "location", "worker_id"}),
}
"""Labels by monitored resource."""


@dataclass(frozen=True, slots=True)
class Documented:
    """A metric's description."""

    kind: str
    """GAUGE, DELTA or CUMULATIVE."""
    value: str
    """Value type."""
    unit: str
    """Unit: `10^2.%` is a fraction that charts show as a percentage, `%` a percentage."""
    resources: tuple[str, ...]
    """Monitored resources that send it."""
    labels: tuple[str, ...] = ()
    """Its own labels."""


_DISK = ("device_name", "storage_type", "device_type")
_COMPUTE = "compute.googleapis.com"
_SQL = "cloudsql.googleapis.com/database"
_VERTEX = "aiplatform.googleapis.com/prediction/online"
_MACHINE = ("gce_instance",)
_ENDPOINT = ("aiplatform.googleapis.com/Endpoint",)
_SERVED = ("cloud_run_job", "cloud_run_revision", "cloud_run_worker_pool")


def _disk(unit: str) -> Documented:
    return Documented("GAUGE", "INT64", unit, _MACHINE, _DISK)


def _of_machine(kind: str, value: str, unit: str) -> Documented:
    return Documented(kind, value, unit, _MACHINE, ("instance_name",))


def _of_database(value: str, unit: str, *labels: str) -> Documented:
    return Documented("GAUGE", value, unit, ("cloudsql_database",), labels)


DOCUMENTED: dict[str, Documented] = {
    f"{_COMPUTE}/instance/cpu/utilization": _of_machine("GAUGE", "DOUBLE", "10^2.%"),
    f"{_COMPUTE}/instance/network/received_bytes_count": _of_machine("DELTA", "INT64", "By"),
    f"{_COMPUTE}/instance/network/sent_bytes_count": _of_machine("DELTA", "INT64", "By"),
    f"{_COMPUTE}/instance/disk/max_read_ops_count": _disk("1"),
    f"{_COMPUTE}/instance/disk/max_write_ops_count": _disk("1"),
    f"{_COMPUTE}/instance/disk/max_read_bytes_count": _disk("By"),
    f"{_COMPUTE}/instance/disk/max_write_bytes_count": _disk("By"),
    f"{_COMPUTE}/reservation/used": Documented(
        "GAUGE", "INT64", "1", (f"{_COMPUTE}/Reservation",), ("reserved_resource_type", "service_name")
    ),
    "agent.googleapis.com/memory/percent_used": Documented("GAUGE", "DOUBLE", "%", _MACHINE, ("state",)),
    "agent.googleapis.com/gpu/utilization": Documented(
        "GAUGE", "DOUBLE", "%", _MACHINE, ("model", "gpu_number", "uuid")
    ),
    f"{_SQL}/cpu/utilization": _of_database("DOUBLE", "10^2.%"),
    f"{_SQL}/cpu/reserved_cores": _of_database("DOUBLE", "1"),
    f"{_SQL}/memory/total_usage": _of_database("INT64", "By"),
    f"{_SQL}/memory/usage": _of_database("INT64", "By"),
    f"{_SQL}/network/connections": _of_database("INT64", "1"),
    f"{_SQL}/postgresql/num_backends": _of_database("INT64", "1", "database"),
    "kubernetes.io/node/cpu/allocatable_utilization": Documented("GAUGE", "DOUBLE", "1", ("k8s_node",)),
    "kubernetes.io/node/memory/allocatable_utilization": Documented(
        "GAUGE", "DOUBLE", "1", ("k8s_node",), ("memory_type", "component")
    ),
    "kubernetes.io/container/uptime": Documented("GAUGE", "DOUBLE", "s", ("k8s_container",)),
    "storage.googleapis.com/api/request_count": Documented(
        "DELTA", "INT64", "1", ("gcs_bucket",), ("response_code", "method")
    ),
    "storage.googleapis.com/storage/v2/total_bytes": Documented(
        "GAUGE", "DOUBLE", "By", ("gcs_bucket",), ("storage_class", "type")
    ),
    "run.googleapis.com/request_count": Documented(
        "DELTA", "INT64", "1", ("cloud_run_revision",), ("response_code", "response_code_class", "route")
    ),
    "run.googleapis.com/container/billable_instance_time": Documented("DELTA", "DOUBLE", "s", _SERVED),
    f"{_VERTEX}/prediction_count": Documented("DELTA", "INT64", "1", _ENDPOINT, ("deployed_model_id", "spot")),
    f"{_VERTEX}/private/response_count": Documented(
        "DELTA", "INT64", "1", _ENDPOINT, ("deployed_model_id", "response_code")
    ),
    "tpu.googleapis.com/accelerator/duty_cycle": Documented(
        "GAUGE", "DOUBLE", "%", ("tpu.googleapis.com/GceTpuWorker",), ("accelerator_id",)
    ),
    "bigquery.googleapis.com/storage/stored_bytes": Documented(
        "GAUGE", "INT64", "By", ("bigquery_dataset",), ("table",)
    ),
    "bigquery.googleapis.com/slots/total_allocated_for_reservation": Documented(
        "GAUGE", "INT64", "1", ("bigquery_project", "global")
    ),
    "serviceruntime.googleapis.com/api/request_count": Documented(
        "DELTA", "INT64", "1", ("api", "consumed_api", "produced_api"), ("protocol", "response_code")
    ),
}
"""Descriptions by metric type."""

ALIGNERS: dict[str, frozenset[str]] = {
    "ALIGN_DELTA": frozenset({"DELTA", "CUMULATIVE"}),
    "ALIGN_MAX": frozenset({"GAUGE"}),
    "ALIGN_MEAN": frozenset({"GAUGE"}),
}
"""Kinds of metric that an aligner takes.
Source: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#Aligner."""
