"""Components of Google's disks, images and snapshots.

Source: https://cloud.google.com/compute/disks-image-pricing
"""

from collections.abc import Iterator
from decimal import Decimal

from costopt.model.terraform_cost import Component, NoRate
from costopt.terraform.cost.estate import Estate, Item
from costopt.terraform.cost.lines import line, used

GOOGLE = NoRate(reason="the price book holds no prices of Google Cloud")

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


def disk_line(kind: str, gigabytes: Decimal, count: Decimal | int = 1, *, part: str = "") -> Component:
    """A disk, or as many as there are instances."""
    name = _NAMES.get(kind, f"Provisioned storage ({kind})")
    return line(name, gigabytes * count, "GB", GOOGLE, part=part)


def default_gigabytes(kind: str) -> Decimal:
    """Size of a disk where none is given."""
    return _DEFAULT_GB.get(kind, Decimal(100))


def disk(item: Item, estate: Estate) -> Iterator[Component]:
    """`google_compute_disk` and `google_compute_region_disk`.

    Raises:
        NotKnown: an argument is not known.
    """
    kind = item.text("type", "pd-standard")
    size = _gigabytes(item, estate)
    gigabytes = default_gigabytes(kind) if size is None else size
    copies = 2 if item.type == "google_compute_region_disk" else 1
    yield disk_line(kind, gigabytes, copies)
    if kind in _DEFAULT_IOPS:
        iops = item.number("provisioned_iops")
        yield line("Provisioned IOPS", _DEFAULT_IOPS[kind] if iops is None else iops, "IOPS", GOOGLE)


def image(item: Item, estate: Estate) -> Iterator[Component]:
    """`google_compute_image`, `google_compute_snapshot`: at most what they were made of.

    Raises:
        NotKnown: an argument is not known.
    """
    given = item.usage.number("storage_gb")
    size = _gigabytes(item, estate) if given is None else given
    if size is None:
        yield used("Storage", item.usage, "storage_gb", "GB", GOOGLE)
    else:
        yield line("Storage", size, "GB", GOOGLE)


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
