"""What a scale-out service needs, what can be rented for it, and the fleet that is planned."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from costopt.errors import WorkloadError
from costopt.model.shape import Shape


class Market(StrEnum):
    """How an instance is bought."""

    ON_DEMAND = "on_demand"
    SPOT = "spot"


class Resource(StrEnum):
    """What a service needs of its instances."""

    CPU = "cpu"
    """Reference vCPUs."""
    MEMORY = "memory"
    """GiB."""
    GPU = "gpu"
    """Accelerators."""

    @property
    def unit(self) -> str:
        """For messages."""
        return {Resource.CPU: "vCPUs", Resource.MEMORY: "GiB", Resource.GPU: "GPUs"}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Instances of one type in one zone and market: of spot what is interrupted together."""

    shape: Shape
    """The machine."""
    zone: str
    """Availability zone."""
    market: Market
    """On demand or spot."""
    hourly_price: Decimal
    """Dollars an hour of one instance."""
    performance: float = 1.0
    """Work that one vCPU does, as a multiple of the reference vCPU in which the service's need is given. Measured or
    published data; types of unlike architecture are never taken for equal without it."""
    interruption_rate: float = 0.0
    """Share of a spot pool's instances that is not counted on, 0..1."""
    limit: int | None = None
    """Most instances that can be had (quota, capacity); None where none is known."""

    def __post_init__(self) -> None:
        """Refuse figures that cannot be.

        Raises:
            WorkloadError: a price or performance not above zero, a rate outside 0..1, on-demand that is interrupted.
        """
        if not (self.hourly_price.is_finite() and self.hourly_price > 0):
            raise WorkloadError(f"{self.label} cannot cost {self.hourly_price} dollars an hour")
        if not self.performance > 0:
            raise WorkloadError(f"{self.label} has a performance of {self.performance}; it must be above 0")
        if not 0 <= self.interruption_rate < 1 or (self.interruption_rate and self.market is Market.ON_DEMAND):
            raise WorkloadError(f"{self.label} has an interruption rate of {self.interruption_rate}")

    @property
    def label(self) -> str:
        """For readers and rows: `m7g.large eu-west-1a spot`."""
        return f"{self.shape.instance_type} {self.zone} {self.market}"

    def capacity(self, resource: Resource) -> float:
        """What one instance offers while it runs, in the resource's unit."""
        if resource is Resource.CPU:
            return self.shape.vcpu * self.performance
        return self.shape.memory_gib if resource is Resource.MEMORY else float(self.shape.gpu_count)

    def dependable(self, resource: Resource) -> float:
        """What one instance is counted with: its capacity less the share that interruptions take."""
        return self.capacity(resource) * (1 - self.interruption_rate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a scale-out service must have at its peak. The defaults ask for what a web service in one region should."""

    name: str
    """What it is called in messages."""
    cpu: float
    """Reference vCPUs, headroom included."""
    memory_gib: float = 0.0
    """Memory of all instances, in GiB; 0 where it does not matter."""
    gpus: int = 0
    """Accelerators."""
    survives_zone_loss: bool = True
    """Whether the need must be met after the loss of any one zone (N+1)."""
    on_demand_fraction: float = 0.3
    """Part of the need that on-demand instances alone carry, 0..1. Of GPUs where GPUs are asked for, else of vCPUs."""
    largest_pool_share: float = 0.25
    """Largest part of the need that one spot pool may carry, above 0; 1 for no limit."""
    least_pools: int = 1
    """Spot pools that are used at least where any is used."""
    most_pools: int | None = None
    """Spot pools that are used at most (operating many is work); None for any number."""
    least_instances: int = 1
    """Instances in all zones together, at least."""
    most_instances: int | None = None
    """Instances in all zones together, at most; None for any number."""
    largest_zone_share: float = 1.0
    """Largest part of the fleet's capacity in one zone, above 0; 1 for no limit."""

    def __post_init__(self) -> None:
        """Refuse requirements that no fleet could ever keep together.

        Raises:
            WorkloadError: nothing is needed, a fraction outside its range, a least above a most.
        """
        if min(self.cpu, self.memory_gib, self.gpus) < 0 or not (self.cpu > 0 or self.gpus > 0):
            raise WorkloadError(
                f"service {self.name} needs {self.cpu} vCPUs, {self.memory_gib} GiB, {self.gpus} GPUs;"
                " CPU or GPUs must be above 0, and nothing below"
            )
        if not (
            0 <= self.on_demand_fraction <= 1 and 0 < self.largest_pool_share <= 1 and 0 < self.largest_zone_share <= 1
        ):
            raise WorkloadError(
                f"service {self.name}: on_demand_fraction {self.on_demand_fraction}, largest_pool_share"
                f" {self.largest_pool_share} and largest_zone_share {self.largest_zone_share} must be within 0..1"
            )
        for least, most, what in (
            (self.least_pools, self.most_pools, "spot pools"),
            (self.least_instances, self.most_instances, "instances"),
        ):
            if least < 0 or (most is not None and most < least):
                raise WorkloadError(
                    f"service {self.name}: at least {least} and at most {most} {what} contradict each other"
                )

    def need(self, resource: Resource) -> float:
        """What must be there, in the resource's unit."""
        return {Resource.CPU: self.cpu, Resource.MEMORY: self.memory_gib, Resource.GPU: float(self.gpus)}[resource]

    @property
    def needed(self) -> tuple[Resource, ...]:
        """The resources that it asks for."""
        return tuple(resource for resource in Resource if self.need(resource) > 0)

    @property
    def measure(self) -> Resource:
        """In what shares are counted: GPUs where they are asked for, else vCPUs."""
        return Resource.GPU if self.gpus else Resource.CPU


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Instances of one pool."""

    pool: Pool
    """Which."""
    count: int
    """How many, at least 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """The fleet of a service."""

    placements: tuple[Placement, ...]
    """What runs, in the order of the pools that were offered."""
    hourly_cost: Decimal
    """Dollars an hour at the prices that were given."""
    bound: Decimal
    """Dollars an hour that no fleet which keeps the requirements can be below."""
    optimal: bool
    """Whether the solver proved it cheapest, within the gap that was asked for."""

    @property
    def gap(self) -> float:
        """Share of the cost that is not proven necessary, 0..1."""
        return max(float((self.hourly_cost - self.bound) / self.hourly_cost), 0.0)

    def instances(self, market: Market | None = None) -> int:
        """How many instances run, of one market or of both."""
        return sum(one.count for one in self.placements if market in (None, one.pool.market))
