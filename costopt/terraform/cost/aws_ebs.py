"""Components of block volumes and their snapshots.

Source: https://aws.amazon.com/ebs/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from costopt.economics.ebs_cost import GP3_INCLUDED_IOPS, GP3_INCLUDED_MIBPS
from costopt.model.terraform_cost import Component, NoRate
from costopt.terraform.cost.estate import Estate, Item
from costopt.terraform.cost.lines import line, unit_rate, used
from costopt.terraform.cost.reading import Section
from costopt.terraform.cost.usage import Usage

DEFAULT_GIB = Decimal(8)
"""Size of the root volume of Amazon Linux images, where none is given.
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/RootDeviceStorage.html"""

VOLUME_NAMES = {
    "gp2": "general purpose SSD, gp2",
    "gp3": "general purpose SSD, gp3",
    "io1": "provisioned IOPS SSD, io1",
    "io2": "provisioned IOPS SSD, io2",
    "st1": "throughput optimized HDD, st1",
    "sc1": "cold HDD, sc1",
    "standard": "magnetic",
}


def volume_lines(
    volume: Section,
    usage: Usage,
    *,
    size: str = "volume_size",
    kind: str = "volume_type",
    count: Decimal = Decimal(1),
    part: str = "",
    below: Section | None = None,
) -> Iterator[Component]:
    """A volume, or as many of a kind as there are instances.

    Args:
        volume: the block or resource.
        usage: of the resource that it belongs to.
        size: name of the argument with its GiB.
        kind: name of the argument with its type.
        count: how many there are.
        part: what to call the block.
        below: block of a launch template that gives what this one does not.

    Raises:
        NotKnown: an argument is not known.
    """
    template = below or volume
    type_name = volume.text(kind) or template.text(kind) or "gp2"
    gib = volume.number(size) or template.number(size) or DEFAULT_GIB
    if type_name not in VOLUME_NAMES:
        strange = NoRate(reason=f"the volume type {type_name!r} is not known")
        yield line(f"Storage ({type_name})", gib * count, "GB", strange, part=part)
        return
    storage = unit_rate("ebs", f"{type_name}_storage")
    yield line(f"Storage ({VOLUME_NAMES[type_name]})", gib * count, "GB", storage, part=part)
    iops = volume.number("iops") or template.number("iops") or Decimal(0)
    if type_name == "gp3":
        rate = volume.number("throughput") or template.number("throughput") or Decimal(0)
        yield from _above_included(iops, rate, count, part)
    elif type_name in ("io1", "io2"):
        yield line("Provisioned IOPS", iops * count, "IOPS", unit_rate("ebs", f"{type_name}_iops"), part=part)
    elif type_name == "standard":
        requests = unit_rate("ebs", "standard_million_requests")
        key = "monthly_standard_io_requests"
        yield used("I/O requests", usage, key, "1M request", requests, scale=1_000_000, part=part)


def _above_included(iops: Decimal, mibps: Decimal, count: Decimal, part: str) -> Iterator[Component]:
    if mibps > GP3_INCLUDED_MIBPS:
        quantity = (mibps - GP3_INCLUDED_MIBPS) * count
        yield line("Provisioned throughput", quantity, "Mbps", unit_rate("ebs", "gp3_throughput"), part=part)
    if iops > GP3_INCLUDED_IOPS:
        quantity = (iops - GP3_INCLUDED_IOPS) * count
        yield line("Provisioned IOPS", quantity, "IOPS", unit_rate("ebs", "gp3_iops"), part=part)


def ebs_volume(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_ebs_volume`.

    Raises:
        NotKnown: its type or size is not known.
    """
    source = estate.follow(item, "snapshot_id", "aws_ebs_snapshot", "aws_ebs_snapshot_copy")
    if source is not None and item.number("size") is None:
        gib = _source_gib(source, estate)
        yield line(f"Storage ({VOLUME_NAMES['gp2']})", gib, "GB", unit_rate("ebs", "gp2_storage"))
        return
    yield from volume_lines(item, item.usage, size="size", kind="type")


def ebs_snapshot(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_ebs_snapshot`: at most the size of its volume.

    Raises:
        NotKnown: the size of the volume is not known.
    """
    yield _snapshot_storage(item, estate)
    usage = item.usage
    restore = unit_rate("ebs", "fast_snapshot_restore_hour")
    yield used("Fast snapshot restore", usage, "fast_snapshot_restore_hours", "DSU-hours", restore)
    for verb, name, unit in (
        ("list", "ListChangedBlocks & ListSnapshotBlocks API requests", "1k requests"),
        ("get", "GetSnapshotBlock API requests", "1k SnapshotAPIUnits"),
        ("put", "PutSnapshotBlock API requests", "1k SnapshotAPIUnits"),
    ):
        rate = unit_rate("ebs", f"snapshot_{verb}_thousand_requests")
        yield used(name, usage, f"monthly_{verb}_block_requests", unit, rate, scale=1000)


def ebs_snapshot_copy(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_ebs_snapshot_copy`.

    Raises:
        NotKnown: the size of the volume is not known.
    """
    yield _snapshot_storage(item, estate)


def _snapshot_storage(item: Item, estate: Estate) -> Component:
    rate = unit_rate("ebs", "snapshot_standard_storage")
    return line("EBS snapshot storage", _source_gib(item, estate), "GB", rate)


def _source_gib(item: Item, estate: Estate, depth: int = 0) -> Decimal:
    """Size of the volume that a chain of snapshots began with."""
    given = item.usage.number("storage_gb")
    if given is not None:
        return given
    if item.type == "aws_ebs_volume":
        return item.number("size") or DEFAULT_GIB
    name = "source_snapshot_id" if item.type == "aws_ebs_snapshot_copy" else "volume_id"
    source = estate.follow(item, name, "aws_ebs_volume", "aws_ebs_snapshot", "aws_ebs_snapshot_copy")
    return DEFAULT_GIB if source is None or depth > 10 else _source_gib(source, estate, depth + 1)
