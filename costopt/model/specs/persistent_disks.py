"""Kept of Google's block storage: persistent disks and Hyperdisks, snapshots, images."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskUse:
    """One attachment of a disk, as Cloud Monitoring names it."""

    instance_id: str
    """Id of the instance."""
    instance_number: str
    """Its numeric id."""
    device_name: str
    """Name of the device in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersistentDisk:
    """A persistent disk or Hyperdisk."""

    KIND: ClassVar[str] = "persistent_disk"

    number: str
    """Numeric id."""
    disk_type: str
    """`pd-standard`, `pd-balanced`, `pd-ssd`, `pd-extreme`, `hyperdisk-balanced`, ..."""
    size_gib: int
    """Provisioned size in GiB."""
    status: str
    """`READY`, `CREATING`, `FAILED`, ..."""
    zones: tuple[str, ...]
    """Its zone, or the two of a regional disk, which costs twice."""
    provisioned_iops: int | None = None
    """Operations a second that are paid for (pd-extreme, Hyperdisk)."""
    provisioned_throughput_mibps: int | None = None
    """MiB/s that are paid for (Hyperdisk)."""
    instance_ids: tuple[str, ...] = ()
    """Instances it is attached to, running or not, sorted."""
    uses: tuple[DiskUse, ...] = ()
    """Those attachments, for instances that were read."""
    last_attached_at: datetime | None = None
    """UTC; None where it was never attached."""
    last_detached_at: datetime | None = None
    """UTC; None where it was never detached."""
    source_image: str | None = None
    """Image it was made from."""
    source_snapshot: str | None = None
    """Snapshot it was made from."""
    copied: bool = False
    """Made from another disk, an instant snapshot or a stored object."""
    replica_of: str | None = None
    """Disk that it is an asynchronous replica of: it holds that one's data and is never attached."""
    managed_by: str | None = None
    """`gke` where a cluster's volume controller made it."""
    storage_pool: str | None = None
    """Pool that pays for its capacity (Hyperdisk)."""

    @property
    def regional(self) -> bool:
        """Kept in two zones."""
        return len(self.zones) > 1

    @property
    def blank(self) -> bool:
        """Made empty and never attached, so that nothing was ever written to it."""
        sources = (self.source_image, self.source_snapshot, self.replica_of)
        uses = (self.last_attached_at, self.last_detached_at)
        return not self.copied and all(one is None for one in (*sources, *uses))


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskSnapshot:
    """A snapshot of a disk."""

    KIND: ClassVar[str] = "disk_snapshot"

    source_disk_id: str | None
    """Disk it was taken of, which may be gone."""
    disk_size_gib: int
    """Size of that disk: the most that the snapshot can hold."""
    status: str
    """`READY`, `UPLOADING`, ..."""
    storage_bytes: int | None = None
    """Stored and billed bytes, which change when neighbours in its chain are deleted; None where not settled."""
    snapshot_type: str = "STANDARD"
    """`STANDARD` or `ARCHIVE`."""
    auto_created: bool = False
    """Made by a schedule, which may delete it too."""
    locations: tuple[str, ...] = ()
    """Regions or multi-regions that keep it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GceImage:
    """A custom image of the project."""

    KIND: ClassVar[str] = "gce_image"

    status: str
    """`READY`, ..."""
    disk_size_gib: int
    """Size of the disks made from it."""
    archive_size_bytes: int | None = None
    """Stored and billed bytes."""
    family: str | None = None
    """Family, whose newest image is used by name."""
    source_disk_id: str | None = None
    """Disk it was made from."""
    deprecation: str | None = None
    """`DEPRECATED`, `OBSOLETE`, `DELETED`; None where it is current."""
    locations: tuple[str, ...] = ()
    """Regions or multi-regions that keep it."""
