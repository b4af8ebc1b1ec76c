"""Components of GKE clusters and node pools.

Source: https://cloud.google.com/kubernetes-engine/pricing
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from costopt.model.terraform_cost import Component, NoRate
from costopt.terraform.cost.estate import Estate, Item
from costopt.terraform.cost.google_disks import LOCAL_SSD_GB, disk_lines, local_ssd_line
from costopt.terraform.cost.google_machines import accelerator_lines, machine_lines, machines_of
from costopt.terraform.cost.lines import hours, unit_rate, used
from costopt.terraform.cost.reading import NotKnown, Section
from costopt.terraform.cost.usage import Usage

DEFAULT_MACHINE, DEFAULT_DISK_GB, DEFAULT_NODES = "e2-medium", Decimal(100), Decimal(3)
"""Source: https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/NodeConfig; three nodes are what the
console and gcloud start with."""

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
    zones = _zones(item)
    pools = item.blocks("node_pool")
    if not pools and not item.flag("remove_default_node_pool"):
        given = item.usage.number("nodes")
        count = given if given is not None else item.number("initial_node_count") or DEFAULT_NODES
        yield from _node_lines(item, item.usage, count * zones, "default_pool")
    for position, pool in enumerate(pools):
        yield from _own_pool(item, pool, position, zones)


def _own_pool(item: Item, pool: Section, position: int, zones: int) -> Iterator[Component]:
    part = f"node_pool[{position}]"
    given = item.usage.number(part, "nodes")
    count = given if given is not None else _nodes(pool)
    try:
        yield from _node_lines(pool, item.usage, count * (pool.count("node_locations") or zones), part)
    except NotKnown as reason:
        yield Component(name=part, quantity=None, unit="nodes", rate=_UNSIZED, part=part, unknown=str(reason))


def node_pool(item: Item, estate: Estate) -> Iterator[Component]:
    """`google_container_node_pool`.

    Raises:
        NotKnown: an argument is not known.
    """
    cluster = estate.follow(item, "cluster", "google_container_cluster")
    zones = item.count("node_locations") or (_zones(cluster) if cluster is not None else _zones(item))
    given = item.usage.number("nodes")
    count = given if given is not None else _nodes(item)
    yield from _node_lines(item, item.usage, count * zones, "")


def _nodes(pool: Section) -> Decimal:
    """Nodes in each zone."""
    scaling = pool.block("autoscaling")
    for number in (
        pool.number("node_count"),
        pool.number("initial_node_count"),
        scaling.number("min_node_count"),
        scaling.number("total_min_node_count"),
    ):
        if number is not None:
            return number
    return DEFAULT_NODES


def _zones(section: Section) -> int:
    named = section.count("node_locations")
    if named:
        return named
    return 1 if _ZONE.fullmatch(section.text("location") or section.text("zone")) else _ZONES_OF_A_REGION


def _node_lines(section: Section, usage: Usage, count: Decimal, part: str) -> Iterator[Component]:
    config = section.block("node_config")
    is_spot = config.flag("preemptible") or config.flag("spot")
    machines = machines_of(config.text("machine_type", DEFAULT_MACHINE), usage, count, is_spot=is_spot)
    yield from machine_lines(machines)
    gigabytes = config.number("disk_size_gb") or DEFAULT_DISK_GB
    yield from disk_lines(config.text("disk_type", "pd-standard"), gigabytes, count, part=part)
    local = config.number("local_ssd_count") or Decimal(0)
    if local:
        yield local_ssd_line(LOCAL_SSD_GB * local * count, machines.suffix, part=part)
    yield from accelerator_lines(config, machines)
