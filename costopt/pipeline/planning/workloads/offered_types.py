"""The types that a workload may run on, at the prices of each way to buy them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from costopt.economics.instance_families import sustained_cpu_fraction
from costopt.economics.lookups import PriceBook
from costopt.errors import InfeasiblePlan, PriceNotFound, WorkloadError
from costopt.model.price import Price, Purchase
from costopt.model.shape import Shape
from costopt.model.workload import Requirements, Workload
from costopt.pipeline.planning.workloads.machine_fit import fitting
from costopt.prices.spot_advice import UPPER_ENDS, read_interruptions

UNKNOWN_INTERRUPTION = UPPER_ENDS[-1]
"""Share of spot instances interrupted in a month that is taken where the advisor says nothing: its worst band."""

_NAMED = 3
_PREFIXES = ("ri_", "convertible_ri_", "ec2_sp_", "compute_sp_")


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
    """On demand."""
    committed: Decimal
    """At the lowest rate that any commitment gives for its family, at most the price on demand."""
    spot: Decimal | None
    """On the spot market, None where that is not known."""
    spot_estimated: bool
    """Whether the spot price is an estimate."""
    interruption: float | None
    """Share of spot instances interrupted in a month, 0..1; None where that is not known."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What a workload may run on."""

    types: tuple[OfferedType, ...]
    """With a price, by name; at least one."""
    notes: tuple[str, ...]
    """Sentences: what was left out for want of a price."""

    @property
    def spot(self) -> tuple[OfferedType, ...]:
        """Those with a spot price."""
        return tuple(one for one in self.types if one.spot is not None)


