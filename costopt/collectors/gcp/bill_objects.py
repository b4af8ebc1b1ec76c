"""Google's export in Cloud Storage: the files below a prefix, each as it was when it was listed."""

import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from google.api_core.exceptions import NotFound, PreconditionFailed

from costopt.collectors.faults import printable
from costopt.collectors.gcp.bill_access import GET_OBJECT, LIST_OBJECTS, PATIENCE, telling
from costopt.collectors.gcp.bill_address import BucketAddress
from costopt.errors import BillError

if TYPE_CHECKING:
    from google.cloud import storage

MAX_BYTES: Final = 64 * 2**30
"""Bytes of one fetch: some hundred million lines of packed JSON or Parquet."""
MAX_OBJECTS: Final = 10_000
"""Files of one fetch. `EXPORT DATA` writes files of up to 1 GB."""
MAX_LISTED: Final = 200_000
"""Objects listed below one prefix, so that a bucket named by mistake ends soon."""
SUFFIXES: Final = (".parquet", ".csv", ".csv.gz", ".json", ".json.gz", ".jsonl", ".jsonl.gz")
"""How the names of an export's files end, in small letters."""
_FIELDS = "items(name,size,generation),nextPageToken"
_ODD = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 100
_SECONDS = 60.0

Announce = Callable[[int, int], None]
"""Told of the number of files and their bytes before the first is downloaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """One object in the state that will be read."""

    name: str
    size: int
    """Bytes."""
    generation: int
    """Names the state: a later write has another."""


def fetch_objects(
    client: "storage.Client",
    address: BucketAddress,
    folder: Path,
    *,
    max_bytes: int = MAX_BYTES,
    announce: Announce = lambda files, size: None,
    patience: float = PATIENCE,
) -> tuple[Path, ...]:
    """Downloads the files of an export into `folder`, in the order of their names.

    Args:
        client: of Cloud Storage.
        address: a folder, or one object.
        folder: one that nobody else reads.
        max_bytes: more is refused before the first byte.
        announce: told of files and bytes before the first byte.
        patience: seconds in which a list that fails in passing is asked for again.

    Raises:
        BillError: no file of an export there, too many or too large, or one that is replaced meanwhile.
        CollectError: the bucket cannot be read.
    """
    with telling(str(address), LIST_OBJECTS):
        found = _list(client, address, patience)
    _require_room(address, found, folder, max_bytes)
    announce(len(found), sum(one.size for one in found))
    return tuple(_download(client, address, one, _place(folder, number, one)) for number, one in enumerate(found, 1))


def _list(client: "storage.Client", address: BucketAddress, patience: float) -> list[_Listed]:
    from google.cloud.storage.retry import DEFAULT_RETRY

    is_object = address.path.lower().endswith(SUFFIXES)
    prefix = address.path if is_object or not address.path else f"{address.path}/"
    found = []
    retry = DEFAULT_RETRY.with_timeout(patience)
    blobs = client.list_blobs(address.bucket, prefix=prefix, fields=_FIELDS, timeout=_SECONDS, retry=retry)
    for number, blob in enumerate(blobs, start=1):
        if number > MAX_LISTED:
            raise BillError(f"{address} holds more than {MAX_LISTED:,} objects", hint="Name the export's own folder.")
        if blob.name.lower().endswith(SUFFIXES) and (not is_object or blob.name == address.path):
            found.append(_Listed(name=blob.name, size=int(blob.size), generation=int(blob.generation)))
    if not found:
        raise BillError(
            f"there is no file of an export in {address}",
            hint=f"Their names end in {', '.join(SUFFIXES)}. `EXPORT DATA` of BigQuery writes them.",
        )
    return sorted(found, key=lambda one: one.name)


def _require_room(address: BucketAddress, found: Sequence[_Listed], folder: Path, max_bytes: int) -> None:
    """Refuses what is too large, before the first byte."""
    total = sum(one.size for one in found)
    free = shutil.disk_usage(folder).free
    if len(found) > MAX_OBJECTS or total > max_bytes:
        raise BillError(
            f"{address} has {len(found):,} files of {total:,} bytes; at most {MAX_OBJECTS:,} of {max_bytes:,} are read",
            hint="Name the folder of fewer months.",
        )
    if total > free:
        raise BillError(
            f"{address} has {total:,} bytes, and the disk of {folder} has {free:,} left",
            hint="Name the folder of fewer months, or set TMPDIR to another disk.",
        )


def _place(folder: Path, number: int, listed: _Listed) -> Path:
    """A name of our own: that of an object could lead elsewhere. Its end tells what sort of file it is."""
    base = _ODD.sub("-", listed.name.rsplit("/", 1)[-1])[-_LONGEST:]
    return folder / f"{number:05}-{base}"


def _download(client: "storage.Client", address: BucketAddress, listed: _Listed, path: Path) -> Path:
    """Downloads one object as it is stored, checked against its checksum and its length."""
    from google.cloud.storage.exceptions import DataCorruption

    name = printable(listed.name)[:200]
    blob: Any = client.bucket(address.bucket).blob(listed.name, generation=listed.generation)
    with telling(f"{name} in {address}", GET_OBJECT):
        try:
            # Raw: what is stored packed stays packed, and its length and checksum are those of the listing.
            blob.download_to_filename(str(path), raw_download=True, checksum="crc32c", timeout=_SECONDS)
        except (NotFound, PreconditionFailed) as error:
            raise BillError(
                f"{name} in {address} was replaced or deleted while it was read",
                hint="An export is being written there; repeat it when that has ended.",
            ) from error
        except DataCorruption as error:
            raise _damaged(name, address) from error
    if path.stat().st_size != listed.size:
        raise _damaged(name, address)
    return path


def _damaged(name: str, address: BucketAddress) -> BillError:
    return BillError(f"{name} in {address} does not come whole", hint="Check the network, then repeat.")
