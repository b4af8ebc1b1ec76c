"""What a workload asks of the machines that it runs on."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from costopt.economics.feasibility import Load
from costopt.errors import WorkloadError
from costopt.model.shape import Shape


class Limit(StrEnum):
    """Requirements that a machine can fail, in the order in which they are judged."""

    REGION = "region"
    PLATFORM = "platform"
    TENANCY = "tenancy"
    FAMILY = "family"
    ARCHITECTURE = "architecture"
    HARDWARE = "hardware"
    """A kind of hardware or a generation that the current machine is not replaced by."""
    AS_LARGE = "as_large"
    """Nothing was measured, so that no less than the current machine will do."""
    BURSTABLE = "burstable"
    PERFORMANCE = "performance"
    """How fast a vCPU is beside the one that was measured is not known."""
    LICENCE = "licence"
    """Cores or sockets that the licence is paid by are not known."""
    LEAST_CPU = "least_cpu"
    LEAST_MEMORY = "least_memory"
    GPU = "gpu"
    GPU_MEMORY = "gpu_memory"
    LOCAL_DISK = "local_disk"
    CPU = "cpu"
    SUSTAINED_CPU = "sustained_cpu"
    MEMORY = "memory"
    NETWORK = "network"
    EBS_THROUGHPUT = "ebs_throughput"
    EBS_OPERATIONS = "ebs_operations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """Licences brought along, which no discount on machines touches."""

    hourly_per_core: Decimal = Decimal(0)
    """Dollars an hour of one physical core."""
    hourly_per_socket: Decimal = Decimal(0)
    """Dollars an hour of one socket."""
    least_cores: int = 0
    """Cores that are paid for on each machine at least, such as 4 of SQL Server.
    Source: https://www.microsoft.com/licensing/terms/productoffering/SQLServer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Something that runs on one or several equal machines."""

    name: str
    """Unique name; hostile until escaped."""
    account: str
    """Account or project that runs it."""
    load: Load | None = None
    """What all its machines together must offer, headroom included, in vCPUs of `current` (of the catalog's reference
    where that is None). None where nothing was measured: then a machine takes over only what is in nothing less."""
    current: Shape | None = None
    """Machine that it runs on now. Only types that may replace it are considered; None for what does not exist yet."""
    regions: frozenset[str]
    """Regions in which it may run."""
    platform: str = "linux"
    """Operating system, as the catalog's machines are priced for."""
    tenancy: str = "default"
    """`default` or `dedicated`."""
    architectures: frozenset[str] = frozenset({"x86_64"})
    """Architectures that its software is built for."""
    families: frozenset[str] | None = None
    """Families that it may use, None for all."""
    excluded_families: frozenset[str] = frozenset()
    """Families that it may not use."""
    burstable: bool = False
    """Whether a CPU metered by credits is acceptable; the mean load must be sustained in any case."""
    least_vcpu: float = 0.0
    """vCPUs that each single machine must have."""
    least_memory_gib: float = 0.0
    """Memory that each single machine must have, in GiB: a heap is not spread."""
    gpus: int = 0
    """Accelerators that all machines together must have."""
    gpu_names: frozenset[str] | None = None
    """Accelerators that will do, None for any."""
    gpu_memory_gib: float = 0.0
    """Accelerator memory of all machines together in GiB."""
    local_disk_gib: float = 0.0
    """Instance store of all machines together in GiB."""
    min_replicas: int = 1
    """Machines at least, such as one a zone."""
    max_replicas: int = 1
    """Machines at most; 1 for what cannot be spread."""
    licence: Licence | None = None
    """Licence that is paid by core or socket, None where the software is free or paid otherwise."""
    profile: int = 0
    """Column of the hourly profiles that it follows."""
    zone: str | None = None
    """Availability zone, where a zonal reservation is in question."""

    def __post_init__(self) -> None:
        """Refuse requirements that contradict each other.

        Raises:
            WorkloadError: nothing known about the load, more replicas at least than at most, negative figures, or
                no region, architecture or family left.
        """
        problem = self._contradiction()
        if problem:
            raise WorkloadError(f"workload {self.name!r}: {problem}", hint="Correct the requirement, or drop it.")

    def _contradiction(self) -> str | None:
        load = self.load
        figures = (self.least_vcpu, self.least_memory_gib, self.gpus, self.gpu_memory_gib, self.local_disk_gib)
        asked = () if load is None else (load.peak_vcpu, load.mean_vcpu, load.memory_gib)
        checks = (
            (load is None and self.current is None, "has neither a load nor a current machine"),
            (not 1 <= self.min_replicas <= self.max_replicas, self._replicas),
            (any(not 0 <= figure < float("inf") for figure in (*figures, *asked)), "asks for a negative or no number"),
            (not self.regions, "may run in no region"),
            (not self.architectures, "may run on no architecture"),
            (self.families is not None and self.families <= self.excluded_families, "may use no family"),
        )
        return next((what for wrong, what in checks if wrong), None)

    @property
    def _replicas(self) -> str:
        return f"asks for at least {self.min_replicas} and at most {self.max_replicas} machines"
