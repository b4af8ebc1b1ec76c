"""Components of shared file systems, search domains and data warehouses.

Sources: https://aws.amazon.com/efs/pricing/, https://aws.amazon.com/opensearch-service/pricing/,
https://aws.amazon.com/redshift/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from costopt.model.terraform_cost import Component, InstanceRate
from costopt.terraform.cost.estate import Estate, Item
from costopt.terraform.cost.lines import hours, line, tiers, unit_rate, used

_GIB_PER_TIB = Decimal(1024)
_MIBPS_PER_GIB = Decimal("0.05")
"""Throughput that stored data includes. Source: https://docs.aws.amazon.com/efs/latest/ug/performance.html"""


def efs_file_system(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_efs_file_system`.

    Raises:
        NotKnown: an argument is not known.
    """
    del estate
    usage = item.usage
    one_zone = item.given("availability_zone_name")
    place, prefix = ("one zone", "onezone_") if one_zone else ("standard", "")
    storage = unit_rate("efs", "onezone_storage" if one_zone else "standard_storage")
    yield used(f"Storage ({place})", usage, "storage_gb", "GB", storage)
    if item.blocks("lifecycle_policy"):
        rate = unit_rate("efs", f"{prefix}infrequent_access_storage")
        yield used(f"Storage ({place}, infrequent access)", usage, "infrequent_access_storage_gb", "GB", rate)
        for verb in ("read", "write"):
            rate = unit_rate("efs", f"infrequent_access_{verb}_gib")
            key = f"monthly_infrequent_access_{verb}_gb"
            yield used(f"{verb.capitalize()} requests (infrequent access)", usage, key, "GB", rate)
    provisioned = item.number("provisioned_throughput_in_mibps")
    if item.text("throughput_mode") == "provisioned" and provisioned is not None:
        included = (usage.number("storage_gb") or Decimal(0)) * _MIBPS_PER_GIB
        quantity = max(provisioned - included, Decimal(0))
        yield line("Provisioned throughput", quantity, "MBps", unit_rate("efs", "provisioned_throughput"))


def search_domain(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_opensearch_domain` and `aws_elasticsearch_domain`.

    Raises:
        NotKnown: an argument is not known.
    """
    del estate
    cluster = item.block("cluster_config")
    type_name = cluster.text("instance_type", "m4.large.search")
    count = cluster.number("instance_count") or Decimal(1)
    yield hours(f"Instance (on-demand, {type_name})", count, _search(type_name))
    yield from _search_storage(item)
    if cluster.flag("dedicated_master_enabled"):
        master = cluster.text("dedicated_master_type", type_name)
        masters = cluster.number("dedicated_master_count") or Decimal(3)
        yield hours(f"Dedicated master (on-demand, {master})", masters, _search(master))
    if cluster.flag("warm_enabled"):
        warm = cluster.text("warm_type", "ultrawarm1.medium.search")
        warm_count = cluster.number("warm_count") or Decimal(2)
        yield hours(f"UltraWarm instance (on-demand, {warm})", warm_count, _search(warm))


def _search(type_name: str) -> InstanceRate:
    return InstanceRate(service="opensearch", instance_type=type_name, variant="search")


def _search_storage(item: Item) -> Iterator[Component]:
    disk = item.block("ebs_options")
    if not disk.flag("ebs_enabled"):
        return
    kind, gib = disk.text("volume_type", "gp2"), disk.number("volume_size") or Decimal(8)
    yield line(f"Storage ({kind})", gib, "GB", unit_rate("opensearch", f"{kind}_storage"))
    iops = disk.number("iops")
    if kind == "io1" and iops:
        yield line("Storage IOPS (io1)", iops, "IOPS", unit_rate("opensearch", "io1_iops"))


def redshift_cluster(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_redshift_cluster`.

    Raises:
        NotKnown: an argument is not known.
    """
    del estate
    node, nodes = item.text("node_type"), item.number("number_of_nodes") or Decimal(1)
    rate = InstanceRate(service="redshift", instance_type=node, variant="cluster")
    yield hours(f"Cluster usage (on-demand, {node})", nodes, rate)
    usage = item.usage
    if node.startswith("ra3"):
        yield used(
            f"Managed storage ({node})", usage, "managed_storage_gb", "GB", unit_rate("redshift", "managed_storage")
        )
    scaling = unit_rate("redshift", f"concurrency_scaling_second_{node}")
    yield used(f"Concurrency scaling ({node})", usage, "excess_concurrency_scaling_secs", "node-seconds", scaling)
    yield used("Spectrum", usage, "spectrum_data_scanned_tb", "TB", unit_rate("redshift", "spectrum_tib"))
    steps = (
        ("first 50 TB", 50 * _GIB_PER_TIB, unit_rate("redshift", "backup_storage_first_50_tib")),
        ("next 450 TB", 450 * _GIB_PER_TIB, unit_rate("redshift", "backup_storage_next_450_tib")),
        ("over 500 TB", None, unit_rate("redshift", "backup_storage_over_500_tib")),
    )
    why = "depends on use: give backup_storage_gb in the usage file"
    yield from tiers("Backup storage", usage.number("backup_storage_gb"), "GB", steps, why)
