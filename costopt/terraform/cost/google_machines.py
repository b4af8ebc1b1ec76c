"""Components of machines of Google Cloud, whoever starts them: the type, what is added to it, what it is discounted.

Sources: https://cloud.google.com/compute/vm-instance-pricing, https://cloud.google.com/compute/gpus-pricing
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from costopt.economics.gce.costs import LICENCE_FREE
from costopt.economics.gce.licences import licence_unit, licence_units
from costopt.economics.gce.machines import ITEM_SUFFIXES, SERVICE, MachineType, machine_type
from costopt.economics.gce.usage import LOCAL_SSD, accelerator_item
from costopt.economics.sustained_rates import series_rates, slot_price
from costopt.errors import PriceNotFound
from costopt.model.price import Purchase
from costopt.model.specs.gce import Accelerator
from costopt.model.terraform_cost import Component, InstanceRate, NoRate, Rate, UnitRate
from costopt.terraform.cost.lines import MONTH, line, reserved_purchase
from costopt.terraform.cost.reading import NotKnown, Section
from costopt.terraform.cost.usage import Usage

_CUSTOM = re.compile(r"(?:(?P<family>[a-z0-9]+)-)?custom-(?P<vcpu>\d+)-(?P<mib>\d+)(?:-ext)?")
_ACCELERATOR = re.compile(r"nvidia-(?:(?P<line>tesla)-)?(?P<model>[\w-]+)")
_OWN_LICENCE = re.compile(r"\bbyos\b", re.IGNORECASE)
"""Images of RHEL and SLES that are used with a subscription of the user's own."""
_LICENCES = (
    ("windows_sql", "SQL Server", re.compile(r"windows-sql|\bsql-", re.IGNORECASE)),
    ("windows", "Windows Server", re.compile(r"windows", re.IGNORECASE)),
    ("rhel_sap", "RHEL for SAP", re.compile(r"rhel.*sap", re.IGNORECASE | re.DOTALL)),
    ("rhel", "RHEL", re.compile(r"rhel", re.IGNORECASE)),
    ("sles_sap", "SLES for SAP", re.compile(r"suse-sap|sles.*sap", re.IGNORECASE | re.DOTALL)),
    ("sles", "SLES", re.compile(r"sles", re.IGNORECASE)),
    ("ubuntu_pro", "Ubuntu Pro", re.compile(r"ubuntu-(?:os-)?pro", re.IGNORECASE)),
)
"""Platforms of `GceInstance` whose images are billed, their names and what names of images tell them by, the dearest
first. Source: https://cloud.google.com/compute/docs/images/os-details."""
_WORDS = {
    Purchase.ON_DEMAND: "on-demand",
    Purchase.SPOT: "preemptible",
    Purchase.CUD_1Y: "1-year commitment",
    Purchase.CUD_3Y: "3-year commitment",
}
"""Ways to buy machines, in the words of the lines."""
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
    purchase: Purchase | NoRate = Purchase.ON_DEMAND
    """How they are bought; why nobody knows what that costs."""

    @property
    def is_spot(self) -> bool:
        """Whether they are given away to whoever pays."""
        return self.purchase is Purchase.SPOT

    @property
    def local_ssd_rate(self) -> Rate:
        """Key of the price of their local SSDs."""
        return self.device_rate(LOCAL_SSD)

    def device_rate(self, item: str) -> Rate:
        """Key of the price of what is plugged into them, which is bought as they are.

        Args:
            item: item of the price book on demand, such as `gpu_t4`.
        """
        if isinstance(self.purchase, NoRate):
            return self.purchase
        return UnitRate(service=SERVICE, item=item + ITEM_SUFFIXES[self.purchase])

    @property
    def bought(self) -> str:
        """How they are bought, in the words of the lines."""
        if isinstance(self.purchase, NoRate):
            return "bought otherwise"
        return _WORDS[self.purchase]

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
        if size is None or self.purchase is not Purchase.ON_DEMAND:
            return Decimal(1)
        return _sustained_share(size.series, self.hours)


def machines_of(machine: str, usage: Usage, count: Decimal, *, is_spot: bool) -> Machines:
    """Machines as a usage file says that they run, all of the month where it says nothing; a type may be a URL."""
    hours = usage.number("monthly_hrs")
    bought = reserved_purchase(usage) or (Purchase.SPOT if is_spot else Purchase.ON_DEMAND)
    if isinstance(bought, Purchase) and bought not in _WORDS:
        bought = NoRate(
            reason=f"machines of Compute Engine are not sold as {bought.value}: try {Purchase.CUD_1Y.value}"
        )
    return Machines(
        type=machine.rpartition("/")[2], count=count, hours=MONTH if hours is None else hours, purchase=bought
    )


