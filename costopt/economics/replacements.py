"""Which other types an instance could run on at all, before its load is looked at."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from costopt.economics.ec2_cost import instance_price, worth_changing
from costopt.economics.instance_families import GENERAL_SERIES, family_of, is_accelerated
from costopt.economics.lookups import PriceBook
from costopt.errors import PriceNotFound
from costopt.model.price import Price
from costopt.model.resource import Resource
from costopt.model.shape import Shape
from costopt.model.specs.ec2 import Ec2Instance


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """Another type at its price."""

    shape: Shape
    """What it offers."""
    price: Price
    """Of an hour, for the same operating system and the same way of buying."""


def architecture_of(spec: Ec2Instance, current: Shape) -> str:
    """Architecture that the instance's software is built for."""
    if spec.architecture is not None:
        return spec.architecture
    return "arm64" if current.architectures == ("arm64",) else "x86_64"


def same_kind(current: Shape, other: Shape) -> bool:
    """Whether `other` has the same sort of hardware and is not of an older generation.

    A family on the old Xen hypervisor takes nobody in; who is in it may change the size. (The provider's own mark of
    previous generations is no guide: it is set on m6i and r7g, and not on m5a.) Bare metal stays bare metal,
    accelerators stay the same in name and number, local disk does not shrink, and the series is the same or a general
    one: a machine is not moved to one built round a disk, a Mac or a cluster.
    """
    now, then = family_of(current.instance_type), family_of(other.instance_type)
    if now is None or then is None or other.instance_type == current.instance_type:
        return False
    if then.series != now.series and not {then.series, now.series} <= GENERAL_SERIES:
        return False
    return (
        then.generation >= now.generation
        and (other.hypervisor != "xen" or other.family == current.family)
        and other.bare_metal == current.bare_metal
        and is_accelerated(other.instance_type) == is_accelerated(current.instance_type)
        and (other.gpu_count, other.gpu_name) == (current.gpu_count, current.gpu_name)
        and other.local_disk_gib >= current.local_disk_gib
    )


def same_series(current: Shape, other: Shape) -> bool:
    """Whether `other` is a successor or sister: of the same series, kind of hardware, and not older."""
    now, then = family_of(current.instance_type), family_of(other.instance_type)
    return now is not None and then is not None and now.series == then.series and same_kind(current, other)


def is_newer(current: Shape, other: Shape) -> bool:
    """Whether `other` is of a later generation of the same series."""
    now, then = family_of(current.instance_type), family_of(other.instance_type)
    return same_series(current, other) and now is not None and then is not None and then.generation > now.generation


def same_hypervisor(current: Shape, other: Shape) -> bool:
    """Whether the drivers of the system still fit: a move from Xen to Nitro needs those for ENA and NVMe.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/migrating-latest-types.html.
    """
    return current.hypervisor == other.hypervisor


def cheaper(
    resource: Resource,
    spec: Ec2Instance,
    prices: PriceBook,
    accepts: Callable[[Shape], bool],
    least_monthly: Decimal,
    least_fraction: Decimal,
) -> tuple[Replacement, ...]:
    """Offered types that are accepted and save enough, cheapest first (then by newer generation and by name).

    Args:
        resource: gives the region.
        spec: gives operating system and way of buying.
        prices: price book; a type without a price is left out.
        accepts: whether the instance could run on a shape.
        least_monthly: least saving a month.
        least_fraction: least saving as a share of the current price.

    Raises:
        PriceNotFound: the current type has no price.
    """
    now = instance_price(resource, spec, prices)
    found = []
    for shape in filter(accepts, prices.offered(resource.region)):
        try:
            price = instance_price(resource, spec, prices, shape.instance_type)
        except PriceNotFound:
            continue
        if worth_changing(now.amount, price.amount, least_monthly, least_fraction):
            found.append(Replacement(shape=shape, price=price))
    return tuple(sorted(found, key=_rank))


def _rank(replacement: Replacement) -> tuple[Decimal, int, str]:
    family = family_of(replacement.shape.instance_type)
    return replacement.price.amount, -family.generation if family else 0, replacement.shape.instance_type
