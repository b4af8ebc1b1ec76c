"""Find machine types of Compute Engine by what they must have: `costopt prices find --cloud gcp`.

Beside Google's own sizes the smallest custom type of every series is offered. The cheapest in a whole month comes
first, after sustained use discounts, for these come by themselves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite

from costopt.economics.gce.costs import MachineCosts, machine_costs
from costopt.economics.gce.machines import MachineType, custom_types, predefined_types
from costopt.economics.gce.series import CUSTOM_RULES
from costopt.economics.lookups import PriceBook
from costopt.errors import PriceNotFound, UsageError
from costopt.prices.find import Demand, unknown_region


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineOffer:
    """A machine type that will do, and what it costs."""

    machine: MachineType
    """Its size."""
    region: str
    """Where."""
    costs: MachineCosts
    """What it costs, by the way it is bought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundMachines:
    """Answer of `find_machines`."""

    offers: tuple[MachineOffer, ...]
    """Cheapest month first; of the same price, by name."""
    unpriced: tuple[str, ...]
    """Types that would do but have no known price in the region, by name."""


def find_machines(book: PriceBook, demand: Demand, *, region: str, regions: Sequence[str]) -> FoundMachines:
    """Machine types that meet a demand.

    Args:
        book: prices.
        demand: what it must have. A shared core is not sold as a whole one, so that it counts as burstable.
        region: such as `europe-west4`.
        regions: all regions of Google in the catalog, to say which name may have been meant.

    Raises:
        UsageError: an unknown region, or an amount of memory that is none.
    """
    if region not in regions:
        raise unknown_region(region, regions)
    if not isfinite(demand.memory_gib):
        raise UsageError(f"{demand.memory_gib} GiB of memory cannot be meant", hint="Give a number, such as 16.")
    offers: list[MachineOffer] = []
    unpriced: list[str] = []
    for machine in _candidates(demand):
        try:
            costs = machine_costs(machine, region, book)
        except PriceNotFound:
            unpriced.append(machine.name)
        else:
            offers.append(MachineOffer(machine=machine, region=region, costs=costs))
    offers.sort(key=lambda offer: (offer.costs.month, offer.machine.name))
    return FoundMachines(offers=tuple(offers), unpriced=tuple(sorted(unpriced)))


def _candidates(demand: Demand) -> Iterator[MachineType]:
    for machine in predefined_types():
        if meets(machine, demand):
            yield machine
    for series in CUSTOM_RULES:
        for machine in custom_types(series, demand.vcpu, Decimal(str(demand.memory_gib))):
            if meets(machine, demand):
                yield machine


def meets(machine: MachineType, demand: Demand) -> bool:
    """Whether a type will do."""
    if not _accelerators_will_do(machine, demand):
        return False
    if machine.vcpu < demand.vcpu or machine.memory_gib < Decimal(str(demand.memory_gib)):
        return False
    if machine.shared_core and not demand.burstable:
        return False
    return demand.architecture in (None, machine.architecture)


def _accelerators_will_do(machine: MachineType, demand: Demand) -> bool:
    """Those that belong to a type; nobody pays for one by accident."""
    if not demand.gpus:
        return not machine.gpus
    named = demand.gpu_name is None or demand.gpu_name.casefold() == machine.gpu_name
    return machine.gpus >= demand.gpus and named
