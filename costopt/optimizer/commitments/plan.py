"""A portfolio of commitments and what is proved of it."""

from dataclasses import dataclass
from decimal import Decimal

from costopt.economics.instruments import Holding
from costopt.economics.simulator.bill import Bill
from costopt.economics.simulator.settlement import Settlement
from costopt.optimizer.commitments.domination import Dominated
from costopt.optimizer.commitments.explanation import Binding, LoadDuration
from costopt.optimizer.solver import Status, relative_gap


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PortfolioPlan:
    """What to buy, what that costs in the hours of the demand, and what is proved of it."""

    status: Status
    """OPTIMAL where the bill is within the tolerance of the bound; FEASIBLE otherwise, and `gap` says how far."""
    purchases: tuple[Holding, ...]
    """What to buy, in whole steps, none of them empty."""
    settlement: Settlement
    """The demand settled in the provider's order; its holdings are what is owned, then the purchases."""
    bill: Bill
    """The simulated bill, commitments of the owned included."""
    baseline: Bill
    """The bill without any purchase."""
    bound: Decimal
    """Dollars below which no purchases bring the bill, owned commitments included, rounded down."""
    residual_liability: Decimal
    """Effective dollars that purchases cost after the last hour of the demand."""
    upfront: Decimal
    """Dollars to pay at purchase, all purchases together."""
    binding: tuple[Binding, ...]
    """Limits that cost money, the most valuable first."""
    curves: tuple[LoadDuration, ...]
    """The load that each commitment faces."""
    dominated: tuple[Dominated, ...]
    """Offers that no plan needs."""
    expired: tuple[Holding, ...]
    """Owned commitments that end before the demand starts, and play no part."""
    iterations: int
    """Points that the decomposition tried."""
    trials: int
    """Bills that the local search simulated."""

    @property
    def gap(self) -> float:
        """Distance of bill and bound over the bill, at least 0."""
        return relative_gap(float(self.bill.total), min(float(self.bound), float(self.bill.total)))

    @property
    def saving(self) -> Decimal:
        """Dollars that the purchases save in the hours of the demand; 0 or more."""
        return self.baseline.total - self.bill.total
