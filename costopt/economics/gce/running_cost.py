"""What a machine of Compute Engine costs a month while it runs, and what is saved by another type.

Every line is one of the units that Google bills, so that commitments for vCPUs and memory can be held against it. Lines
on demand are after sustained use discounts, which come by themselves: without them no saving would be what is paid.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from costopt.economics.gce.costs import LICENCE_FREE
from costopt.economics.gce.licences import licence_price
from costopt.economics.gce.machines import SERVICE, MachineType, extended_memory, machine_type
from costopt.economics.gce.usage import LOCAL_SSD, accelerator_item, device_usage, unit_usage
from costopt.economics.lookups import PriceBook
from costopt.economics.sustained_rates import series_rates, slot_price
from costopt.errors import PriceNotFound
from costopt.model.finding import ComputeUsage, Term
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.price import Price, Purchase, Quality, worst_quality
from costopt.model.resource import Resource
from costopt.model.specs.gce import Accelerator, GceInstance, GceReservation

_PURCHASES = {"standard": Purchase.ON_DEMAND, "spot": Purchase.SPOT}
_SUFFIXES = {Purchase.ON_DEMAND: "", Purchase.SPOT: "_spot"}
_SUD_DIGITS = Decimal("0.000001")
_DISCOUNTED = ("vcpu", "memory", "machine")
"""Variants of usage that may get sustained use discounts, by their series."""


def sustained_share(series: str) -> Decimal:
    """Part of the price on demand that usage at all hours of a month pays after sustained use discounts, 0..1.

    Source: https://cloud.google.com/compute/docs/sustained-use-discounts.

    Args:
        series: such as `n2`.
    """
    rates = series_rates(series)
    return Decimal(1) if rates is None else Decimal(slot_price(1.0, rates)).quantize(_SUD_DIGITS)


def share_paid(used: ComputeUsage) -> Decimal:
    """Part of its price on demand that a usage pays at all hours of a month where no commitment pays for it, 0..1."""
    if used.service != SERVICE or used.variant not in _DISCOUNTED:
        return Decimal(1)
    return sustained_share(used.instance_type.replace("-", "_").partition("_")[0])


def running_terms(machine: Resource, spec: GceInstance, prices: PriceBook) -> tuple[Term, ...]:
    """What is no longer paid when the machine is stopped: vCPUs, memory, GPUs, local SSD. Its disks are still billed.

    Raises:
        PriceNotFound: the price of a unit, or of the licence, is not known; or something else pays for the machine.
    """
    licence = _licence_terms(machine, spec, spec.machine_type, prices)
    return (*_all_terms(machine, spec, _purchase(spec), prices), *licence)


def replacement_terms(machine: Resource, spec: GceInstance, prices: PriceBook, other: MachineType) -> tuple[Term, ...]:
    """The units of the current type, less those of the type that would replace it.

    Raises:
        PriceNotFound: see `running_terms`.
    """
    now = _as_type(machine, spec, machine_type(spec.machine_type), prices)
    then = _as_type(machine, spec, other, prices)
    return (*now, *(replace(term, quantity=-term.quantity) for term in then))


def month_as(machine: Resource, spec: GceInstance, prices: PriceBook, size: MachineType) -> Decimal:
    """Dollars of a month of this machine as another type, bought the same way.

    Raises:
        PriceNotFound: see `running_terms`.
    """
    return sum((term.amount for term in _as_type(machine, spec, size, prices)), Decimal(0))


def _as_type(machine: Resource, spec: GceInstance, size: MachineType, prices: PriceBook) -> tuple[Term, ...]:
    licence = _licence_terms(machine, spec, size.name, prices)
    return (*type_terms(machine, size, _purchase(spec), prices), *licence)


def _licence_terms(machine: Resource, spec: GceInstance, name: str, prices: PriceBook) -> tuple[Term, ...]:
    """The licence of an operating system on a type; it is on demand, however the machine is bought.

    Raises:
        PriceNotFound: its price is not known, or how many vCPUs of a shared core are licensed.
    """
    if spec.platform == LICENCE_FREE:
        return ()
    price, count = licence_price(spec.platform, machine_type(name), machine.region, prices)
    quantity = HOURS_PER_MONTH * count
    return (Term(label=f"licence of {spec.platform}", subject=machine.key, quantity=quantity, price=price),)


def reservation_terms(
    reservation: Resource, spec: GceReservation, machines: Decimal, prices: PriceBook
) -> tuple[Term, ...]:
    """What a reservation costs for machines that nobody starts: what they would cost on demand.

    Sources: https://cloud.google.com/compute/docs/instances/reservations-overview (billing) and
    https://cloud.google.com/compute/docs/instances/reservations-with-commitments: commitments pay for them as well.

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
    terms = _all_terms(reservation, spec, Purchase.ON_DEMAND, prices)
    return tuple(replace(term, quantity=term.quantity * machines) for term in terms)


