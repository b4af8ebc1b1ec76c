"""Workloads: what has to run, how much of it, and what it must not go without."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Literal


class WorkloadKind(StrEnum):
    """How a workload can be cut to pieces."""

    MACHINES = "machines"
    """A fixed number of machines; each may get another size."""
    FLEET = "fleet"
    """Scales out over equal workers behind a balancer or a queue."""
    PODS = "pods"
    """Containers that share machines."""
    BATCH = "batch"
    """Work with a deadline that may be interrupted: training, pipelines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirements:
    """What a machine must offer, of one machine or worker unless said otherwise. None asks for nothing."""

    vcpu: float | None = None
    """vCPUs of the reference family that are busy at the peak, headroom included. Of a fleet: of all workers."""
    memory_gib: float | None = None
    """Memory in GiB. Of a fleet: of all workers."""
    gpus: int | None = None
    """Accelerators of one machine. Of a fleet: of all workers."""
    gpu_memory_gib: float | None = None
    """Memory of all accelerators of one machine, in GiB."""
    gpu_names: tuple[str, ...] = ()
    """Accelerators that will do, such as `A100`, of Google `A100_80GB` or `L4`; all where empty."""
    network_gbps: float | None = None
    """Sustained Gbit/s."""
    ebs_mibps: float | None = None
    """Sustained MiB/s to EBS."""
    ebs_iops: float | None = None
    """Sustained operations a second to EBS."""
    local_disk_gib: float | None = None
    """Instance store in GiB."""
    architectures: tuple[str, ...] = ("x86_64",)
    """That the software runs on."""
    families: tuple[str, ...] = ()
    """Families that may be used; all where empty."""
    excluded_families: tuple[str, ...] = ()
    """Families that may not."""
    burstable: bool = False
    """Whether machines with metered CPU will do."""
    previous_generations: bool = False
    """Whether machines that the provider calls previous generation will do."""
    operating_system: str = "linux"
    """As in `PriceBook.instance`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How a fleet must be spread, so that a failure is survived."""

    zones: tuple[str, ...] = ()
    """Zones that it may use; three unnamed ones where empty."""
    survive_zone_loss: bool = False
    """Whether the need is met after losing any one zone."""
    minimum_replicas: int = 1
    """Workers, whatever the load."""
    spot: bool = False
    """Whether spot will do for a part."""
    on_demand_fraction: float = 0.3
    """Share of the need that must not be spot, 0..1."""
    largest_pool_fraction: float = 0.25
    """Largest share of the need in one spot pool (type and zone), 0..1."""
    minimum_pools: int = 2
    """Spot pools, where spot is used."""
    maximum_pools: int = 10
    """Spot pools that operations can cope with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PodGroup:
    """Equal containers."""

    name: str
    """Hostile until escaped."""
    vcpu: float
    """Requested by one."""
    memory_gib: float
    """Requested by one."""
    count: int
    """How many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pools:
    """Capacity that is there only for a time: a capacity block or a reservation."""

    name: str
    """Hostile until escaped."""
    instance_type: str
    """Type."""
    count: int
    """How many at most."""
    dollars_per_hour: Decimal
    """Of one."""
    from_hour: float
    """First hour after the start."""
    until_hour: float
    """First hour after it ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work with a deadline."""

    work_hours: float
    """Hours that it takes on `reference_type` without interruption."""
    deadline_hours: float
    """Hours from the start until it must be done."""
    reference_type: str
    """Instance type that `work_hours` and throughput 1 refer to."""
    throughput: tuple[tuple[str, float], ...]
    """Instance type and speed relative to the reference, given or measured by the user; others are not considered."""
    restart_minutes: float = 10.0
    """Lost at each start: booting, loading, warming up."""
    checkpoint_minutes: float = 1.0
    """Time to write one checkpoint; work since the last one is lost at an interruption."""
    spot: bool = True
    """Whether spot will do."""
    spot_availability: tuple[bool, ...] = ()
    """History of spot capacity, one value each `availability_minutes`; the provider's interruption band where empty."""
    availability_minutes: float = 10.0
    """Time between two values of the history."""
    runs_per_month: float = 1.0
    """How often it runs."""
    workers: int = 1
    """Machines that run together, each of which must be there."""
    pools: tuple[Pools, ...] = ()
    """Bounded capacity that may be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """One thing that has to run."""

    name: str
    """Hostile until escaped."""
    kind: WorkloadKind
    """How it can be cut."""
    region: str
    """Where it runs."""
    provider: Literal["aws", "gcp"] = "aws"
    """Whose machines it runs on."""
    requirements: Requirements = field(default_factory=Requirements)
    """What it needs at the peak."""
    count: int = 1
    """Machines, for `machines`."""
    profile: tuple[float, ...] = (1.0,)
    """Share of the peak need in each hour of the week from Monday 00:00 UTC (168 values), of the day (24), or one."""
    spread: Spread = field(default_factory=Spread)
    """For fleets and pods."""
    pods: tuple[PodGroup, ...] = ()
    """For pods."""
    job: Job | None = None
    """For batch."""
    reserved: bool = False
    """Whether its capacity must be there whenever it is needed: it is reserved by zone, and the peak is paid for at all
    hours. Not for batch, which has `pools`."""
    resources: tuple[str, ...] = ()
    """Ids of the resources that it stands for today. Hostile until escaped."""
    current: tuple[tuple[str, int], ...] = ()
    """Types and counts that run today, none for what does not exist yet."""
