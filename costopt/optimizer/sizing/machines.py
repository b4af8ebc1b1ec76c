"""The machines on offer, as columns, so that a workload is judged against all of them at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from costopt.economics.instance_families import sustained_cpu_fraction
from costopt.errors import WorkloadError
from costopt.model.shape import Shape
from costopt.optimizer.sizing.workload import Limit

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

CAPACITIES = (
    Limit.GPU,
    Limit.GPU_MEMORY,
    Limit.LOCAL_DISK,
    Limit.CPU,
    Limit.SUSTAINED_CPU,
    Limit.MEMORY,
    Limit.NETWORK,
    Limit.EBS_THROUGHPUT,
    Limit.EBS_OPERATIONS,
)
"""What several machines offer together; columns of `Catalog.capacity`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledPart:
    """What commitments see of a running machine: AWS bills the machine, Google its vCPUs and its memory."""

    service: str
    """As in `UsageItem`."""
    family: str
    """As in `UsageItem`."""
    variant: str
    """As in `UsageItem`."""
    instance_type: str
    """Type of the machine, or name of the unit such as `n2_custom_vcpu`."""
    hourly: Decimal
    """Dollars an hour on demand of all units of it in one machine, before any discount."""
    units: Decimal = Decimal(1)
    """How many units that is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A type on offer at its price."""

    shape: Shape
    """What it offers."""
    region: str
    """Region."""
    hourly: Decimal
    """Dollars an hour on demand; after sustained use discounts where the provider takes them off by itself."""
    platform: str = "linux"
    """Operating system that the price is for."""
    tenancy: str = "default"
    """`default` or `dedicated`."""
    cores: int | None = None
    """Physical cores, None where unknown."""
    sockets: int | None = None
    """Sockets, None where unknown."""
    provider: str = "aws"
    """As in `UsageItem`."""
    parts: tuple[BilledPart, ...] = ()
    """What it is billed as; none where it is billed as itself."""

    @property
    def billed(self) -> tuple[BilledPart, ...]:
        """What it is billed as: its parts, or itself."""
        return self.parts or (
            BilledPart(
                service="ec2",
                family=self.shape.family,
                variant=self.platform,
                instance_type=self.shape.instance_type,
                hourly=self.hourly,
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Catalog:
    """All machines on offer, one row each. Built by `tabulate`."""

    machines: tuple[Machine, ...]
    """The rows."""
    families: tuple[str, ...]
    """Families, sorted."""
    family: Integers
    """Place of each machine's family in `families`, [machines]."""
    vcpu: Floats
    """vCPUs of one machine, [machines]."""
    hourly: Floats
    """Dollars an hour of one machine, [machines]."""
    capacity: Floats
    """What one machine offers, [machines, `CAPACITIES`]; NaN where it is not stated."""
    performance: Mapping[str, float]
    """Work of one vCPU of a family over that of the reference; families that were not compared are absent."""
    reference_architecture: str
    """Architecture of the reference."""

    def speed(self, reference: Shape | None) -> Floats:
        """Work of one vCPU of each machine over that of one of `reference`, [machines]; NaN where it is not known.

        Families that were not compared are taken as equal where they share an architecture, as the provider's own
        counting in vCPUs does; across architectures nothing is assumed.

        Args:
            reference: machine that the load was measured on, None for the catalog's reference.
        """
        own = None if reference is None else self.performance.get(reference.family)
        base = 1.0 if reference is None else own
        architectures = {self.reference_architecture} if reference is None else set(reference.architectures)

        def ratio(shape: Shape) -> float:
            known = self.performance.get(shape.family)
            if reference is not None and shape.family == reference.family:
                return 1.0
            if known is not None and base is not None:
                return known / base
            return 1.0 if architectures & set(shape.architectures) else np.nan

        return np.array([ratio(machine.shape) for machine in self.machines])


def tabulate(
    machines: Sequence[Machine],
    *,
    performance: Mapping[str, float] | None = None,
    reference_architecture: str = "x86_64",
) -> Catalog:
    """The machines as columns.

    Args:
        machines: what is on offer; each type once per region, platform and tenancy.
        performance: work of one vCPU of a family over that of a reference, from the user's own benchmarks.
        reference_architecture: architecture of that reference.

    Raises:
        WorkloadError: nothing is on offer, or a machine is offered twice or for a price that is not positive, or
            a family's performance is not positive.
    """
    measured = dict(performance or {})
    _refuse_nonsense(machines, measured)
    families = tuple(sorted({machine.shape.family for machine in machines}))
    place = {family: number for number, family in enumerate(families)}
    return Catalog(
        machines=tuple(machines),
        families=families,
        family=np.array([place[machine.shape.family] for machine in machines]),
        vcpu=np.array([float(machine.shape.vcpu) for machine in machines]),
        hourly=np.array([float(machine.hourly) for machine in machines]),
        capacity=np.array([_capacities(machine.shape) for machine in machines], dtype=float),
        performance=measured,
        reference_architecture=reference_architecture,
    )


def _capacities(shape: Shape) -> tuple[float | None, ...]:
    sustained = sustained_cpu_fraction(shape)
    return (
        shape.gpu_count,
        shape.gpu_memory_gib if shape.gpu_count else 0.0,
        shape.local_disk_gib,
        shape.vcpu,
        None if sustained is None else shape.vcpu * sustained,
        shape.memory_gib,
        shape.network_gbps,
        shape.ebs_baseline_mibps,
        shape.ebs_baseline_iops,
    )


def _refuse_nonsense(machines: Sequence[Machine], performance: Mapping[str, float]) -> None:
    if not machines:
        raise WorkloadError("no machine is on offer", hint="Refresh the prices, or widen the regions.")
    seen: set[tuple[str, str, str, str]] = set()
    for machine in machines:
        key = (machine.shape.instance_type, machine.region, machine.platform, machine.tenancy)
        if key in seen:
            raise WorkloadError(f"{' '.join(key)} is on offer twice")
        if machine.hourly <= 0:
            raise WorkloadError(f"{' '.join(key)} is on offer for {machine.hourly} dollars an hour")
        seen.add(key)
    for family, figure in performance.items():
        if not 0 < figure < float("inf"):
            raise WorkloadError(f"relative performance of {family} must be above 0, not {figure}")
