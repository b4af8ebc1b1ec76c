"""A snapshot on disk: Parquet and JSON in one directory, complete or not there at all.

Data files carry their fingerprint in their name and are never changed. The manifest names them and is replaced
atomically as the last step, so that a reader sees the old snapshot or the new one and nothing between.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import msgspec

from costopt.disk import replace_file
from costopt.errors import SnapshotError
from costopt.model.money import Money
from costopt.model.resource import Resource
from costopt.model.snapshot import SNAPSHOT_SCHEMA_VERSION, Manifest
from costopt.store.bounds import MAX_FILE_BYTES, MAX_MANIFEST_BYTES, require_moment, require_plain_file

MANIFEST = "manifest.json"
RESOURCES = "resources"
SERIES = "series"
_CHUNK_BYTES = 1 << 20
_DATA_FILE = re.compile(r"[a-z][a-z_]*-[0-9a-f]{8,64}\.parquet")
_CURRENCY = re.compile(r"[A-Z]{3}")
_MOST_COST = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One collection on disk, its files checked against their fingerprints."""

    path: Path
    """Its directory."""
    id: str
    """Fingerprint of its manifest, 12 hexadecimal digits."""
    manifest: Manifest
    """What it says of itself."""

    @property
    def resources_path(self) -> Path:
        """The Parquet file of its resources."""
        return self.path / data_file(self.manifest, RESOURCES)

    @property
    def series_path(self) -> Path:
        """The Parquet file of its metric series."""
        return self.path / data_file(self.manifest, SERIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """An opened snapshot: one collection, or several that are read as one."""

    path: Path
    """The directory that was named."""
    id: str
    """Fingerprint of its content, 12 hexadecimal digits."""
    manifest: Manifest
    """What it says of itself; of several what they say together."""
    parts: tuple[Part, ...]
    """Its collections, sorted by path; most snapshots have one."""
    resources: tuple[Resource, ...]
    """Everything in it, sorted by key."""


def data_file(manifest: Manifest, stem: str) -> str:
    """Name of the data file with that stem.

    Raises:
        SnapshotError: the manifest names none.
    """
    for name in manifest.files:
        if name.startswith(f"{stem}-"):
            return name
    raise SnapshotError(f"the snapshot has no {stem} file", hint="Collect it again.")


def read_manifest(path: Path) -> tuple[Manifest, str]:
    """Manifest of the snapshot at `path`, and its fingerprint.

    Raises:
        SnapshotError: no snapshot there, a corrupt one, or one of another schema version.
    """
    try:
        require_plain_file(path / MANIFEST, MAX_MANIFEST_BYTES)
        raw = (path / MANIFEST).read_bytes()
    except ValueError as error:
        raise _corrupt(path / MANIFEST, error) from error
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise SnapshotError(
            f"no snapshot at {path} ({MANIFEST}: {reason})",
            hint="Name a directory that `costopt collect` or `costopt demo` wrote; an interrupted collection "
            "continues with --resume.",
        ) from error
    _check_version(raw, path)
    try:
        manifest = msgspec.json.decode(raw, type=Manifest)
        require_moment(manifest.collected_at)
        _require_amount(manifest.collection_cost)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise _corrupt(path / MANIFEST, error) from error
    return manifest, hashlib.sha256(raw).hexdigest()[:12]


def _require_amount(cost: Money) -> None:
    """A charge that can be printed: finite, not negative, of a currency's three letters."""
    if not (cost.amount.is_finite() and 0 <= cost.amount < _MOST_COST and _CURRENCY.fullmatch(cost.currency)):
        raise ValueError("its collection_cost is no amount of money")


def _check_version(raw: bytes, path: Path) -> None:
    try:
        version = msgspec.json.decode(raw, type=dict[str, msgspec.Raw]).get("schema_version")
        number = None if version is None else msgspec.json.decode(version, type=int)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _corrupt(path / MANIFEST, error) from error
    if number != SNAPSHOT_SCHEMA_VERSION:
        raise SnapshotError(
            f"the snapshot at {path} has schema version {number}, this costopt reads {SNAPSHOT_SCHEMA_VERSION}",
            hint="Collect it again with this version, or read it with the version that wrote it.",
        )


def verify(path: Path, manifest: Manifest) -> None:
    """Check that every data file is there and as it was written.

    Raises:
        SnapshotError: a file is missing, outside the directory, or changed.
    """
    for name, fingerprint in manifest.files.items():
        if not _DATA_FILE.fullmatch(name):
            raise _corrupt(path / MANIFEST, ValueError(f"{name!r} is no name of a data file inside the snapshot"))
        try:
            require_plain_file(path / name, MAX_FILE_BYTES)
            found = fingerprint_of(path / name)
        except (OSError, ValueError) as error:
            raise _corrupt(path / name, error) from error
        if found != fingerprint:
            raise _corrupt(path / name, ValueError("its content is not what was written"))


def fingerprint_of(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_CHUNK_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Make the snapshot what `manifest` says, atomically, and drop data files that it does not name.

    An inventory is for its owner alone: nobody else may read the files.
    """
    for name in manifest.files:
        (path / name).chmod(0o600)
    raw = msgspec.json.format(msgspec.json.encode(manifest, order="deterministic"), indent=1)
    replace_file(path / MANIFEST, raw)
    for old in path.glob("*-*.parquet"):
        if old.name not in manifest.files:
            old.unlink(missing_ok=True)


def _corrupt(path: Path, error: BaseException) -> SnapshotError:
    return SnapshotError(f"{path} is damaged: {error}", hint="Collect the snapshot again.")


def corrupt(path: Path, error: BaseException) -> SnapshotError:
    """The error for a data file that cannot be read."""
    return _corrupt(path, error)
