"""Kept of EBS: volumes and snapshots."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class EbsVolume:
    """A block volume."""

    KIND: ClassVar[str] = "ebs_volume"

    volume_type: str
    """`gp2`, `gp3`, `io1`, `io2`, `st1`, `sc1`, `standard`."""
    size_gib: int
    """Provisioned size in GiB."""
    state: str
    """`available` (not attached), `in-use`, ..."""
    availability_zone: str
    """Such as `us-east-1a`."""
    iops: int | None = None
    """Provisioned (or for gp2 the baseline) operations a second."""
    throughput_mibps: int | None = None
    """Provisioned throughput in MiB/s (gp3)."""
    instance_ids: tuple[str, ...] = ()
    """Instances it is attached to."""
    root: bool = False
    """Is the boot volume of one of them."""
    snapshot_id: str | None = None
    """Snapshot it was made from."""
    detached_at: datetime | None = None
    """When it was last detached, UTC, where known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EbsSnapshot:
    """A snapshot of a volume, owned by the account."""

    KIND: ClassVar[str] = "ebs_snapshot"

    volume_id: str
    """Volume it was taken of (`vol-ffffffff` where copied)."""
    volume_size_gib: int
    """Size of that volume: the most that the snapshot can hold."""
    tier: str
    """`standard` or `archive`."""
    full_size_bytes: int | None = None
    """Stored bytes of the full snapshot, where the provider tells; None is unknown."""
    description: str | None = None
    """Hostile until escaped."""
    managed_by: str | None = None
    """`aws-backup` or `dlm` where a service owns its life cycle."""
