"""Opens a snapshot: a directory that a collection wrote, or a folder of such directories, read as one.

A folder of several is how one report covers two clouds, or organisations with credentials of their own:
`collect aws --out snapshot/aws`, `collect gcp --out snapshot/gcp`, `audit --snapshot snapshot`.
"""

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from costopt.errors import SnapshotError
from costopt.model.resource import Resource
from costopt.store.joined import identity, joined
from costopt.store.resources import read_resources
from costopt.store.snapshot import MANIFEST, Part, Snapshot, read_manifest, verify

_MOST_PARTS = 100
"""Each part is opened anew for every metric; an organisation is collected as one."""


def open_snapshot(path: Path) -> Snapshot:
    """The snapshot at `path`, its files checked against their fingerprints.

    Raises:
        SnapshotError: none there, or damaged, or of another schema version; parts of it that do not belong together.
    """
    parts = tuple(_open_part(directory) for directory in part_directories(path))
    resources = [resource for part in parts for resource in read_resources(part.resources_path)]
    if len(parts) == 1:
        return Snapshot(path=path, id=parts[0].id, manifest=parts[0].manifest, parts=parts, resources=tuple(resources))
    manifest = joined([(part.path.name, part.manifest) for part in parts])
    once = _each_once(resources, path)
    return Snapshot(path=path, id=identity(parts), manifest=manifest, parts=parts, resources=once)


def part_directories(path: Path) -> tuple[Path, ...]:
    """Directories of the collections at `path`, sorted: itself, or those directly in it.

    Raises:
        SnapshotError: one of them holds no complete snapshot: what is missing of an estate must not go unseen.
    """
    if _is_part(path):
        return (path,)
    inside = _directories(path)
    parts = tuple(one for one in inside if _is_part(one) and not one.is_symlink())
    if not parts:
        return (path,)  # what is missing there is said when it is read
    if len(parts) > _MOST_PARTS:
        raise SnapshotError(
            f"{path} holds {len(parts):,} snapshots, more than the {_MOST_PARTS} that are read as one",
            hint="Name one of them.",
        )
    strangers = [one.name for one in inside if one not in parts]
    if strangers:
        raise SnapshotError(
            f"{path} holds snapshots, and beside them {', '.join(strangers[:3])}, which is none",
            hint="An interrupted collection continues with --resume; keep other directories, and links, elsewhere.",
        )
    return parts


def _directories(path: Path) -> list[Path]:
    """What may be a part; hidden directories are none."""
    if not path.is_dir():
        return []
    return sorted(one for one in path.iterdir() if one.is_dir() and one.name[0] != ".")


def _is_part(path: Path) -> bool:
    # A link counts, so that the manifest is refused for being one and not taken for absent.
    return (path / MANIFEST).exists() or (path / MANIFEST).is_symlink()


def _open_part(path: Path) -> Part:
    manifest, fingerprint = read_manifest(path)
    verify(path, manifest)
    return Part(path=path, id=fingerprint, manifest=manifest)


def _each_once(resources: Iterable[Resource], path: Path) -> tuple[Resource, ...]:
    """All resources, sorted by key.

    Raises:
        SnapshotError: two parts hold the same one; it would count twice.
    """
    ordered = sorted(resources, key=lambda resource: resource.key)
    for one, other in pairwise(ordered):
        if one.key == other.key:
            raise SnapshotError(
                f"{one.id!r} of {one.account} is in two of the snapshots in {path}", hint="Keep one of the two."
            )
    return tuple(ordered)
