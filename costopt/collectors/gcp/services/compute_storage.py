"""Snapshots and images of Compute Engine."""

from collections.abc import Iterator

from costopt.collectors.gcp.interface import Asset, Service
from costopt.collectors.gcp.names import Project
from costopt.collectors.gcp.rows import google_resource
from costopt.collectors.gcp.values import flag, labels, moment, optional_text, part, text, texts, whole
from costopt.model.resource import Resource
from costopt.model.specs.persistent_disks import DiskSnapshot, GceImage


def snapshots_of(project: Project, asset: Asset) -> Iterator[Resource]:
    """The resource of one snapshot."""
    data = asset.data
    source = optional_text(data, "sourceDisk")
    settled = data.get("storageBytesStatus") != "UPDATING"
    spec = DiskSnapshot(
        source_disk_id=source and project.id_of(source),
        disk_size_gib=whole(data, "diskSizeGb") or 0,
        status=text(data, "status"),
        storage_bytes=whole(data, "storageBytes") if settled else None,
        snapshot_type=optional_text(data, "snapshotType") or "STANDARD",
        auto_created=flag(data, "autoCreated"),
        locations=tuple(sorted(texts(data, "storageLocations"))),
    )
    created = moment(data, "creationTimestamp")
    yield google_resource(project, asset, spec, name=text(data, "name"), created_at=created, tags=labels(data))


def images_of(project: Project, asset: Asset) -> Iterator[Resource]:
    """The resource of one custom image."""
    data = asset.data
    source = optional_text(data, "sourceDisk")
    spec = GceImage(
        status=text(data, "status"),
        disk_size_gib=whole(data, "diskSizeGb") or 0,
        archive_size_bytes=whole(data, "archiveSizeBytes"),
        family=optional_text(data, "family"),
        source_disk_id=source and project.id_of(source),
        deprecation=_deprecation(optional_text(part(data, "deprecated"), "state")),
        locations=tuple(sorted(texts(data, "storageLocations"))),
    )
    created = moment(data, "creationTimestamp")
    yield google_resource(project, asset, spec, name=text(data, "name"), created_at=created, tags=labels(data))


def _deprecation(state: str | None) -> str | None:
    return None if state == "ACTIVE" else state


COMPUTE_STORAGE = Service(
    id="compute_storage",
    parsers={
        "compute.googleapis.com/Snapshot": snapshots_of,
        "compute.googleapis.com/Image": images_of,
    },
    kinds=(DiskSnapshot, GceImage),
)
