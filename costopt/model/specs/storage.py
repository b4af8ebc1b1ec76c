"""Kept of storage and logs: S3 buckets, EFS, CloudWatch log groups."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecycleRule:
    """What one enabled rule of a bucket does; days are None where it does not do that."""

    whole_bucket: bool
    """Applies to every object."""
    transition_days: int | None = None
    """Moves current objects to a cheaper class after that."""
    expire_days: int | None = None
    """Deletes current objects after that."""
    expire_noncurrent_days: int | None = None
    """Deletes old versions after that."""
    abort_multipart_days: int | None = None
    """Deletes unfinished uploads after that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Bucket:
    """A bucket."""

    KIND: ClassVar[str] = "s3_bucket"

    rules: tuple[LifecycleRule, ...] | None
    """Enabled lifecycle rules; None where they could not be read."""
    versioning: bool | None
    """Old versions are kept; None where unknown."""
    bytes_by_class: Mapping[str, int] | None = None
    """Stored bytes by storage type, from the daily size metric (`StandardStorage`, ...); None where not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EfsFileSystem:
    """An elastic file system."""

    KIND: ClassVar[str] = "efs_file_system"

    size_bytes: int
    """Metered size."""
    state: str
    """`available`, ..."""
    throughput_mode: str
    """`bursting`, `provisioned`, `elastic`."""
    provisioned_mibps: float | None = None
    """Provisioned throughput in MiB/s."""
    mount_targets: int = 0
    """How many networks can reach it."""
    infrequent_access_bytes: int | None = None
    """Part of the size that is in the infrequent access class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogGroup:
    """A CloudWatch log group."""

    KIND: ClassVar[str] = "log_group"

    stored_bytes: int
    """Compressed bytes stored."""
    retention_days: int | None
    """None: kept for ever."""
    log_class: str = "STANDARD"
    """`STANDARD`, `INFREQUENT_ACCESS`, `DELIVERY`."""
