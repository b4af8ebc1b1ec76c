"""Components of machines of Google Cloud, whoever starts them: the type, what is added to it, what it is discounted.

Sources: https://cloud.google.com/compute/vm-instance-pricing, https://cloud.google.com/compute/gpus-pricing
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from costopt.economics.gce.costs import LICENCE_FREE
from costopt.economics.gce.machines import SERVICE, MachineType, machine_type
from costopt.economics.gce.usage import accelerator_item
from costopt.economics.sustained_rates import series_rates, slot_price
from costopt.errors import PriceNotFound
from costopt.model.price import Purchase
from costopt.model.specs.gce import Accelerator
from costopt.model.terraform_cost import Component, InstanceRate, NoRate, Rate, UnitRate
from costopt.terraform.cost.lines import MONTH, line
from costopt.terraform.cost.reading import NotKnown, Section
from costopt.terraform.cost.usage import Usage

_CUSTOM = re.compile(r"(?:(?P<family>[a-z0-9]+)-)?custom-(?P<vcpu>\d+)-(?P<mib>\d+)(?:-ext)?")
_ACCELERATOR = re.compile(r"nvidia-(?:(?P<line>tesla)-)?(?P<model>[\w-]+)")
_LICENSED = re.compile(r"windows|\bsql-|rhel|sles", re.IGNORECASE)
_WINDOWS = re.compile(r"^(?!.*sql).*windows", re.IGNORECASE | re.DOTALL)
"""SQL Server has a licence of its own beside that of Windows."""
_SHARE_DIGITS = Decimal("0.000001")
_GPU_SERIES = "n1"
"""Series whose sustained use discounts GPUs get too, when they are added to it.
Source: https://cloud.google.com/compute/docs/sustained-use-discounts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machines:
    """Some machines of one type, all of them in use for the same part of a month."""

    type: str
    """Machine type."""
    count: Decimal
    """How many."""
    hours: Decimal = MONTH
    """Hours a month that each runs."""
    is_spot: bool = False
    """Whether they are given away to whoever pays."""

    @property
    def suffix(self) -> str:
        """End of the items of the price book that they are billed by."""
        return "_spot" if self.is_spot else ""

    @property
    def bought(self) -> str:
        """How they are bought, in the words of the lines."""
        return "preemptible" if self.is_spot else "on-demand"

    @property
    def size(self) -> MachineType | None:
        """What is known of the type."""
        try:
            return machine_type(self.type)
        except PriceNotFound:
            return None

    @property
    def share(self) -> Decimal:
        """Part of the price on demand that is paid after sustained use discounts, which come by themselves."""
        size = self.size
        return Decimal(1) if self.is_spot or size is None else _sustained_share(size.series, self.hours)


def machines_of(machine: str, usage: Usage, count: Decimal, *, is_spot: bool) -> Machines:
    """Machines as a usage file says that they run; all of the month where it says nothing."""
    hours = usage.number("monthly_hrs")
    return Machines(type=machine, count=count, hours=MONTH if hours is None else hours, is_spot=is_spot)


def machine_lines(machines: Machines) -> Iterator[Component]:
    """Their vCPUs and memory, without disks.

    Raises:
        NotKnown: a custom type does not say its size.
    """
    quantity = machines.hours * machines.count
    if "custom" in machines.type:
        yield from _custom_lines(machines, quantity)
        return
    purchase = Purchase.SPOT if machines.is_spot else Purchase.ON_DEMAND
    rate = InstanceRate(service=SERVICE, instance_type=machines.type, variant=LICENCE_FREE, purchase=purchase)
    yield line(
        f"Instance usage (Linux/UNIX, {machines.bought}, {machines.type})", quantity, "hours", rate, per=machines.share
    )


def _custom_lines(machines: Machines, quantity: Decimal) -> Iterator[Component]:
    matched = _CUSTOM.fullmatch(machines.type)
    if matched is None:
        raise NotKnown(f"the size of the machine type {machines.type!r} is not known")
    family, gib = (matched["family"] or "n1").upper(), f"{Decimal(matched['mib']) / 1024:f}"
    size = machines.size
    if size is None:
        unknown = NoRate(reason=f"no custom machine type {machines.type} is known")
        units: list[tuple[Rate, Decimal]] = [(unknown, Decimal(1)), (unknown, Decimal(1))]
    else:
        purchase = Purchase.SPOT if machines.is_spot else Purchase.ON_DEMAND
        units = [(UnitRate(service=SERVICE, item=item), amount) for item, amount in size.units(purchase)]
    names = (
        f"Custom instance CPU (Linux/UNIX, {machines.bought}, {family} {matched['vcpu']} vCPUs)",
        f"Custom Instance RAM (Linux/UNIX, {machines.bought}, {family} {gib} GB)",
        f"Custom Instance extended RAM (Linux/UNIX, {machines.bought}, {family})",
    )
    shares = (machines.share, machines.share, Decimal(1))  # extended memory is not discounted
    for name, share, (rate, amount) in zip(names, shares, units, strict=False):
        yield line(name, quantity, "hours", rate, per=amount * share)


def accelerator_lines(section: Section, machines: Machines) -> Iterator[Component]:
    """Graphics processors that are added to the machines.

    Raises:
        NotKnown: an argument is not known.
    """
    size = machines.size
    share = machines.share if size is not None and size.series == _GPU_SERIES else Decimal(1)
    for block in section.blocks("guest_accelerator"):
        kind, many = block.text("type"), block.number("count")
        if many is None:
            raise NotKnown(f"{block.place('count')} is not known")
        if not many:
            continue
        matched = _ACCELERATOR.fullmatch(kind)
        words = ["NVIDIA", *(["Tesla"] if matched and matched["line"] else [])]
        words.append(matched["model"].upper() if matched else kind)
        item = accelerator_item(Accelerator(accelerator_type=kind, count=1)) + machines.suffix
        quantity = machines.hours * many * machines.count
        name = f"{' '.join(words)} ({machines.bought})"
        yield line(name, quantity, "hours", UnitRate(service=SERVICE, item=item), per=share)


def licence_lines(image: str, machines: Machines) -> Iterator[Component]:
    """What an image's operating system costs beside the machine; nothing for those that are free.

    Source: https://cloud.google.com/compute/disks-image-pricing#premiumimages.
    """
    if not _LICENSED.search(image):
        return
    size, quantity = machines.size, machines.hours * machines.count
    if _WINDOWS.search(image) and size is not None and not size.shared_core:
        rate = UnitRate(service=SERVICE, item="licence_windows_vcpu")
        yield line("Licence of Windows Server", quantity * size.vcpu, "vCPU-hours", rate)
        return
    unknown = NoRate(reason="of licences the price book holds that of Windows Server on whole cores alone")
    yield line("Licence of the operating system", quantity, "hours", unknown)


def _sustained_share(series: str, hours: Decimal) -> Decimal:
    rates, part = series_rates(series), float(min(hours / MONTH, Decimal(1)))
    if rates is None or not part:
        return Decimal(1)
    return Decimal(slot_price(part, rates) / part).quantize(_SHARE_DIGITS)
