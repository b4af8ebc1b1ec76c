"""A type that a workload may run on, with what an hour of it costs in each way to buy it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from costopt.model.shape import Shape
from costopt.model.workload import Workload
from costopt.optimizer.sizing.machines import BilledPart
from costopt.prices.spot_advice import UPPER_ENDS

UNKNOWN_INTERRUPTION = UPPER_ENDS[-1]
"""Share of spot instances interrupted in a month that is taken where the advisor says nothing: its worst band."""


class Basis(StrEnum):
    """What an hour on demand is taken to cost when machines are chosen."""

    ON_DEMAND = "on_demand"
    """Its own price."""
    COMMITTED = "committed"
    """The lowest rate of any commitment that may be bought: nothing is ever cheaper, so that costs are a bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedType:
    """A type with its prices, dollars an hour."""

    shape: Shape
    """What it offers."""
    on_demand: Decimal
    """On demand, after sustained use discounts of a machine that runs at all hours: it is never cheaper."""
    committed: Decimal
    """At the lowest rate that any commitment gives for its family, at most the price on demand."""
    spot: Decimal | None
    """On the spot market, None where that is not known."""
    spot_estimated: bool
    """Whether the spot price is an estimate."""
    interruption: float | None
    """Share of spot instances interrupted in a month, 0..1; None where that is not known."""
    service: str = "ec2"
    """As in `PriceBook.instance`."""
    parts: tuple[BilledPart, ...] = ()
    """What it is billed as, before any discount; none where it is billed as itself."""

    @property
    def name(self) -> str:
        """The instance type."""
        return self.shape.instance_type

    @property
    def rate(self) -> float:
        """The lowest committed rate over the price on demand, above 0 and at most 1."""
        return float(self.committed / self.on_demand)

    def price(self, basis: Basis) -> Decimal:
        """Dollars of an hour that is not spot."""
        return self.committed if basis is Basis.COMMITTED else self.on_demand

    def dependable(self) -> float:
        """Share of spot instances that is counted on."""
        return 1 - (UNKNOWN_INTERRUPTION if self.interruption is None else self.interruption)


class TypeShelf(Protocol):
    """The types and prices of one provider."""

    def shapes(self, workload: Workload) -> Sequence[Shape]:
        """Types of the workload's region, those that are cut to it included; none where the region is not known."""
        ...

    def shape(self, instance_type: str) -> Shape:
        """A type by name.

        Raises:
            PriceNotFound: there is no such type.
        """
        ...

    def read(self, shape: Shape, region: str, system: str) -> OfferedType | None:
        """A type with its prices, None where none is known on demand."""
        ...
