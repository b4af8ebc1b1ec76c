"""Kept of Google Kubernetes Engine: clusters and node pools. Credentials are never kept."""

from dataclasses import dataclass
from typing import ClassVar

from costopt.model.specs.gce import Accelerator


@dataclass(frozen=True, slots=True, kw_only=True)
class GkeCluster:
    """A cluster, whose management is paid by the hour."""

    KIND: ClassVar[str] = "gke_cluster"

    location: str
    """Its zone or region."""
    status: str
    """`RUNNING`, `PROVISIONING`, `STOPPING`, `ERROR`, `DEGRADED`, ..."""
    autopilot: bool
    """Pods are paid, not nodes."""
    node_count: int | None = None
    """Nodes when it was read; None where the API leaves it out."""
    version: str | None = None
    """Kubernetes version of the control plane."""
    release_channel: str | None = None
    """`RAPID`, `REGULAR`, `STABLE`, `EXTENDED`; None where it follows none."""

    @property
    def zonal(self) -> bool:
        """Has one control plane in one zone, which the free tier pays for once an account."""
        return self.location.count("-") > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class GkeNodePool:
    """A group of equal nodes of a cluster."""

    KIND: ClassVar[str] = "gke_node_pool"

    cluster_id: str
    """Its cluster."""
    status: str
    """`RUNNING`, `ERROR`, ..."""
    machine_type: str | None
    """Type of the nodes."""
    locations: tuple[str, ...]
    """Zones of the nodes, sorted."""
    initial_node_count: int | None = None
    """Nodes a zone when it was made; today's number is that of its groups."""
    autoscaled: bool = False
    """The cluster autoscaler changes its size."""
    minimum: int | None = None
    """Nodes at least, by the autoscaler: a zone's, or the pool's where `total_limits`."""
    maximum: int | None = None
    """Nodes at most, likewise."""
    total_limits: bool = False
    """The limits are of the whole pool."""
    provisioning_model: str = "standard"
    """`standard` or `spot` (preemptible ones too)."""
    accelerators: tuple[Accelerator, ...] = ()
    """GPUs of each node."""
    disk_type: str | None = None
    """Type of the boot disks."""
    disk_size_gib: int | None = None
    """Size of each boot disk in GiB."""
    group_ids: tuple[str, ...] = ()
    """Managed instance groups that hold the nodes, sorted."""
