"""Made resources of Google Cloud for tests of checks: usual values, each of which a test may replace."""

from decimal import Decimal
from typing import Any

from costopt.model.resource import Resource
from costopt.model.specs.cloud_sql import CloudSqlInstance
from costopt.model.specs.gce import GceInstance, InstanceDisk
from costopt.model.specs.gke import GkeCluster, GkeNodePool
from costopt.model.specs.google_serverless import CloudRunService
from costopt.model.specs.google_storage import GcsBucket
from costopt.model.specs.persistent_disks import PersistentDisk
from tests.oracles.judging import LONG_AGO, ago, series
from tests.oracles.judging import resource as listed

REGION = "us-central1"
ZONE = "us-central1-a"
GIB = 1024**3

N1_VCPU, N1_MEMORY = Decimal("0.031611"), Decimal("0.004237")
"""Dollars an hour of N1 in us-central1. Source: https://cloud.google.com/compute/vm-instance-pricing."""
N1_PAID = Decimal("0.7")
"""A whole month of N1: quarters at 100, 80, 60 and 40 %."""
N2_PAID = Decimal("0.8002")
"""A whole month of N2: quarters at 100, 86.78, 73.3 and 60 %.
Source of both: https://cloud.google.com/compute/docs/sustained-use-discounts."""

UNITS = {
    ("gce", "n1_vcpu"): "0.031611",
    ("gce", "n1_memory"): "0.004237",
    ("gce", "n2_vcpu"): "0.031611",
    ("gce", "n2_memory"): "0.004237",
    ("gce", "e2_vcpu"): "0.021812",
    ("gce", "e2_memory"): "0.002924",
    ("gce", "pd_standard"): "0.04",
    ("gce", "pd_balanced"): "0.10",
    ("gce", "pd_ssd"): "0.17",
}
"""Dollars a unit, by service and item."""

IDLE = [
    series("cpu_max_percent", 0.1),
    series("cpu_mean_percent", 0.1),
    series("network_in_bytes", 0.0),
    series("network_out_bytes", 0.0),
]
"""What is measured of a machine that does nothing."""


def google(spec: Any, resource_id: str, **fields: Any) -> Resource:
    """A resource of a Google project, 400 days old, unless `fields` say otherwise."""
    given = {"provider": "gcp", "account": "acme-web", "region": REGION, **fields}
    return listed(spec, resource_id, **given)


def machine(name: str = "web-1", *, created_at: Any = LONG_AGO, region: str = REGION, **fields: Any) -> Resource:
    """A running machine of 4 vCPUs (N1) that was started long ago, with one boot disk of its name."""
    given: dict[str, Any] = {
        "number": "1000",
        "machine_type": "n1-standard-4",
        "status": "RUNNING",
        "zone": ZONE,
        "vcpus": 4.0,
        "memory_gib": 15.0,
        "last_started_at": ago(200),
        "disks": (InstanceDisk(disk_id=disk_id(name), device_name=name, boot=True),),
        **fields,
    }
    return google(GceInstance(**given), instance_id(name), name=name, created_at=created_at, region=region)


def disk(name: str = "web-1", *, created_at: Any = LONG_AGO, **fields: Any) -> Resource:
    """A standard disk of 100 GiB that belongs to the machine of its name."""
    given: dict[str, Any] = {
        "number": "2000",
        "disk_type": "pd-standard",
        "size_gib": 100,
        "status": "READY",
        "zones": (ZONE,),
        "instance_ids": (instance_id(name),),
        "source_image": "projects/debian-cloud/global/images/debian-12",
        "last_attached_at": ago(390),
        **fields,
    }
    return google(PersistentDisk(**given), disk_id(name), name=name, created_at=created_at)


def instance_id(name: str) -> str:
    """Id of the machine of that name."""
    return f"zones/{ZONE}/instances/{name}"


def disk_id(name: str) -> str:
    """Id of the disk of that name."""
    return f"zones/{ZONE}/disks/{name}"


def database(name: str = "orders", *, created_at: Any = LONG_AGO, **fields: Any) -> Resource:
    """A running MySQL instance of 4 vCPUs and 16 GiB."""
    given: dict[str, Any] = {
        "engine": "mysql",
        "database_version": "MYSQL_8_4",
        "tier": "db-custom-4-16384",
        "state": "RUNNABLE",
        "activation_policy": "ALWAYS",
        "availability": "ZONAL",
        "storage_gib": 100,
        **fields,
    }
    return google(CloudSqlInstance(**given), f"instances/{name}", name=name, created_at=created_at)


def cluster(name: str = "web", *, created_at: Any = LONG_AGO, **fields: Any) -> Resource:
    """A running standard cluster."""
    given: dict[str, Any] = {"location": REGION, "status": "RUNNING", "autopilot": False, "node_count": 2, **fields}
    return google(GkeCluster(**given), cluster_id(name), name=name, created_at=created_at)


def node_pool(group_id: str, cluster_name: str = "web") -> Resource:
    """A node pool of one group of machines."""
    spec = GkeNodePool(
        cluster_id=cluster_id(cluster_name),
        status="RUNNING",
        machine_type="e2-standard-2",
        locations=(ZONE,),
        group_ids=(group_id,),
    )
    return google(spec, f"{cluster_id(cluster_name)}/nodePools/default")


def cluster_id(name: str) -> str:
    """Id of the cluster of that name."""
    return f"locations/{REGION}/clusters/{name}"


def bucket(name: str = "exports", *, created_at: Any = LONG_AGO, **fields: Any) -> Resource:
    """A bucket of 1,000 GiB in Standard without any rule."""
    given: dict[str, Any] = {
        "location": REGION,
        "storage_class": "STANDARD",
        "rules": (),
        "versioning": False,
        "bytes_by_class": {"STANDARD": 1000 * GIB},
        **fields,
    }
    return google(GcsBucket(**given), name, name=name, created_at=created_at)


def run_service(name: str = "api", *, created_at: Any = LONG_AGO, **fields: Any) -> Resource:
    """A Cloud Run service of 1 vCPU and half a GiB that scales to zero."""
    given: dict[str, Any] = {"vcpu": 1.0, "memory_gib": 0.5, "cpu_always_allocated": False, **fields}
    return google(CloudRunService(**given), f"locations/{REGION}/services/{name}", name=name, created_at=created_at)