class TypeMarket:
    """Looks up types and prices, each once."""

    def __init__(
        self,
        book: PriceBook,
        advice: Sequence[Path],
        *,
        spot_prices: Mapping[str, Decimal],
        horizon_months: int,
        upfront: bool,
    ) -> None:
        """A market.

        Args:
            book: prices.
            advice: catalogs with the spot advisor's view, the lowest first.
            spot_prices: dollars an hour that the user gives, by type.
            horizon_months: commitments with longer terms are not looked at.
            upfront: whether anything may be paid upfront.
        """
        self._book, self._advice, self._given = book, advice, spot_prices
        self._purchases = tuple(one for one in Purchase if _may_buy(one, horizon_months, upfront=upfront))
        self._ratios: dict[tuple[str, str, str], Decimal] = {}
        self._bands: dict[tuple[str, str], Mapping[str, float]] = {}
        self._types: dict[tuple[str, str, str], OfferedType | None] = {}
        self._offered: dict[tuple[str, Requirements], Offered] = {}

    def shapes(self, workload: Workload) -> Sequence[Shape]:
        """All types of the workload's region.

        Raises:
            WorkloadError: the catalog does not know the region.
        """
        shapes = self._book.offered(workload.region)
        if not shapes:
            raise WorkloadError(
                f"workload {workload.name!r}: no instance types are known in region {workload.region!r}",
                hint="Check the region's name, or run `costopt prices refresh`.",
            )
        return shapes

    def offered(self, workload: Workload) -> Offered:
        """The types of which each machine has what the workload asks of one, and whose price is known.

        Raises:
            WorkloadError: the catalog does not know the region.
            InfeasiblePlan: no type fits, or none of those that do has a price.
        """
        # vCPUs and memory are shared among machines: they do not matter here.
        key = workload.region, replace(workload.requirements, vcpu=None, memory_gib=None)
        if key not in self._offered:
            self._offered[key] = self._find(workload)
        return self._offered[key]

    def _find(self, workload: Workload) -> Offered:
        shapes = fitting(workload, self.shapes(workload))
        found = {shape.instance_type: self._type(shape, workload) for shape in shapes}
        missing = [name for name, one in found.items() if one is None]
        types = tuple(one for one in found.values() if one is not None)
        if not types:
            raise InfeasiblePlan(
                f"workload {workload.name!r}: {_some(missing)} would do, and no price is known for"
                f" {workload.requirements.operating_system} in {workload.region}",
                hint="`costopt prices refresh` reads the provider's current prices; or allow other types.",
            )
        notes = (
            (f"{_some(missing)} would do, and {'is' if len(missing) == 1 else 'are'} left out: no price is known",)
            if missing
            else ()
        )
        return Offered(types=types, notes=notes)

    def find(self, workload: Workload, instance_type: str) -> OfferedType:
        """A type that the workload names.

        Raises:
            WorkloadError: there is no such type, or it has no price in the region.
        """
        try:
            shape = self._book.shape(instance_type)
        except PriceNotFound as missing:
            raise WorkloadError(f"workload {workload.name!r}: {missing}", hint=missing.hint) from None
        found = self._type(shape, workload)
        if found is None:
            raise WorkloadError(
                f"workload {workload.name!r}: no price of {instance_type}"
                f" ({workload.requirements.operating_system}) is known in {workload.region}",
                hint="`costopt prices refresh` reads the provider's current prices; or leave the type out.",
            )
        return found

    def _type(self, shape: Shape, workload: Workload) -> OfferedType | None:
        key = (shape.instance_type, workload.region, workload.requirements.operating_system)
        if key not in self._types:
            self._types[key] = self._read(shape, *key[1:])
        return self._types[key]

    def _read(self, shape: Shape, region: str, system: str) -> OfferedType | None:
        on_demand = self._price(shape.instance_type, region, system, Purchase.ON_DEMAND)
        if on_demand is None:
            return None
        given = self._given.get(shape.instance_type)
        spot = self._price(shape.instance_type, region, system, Purchase.SPOT) if given is None else None
        if (region, system) not in self._bands:
            self._bands[region, system] = read_interruptions(self._advice, region, system)
        return OfferedType(
            shape=shape,
            on_demand=on_demand.amount,
            committed=on_demand.amount * self._ratio(shape.family, region, system),
            spot=spot.amount if spot is not None else given,
            spot_estimated=spot is not None and spot.quality.rank > 0,
            interruption=self._bands[region, system].get(shape.instance_type),
        )

    def _ratio(self, family: str, region: str, system: str) -> Decimal:
        """The lowest committed rate over the rate on demand, of all sizes: reservations and plans flex over them."""
        key = (family, region, system)
        if key not in self._ratios:
            self._ratios[key] = min(
                (
                    rate.amount / full.amount
                    for shape in self._book.offered(region)
                    if shape.family == family
                    and (full := self._price(shape.instance_type, region, system, Purchase.ON_DEMAND)) is not None
                    for purchase in self._purchases
                    if (rate := self._price(shape.instance_type, region, system, purchase)) is not None
                ),
                default=Decimal(1),
            )
        return min(self._ratios[key], Decimal(1))

    def _price(self, instance_type: str, region: str, system: str, purchase: Purchase) -> Price | None:
        try:
            return self._book.instance("ec2", instance_type, region, variant=system, purchase=purchase)
        except PriceNotFound:
            return None


def speed(shape: Shape, workload: Workload, performance: Mapping[str, float]) -> float | None:
    """Work of one vCPU over that of a reference vCPU, for as long as one likes; None where it is not known.

    The reference has the first architecture that the workload names. Families that were not compared are taken as
    equal where they share it; across architectures nothing is assumed. A metered CPU counts with what it sustains.

    Args:
        shape: the machine.
        workload: whose requirements are in reference vCPUs.
        performance: work of one vCPU of a family over that of the reference.
    """
    sustained = sustained_cpu_fraction(shape)
    known = performance.get(shape.family)
    if known is None and workload.requirements.architectures[0] in shape.architectures:
        known = 1.0
    return None if known is None or sustained is None else known * sustained


def _may_buy(purchase: Purchase, horizon_months: int, *, upfront: bool) -> bool:
    """Whether the purchase is a commitment that ends within the horizon and is paid as allowed."""
    name = purchase.value
    prefix = next((one for one in _PREFIXES if name.startswith(one)), None)
    if prefix is None:
        return False
    months = 12 * int(name.removeprefix(prefix).partition("y_")[0])
    return months <= horizon_months and (upfront or name.endswith("no_upfront"))


def _some(names: Sequence[str]) -> str:
    """`m8g.large, m8g.xlarge, m8g.2xlarge and 9 more types`."""
    shown = ", ".join(names[:_NAMED])
    rest = len(names) - _NAMED
    return f"{shown} and {rest} more type{'' if rest == 1 else 's'}" if rest > 0 else shown
