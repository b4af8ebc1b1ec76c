"""A plan of sizes and commitments, and what is proved of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from costopt.economics.instruments import Holding
from costopt.economics.simulator.settlement import Settlement
from costopt.optimizer.sizing.joint.stranding import Postponed, Stranded
from costopt.optimizer.sizing.machines import Machine
from costopt.optimizer.solver import Status, relative_gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What a workload runs on."""

    workload: str
    """Its name."""
    machine: Machine
    """The type."""
    replicas: int
    """Machines at the peak."""

    @property
    def hourly(self) -> Decimal:
        """Dollars an hour on demand when all machines run, licences left out."""
        return self.machine.hourly * self.replicas


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JointPlan:
    """What to run on and what to buy."""

    status: Status
    """OPTIMAL where the cost is within the tolerance of the bound; FEASIBLE otherwise, and `gap` says how far."""
    sizes: tuple[Size, ...]
    """Of each workload."""
    purchases: tuple[Holding, ...]
    """What to buy."""
    settlement: Settlement
    """The estate with these sizes, settled in the provider's order."""
    licence_cost: Decimal
    """Dollars of licences over all hours."""
    bound: Decimal
    """Dollars over all hours below which no sizes and purchases come, rounded down."""
    orders: Mapping[str, Decimal]
    """What simpler ways of deciding come to, in dollars over all hours: one after the other, or sizes as they are."""
    stranded: tuple[Stranded, ...]
    """Owned commitments that pay for less than before."""
    postponed: tuple[Postponed, ...]
    """Cheaper sizes that are not worth taking before a commitment ends."""
    iterations: int
    """Points that the decomposition tried."""

    @property
    def cost(self) -> Decimal:
        """Dollars over all hours: the simulated bill, owned commitments included, and licences."""
        return self.settlement.bill.total + self.licence_cost

    @property
    def gap(self) -> float:
        """Distance of cost and bound over the cost, at least 0."""
        return relative_gap(float(self.cost), float(min(self.bound, self.cost)))


def status_of(cost: Decimal, bound: Decimal, tolerance: float) -> Status:
    """What a cost beside a bound proves."""
    return Status.OPTIMAL if float(cost - bound) <= tolerance * float(cost) else Status.FEASIBLE