def type_terms(machine: Resource, size: MachineType, purchase: Purchase, prices: PriceBook) -> tuple[Term, ...]:
    """A month of a machine type, by the units that are billed; in one line where only the price of the whole is known.

    Args:
        machine: whose cost it is.
        size: the type.
        purchase: on demand or spot.
        prices: price book.

    Raises:
        PriceNotFound: neither the price of its units nor of the whole is known.
    """
    try:
        return tuple(_unit_term(machine, size, item, count, purchase, prices) for item, count in size.units(purchase))
    except PriceNotFound:
        whole = _whole_machine(machine, size.name, purchase, prices)
    if purchase is not Purchase.ON_DEMAND or size.extended_gib:
        return (whole,)
    price, label = _after_sustained_use(whole.price, whole.label, size.series)
    return (replace(whole, price=price, label=label),)


def _unit_term(
    machine: Resource, size: MachineType, item: str, count: Decimal, purchase: Purchase, prices: PriceBook
) -> Term:
    price, label = prices.unit(SERVICE, item, machine.region), f"{size.name}: {item.replace('_', ' ')}"
    if purchase is not Purchase.ON_DEMAND:
        return Term(label=label, subject=machine.key, quantity=HOURS_PER_MONTH * count, price=price)
    if item != extended_memory(size.series):
        price, label = _after_sustained_use(price, label, size.series)
    quantity = HOURS_PER_MONTH * count
    return Term(label=label, subject=machine.key, quantity=quantity, price=price, usage=unit_usage(item))


def _after_sustained_use(price: Price, label: str, series: str) -> tuple[Price, str]:
    share = sustained_share(series)
    if share == 1:
        return price, label
    quality = worst_quality([price.quality, Quality.DERIVED])
    return replace(price, amount=price.amount * share, quality=quality), f"{label}, after sustained use discount"


def _all_terms(
    machine: Resource, spec: GceInstance | GceReservation, purchase: Purchase, prices: PriceBook
) -> tuple[Term, ...]:
    """A month of a machine with all that was added to it.

    A type with accelerators in it, or of unknown units, has one price, which is of all that belongs to it.
    """
    name = str(spec.machine_type)
    try:
        size = machine_type(name)
    except PriceNotFound:
        return (_whole_machine(machine, name, purchase, prices),)
    local_ssd_gib = spec.local_ssd_gib - size.local_ssd_gib
    if size.gpus:
        whole = _whole_machine(machine, name, purchase, prices)
        return (whole, *_local_ssd_terms(machine, local_ssd_gib, purchase, prices))
    return (
        *type_terms(machine, size, purchase, prices),
        *_accelerator_terms(machine, spec.accelerators, size.series, purchase, prices),
        *_local_ssd_terms(machine, local_ssd_gib, purchase, prices),
    )


def _accelerator_terms(
    machine: Resource, gpus: Iterable[Accelerator], series: str, purchase: Purchase, prices: PriceBook
) -> Iterator[Term]:
    """GPUs that were added. Those of N1 get its sustained use discount (the page above: GPU devices)."""
    for gpu in gpus:
        price = prices.unit(SERVICE, accelerator_item(gpu) + _SUFFIXES[purchase], machine.region)
        label, quantity = gpu.accelerator_type, HOURS_PER_MONTH * gpu.count
        if purchase is Purchase.ON_DEMAND:
            price, label = _after_sustained_use(price, label, series)
        usage = device_usage(accelerator_item(gpu)) if purchase is Purchase.ON_DEMAND else None
        yield Term(label=label, subject=machine.key, quantity=quantity, price=price, usage=usage)


def _local_ssd_terms(machine: Resource, gib: int, purchase: Purchase, prices: PriceBook) -> Iterator[Term]:
    if gib > 0:
        price = prices.unit(SERVICE, f"{LOCAL_SSD}{_SUFFIXES[purchase]}", machine.region)
        usage = device_usage(LOCAL_SSD) if purchase is Purchase.ON_DEMAND else None
        yield Term(label="local SSD", subject=machine.key, quantity=Decimal(gib), price=price, usage=usage)


def _whole_machine(machine: Resource, name: str, purchase: Purchase, prices: PriceBook) -> Term:
    price = prices.instance(SERVICE, name, machine.region, variant=LICENCE_FREE, purchase=purchase)
    on_demand = purchase is Purchase.ON_DEMAND
    usage = ComputeUsage(service=SERVICE, instance_type=name, variant="machine") if on_demand else None
    return Term(label=name, subject=machine.key, quantity=HOURS_PER_MONTH, price=price, usage=usage)


def _purchase(spec: GceInstance) -> Purchase:
    """How the machine is bought.

    Raises:
        PriceNotFound: its node is paid as a whole, or it is bought otherwise.
    """
    if spec.sole_tenant:
        raise PriceNotFound(f"gce {spec.machine_type} on a sole-tenant node, which is paid as a whole")
    if spec.provisioning_model not in _PURCHASES:
        raise PriceNotFound(f"gce {spec.machine_type} bought as {spec.provisioning_model}")
    return _PURCHASES[spec.provisioning_model]
