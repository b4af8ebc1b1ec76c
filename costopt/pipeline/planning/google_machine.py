"""Machine types of Compute Engine as the optimizer takes them: what they offer, and the units they are billed as."""

from decimal import Decimal
from typing import Final

from costopt.economics.gce.candidates import GENERAL_SERIES, disk_limits_of_machine, egress_gbps
from costopt.economics.gce.costs import LICENCE_FREE
from costopt.economics.gce.machines import SERVICE, MachineType
from costopt.economics.gce.running_cost import sustained_share
from costopt.economics.gce.usage import unit_usage
from costopt.economics.lookups import PriceBook
from costopt.economics.usage_items import usage_item
from costopt.errors import PriceNotFound
from costopt.model.shape import Shape
from costopt.optimizer.sizing.machines import BilledPart, Machine

_GPU_MEMORY_GIB: Final = {"l4": 24, "a100": 40, "a100_80gb": 80, "h100_80gb": 80, "h100_80gb_mega": 80}
"""Of one accelerator. Source: https://cloud.google.com/compute/docs/gpus."""

_DISCOUNTED: Final = ("vcpu", "memory", "machine")
"""Units that get sustained use discounts, where their series has any; extended memory gets none."""

_OLD: Final = ("f1", "g1", "n1", "m1", "m2")
"""Series of an earlier generation than those that Google recommends for the same work.
Source: https://cloud.google.com/compute/docs/machine-resource (machine series by generation)."""


def machine_on_offer(size: MachineType, region: str, book: PriceBook) -> Machine:
    """A type as the optimizer takes it. Its price is after sustained use discounts, that of its parts before.

    Args:
        size: the type.
        region: such as `europe-west4`.
        book: price book.

    Raises:
        PriceNotFound: neither the price of its units nor that of the whole is known.
    """
    parts = parts_of(size, region, book)
    share = sustained_share(size.series)
    paid = (part.hourly * (share if part.variant in _DISCOUNTED else 1) for part in parts)
    return Machine(
        shape=shape_of(size),
        region=region,
        hourly=sum(paid, Decimal(0)),
        platform=LICENCE_FREE,
        provider="gcp",
        parts=parts,
    )


def parts_of(size: MachineType, region: str, book: PriceBook) -> tuple[BilledPart, ...]:
    """What commitments see of a machine: its vCPUs and its memory.

    One with accelerators is seen as a whole, which no commitment here pays for, and so is one whose units have no price
    of their own (T2A, T2D, H3).

    Raises:
        PriceNotFound: neither the price of its units nor that of the whole is known.
    """
    if not size.gpus:
        try:
            return tuple(
                _part(item, book.unit(SERVICE, item, region).amount, count, region) for item, count in size.units()
            )
        except PriceNotFound:
            pass
    whole = book.instance(SERVICE, size.name, region, variant=LICENCE_FREE).amount
    return (_part(size.name, whole, Decimal(1), region),)


def _part(item: str, price: Decimal, count: Decimal, region: str) -> BilledPart:
    usage = unit_usage(item)
    return BilledPart(
        service=SERVICE,
        family=usage_item(("", (region, usage))).family,
        variant=usage.variant,
        instance_type=item,
        hourly=price * count,
        units=count,
    )


def shape_of(size: MachineType) -> Shape:
    """What a type offers. Of series whose disks were not looked up, their pace is not stated."""
    iops, mibps = disk_limits_of_machine(size) if size.series in GENERAL_SERIES else (None, None)
    return Shape(
        instance_type=size.name,
        family=size.series,
        vcpu=size.vcpu,
        memory_gib=float(size.memory_gib),
        architectures=(size.architecture,),
        current_generation=size.series not in _OLD,
        burstable=size.shared_core,
        bare_metal=False,
        gpu_count=size.gpus,
        gpu_name=size.gpu_name.upper() if size.gpu_name else None,
        gpu_memory_gib=_gpu_memory(size),
        local_disk_gib=float(size.local_ssd_gib),
        network_gbps=egress_gbps(size),
        ebs_baseline_mibps=mibps,
        ebs_baseline_iops=iops,
    )


def _gpu_memory(size: MachineType) -> float | None:
    each = _GPU_MEMORY_GIB.get(size.gpu_name or "")
    return None if each is None else float(each * size.gpus)