def is_preemptible(section: Section) -> bool:
    """Whether its scheduling block gives it away to whoever pays.

    Raises:
        NotKnown: an argument is not known.
    """
    scheduling = section.block("scheduling")
    return scheduling.flag("preemptible") or scheduling.text("provisioning_model") == "SPOT"


def machine_lines(machines: Machines) -> Iterator[Component]:
    """Their vCPUs and memory, without disks.

    Raises:
        NotKnown: a custom type does not say its size.
    """
    quantity = machines.hours * machines.count
    if "custom" in machines.type:
        yield from _custom_lines(machines, quantity)
        return
    rate: Rate
    if isinstance(machines.purchase, NoRate):
        rate = machines.purchase
    else:
        rate = InstanceRate(
            service=SERVICE, instance_type=machines.type, variant=LICENCE_FREE, purchase=machines.purchase
        )
    yield line(
        f"Instance usage (Linux/UNIX, {machines.bought}, {machines.type})", quantity, "hours", rate, per=machines.share
    )


def _custom_lines(machines: Machines, quantity: Decimal) -> Iterator[Component]:
    matched = _CUSTOM.fullmatch(machines.type)
    if matched is None:
        raise NotKnown(f"the size of the machine type {machines.type!r} is not known")
    family, gib = (matched["family"] or "n1").upper(), f"{Decimal(matched['mib']) / 1024:f}"
    units = _custom_units(machines)
    names = (
        f"Custom instance CPU (Linux/UNIX, {machines.bought}, {family} {matched['vcpu']} vCPUs)",
        f"Custom Instance RAM (Linux/UNIX, {machines.bought}, {family} {gib} GB)",
        f"Custom Instance extended RAM (Linux/UNIX, {machines.bought}, {family})",
    )
    shares = (machines.share, machines.share, Decimal(1))  # extended memory is not discounted
    for name, share, (rate, amount) in zip(names, shares, units, strict=False):
        yield line(name, quantity, "hours", rate, per=amount * share)


def _custom_units(machines: Machines) -> list[tuple[Rate, Decimal]]:
    """What its vCPUs, its memory and its extended memory are billed by, and how many of each."""
    size, purchase = machines.size, machines.purchase
    if isinstance(purchase, NoRate):
        return [(purchase, Decimal(1)), (purchase, Decimal(1))]
    if size is None:
        unknown = NoRate(reason=f"no custom machine type {machines.type} is known")
        return [(unknown, Decimal(1)), (unknown, Decimal(1))]
    return [(UnitRate(service=SERVICE, item=item), amount) for item, amount in size.units(purchase)]


def accelerator_lines(section: Section, machines: Machines) -> Iterator[Component]:
    """Graphics processors that are added to the machines; those that belong to a type are in its price.

    Raises:
        NotKnown: an argument is not known.
    """
    size = machines.size
    if size is not None and size.gpus:
        return
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
        rate = machines.device_rate(accelerator_item(Accelerator(accelerator_type=kind, count=1)))
        quantity = machines.hours * many * machines.count
        name = f"{' '.join(words)} ({machines.bought})"
        yield line(name, quantity, "hours", rate, per=share)


def licence_lines(section: Section, argument: str, machines: Machines) -> Iterator[Component]:
    """What an image's operating system costs beside the machine; nothing for those that are free.

    One that is not known yet is no reason to price nothing of its machine.

    Args:
        section: the block that names the image.
        argument: the argument that does, or the type of image of GKE.
        machines: the machines.

    Sources: https://cloud.google.com/compute/disks-image-pricing#premiumimages, and
    https://cloud.google.com/kubernetes-engine/docs/concepts/windows-server-gke (pricing): the same for nodes.
    """
    try:
        image = section.text(argument)
    except NotKnown as reason:
        unknown = NoRate(reason="which operating system it has is not known")
        name = "Licence of the operating system"
        yield Component(name=name, quantity=None, unit="hours", rate=unknown, part=section.path, unknown=str(reason))
        return
    if _OWN_LICENCE.search(image):
        return
    for platform, name, pattern in _LICENCES:
        if pattern.search(image):
            yield _licence_line(platform, name, machines)
            return


def _licence_line(platform: str, name: str, machines: Machines) -> Component:
    hours = machines.hours * machines.count
    try:
        item, count = licence_units(platform, machine_type(machines.type))
    except PriceNotFound:
        unknown = NoRate(reason=f"no price of licences of {name} on {machines.type} is kept")
        return line(f"Licence of {name}", hours, "hours", unknown)
    return line(f"Licence of {name}", hours * count, f"{licence_unit(item)}s", UnitRate(service=SERVICE, item=item))


def _sustained_share(series: str, hours: Decimal) -> Decimal:
    rates, part = series_rates(series), float(min(hours / MONTH, Decimal(1)))
    if rates is None or not part:
        return Decimal(1)
    return Decimal(slot_price(part, rates) / part).quantize(_SHARE_DIGITS)
