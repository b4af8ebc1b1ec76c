"""What disks, snapshots, images and addresses of Compute Engine cost a month.

Source: https://cloud.google.com/compute/disks-image-pricing and https://cloud.google.com/vpc/network-pricing.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from costopt.economics.gce.machines import SERVICE
from costopt.economics.lookups import PriceBook
from costopt.errors import PriceNotFound
from costopt.model.finding import Term
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.price import Price, Quality
from costopt.model.resource import Resource
from costopt.model.specs.persistent_disks import DiskSnapshot, GceImage, PersistentDisk

_GIB = Decimal(1024**3)
_BILLS_OPERATIONS = ("pd-extreme", "hyperdisk-extreme", "hyperdisk-balanced", "hyperdisk-balanced-high-availability")
"""Types that bill provisioned operations apart from the capacity."""
_BILLS_THROUGHPUT = ("hyperdisk-throughput", "hyperdisk-balanced", "hyperdisk-ml")
INCLUDED = {("hyperdisk-balanced", "iops"): 3_000, ("hyperdisk-balanced", "throughput"): 140}
"""What comes with the capacity of a type, operations and MiB a second: only more is billed.
Source: https://cloud.google.com/compute/docs/disks/hd-types/hyperdisk-balanced (baseline performance)."""


def disk_terms(disk: Resource, spec: PersistentDisk, prices: PriceBook) -> tuple[Term, ...]:
    """The monthly cost of a disk: capacity, and what is provisioned beside it.

    Args:
        disk: whose cost it is.
        spec: what to price; may differ from `disk.spec` to price what the disk could become.
        prices: price book.

    Raises:
        PriceNotFound: one of the prices is not known in the region, or a storage pool pays for the capacity.
    """
    if spec.storage_pool is not None:
        raise PriceNotFound(f"share of storage pool {spec.storage_pool} that the disk takes")
    return tuple(_disk_terms(disk, spec, prices))


def _disk_terms(disk: Resource, spec: PersistentDisk, prices: PriceBook) -> Iterator[Term]:
    item = spec.disk_type.replace("-", "_")
    copies = "regional " if spec.regional else ""
    price = _regional(prices, item, disk.region) if spec.regional else prices.unit(SERVICE, item, disk.region)
    yield Term(label=f"{copies}{spec.disk_type}", subject=disk.key, quantity=Decimal(spec.size_gib), price=price)
    provisioned = (
        (_BILLS_OPERATIONS, "iops", spec.provisioned_iops),
        (_BILLS_THROUGHPUT, "throughput", spec.provisioned_throughput_mibps),
    )
    for billed, what, amount in provisioned:
        if spec.disk_type in billed:
            rate = prices.unit(SERVICE, f"{item}_{what}", disk.region)
            if amount is None:
                raise PriceNotFound(f"provisioned {what} of a {spec.disk_type} disk")
            more = max(amount - INCLUDED.get((spec.disk_type, what), 0), 0)
            yield Term(label=f"{spec.disk_type} {what}", subject=disk.key, quantity=Decimal(more), price=rate)


def _regional(prices: PriceBook, item: str, region: str) -> Price:
    """A disk that is kept in two zones; twice the zonal price where only that is known.

    Twice is exact for SSDs, and for the others in 36 and 41 of the 43 regions of gcosts' list of 2026-07-30.
    Source: https://github.com/Cyclenerd/google-cloud-pricing-cost-calculator.
    """
    try:
        return prices.unit(SERVICE, f"{item}_regional", region)
    except PriceNotFound:
        zonal = prices.unit(SERVICE, item, region)
        return replace(zonal, amount=zonal.amount * 2, quality=Quality.ESTIMATE)


def snapshot_terms(snapshot: Resource, spec: DiskSnapshot, prices: PriceBook) -> tuple[Term, ...]:
    """The bytes that a snapshot is billed for; of an unsettled one its disk's size, the most that it can be.

    Raises:
        PriceNotFound: no price where it is kept.
    """
    item = "snapshot" if spec.snapshot_type == "STANDARD" else f"snapshot_{spec.snapshot_type.lower()}"
    price = prices.unit(SERVICE, item, _place(spec.locations, snapshot.region))
    size = Decimal(spec.disk_size_gib) if spec.storage_bytes is None else Decimal(spec.storage_bytes) / _GIB
    if spec.storage_bytes is None:
        price = replace(price, quality=Quality.ESTIMATE)
    return (Term(label="snapshot storage", subject=snapshot.key, quantity=size, price=price),)


def image_terms(image: Resource, spec: GceImage, prices: PriceBook) -> tuple[Term, ...]:
    """The bytes of a custom image.

    Raises:
        PriceNotFound: no price where it is kept, or its size is not known.
    """
    if spec.archive_size_bytes is None:
        raise PriceNotFound("stored size of the image")
    price = prices.unit(SERVICE, "image", _place(spec.locations, image.region))
    size = Decimal(spec.archive_size_bytes) / _GIB
    return (Term(label="image storage", subject=image.key, quantity=size, price=price),)


def unused_address_terms(address: Resource, prices: PriceBook) -> tuple[Term, ...]:
    """The hours of a static external address that nothing uses.

    Raises:
        PriceNotFound: no price in the region.
    """
    return _address_terms(address, "address_unused", "unused external address", prices)


def held_address_terms(address: Resource, prices: PriceBook, *, spot: bool) -> tuple[Term, ...]:
    """The hours of a static external address that a machine holds: it is in use, whether the machine runs or not.

    Source: https://cloud.google.com/compute/docs/ip-addresses/reserve-static-external-ip-address.

    Args:
        address: whose cost it is.
        prices: price book.
        spot: whether only spot machines hold it.

    Raises:
        PriceNotFound: no price in the region.
    """
    item = "address_in_use_spot" if spot else "address_in_use"
    return _address_terms(address, item, "external address of a machine", prices)


def _address_terms(address: Resource, item: str, label: str, prices: PriceBook) -> tuple[Term, ...]:
    price = prices.unit(SERVICE, item, address.region)
    return (Term(label=label, subject=address.key, quantity=HOURS_PER_MONTH, price=price),)


def _place(locations: tuple[str, ...], region: str) -> str:
    """Where bytes are kept: one region or multi-region, else where the resource is listed."""
    return locations[0] if len(locations) == 1 else region
