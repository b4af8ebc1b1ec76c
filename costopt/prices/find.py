"""Find instance types by what they must have, cheapest first: `costopt prices find`."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from costopt.economics.lookups import PriceBook
from costopt.errors import PriceNotFound, UsageError
from costopt.model.money import HOURS_PER_MONTH, Money
from costopt.model.price import Price, Purchase
from costopt.model.shape import Shape

OPERATING_SYSTEMS = ("linux", "windows", "rhel", "sles")
"""Variants of EC2 that a refresh can price. Without any price these names mean a gap, others a slip of the pen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What an instance type must have at least."""

    vcpu: int = 1
    """Virtual CPUs."""
    memory_gib: float = 0.0
    """Memory in GiB."""
    gpus: int = 0
    """Accelerators. 0 also leaves out types that have some: nobody pays for a GPU by accident."""
    gpu_name: str | None = None
    """Name of the accelerator, such as `T4` or `Inferentia2`, in any case; None for any."""
    architecture: str | None = None
    """`x86_64` or `arm64`; None for any."""
    burstable: bool = True
    """Whether types with CPU credits will do."""
    bare_metal: bool = False
    """Whether bare metal will do."""
    current_generation: bool = False
    """Whether it must be of the current generation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An instance type that will do, and its price."""

    shape: Shape
    """Its size."""
    region: str
    """Where it is offered."""
    price: Price
    """Price of an hour."""

    @property
    def monthly(self) -> Money:
        """Price of a month of 730 hours."""
        return Money(amount=self.price.amount * HOURS_PER_MONTH, currency=self.price.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Answer of `find_offers`."""

    offers: tuple[Offer, ...]
    """Cheapest first; of the same price, by name."""
    unpriced: tuple[str, ...]
    """Types that would do but have no known price, by name. They are not dear or cheap: they are unknown."""


def find_offers(
    book: PriceBook,
    demand: Demand,
    *,
    region: str,
    regions: Sequence[str],
    operating_system: str = "linux",
    purchase: Purchase = Purchase.ON_DEMAND,
) -> Found:
    """Instance types of a region that meet a demand.

    Args:
        book: prices.
        demand: what it must have.
        region: such as `eu-west-1`.
        regions: all regions of the catalog, to say which name may have been meant.
        operating_system: as in `PriceBook.instance`.
        purchase: how it is bought.

    Raises:
        UsageError: an unknown region or operating system.
    """
    offered = book.offered(region)
    if not offered:
        raise unknown_region(region, regions)
    offers: list[Offer] = []
    unpriced: list[str] = []
    for shape in offered:
        if not meets(shape, demand):
            continue
        try:
            price = book.instance("ec2", shape.instance_type, region, variant=operating_system, purchase=purchase)
        except PriceNotFound:
            unpriced.append(shape.instance_type)
        else:
            offers.append(Offer(shape=shape, region=region, price=price))
    if not offers and operating_system not in OPERATING_SYSTEMS:
        raise UsageError(
            f"no price is known for the operating system {operating_system!r}",
            hint=f"Known names: {', '.join(OPERATING_SYSTEMS)}.",
        )
    offers.sort(key=lambda offer: (offer.price.amount, offer.shape.instance_type))
    return Found(offers=tuple(offers), unpriced=tuple(unpriced))


def meets(shape: Shape, demand: Demand) -> bool:
    """Whether a type will do."""
    if shape.vcpu < demand.vcpu or shape.memory_gib < demand.memory_gib:
        return False
    if not _accelerators_will_do(shape, demand):
        return False
    if demand.architecture is not None and demand.architecture not in shape.architectures:
        return False
    return _kind_will_do(shape, demand)


def _accelerators_will_do(shape: Shape, demand: Demand) -> bool:
    if demand.gpus == 0:
        return shape.gpu_count == 0
    if demand.gpu_name is not None and (shape.gpu_name or "").casefold() != demand.gpu_name.casefold():
        return False
    return shape.gpu_count >= demand.gpus


def _kind_will_do(shape: Shape, demand: Demand) -> bool:
    if shape.burstable and not demand.burstable:
        return False
    if shape.bare_metal and not demand.bare_metal:
        return False
    return shape.current_generation or not demand.current_generation


_REFRESH = "Run `costopt prices refresh`."


def unknown_region(region: str, regions: Sequence[str]) -> UsageError:
    """The error that no type is known in a region, with the names that may have been meant."""
    near = get_close_matches(region, regions, n=3, cutoff=0.5)
    known = ", ".join(sorted(regions))
    hint = f"Did you mean {' or '.join(near)}?" if near else f"Known: {known}." if known else _REFRESH
    return UsageError(f"no instance type is known in region {region!r}", hint=hint)
