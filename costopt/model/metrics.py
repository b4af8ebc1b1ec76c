"""The canonical metrics: their unit and what a missing data point means, declared once for every provider."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Absence(StrEnum):
    """What it means when the provider sends no data point."""

    UNKNOWN = "unknown"
    """Nothing can be said: agent missing, machine off, metric not enabled."""
    ZERO = "zero"
    """The service sends points only when there is something to count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One measured quantity of a resource, sampled by one statistic over fixed steps."""

    name: str
    """Canonical name with its unit."""
    absence: Absence
    """Meaning of a missing point."""
    reason: str
    """Why absence means that, with the provider's document where it is not obvious."""


_CLOUDWATCH = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html"
_MONITORING = "https://cloud.google.com/monitoring/api/metrics_gcp"


def _unknown(name: str, reason: str) -> Metric:
    return Metric(name=name, absence=Absence.UNKNOWN, reason=reason)


def _zero(name: str, reason: str, source: str = _CLOUDWATCH) -> Metric:
    return Metric(name=name, absence=Absence.ZERO, reason=f"{reason} Source: {source}")


_HYPERVISOR = "The hypervisor reports for every running machine, so a hole is a machine that was off or not read."
_AGENT = "Sent by an agent inside the machine; without the agent there is none."
_ATTACHED = "Sent only while the disk is attached to a running machine."
_PODS = (
    "A container sends while it runs. Where system metrics are off there is none either: ask for the nodes' CPU too."
)
_ON_USE = "The service sends a point only for a period in which it was used."

METRICS: Mapping[str, Metric] = {
    metric.name: metric
    for metric in (
        _unknown("cpu_max_percent", _HYPERVISOR),
        _unknown("cpu_mean_percent", _HYPERVISOR),
        _unknown("network_in_bytes", _HYPERVISOR),
        _unknown("network_out_bytes", _HYPERVISOR),
        _unknown("memory_used_percent", _AGENT),
        _unknown("gpu_used_percent", _AGENT),
        _unknown("gpu_memory_used_percent", _AGENT),
        _unknown("surplus_credits_charged", "Sent for burstable types only."),
        _unknown("volume_read_ops", "Sent only while the volume is attached to a running instance."),
        _unknown("volume_write_ops", "Sent only while the volume is attached to a running instance."),
        _unknown("volume_read_bytes", "Sent only while the volume is attached to a running instance."),
        _unknown("volume_write_bytes", "Sent only while the volume is attached to a running instance."),
        _unknown("nat_bytes_out_to_destination", "Sent every minute while the gateway exists, zero included."),
        _unknown("nat_bytes_in_from_source", "Sent every minute while the gateway exists, zero included."),
        _zero("lb_requests", _ON_USE),
        _zero("lb_new_flows", _ON_USE),
        _zero("sagemaker_invocations", _ON_USE),
        _unknown("sagemaker_gpu_percent", "Sent by the endpoint's instances while they run."),
        _unknown("sagemaker_cpu_percent", "Sent by the endpoint's or notebook's instance while it runs."),
        _unknown("db_connections_max", _HYPERVISOR),
        _unknown("db_cpu_max_percent", _HYPERVISOR),
        _unknown("db_freeable_memory_min_bytes", _HYPERVISOR),
        _unknown("db_read_ops_per_second", _HYPERVISOR),
        _unknown("db_write_ops_per_second", _HYPERVISOR),
        _unknown("cache_connections_max", _HYPERVISOR),
        _unknown("cache_cpu_max_percent", _HYPERVISOR),
        _unknown("cache_commands", "Sent every minute while the node exists, zero included."),
        _zero("lambda_invocations", _ON_USE),
        _zero("lambda_errors", _ON_USE),
        _zero("lambda_provisioned_invocations", _ON_USE),
        _zero("dynamodb_read_units", _ON_USE),
        _zero("dynamodb_write_units", _ON_USE),
        _unknown("ecs_cpu_max_percent", "Sent while the service has running tasks."),
        _unknown("ecs_memory_max_percent", "Sent while the service has running tasks."),
        _unknown("bucket_bytes", "Sent once a day for buckets that hold something."),
        _zero("efs_io_bytes", _ON_USE),
        _zero("log_incoming_bytes", _ON_USE),
        _unknown("asg_desired_min", "Sent only where group metrics are enabled."),
        _unknown("asg_desired_max", "Sent only where group metrics are enabled."),
        _unknown("disk_read_ops_per_second_max", _ATTACHED),
        _unknown("disk_write_ops_per_second_max", _ATTACHED),
        _unknown("disk_read_bytes_per_second_max", _ATTACHED),
        _unknown("disk_write_bytes_per_second_max", _ATTACHED),
        _unknown("db_memory_used_max_bytes", _HYPERVISOR),
        _unknown("db_server_memory_max_bytes", _HYPERVISOR),
        _unknown("db_vcpus", _HYPERVISOR),
        _unknown("gke_cpu_max_percent", "Sent by the nodes while the cluster's system metrics are on."),
        _unknown("gke_cpu_mean_percent", "Sent by the nodes while the cluster's system metrics are on."),
        _unknown("gke_memory_mean_percent", "Sent by the nodes while the cluster's system metrics are on."),
        _zero("gke_workload_containers_max", _PODS, _MONITORING),
        _zero("bucket_reads", _ON_USE, _MONITORING),
        _zero("bucket_changes", _ON_USE, _MONITORING),
        _zero("cloud_run_requests", _ON_USE, _MONITORING),
        _zero("cloud_run_billable_seconds", _ON_USE, _MONITORING),
        _zero("vertex_predictions", _ON_USE, _MONITORING),
        _unknown("tpu_duty_max_percent", "Sent by the workers while they run."),
        _unknown("reservation_used_max", "Sent while the reservation exists, zero included."),
        _unknown("table_bytes", "Sent while the table holds something, for the 100 largest tables of a dataset."),
        _unknown("bigquery_slots_max", "Sent only while slots are in use, and only where a project is assigned."),
        _zero("project_api_requests", _ON_USE, _MONITORING),
    )
}
