"""What a machine of Compute Engine costs a month while it runs, and what is saved by another type.

Every line is one of the units that Google bills, so that commitments for vCPUs and memory can be held against it. Lines
on demand are after sustained use discounts, which come by themselves: without them no saving would be what is paid.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from costopt.economics.gce.costs import LICENCE_FREE
from costopt.economics.gce.machines import SERVICE, MachineType, extended_memory, machine_type
from costopt.economics.gce.usage import unit_usage
from costopt.economics.lookups import PriceBook
from costopt.economics.sustained_use import series_rates, slot_price
from costopt.errors import PriceNotFound
from costopt.model.finding import ComputeUsage, Term
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.price import Price, Purchase, Quality, worst_quality
from costopt.model.resource import Resource
from costopt.model.specs.gce import Accelerator, GceInstance, GceReservation

_PURCHASES = {"standard": Purchase.ON_DEMAND, "spot": Purchase.SPOT}
_SUFFIXES = {Purchase.ON_DEMAND: "", Purchase.SPOT: "_spot"}
_SUD_DIGITS = Decimal("0.000001")


def sustained_share(series: str) -> Decimal:
    """Part of the price on demand that usage at all hours of a month pays after sustained use discounts, 0..1.

    Source: https://cloud.google.com/compute/docs/sustained-use-discounts.

    Args:
        series: such as `n2`.
    """
    rates = series_rates(series)
    return Decimal(1) if rates is None else Decimal(slot_price(1.0, rates)).quantize(_SUD_DIGITS)


def running_terms(machine: Resource, spec: GceInstance, prices: PriceBook) -> tuple[Term, ...]:
    """What is no longer paid when the machine is stopped: vCPUs, memory, GPUs, local SSD. Its disks are still billed.

    Raises:
        PriceNotFound: the price of a unit, or of the licence, is not known; or something else pays for the machine.
    """
    purchase = _purchase(spec)
    try:
        size = machine_type(spec.machine_type)
    except PriceNotFound:
        return _whole_machine(machine, spec, purchase, prices)
    return (
        *type_terms(machine, size, purchase, prices),
        *_added_terms(machine, size, purchase, prices, spec.accelerators, spec.local_ssd_gib),
    )


def replacement_terms(machine: Resource, spec: GceInstance, prices: PriceBook, other: MachineType) -> tuple[Term, ...]:
    """The units of the current type, less those of the type that would replace it.

    Raises:
        PriceNotFound: see `running_terms`.
    """
    purchase = _purchase(spec)
    now = type_terms(machine, machine_type(spec.machine_type), purchase, prices)
    then = type_terms(machine, other, purchase, prices)
    return (*now, *(replace(term, quantity=-term.quantity) for term in then))


def month_as(machine: Resource, spec: GceInstance, prices: PriceBook, size: MachineType) -> Decimal:
    """Dollars of a month of this machine as another type, bought the same way.

    Raises:
        PriceNotFound: see `running_terms`.
    """
    return sum((term.amount for term in type_terms(machine, size, _purchase(spec), prices)), Decimal(0))


def reservation_terms(
    reservation: Resource, spec: GceReservation, machines: Decimal, prices: PriceBook
) -> tuple[Term, ...]:
    """What a reservation costs for machines that nobody starts: what they would cost on demand.

    Commitments pay for running machines first, so that these lines are not held against them.
    Source: https://cloud.google.com/compute/docs/instances/reservations-overview (billing).

    Args:
        reservation: whose cost it is.
        spec: its specification.
        machines: how many of it are not used.
        prices: price book.

    Raises:
        PriceNotFound: the price of a unit is not known, or the reservation names no type.
    """
    if spec.machine_type is None:
        raise PriceNotFound("machine type of the reservation")
    size, bought = machine_type(spec.machine_type), Purchase.ON_DEMAND
    terms = (
        *type_terms(reservation, size, bought, prices),
        *_added_terms(reservation, size, bought, prices, spec.accelerators, spec.local_ssd_gib),
    )
    return tuple(replace(term, quantity=term.quantity * machines, usage=None) for term in terms)


def type_terms(machine: Resource, size: MachineType, purchase: Purchase, prices: PriceBook) -> tuple[Term, ...]:
    """A month of a machine type, by the units that are billed.

    Args:
        machine: whose cost it is.
        size: the type.
        purchase: on demand or spot.
        prices: price book.

    Raises:
        PriceNotFound: the price of a unit is not known, or the type is not sold like that.
    """
    return tuple(_unit_term(machine, size, item, count, purchase, prices) for item, count in size.units(purchase))


def _unit_term(
    machine: Resource, size: MachineType, item: str, count: Decimal, purchase: Purchase, prices: PriceBook
) -> Term:
    price, label = prices.unit(SERVICE, item, machine.region), f"{size.name}: {item.replace('_', ' ')}"
    if purchase is not Purchase.ON_DEMAND:
        return Term(label=label, subject=machine.key, quantity=HOURS_PER_MONTH * count, price=price)
    if item != extended_memory(size.series):
        price, label = _after_sustained_use(price, label, size.series)
    # No commitment that is known here pays for a type with accelerators in it, by its units.
    usage = None if size.gpus else unit_usage(item)
    return Term(label=label, subject=machine.key, quantity=HOURS_PER_MONTH * count, price=price, usage=usage)


def _after_sustained_use(price: Price, label: str, series: str) -> tuple[Price, str]:
    share = sustained_share(series)
    if share == 1:
        return price, label
    quality = worst_quality([price.quality, Quality.DERIVED])
    return replace(price, amount=price.amount * share, quality=quality), f"{label}, after sustained use discount"


def _added_terms(
    machine: Resource,
    size: MachineType,
    purchase: Purchase,
    prices: PriceBook,
    accelerators: Iterable[Accelerator],
    local_ssd_gib: int,
) -> Iterator[Term]:
    """GPUs and local SSD that do not belong to the type. GPUs of N1 get its sustained use discount (the page above)."""
    for gpu in () if size.gpus else accelerators:
        price = prices.unit(SERVICE, accelerator_item(gpu) + _SUFFIXES[purchase], machine.region)
        label, quantity = gpu.accelerator_type, HOURS_PER_MONTH * gpu.count
        if purchase is Purchase.ON_DEMAND:
            price, label = _after_sustained_use(price, label, size.series)
        yield Term(label=label, subject=machine.key, quantity=quantity, price=price)
    added = local_ssd_gib - size.local_ssd_gib
    if added > 0:
        price = prices.unit(SERVICE, f"local_ssd{_SUFFIXES[purchase]}", machine.region)
        yield Term(label="local SSD", subject=machine.key, quantity=Decimal(added), price=price)


def accelerator_item(gpu: Accelerator) -> str:
    """Item of the price book of an accelerator, such as `gpu_t4` of `nvidia-tesla-t4`."""
    name = gpu.accelerator_type.removeprefix("nvidia-").removeprefix("tesla-")
    return f"gpu_{name.replace('-', '_')}"


def _whole_machine(machine: Resource, spec: GceInstance, purchase: Purchase, prices: PriceBook) -> tuple[Term, ...]:
    """A type whose units are not known; a price book may state the whole, what is built into it included."""
    name = spec.machine_type
    price = prices.instance(SERVICE, name, machine.region, variant=LICENCE_FREE, purchase=purchase)
    on_demand = purchase is Purchase.ON_DEMAND
    usage = ComputeUsage(service=SERVICE, instance_type=name, variant="machine") if on_demand else None
    return (Term(label=name, subject=machine.key, quantity=HOURS_PER_MONTH, price=price, usage=usage),)


def _purchase(spec: GceInstance) -> Purchase:
    """How the machine is bought.

    Raises:
        PriceNotFound: its operating system is licensed, its node is paid as a whole, or it is bought otherwise.
    """
    if spec.sole_tenant:
        raise PriceNotFound(f"gce {spec.machine_type} on a sole-tenant node, which is paid as a whole")
    if spec.platform != LICENCE_FREE:
        raise PriceNotFound(f"licence of {spec.platform} on gce {spec.machine_type}")
    if spec.provisioning_model not in _PURCHASES:
        raise PriceNotFound(f"gce {spec.machine_type} bought as {spec.provisioning_model}")
    return _PURCHASES[spec.provisioning_model]
