"""Components of Google's machines, and groups of them.

Source: https://cloud.google.com/compute/vm-instance-pricing
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from costopt.model.terraform_cost import Component, NoRate
from costopt.terraform.cost.estate import Estate, Item
from costopt.terraform.cost.google_addresses import ephemeral_lines
from costopt.terraform.cost.google_disks import (
    LOCAL_SSD_GB,
    default_boot_disk,
    default_gigabytes,
    disk_lines,
    local_ssd_line,
)
from costopt.terraform.cost.google_machines import (
    Machines,
    accelerator_lines,
    is_preemptible,
    licence_lines,
    machine_lines,
    machines_of,
)
from costopt.terraform.cost.lines import line
from costopt.terraform.cost.reading import NotKnown, Section
from costopt.terraform.cost.usage import Usage

DEFAULT_BOOT_GB = Decimal(10)
"""Size of most public images for Linux. Source: https://cloud.google.com/compute/docs/images/os-details"""
_SOLE_TENANT = NoRate(reason="machines of sole tenants are billed by their nodes, whose prices are not kept")
_CONFIDENTIAL = NoRate(reason="the price book holds no prices of Confidential VM")
_TIER_1 = NoRate(reason="the price book holds no prices of Tier_1 networking")


def instance(item: Item, estate: Estate) -> Iterator[Component]:
    """`google_compute_instance`.

    Raises:
        NotKnown: an argument is not known.
    """
    machines = _machines(item, item.usage, Decimal(1))
    if item.text("desired_status") == "TERMINATED":  # stopped: only what it keeps is charged
        machines = replace(machines, hours=Decimal(0))
    yield from machine_lines(machines)
    yield from _extra_lines(item, machines)
    disk = item.block("boot_disk")
    boot = disk.block("initialize_params")
    if not _is_attached(disk):
        kind = boot.text("type", default_boot_disk(machines.type))
        yield from disk_lines(kind, boot.number("size") or DEFAULT_BOOT_GB, part="boot_disk")
    scratch = item.blocks("scratch_disk")
    if scratch:
        gigabytes = sum((one.number("size") or LOCAL_SSD_GB for one in scratch), Decimal(0))
        yield local_ssd_line(gigabytes, machines.local_ssd_rate)
    yield from accelerator_lines(item, machines)
    yield from licence_lines(_made_apart(disk, estate) or boot, "image", machines)
    yield from ephemeral_lines(item, machines, estate)


def _machines(section: Section, usage: Usage, count: Decimal) -> Machines:
    """Machines as an instance or a template describes them."""
    machines = machines_of(section.text("machine_type"), usage, count, is_spot=is_preemptible(section))
    is_on_own_node = section.block("scheduling").blocks("node_affinities")
    return replace(machines, purchase=_SOLE_TENANT) if is_on_own_node else machines


def _extra_lines(section: Section, machines: Machines) -> Iterator[Component]:
    """What is charged beside machines, and has no price here: it is told rather than taken for nothing."""
    quantity = machines.hours * machines.count
    confidential = section.block("confidential_instance_config")
    if confidential.flag("enable_confidential_compute") or confidential.text("confidential_instance_type"):
        yield line("Confidential VM", quantity, "hours", _CONFIDENTIAL)
    if section.block("network_performance_config").text("total_egress_bandwidth_tier") == "TIER_1":
        yield line("Tier_1 networking", quantity, "hours", _TIER_1)


def _is_attached(disk: Section) -> bool:
    """Whether a boot disk is there already, and priced where it is made.

    In a state every disk has a source; one that is made with its machine has the parameters that it was made with too.
    """
    is_referred = disk.place("source") in disk.resource.references
    return is_referred or (disk.given("source") and not disk.blocks("initialize_params"))


def _made_apart(disk: Section, estate: Estate) -> Item | None:
    """The disk of this configuration that a boot disk is, whose image the machine pays a licence for."""
    return estate.follow(disk, "source", "google_compute_disk") if _is_attached(disk) else None


def group_manager(item: Item, estate: Estate) -> Iterator[Component]:
    """`google_compute_instance_group_manager`, `google_compute_region_instance_group_manager`.

    Raises:
        NotKnown: its template is not in this configuration, or an argument is not known.
    """
    if len(item.blocks("version")) > 1:
        raise NotKnown("its machines are made from several templates")
    version = item.block("version")
    types = ("google_compute_instance_template", "google_compute_region_instance_template")
    template = estate.follow(version, "instance_template", *types)
    if template is None:
        raise NotKnown("its instance template is not in this configuration")
    given = item.usage.number("instances")
    count = _size(item, estate) if given is None else given
    machines = _machines(template, item.usage, count)
    yield from machine_lines(machines)
    yield from _extra_lines(template, machines)
    yield from _template_disks(template, machines)
    yield from accelerator_lines(template, machines)
    yield from ephemeral_lines(template, machines, estate)


def _size(item: Item, estate: Estate) -> Decimal:
    """Its size, and no less than an autoscaler keeps; one that may be empty is one machine there, so that it shows."""
    size = item.number("target_size")
    for scaler in estate.of_type("google_compute_autoscaler", "google_compute_region_autoscaler"):
        if estate.leads(scaler, "target", item.resource):
            least = scaler.block("autoscaling_policy").number("min_replicas") or Decimal(1)
            return max(size or least, least)
    return Decimal(1) if size is None else size


def _template_disks(template: Item, machines: Machines) -> Iterator[Component]:
    for position, block in enumerate(template.blocks("disk")):
        part = f"disk[{position}]"
        kind = block.text("disk_type", default_boot_disk(machines.type))
        size = block.number("disk_size_gb")
        if block.text("type") == "SCRATCH" or kind == "local-ssd":
            yield local_ssd_line((size or LOCAL_SSD_GB) * machines.count, machines.local_ssd_rate, part=part)
        elif not block.given("source"):
            default = DEFAULT_BOOT_GB if block.given("source_image") else default_gigabytes(kind)
            yield from disk_lines(kind, size or default, machines.count, part=part)
            yield from licence_lines(block, "source_image", machines)
