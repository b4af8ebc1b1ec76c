"""The types that a workload may run on, at the prices of each way to buy them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from costopt.economics.instance_families import sustained_cpu_fraction
from costopt.economics.lookups import PriceBook
from costopt.errors import InfeasiblePlan, PriceNotFound, WorkloadError
from costopt.model.shape import Shape
from costopt.model.workload import Workload
from costopt.pipeline.planning.workloads.ec2_shelf import Ec2Shelf
from costopt.pipeline.planning.workloads.google_shelf import GoogleShelf
from costopt.pipeline.planning.workloads.machine_fit import fitting
from costopt.pipeline.planning.workloads.offered_type import OfferedType, TypeShelf

_NAMED = 3


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
        self._shelves: Mapping[str, TypeShelf] = {
            "aws": Ec2Shelf(book, advice, spot_prices=spot_prices, horizon_months=horizon_months, upfront=upfront),
            "gcp": GoogleShelf(book, spot_prices=spot_prices, horizon_months=horizon_months),
        }
        self._types: dict[tuple[str, str, str, str], OfferedType | None] = {}
        self._offered: dict[tuple[object, ...], Offered] = {}

    def shapes(self, workload: Workload) -> Sequence[Shape]:
        """All types of the workload's region.

        Raises:
            WorkloadError: the catalog does not know the region.
        """
        shapes = self._shelves[workload.provider].shapes(workload)
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
        # vCPUs and memory are shared among machines: they do not matter here, but for types that are cut to them.
        needs = replace(workload.requirements, vcpu=None, memory_gib=None)
        cut = workload.kind, workload.requirements if workload.provider == "gcp" else None
        key = workload.provider, workload.region, needs, cut
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
            shape = self._shelves[workload.provider].shape(instance_type)
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
        key = (workload.provider, shape.instance_type, workload.region, workload.requirements.operating_system)
        if key not in self._types:
            self._types[key] = self._shelves[workload.provider].read(shape, *key[2:])
        return self._types[key]


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


def _some(names: Sequence[str]) -> str:
    """`m8g.large, m8g.xlarge, m8g.2xlarge and 9 more types`."""
    shown = ", ".join(names[:_NAMED])
    rest = len(names) - _NAMED
    return f"{shown} and {rest} more type{'' if rest == 1 else 's'}" if rest > 0 else shown
