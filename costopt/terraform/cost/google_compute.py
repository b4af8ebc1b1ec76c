"""Components of Google's machines, groups of them, and addresses.

Sources: https://cloud.google.com/compute/vm-instance-pricing, https://cloud.google.com/vpc/network-pricing
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

from costopt.economics.gce.machines import SERVICE
from costopt.model.terraform_cost import Component, Rate
from costopt.terraform.cost.estate import Estate, Item
from costopt.terraform.cost.google_disks import LOCAL_SSD_GB, default_gigabytes, disk_lines, local_ssd_line
from costopt.terraform.cost.google_machines import (
    Machines,
    accelerator_lines,
    licence_lines,
    machine_lines,
    machines_of,
)
from costopt.terraform.cost.lines import MONTH, line, unit_rate
from costopt.terraform.cost.reading import NotKnown, Section

DEFAULT_BOOT_GB = Decimal(10)
"""Size of most public images for Linux. Source: https://cloud.google.com/compute/docs/images/os-details"""


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
    machines = machines_of(item.text("machine_type"), item.usage, Decimal(1), is_spot=is_preemptible(item))
    if item.text("desired_status") == "TERMINATED":  # stopped: only what it keeps is charged
        machines = replace(machines, hours=Decimal(0))
    yield from machine_lines(machines)
    boot = item.block("boot_disk").block("initialize_params")
    yield from disk_lines(boot.text("type", "pd-standard"), boot.number("size") or DEFAULT_BOOT_GB, part="boot_disk")
    scratch = item.blocks("scratch_disk")
    if scratch:
        yield local_ssd_line(sum((one.number("size") or LOCAL_SSD_GB for one in scratch), Decimal(0)), machines.suffix)
    yield from accelerator_lines(item, machines)
    yield from licence_lines(boot.text("image"), machines)


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
    machines = machines_of(template.text("machine_type"), item.usage, count, is_spot=is_preemptible(template))
    yield from machine_lines(machines)
    yield from _template_disks(template, machines)
    yield from accelerator_lines(template, machines)


def _least(item: Item, estate: Estate) -> Decimal:
    """What an autoscaler keeps at least; a group that may be empty is counted as one machine, so that it shows."""
    for scaler in estate.of_type("google_compute_autoscaler", "google_compute_region_autoscaler"):
        if estate.leads(scaler, "target", item.resource):
            return scaler.block("autoscaling_policy").number("min_replicas") or Decimal(1)
    return Decimal(1)


def _template_disks(template: Item, machines: Machines) -> Iterator[Component]:
    for position, block in enumerate(template.blocks("disk")):
        part = f"disk[{position}]"
        kind, size = block.text("disk_type", "pd-standard"), block.number("disk_size_gb")
        if block.text("type") == "SCRATCH" or kind == "local-ssd":
            yield local_ssd_line((size or LOCAL_SSD_GB) * machines.count, machines.suffix, part=part)
        elif not block.given("source"):
            default = DEFAULT_BOOT_GB if block.given("source_image") else default_gigabytes(kind)
            yield from disk_lines(kind, size or default, machines.count, part=part)
            yield from licence_lines(block.text("source_image"), machines)


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
    state, rate = _address_state(user)
    yield line(f"IP address ({state})", MONTH, "hours", rate)


def _address_state(user: Item | None) -> tuple[str, Rate]:
    """Source: https://cloud.google.com/vpc/network-pricing#ipaddress."""
    if user is None:
        return "unused", unit_rate(SERVICE, "address_unused")
    if is_preemptible(user):
        return "preemptible VM", unit_rate(SERVICE, "address_in_use_spot")
    return "standard VM", unit_rate(SERVICE, "address_in_use")


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
