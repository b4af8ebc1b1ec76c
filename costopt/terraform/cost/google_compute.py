"""Components of Google's machines, groups of them, and addresses.

Sources: https://cloud.google.com/compute/vm-instance-pricing, https://cloud.google.com/vpc/network-pricing
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal

from costopt.model.terraform_cost import Component
from costopt.terraform.cost.estate import Estate, Item
from costopt.terraform.cost.google_disks import GOOGLE, LOCAL_SSD_GB, default_gigabytes, disk_line
from costopt.terraform.cost.lines import MONTH, line
from costopt.terraform.cost.reading import NotKnown, Section
from costopt.terraform.cost.usage import Usage

DEFAULT_BOOT_GB = Decimal(10)
"""Size of most public images for Linux. Source: https://cloud.google.com/compute/docs/images/os-details"""

_CUSTOM = re.compile(r"(?:(?P<family>[a-z0-9]+)-)?custom-(?P<vcpu>\d+)-(?P<mib>\d+)(?:-ext)?")
_ACCELERATOR = re.compile(r"nvidia-(?:(?P<line>tesla)-)?(?P<model>[\w-]+)")


def machine_lines(machine_type: str, usage: Usage, count: Decimal, *, preemptible: bool) -> Iterator[Component]:
    """Some machines of one type, without disks.

    Raises:
        NotKnown: a custom type does not say its size.
    """
    month = usage.number("monthly_hrs")
    quantity = (MONTH if month is None else month) * count
    bought = "preemptible" if preemptible else "on-demand"
    if "custom" not in machine_type:
        yield line(f"Instance usage (Linux/UNIX, {bought}, {machine_type})", quantity, "hours", GOOGLE)
        return
    matched = _CUSTOM.fullmatch(machine_type)
    if matched is None:
        raise NotKnown(f"the size of the machine type {machine_type!r} is not known")
    family = (matched["family"] or "n1").upper()
    gib = f"{Decimal(matched['mib']) / 1024:f}"
    vcpu_name = f"Custom instance CPU (Linux/UNIX, {bought}, {family} {matched['vcpu']} vCPUs)"
    yield line(vcpu_name, quantity, "hours", GOOGLE)
    yield line(f"Custom Instance RAM (Linux/UNIX, {bought}, {family} {gib} GB)", quantity, "hours", GOOGLE)


def accelerator_lines(section: Section, count: Decimal, *, preemptible: bool) -> Iterator[Component]:
    """Graphics processors of some machines.

    Raises:
        NotKnown: an argument is not known.
    """
    for block in section.blocks("guest_accelerator"):
        matched = _ACCELERATOR.fullmatch(block.text("type"))
        words = ["NVIDIA", *(["Tesla"] if matched and matched["line"] else [])]
        words.append(matched["model"].upper() if matched else block.text("type"))
        name = f"{' '.join(words)} ({'preemptible' if preemptible else 'on-demand'})"
        many = block.number("count")
        if many is None:
            raise NotKnown(f"{block.place('count')} is not known")
        if many:
            yield line(name, MONTH * many * count, "hours", GOOGLE)


def is_preemptible(section: Section) -> bool:
    """Whether its scheduling block gives it away to whoever pays.

    Raises:
        NotKnown: an argument is not known.
    """
    scheduling = section.block("scheduling")
    return scheduling.flag("preemptible") or scheduling.text("provisioning_model") == "SPOT"


def instance(item: Item, estate: Estate) -> Iterator[Component]:
    """`google_compute_instance`.

    Raises:
        NotKnown: an argument is not known.
    """
    del estate
    preemptible = is_preemptible(item)
    yield from machine_lines(item.text("machine_type"), item.usage, Decimal(1), preemptible=preemptible)
    boot = item.block("boot_disk").block("initialize_params")
    yield disk_line(boot.text("type", "pd-standard"), boot.number("size") or DEFAULT_BOOT_GB, part="boot_disk")
    scratch = item.blocks("scratch_disk")
    if scratch:
        gigabytes = sum((one.number("size") or LOCAL_SSD_GB for one in scratch), Decimal(0))
        yield line("Local SSD provisioned storage", gigabytes, "GB", GOOGLE)
    yield from accelerator_lines(item, Decimal(1), preemptible=preemptible)


def group_manager(item: Item, estate: Estate) -> Iterator[Component]:
    """`google_compute_instance_group_manager`, `google_compute_region_instance_group_manager`.

    Raises:
        NotKnown: its template is not in this configuration, or an argument is not known.
    """
    version = item.block("version")
    types = ("google_compute_instance_template", "google_compute_region_instance_template")
    template = estate.follow(version, "instance_template", *types)
    if template is None:
        raise NotKnown("its instance template is not in this configuration")
    given = item.usage.number("instances")
    size = item.number("target_size")
    count = given if given is not None else size if size is not None else _least(item, estate)
    preemptible = is_preemptible(template)
    yield from machine_lines(template.text("machine_type"), item.usage, count, preemptible=preemptible)
    yield from _template_disks(template, count)
    yield from accelerator_lines(template, count, preemptible=preemptible)


def _least(item: Item, estate: Estate) -> Decimal:
    """What an autoscaler keeps at least; a group that may be empty is counted as one machine, so that it shows."""
    for scaler in estate.of_type("google_compute_autoscaler", "google_compute_region_autoscaler"):
        if estate.leads(scaler, "target", item.resource):
            return scaler.block("autoscaling_policy").number("min_replicas") or Decimal(1)
    return Decimal(1)


def _template_disks(template: Item, count: Decimal) -> Iterator[Component]:
    for position, block in enumerate(template.blocks("disk")):
        part = f"disk[{position}]"
        kind, size = block.text("disk_type", "pd-standard"), block.number("disk_size_gb")
        if block.text("type") == "SCRATCH" or kind == "local-ssd":
            gigabytes = (size or LOCAL_SSD_GB) * count
            yield line("Local SSD provisioned storage", gigabytes, "GB", GOOGLE, part=part)
        elif not block.given("source"):
            default = DEFAULT_BOOT_GB if block.given("source_image") else default_gigabytes(kind)
            yield disk_line(kind, size or default, count, part=part)


def address(item: Item, estate: Estate) -> Iterator[Component]:
    """`google_compute_address`, `google_compute_global_address`: external ones, used or not.

    Raises:
        NotKnown: an argument is not known.
    """
    if item.text("address_type", "EXTERNAL") == "INTERNAL":
        return
    if item.text("purpose") not in ("", "GCE_ENDPOINT"):
        return  # ranges for peering and the like are not charged as addresses
    user = _user(item, estate)
    used = "unused" if user is None else "standard VM"
    state = "preemptible VM" if user is not None and is_preemptible(user) else used
    yield line(f"IP address ({state})", MONTH, "hours", GOOGLE)


def _user(item: Item, estate: Estate) -> Item | None:
    return estate.once("users of addresses", lambda: dict(_users(estate))).get(item.address)


def _users(estate: Estate) -> Iterator[tuple[str, Item]]:
    """Address of what is used, and the machine that uses it."""
    for machine in estate.of_type("google_compute_instance"):
        with suppress(NotKnown):  # what one machine does not tell yet is no reason to doubt all addresses
            for interface in machine.blocks("network_interface"):
                for access in interface.blocks("access_config"):
                    found = estate.follow(access, "nat_ip", "google_compute_address", "google_compute_global_address")
                    if found is not None:
                        yield found.address, machine
