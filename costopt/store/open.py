"""Opens a snapshot."""

from pathlib import Path

from costopt.store.resources import read_resources
from costopt.store.snapshot import RESOURCES, Snapshot, data_file, read_manifest, verify


def open_snapshot(path: Path) -> Snapshot:
    """The snapshot at `path`, its files checked against their fingerprints.

    Raises:
        SnapshotError: none there, or damaged, or of another schema version.
    """
    manifest, fingerprint = read_manifest(path)
    verify(path, manifest)
    resources = read_resources(path / data_file(manifest, RESOURCES))
    return Snapshot(path=path, id=fingerprint, manifest=manifest, resources=resources)
