"""Components of GKE clusters and node pools.

Source: https://cloud.google.com/kubernetes-engine/pricing
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from costopt.model.terraform_cost import Component, NoRate
from costopt.terraform.cost.estate import Estate, Item
from costopt.terraform.cost.google_disks import LOCAL_SSD_GB, default_boot_disk, disk_lines, local_ssd_line
from costopt.terraform.cost.google_machines import accelerator_lines, licence_lines, machine_lines, machines_of
from costopt.terraform.cost.lines import hours, unit_rate, used
from costopt.terraform.cost.reading import NotKnown, Section
from costopt.terraform.cost.usage import Usage

DEFAULT_MACHINE, DEFAULT_DISK_GB, DEFAULT_NODES = "e2-medium", Decimal(100), Decimal(3)
"""Source: https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/NodeConfig; three nodes are what the
console and gcloud start with."""
DEFAULT_DISK = "pd-balanced"
"""Boot disk of nodes since version 1.24 of GKE.
Source: https://cloud.google.com/kubernetes-engine/docs/how-to/custom-boot-disks."""
_LOCAL_SSD = ("ephemeral_storage_local_ssd_config", "local_nvme_ssd_block_config")
"""Blocks that give nodes local SSDs, beside `local_ssd_count`."""

_FEE = unit_rate("gke", "cluster")
_UNSIZED = NoRate(reason="what its nodes are is not known")
_AUTOPILOT = NoRate(reason="the price book holds no prices of pods on GKE Autopilot")
_ZONES_OF_A_REGION = 3
"""Zones that a regional cluster uses, where it does not say.
Source: https://cloud.google.com/kubernetes-engine/docs/concepts/regional-clusters"""
_ZONE = re.compile(r"[a-z]+-[a-z]+\d+-[a-z]")


def container_cluster(item: Item, estate: Estate) -> Iterator[Component]:
    """`google_container_cluster`, with the node pools that it describes itself.

    Raises:
        NotKnown: an argument is not known.
    """
    del estate
    if item.flag("enable_autopilot"):
        yield hours("Autopilot", 1, _FEE)
        for name, key, unit in (
            ("Autopilot vCPU", "autopilot_vcpu_count", "vCPU"),
            ("Autopilot memory", "autopilot_memory_gb", "GB"),
            ("Autopilot ephemeral storage", "autopilot_ephemeral_storage_gb", "GB"),
        ):
            yield used(name, item.usage, key, unit, _AUTOPILOT)
        return
    yield hours("Cluster management fee", 1, _FEE)
    zones = _zones_of_cluster(item)
    pools = item.blocks("node_pool")
    if not pools and not item.flag("remove_default_node_pool"):
        given = item.usage.number("nodes")
        count = given if given is not None else item.number("initial_node_count") or DEFAULT_NODES
        yield from _node_lines(item, item.usage, count * zones, "default_pool")
    for position, pool in enumerate(pools):
        yield from _own_pool(item, pool, position, zones)


def _own_pool(item: Item, pool: Section, position: int, zones: int) -> Iterator[Component]:
    part = f"node_pool[{position}]"
    try:
        nodes = _nodes(pool, item.usage.number(part, "nodes"), pool.count("node_locations") or zones)
        yield from _node_lines(pool, item.usage, nodes, part)
    except NotKnown as reason:
        yield Component(name=part, quantity=None, unit="nodes", rate=_UNSIZED, part=part, unknown=str(reason))


def node_pool(item: Item, estate: Estate) -> Iterator[Component]:
    """`google_container_node_pool`.

    Raises:
        NotKnown: an argument is not known.
    """
    cluster = estate.follow(item, "cluster", "google_container_cluster")
    zones = item.count("node_locations") or _zones_of_cluster(cluster or item)
    yield from _node_lines(item, item.usage, _nodes(item, item.usage.number("nodes"), zones), "")


def _nodes(pool: Section, given: Decimal | None, zones: int) -> Decimal:
    """Nodes of a pool in all of its zones: those that it starts with, and no fewer than its autoscaler keeps.

    But for `total_min_node_count` every figure is of each zone.

    Args:
        pool: the pool.
        given: in each zone, as a usage file says.
        zones: of the pool.

    Source: https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/container_node_pool.
    """
    if given is not None:
        return given * zones
    scaling = pool.block("autoscaling")
    start = pool.number("node_count")
    start = pool.number("initial_node_count") if start is None else start
    each, total = scaling.number("min_node_count"), scaling.number("total_min_node_count")
    if start is None and each is None and total is None:
        return DEFAULT_NODES * zones
    nothing = Decimal(0)
    return max((start or nothing) * zones, (each or nothing) * zones, total or nothing)


def _zones_of_cluster(section: Section) -> int:
    """Zones of a cluster's nodes; the one that a zonal cluster is in need not be among those that are named.

    Source: https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/container_cluster#node_locations.
    """
    place = section.text("location") or section.text("zone")
    named = section.count("node_locations")
    if not _ZONE.fullmatch(place):
        return named or _ZONES_OF_A_REGION
    return named + (place not in section.texts("node_locations"))


def _node_lines(section: Section, usage: Usage, count: Decimal, part: str) -> Iterator[Component]:
    config = section.block("node_config")
    is_spot = config.flag("preemptible") or config.flag("spot")
    machines = machines_of(config.text("machine_type", DEFAULT_MACHINE), usage, count, is_spot=is_spot)
    yield from machine_lines(machines)
    yield from disk_lines(*_boot_disk(config, machines.type), count, part=part)
    local = sum((_local_ssds(one) for one in (config, *map(config.block, _LOCAL_SSD))), Decimal(0))
    if local:
        yield local_ssd_line(LOCAL_SSD_GB * local * count, machines.local_ssd_rate, part=part)
    yield from accelerator_lines(config, machines)
    yield from licence_lines(config, "image_type", machines)


def _boot_disk(config: Section, machine: str) -> tuple[str, Decimal]:
    """Type and GB; in newer versions of the provider they have a block of their own as well."""
    block = config.block("boot_disk")
    kind = config.text("disk_type") or block.text("disk_type") or default_boot_disk(machine, DEFAULT_DISK)
    return kind, config.number("disk_size_gb") or block.number("size_gb") or DEFAULT_DISK_GB


def _local_ssds(section: Section) -> Decimal:
    return section.number("local_ssd_count") or Decimal(0)
