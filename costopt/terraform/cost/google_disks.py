"""Components of Google's disks, images and snapshots.

Source: https://cloud.google.com/compute/disks-image-pricing
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from costopt.economics.gce.disk_cost import INCLUDED
from costopt.economics.gce.machines import SERVICE
from costopt.economics.gce.series import takes_hyperdisks_alone
from costopt.model.terraform_cost import Component, NoRate, Rate
from costopt.terraform.cost.estate import Estate, Item
from costopt.terraform.cost.lines import line, unit_rate, used

_NAMES = {
    "pd-standard": "Standard provisioned storage (pd-standard)",
    "pd-ssd": "SSD provisioned storage (pd-ssd)",
    "pd-balanced": "Balanced provisioned storage (pd-balanced)",
    "pd-extreme": "Extreme provisioned storage (pd-extreme)",
    "hyperdisk-extreme": "Hyperdisk provisioned storage (hyperdisk-extreme)",
}
_DEFAULT_GB = {"pd-standard": Decimal(500), "pd-extreme": Decimal(1000), "hyperdisk-extreme": Decimal(1000)}
"""Sizes where none is given; 100 for the other types.
Source: https://cloud.google.com/sdk/gcloud/reference/compute/disks/create"""

_DEFAULT_IOPS = {"pd-extreme": Decimal(100_000), "hyperdisk-extreme": Decimal(350_000)}
LOCAL_SSD_GB = Decimal(375)
"""Size of a local SSD. Source: https://cloud.google.com/compute/docs/disks/local-ssd"""

_SOURCES = {
    "google_compute_disk": ("image", "snapshot", "source_disk"),
    "google_compute_image": ("source_disk", "source_image", "source_snapshot"),
    "google_compute_snapshot": ("source_disk",),
}
_DEEPEST = 10


def disk_lines(
    kind: str, gigabytes: Decimal, count: Decimal | int = 1, *, part: str = "", performs: bool = False
) -> Iterator[Component]:
    """A disk, or as many as there are instances.

    Args:
        kind: type of disk.
        gigabytes: of one.
        count: how many.
        part: block that it belongs to.
        performs: whether what is provisioned beside its capacity is told apart.
    """
    name = _NAMES.get(kind, f"Provisioned storage ({kind})")
    yield line(name, gigabytes * count, "GB", unit_rate(SERVICE, _item(kind)), part=part)
    if kind.startswith("hyperdisk-") and kind not in _DEFAULT_IOPS and not performs:
        unknown = NoRate(reason=f"IOPS and throughput of {kind} beyond what it includes are not priced")
        yield line("Provisioned performance", Decimal(count), "disks", unknown, part=part)


def _item(kind: str) -> str:
    """Item of the price book of a type of disk."""
    return kind.replace("-", "_")


def local_ssd_line(gigabytes: Decimal, rate: Rate, *, part: str = "") -> Component:
    """Disks within machines, billed like these.

    Args:
        gigabytes: of all.
        rate: key of the price of one.
        part: block that they belong to.
    """
    return line("Local SSD provisioned storage", gigabytes, "GB", rate, part=part)


def default_gigabytes(kind: str) -> Decimal:
    """Size of a disk where none is given."""
    return _DEFAULT_GB.get(kind, Decimal(100))


def default_boot_disk(machine: str, usual: str = "pd-standard") -> str:
    """Type of a boot disk where none is given.

    Args:
        machine: machine type.
        usual: what it is on machines that take any.
    """
    return "hyperdisk-balanced" if takes_hyperdisks_alone(machine) else usual


def disk(item: Item, estate: Estate) -> Iterator[Component]:
    """`google_compute_disk` and `google_compute_region_disk`.

    Raises:
        NotKnown: an argument is not known.
    """
    kind = item.text("type", "pd-standard")
    size = _gigabytes(item, estate)
    gigabytes = default_gigabytes(kind) if size is None else size
    copies = 2 if item.type == "google_compute_region_disk" else 1
    provisioned = _provisioned(item, kind)
    yield from disk_lines(kind, gigabytes, copies, performs=bool(provisioned))
    for name, amount, unit, rate in provisioned:
        yield line(name, amount, unit, rate)
    if kind in _DEFAULT_IOPS:
        iops = item.number("provisioned_iops")
        rate = unit_rate(SERVICE, f"{_item(kind)}_iops")
        yield line("Provisioned IOPS", _DEFAULT_IOPS[kind] if iops is None else iops, "IOPS", rate)


def _provisioned(item: Item, kind: str) -> list[tuple[str, Decimal, str, Rate]]:
    """What a hyperdisk is given beyond what comes with its capacity, where it says both; else nobody knows.

    Raises:
        NotKnown: an argument is not known.
    """
    found: list[tuple[str, Decimal, str, Rate]] = []
    for name, what, unit in (("IOPS", "iops", "IOPS"), ("throughput", "throughput", "MiB/s")):
        amount, included = item.number(f"provisioned_{what}"), INCLUDED.get((kind, what))
        if amount is None or included is None:
            return []
        more = max(amount - included, Decimal(0))
        found.append((f"Provisioned {name}", more, unit, unit_rate(SERVICE, f"{_item(kind)}_{what}")))
    return found


def image(item: Item, estate: Estate) -> Iterator[Component]:
    """`google_compute_image`, `google_compute_snapshot`: at most what they were made of.

    Raises:
        NotKnown: an argument is not known.
    """
    rate = unit_rate(SERVICE, _kept_as(item))
    most = _gigabytes(item, estate) if item.usage.number("storage_gb") is None else None
    kept = used("Storage", item.usage, "storage_gb", "GB", rate) if most is None else line("Storage", most, "GB", rate)
    places = item.texts("storage_locations")
    yield replace(kept, region=places[0].lower()) if len(places) == 1 else kept


def _kept_as(item: Item) -> str:
    """Item of the price book of an image, or of a type of snapshot."""
    if item.type == "google_compute_image":
        return "image"
    return "snapshot_archive" if item.text("snapshot_type") == "ARCHIVE" else "snapshot"


def _gigabytes(item: Item, estate: Estate, depth: int = 0) -> Decimal | None:
    """Size of a disk, image or snapshot: its own, or that of what it was made of."""
    size = item.number("disk_size_gb" if item.type == "google_compute_image" else "size")
    if size is not None or depth > _DEEPEST:
        return size
    for name in _SOURCES.get(item.type, ()):
        source = estate.follow(item, name, *_SOURCES)
        if source is not None:
            found = _gigabytes(source, estate, depth + 1)
            if found is None and source.type == "google_compute_disk":
                return default_gigabytes(source.text("type", "pd-standard"))
            return found
    return None
