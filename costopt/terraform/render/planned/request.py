"""What is to be written for a plan, and with what."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from costopt.model.plan import Assignment, Capacity
from costopt.model.shape import Shape
from costopt.model.workload import Workload

ShapeOf = Callable[[str], Shape | None]
"""What an instance type offers; None where that is not known."""

ON_DEMAND, SPOT = "on_demand", "spot"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedWork:
    """One workload of a plan."""

    label: str
    """Label of its call, of `labels`."""
    assignment: Assignment
    """What it runs on."""
    workload: Workload | None
    """What was asked for; None where only the plan is there."""
    shapes: Mapping[str, Shape]
    """Every type of its capacity."""

    @property
    def name(self) -> str:
        """Its name. Hostile until escaped."""
        return self.assignment.workload

    def shape(self, capacity: Capacity) -> Shape:
        """What one machine of a capacity offers."""
        return self.shapes[capacity.instance_type]

    def architecture(self, capacity: Capacity) -> str:
        """`arm64` or `x86_64`."""
        return "arm64" if "arm64" in self.shape(capacity).architectures else "x86_64"

    def count(self, *markets: str) -> int:
        """Machines in some markets."""
        return sum(one.count for one in self.assignment.after if one.market in markets)

    @property
    def zones(self) -> tuple[str, ...]:
        """Zones of its capacity, in order."""
        return tuple(sorted({one.zone for one in self.assignment.after if one.zone}))


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerateRequest:
    """What the user asks for."""

    variant: str = "recommended"
    """Variant of the plan."""
    extras: tuple[str, ...] = ()
    """Further modules of the library."""
    cluster: str | None = None
    """Name of the EKS or GKE cluster that pods run on; a variable of the root where None. Hostile until escaped."""
    region: str | None = None
    """Region of what names none."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Tags of every resource. Hostile until escaped."""
    aws_major: int = 6
    """Major version of the AWS provider."""
