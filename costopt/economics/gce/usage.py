"""What a running machine of Compute Engine uses that a commitment may pay for."""

from decimal import Decimal

from costopt.economics.gce.machines import SERVICE, machine_type
from costopt.errors import PriceNotFound
from costopt.model.finding import ComputeUsage
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.specs.gce import Accelerator, GceInstance, GceReservation

GPU, LOCAL_SSD = "gpu", "local_ssd"
"""Variants of usage of devices, which the items of the price book name as they are."""
DEVICES = (GPU, LOCAL_SSD)
"""What is committed without a series: GPUs by their type, local SSD in GiB."""

_RESOURCES = ("vcpu", "extended_memory", "memory")


def machine_usages(spec: GceInstance) -> tuple[tuple[ComputeUsage, Decimal], ...]:
    """Units that the machine takes now and that are paid on demand, with how many of each.

    A type with accelerators, which no plan here commits to, and one whose units are not known, is one unit by its own
    name; where that has no price, it is named as left out.
    Spot machines, those on sole-tenant nodes and those that stand still have none.
    """
    return _type_usages(spec.machine_type) if _paid_on_demand(spec) else ()


def reserved_usages(spec: GceReservation) -> tuple[tuple[ComputeUsage, Decimal], ...]:
    """Units of the machines that a reservation holds and that nobody has started, with how many of each.

    They are billed, and paid for by commitments, like those of running machines.
    Source: https://cloud.google.com/compute/docs/instances/reservations-with-commitments.
    """
    unused = _unused(spec)
    if spec.machine_type is None or not unused:
        return ()
    return tuple((usage, count * unused) for usage, count in _type_usages(spec.machine_type))


def whole_usages(spec: GceInstance | GceReservation) -> tuple[tuple[ComputeUsage, Decimal], ...]:
    """The same machines as units by the name of their type, as they are priced where their vCPUs and memory are not."""
    machines = _machines(spec)
    if spec.machine_type is None or not machines:
        return ()
    return ((ComputeUsage(service=SERVICE, instance_type=spec.machine_type, variant="machine"), Decimal(machines)),)


def device_usages(spec: GceInstance | GceReservation) -> tuple[tuple[ComputeUsage, Decimal], ...]:
    """GPUs that were added, in hours, and local SSD, in GiB, a month; what belongs to the type is no unit of its own.

    Of a reservation those of the machines that nobody has started.
    """
    machines = _machines(spec)
    if spec.machine_type is None or not machines:
        return ()
    try:
        size = machine_type(spec.machine_type)
    except PriceNotFound:
        return ()  # its price is that of all that belongs to it
    gpus = () if size.gpus else spec.accelerators
    used = [(device_usage(accelerator_item(gpu)), HOURS_PER_MONTH * gpu.count * machines) for gpu in gpus]
    added_gib = spec.local_ssd_gib - size.local_ssd_gib
    if added_gib > 0:
        used.append((device_usage(LOCAL_SSD), Decimal(added_gib * machines)))
    return tuple(used)


def _machines(spec: GceInstance | GceReservation) -> int:
    return _unused(spec) if isinstance(spec, GceReservation) else int(_paid_on_demand(spec))


def _paid_on_demand(spec: GceInstance) -> bool:
    return spec.running and spec.provisioning_model == "standard" and not spec.sole_tenant


def _unused(spec: GceReservation) -> int:
    """Machines that nobody has started; none where it is not known how many were."""
    if spec.status != "READY" or spec.in_use_count is None:
        return 0
    return max(0, (spec.count or 0) - spec.in_use_count)


def _type_usages(name: str) -> tuple[tuple[ComputeUsage, Decimal], ...]:
    try:
        machine = machine_type(name)
    except PriceNotFound:
        machine = None
    units = ((name, Decimal(1)),) if machine is None or machine.gpus else machine.units()
    return tuple((unit_usage(item), count) for item, count in units)


def unit_usage(item: str) -> ComputeUsage:
    """Usage of an item of the price book, such as `n2_custom_vcpu`."""
    resource = next((name for name in _RESOURCES if item.endswith(f"_{name}")), "machine")
    return ComputeUsage(service=SERVICE, instance_type=item, variant=resource)


def device_usage(item: str) -> ComputeUsage:
    """Usage of `local_ssd` or of a GPU such as `gpu_t4`."""
    return ComputeUsage(service=SERVICE, instance_type=item, variant=LOCAL_SSD if item == LOCAL_SSD else GPU)


def committed_family(used: ComputeUsage) -> str:
    """What commitments are bought by: the series of vCPUs and memory, such as `n2`, and devices by their own item."""
    return used.instance_type if used.variant in DEVICES else used.instance_type.partition("_")[0]


def accelerator_item(gpu: Accelerator) -> str:
    """Item of the price book of an accelerator, such as `gpu_t4` of `nvidia-tesla-t4`."""
    name = gpu.accelerator_type.removeprefix("nvidia-").removeprefix("tesla-")
    return f"gpu_{name.replace('-', '_')}"
