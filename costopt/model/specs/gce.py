"""Kept of Compute Engine: instances, groups, templates, reservations. Metadata values and scripts are never kept.

Ids of Google resources are the path below the project, `zones/us-central1-a/instances/web-1`: unique in the project,
and what other resources refer to. What lies in another project keeps its path, `projects/other/global/images/base`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Accelerator:
    """GPUs or TPUs of one type."""

    accelerator_type: str
    """Such as `nvidia-tesla-t4` or `nvidia-l4`."""
    count: int
    """How many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceDisk:
    """A persistent disk as an instance has it."""

    disk_id: str
    """Id of the disk."""
    device_name: str
    """Name of the device, by which Cloud Monitoring tells the disks of an instance apart."""
    boot: bool = False
    """The instance starts from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GceInstance:
    """A virtual machine."""

    KIND: ClassVar[str] = "gce_instance"

    number: str
    """Numeric id, by which Cloud Monitoring and the billing export name it."""
    machine_type: str
    """Such as `n2-standard-4`, `n2-custom-6-20480`, `e2-micro`."""
    status: str
    """`RUNNING`, `TERMINATED` (stopped), `SUSPENDED`, `STAGING`, ..."""
    zone: str
    """Such as `us-central1-a`."""
    platform: str = "linux"
    """Licence that is billed with it: `linux` (none), `windows`, `windows_sql`, `rhel`, `rhel_sap`, `sles`,
    `sles_sap`, `ubuntu_pro`."""
    provisioning_model: str = "standard"
    """`standard`, `spot` (preemptible ones too), `reservation_bound`, `flex_start`."""
    vcpus: float | None = None
    """vCPUs that it sees; a shared-core type (`e2-micro`) is billed for a part of them. None where not read."""
    memory_gib: float | None = None
    """Memory in GiB; None where not read."""
    accelerators: tuple[Accelerator, ...] = ()
    """GPUs that were added, or belong to the machine type."""
    local_ssd_gib: int = 0
    """Local SSD in GiB, whose content is lost when the machine stops."""
    disks: tuple[InstanceDisk, ...] = ()
    """Persistent disks, by id."""
    last_started_at: datetime | None = None
    """UTC. A change of the type needs a stop, so the type is known to be the same since then."""
    last_stopped_at: datetime | None = None
    """UTC; None where it never stopped."""
    last_suspended_at: datetime | None = None
    """UTC; None where it was never suspended."""
    instance_group: str | None = None
    """Id of the managed instance group that made it."""
    managed_by: str | None = None
    """`gke`, `dataflow`, `dataproc`, `composer`, `workbench`, `batch`, `tpu` where Google's own labels say so."""
    sole_tenant: bool = False
    """Runs on a node that is paid as a whole."""
    reservation_affinity: str = "any"
    """Reservations that it may use: `any`, `specific` or `none`."""
    cpu_platform: str | None = None
    """Such as `Intel Ice Lake`; what the machine runs on now."""
    deletion_protection: bool = False
    """Cannot be deleted before this is switched off."""
    bound_to_series: bool = False
    """Uses what its series has and others may lack: confidential computing, a minimum CPU platform that was asked for,
    nested virtualisation."""

    @property
    def disk_ids(self) -> tuple[str, ...]:
        """Ids of its persistent disks."""
        return tuple(disk.disk_id for disk in self.disks)

    @property
    def running(self) -> bool:
        """Whether vCPUs and memory are billed now.

        Source: https://cloud.google.com/compute/docs/instances/instance-life-cycle.
        """
        return self.status in ("RUNNING", "REPAIRING")

    @property
    def stopped(self) -> bool:
        """Stopped: only disks, local SSDs that were preserved and addresses are billed."""
        return self.status in ("TERMINATED", "STOPPED")


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedInstanceGroup:
    """A group of equal instances of one template."""

    KIND: ClassVar[str] = "managed_instance_group"

    target_size: int
    """Instances wanted now."""
    zones: tuple[str, ...]
    """Zones that it uses, sorted; more than one for a regional group."""
    instance_template: str | None = None
    """Id of the template."""
    autoscaled: bool | None = None
    """Whether an autoscaler changes its size; None where unknown."""
    minimum: int | None = None
    """Instances at least, by the autoscaler."""
    maximum: int | None = None
    """Instances at most, by the autoscaler."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceTemplate:
    """What a group starts; its metadata is never read."""

    KIND: ClassVar[str] = "instance_template"

    machine_type: str | None
    """Type that it starts, None where left open."""
    provisioning_model: str = "standard"
    """`standard`, `spot`, ..."""
    accelerators: tuple[Accelerator, ...] = ()
    """GPUs that it adds."""
    image_ids: tuple[str, ...] = ()
    """Images that its disks are made from, sorted; a family's by the family."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GceReservation:
    """Capacity held in a zone, paid at on-demand prices whether used or not."""

    KIND: ClassVar[str] = "gce_reservation"

    number: str
    """Numeric id, by which Cloud Monitoring names it."""
    zone: str
    """Where."""
    status: str
    """`READY`, `CREATING`, `DELETING`, ..."""
    machine_type: str | None
    """Type that is reserved; None for aggregate reservations."""
    count: int | None
    """Machines reserved; None for aggregate reservations."""
    in_use_count: int | None = None
    """Machines in use when it was read; None where unknown."""
    accelerators: tuple[Accelerator, ...] = ()
    """GPUs of each machine."""
    local_ssd_gib: int = 0
    """Local SSD of each machine in GiB."""
    specific_required: bool = False
    """Only machines that name it may use it."""
    shared: bool = False
    """Other projects may use it, too."""
    consumers: tuple[str, ...] | None = None
    """Ids or numbers of those projects, sorted; None where that is not told, as with a whole organisation."""
    commitment_id: str | None = None
    """Commitment that it is attached to, with which it lives and dies."""
    delete_at: datetime | None = None
    """When it ends by itself, UTC."""
