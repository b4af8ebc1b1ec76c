"""Kept of EC2 compute: instances, images, auto scaling groups, launch templates."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Ec2Instance:
    """A virtual machine."""

    KIND: ClassVar[str] = "ec2_instance"

    instance_type: str
    """Such as `m5.large`."""
    state: str
    """`pending`, `running`, `stopping`, `stopped`, ..."""
    platform: str
    """Operating system as it is billed, from the usage operation: `linux`, `windows`, `rhel`, `sles`,
    `windows_sql_standard`, ..., or `unknown`."""
    availability_zone: str
    """Such as `us-east-1a`."""
    tenancy: str = "default"
    """`default`, `dedicated` or `host`."""
    lifecycle: str = "on_demand"
    """`on_demand`, `spot`, `capacity_block`."""
    architecture: str | None = None
    """`x86_64`, `arm64` or `i386`."""
    launched_at: datetime | None = None
    """Last start, UTC. A change of the type needs one, so that the type is known to be the same since then."""
    stopped_at: datetime | None = None
    """Last stop, UTC, where the state transition tells."""
    volume_ids: tuple[str, ...] = ()
    """Attached EBS volumes."""
    auto_scaling_group: str | None = None
    """Group that owns it."""
    detailed_monitoring: bool = False
    """One-minute metrics are on."""
    image_id: str | None = None
    """Image that it was started from."""
    managed_by: str | None = None
    """`eks`, `ecs`, `emr`, ... where a provider's tag says that a cluster owns it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ami:
    """A machine image owned by the account."""

    KIND: ClassVar[str] = "ami"

    state: str
    """`available`, ..."""
    snapshot_ids: tuple[str, ...]
    """Snapshots behind it, which are what costs."""
    last_launched_at: datetime | None = None
    """UTC, where the provider tells; None is unknown."""
    public: bool = False
    """Shared with everybody: use cannot be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoScalingGroup:
    """A group of instances of one launch template."""

    KIND: ClassVar[str] = "auto_scaling_group"

    minimum: int
    """Instances at least."""
    maximum: int
    """Instances at most."""
    desired: int
    """Instances now."""
    instance_ids: tuple[str, ...]
    """Members."""
    instance_types: tuple[str, ...]
    """Types it may start, of the template or its overrides."""
    has_scaling_policy: bool
    """Whether anything but a person changes its size."""
    launch_template_id: str | None = None
    """Template it starts from."""
    mixed_instances: bool = False
    """Uses a mixed instances policy."""
    spot_fraction: float | None = None
    """Share above base that is spot, 0..1, None where not mixed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchTemplate:
    """A launch template's default version; user data is never read."""

    KIND: ClassVar[str] = "launch_template"

    instance_type: str | None
    """Type that it starts, None where left open."""
    image_id: str | None
    """Image that it starts."""
    default_version: int = 1
    """Number of the version."""
