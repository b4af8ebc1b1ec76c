"""Types of Compute Engine at the prices of each way to buy them.

Google states neither how often spot machines of a type are preempted nor that it will start them: what is not known of
an interruption is taken at its worst, as it is of AWS.
Source: https://cloud.google.com/compute/docs/instances/spot (availability, preemption).
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from costopt.economics.gce.costs import LICENCE_FREE
from costopt.economics.gce.flexible_commitments import flexible_discount
from costopt.economics.gce.machines import SERVICE, MachineType, custom_types, machine_type, predefined_types
from costopt.economics.gce.series import CUSTOM_RULES
from costopt.economics.lookups import PriceBook
from costopt.errors import PriceNotFound
from costopt.model.price import Price, Purchase
from costopt.model.shape import Shape
from costopt.model.workload import Requirements, Workload, WorkloadKind
from costopt.optimizer.sizing.machines import BilledPart
from costopt.pipeline.planning.google_machine import machine_on_offer, shape_of
from costopt.pipeline.planning.workloads.offered_type import OfferedType

_YEARS = (1, 3)
_WORKERS = (2, 4, 8, 16)
"""vCPUs of the custom types that fleets may have: other numbers cost the same for a vCPU."""


class GoogleShelf:
    """Looks up machine types and prices of Compute Engine."""

    def __init__(self, book: PriceBook, *, spot_prices: Mapping[str, Decimal], horizon_months: int) -> None:
        """A shelf.

        Args:
            book: prices.
            spot_prices: dollars an hour that the user gives, by type.
            horizon_months: commitments with longer terms are not looked at.
        """
        self._book, self._given = book, spot_prices
        self._years = tuple(years for years in _YEARS if 12 * years <= horizon_months)
        self._regions: dict[str, Sequence[Shape]] = {}

    def shapes(self, workload: Workload) -> Sequence[Shape]:
        """Types with a price in the workload's region, and custom ones that are cut to machines and workers of fleets.

        Shared cores are left out: how long they sustain what is not published for each load.
        """
        region = workload.region
        if region not in self._regions:
            types = (size for size in predefined_types() if not size.shared_core)
            self._regions[region] = [shape_of(size) for size in types if self._sold(size, region)]
        known = self._regions[region]
        tailored = _TAILORED.get(workload.kind)
        if not known or tailored is None or workload.requirements.gpus or workload.requirements.local_disk_gib:
            return known
        return [*known, *(shape_of(size) for size in tailored(workload.requirements))]

    def shape(self, instance_type: str) -> Shape:
        """A type by name.

        Raises:
            PriceNotFound: there is no such type.
        """
        return shape_of(machine_type(instance_type))

    def read(self, shape: Shape, region: str, system: str) -> OfferedType | None:
        """A type with its prices, None where none is known on demand, as with a licensed operating system."""
        size = machine_type(shape.instance_type)
        if system != LICENCE_FREE:
            return None
        try:
            machine = machine_on_offer(size, region, self._book)
        except PriceNotFound:
            return None
        given = self._given.get(size.name)
        spot = self._spot(size, region) if given is None else None
        return OfferedType(
            shape=shape,
            on_demand=machine.hourly,
            committed=min(machine.hourly, sum((self._least(part, region) for part in machine.parts), Decimal(0))),
            spot=spot.amount if spot is not None else given,
            spot_estimated=spot is not None and spot.quality.rank > 0,
            interruption=None,
            service=SERVICE,
            parts=machine.parts,
        )

    def _sold(self, size: MachineType, region: str) -> bool:
        try:
            machine_on_offer(size, region, self._book)
        except PriceNotFound:
            return False
        return True

    def _spot(self, size: MachineType, region: str) -> Price | None:
        try:
            return self._book.instance(SERVICE, size.name, region, variant=LICENCE_FREE, purchase=Purchase.SPOT)
        except PriceNotFound:
            return None

    def _least(self, part: BilledPart, region: str) -> Decimal:
        """Dollars an hour of a part under the commitment with the lowest rate; on demand where none pays for it."""
        return min((part.hourly, *self._committed(part, region)))

    def _committed(self, part: BilledPart, region: str) -> Iterator[Decimal]:
        if part.variant not in ("vcpu", "memory"):
            return
        for years in self._years:
            flexible = flexible_discount(part.family, years)
            if flexible is not None:
                yield part.hourly * (1 - flexible)
            try:
                full = self._book.unit(SERVICE, part.instance_type, region).amount
                rate = self._book.unit(SERVICE, f"{part.family}_{part.variant}_cud_{years}y", region).amount
            except PriceNotFound:
                continue
            yield part.hourly * rate / full


def _of_one_machine(needs: Requirements) -> Iterator[MachineType]:
    """The smallest custom types with what one machine needs, but for those that are a size of Google's own."""
    own = {(size.series, size.vcpu, size.memory_gib) for size in predefined_types()}
    for series in CUSTOM_RULES:
        sizes = custom_types(series, max(math.ceil(needs.vcpu or 0), 1), Decimal(str(needs.memory_gib or 0)))
        yield from (size for size in sizes if (series, size.vcpu, size.memory_gib) not in own)


def _of_workers(needs: Requirements) -> Iterator[MachineType]:
    """Custom types with memory in proportion to the vCPUs of a whole fleet: equal workers then waste neither."""
    if not needs.vcpu or not needs.memory_gib:
        return
    each = Decimal(str(needs.memory_gib)) / Decimal(str(needs.vcpu))
    for series, rule in CUSTOM_RULES.items():
        for vcpu in _WORKERS:
            if vcpu in rule.vcpu and each <= rule.most_gib:
                yield from custom_types(series, vcpu, each * vcpu)


_TAILORED: Mapping[WorkloadKind, Callable[[Requirements], Iterator[MachineType]]] = {
    WorkloadKind.MACHINES: _of_one_machine,
    WorkloadKind.FLEET: _of_workers,
}
