"""The content of files, read once from end to end: its fingerprint, and whether packed content is whole.

Packed files are unpacked to their end because DuckDB does not notice what is missing: of a gzip file cut in half it
reads the first half of the rows without a word, and it ignores the checksum (seen with 1.5.6). A bill would be too low
and nobody would know.
"""

import hashlib
import os
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from costopt.collectors.files.bounds import MAX_RATIO, MAX_UNPACKED, PIECE, RATIO_FREE_BYTES, ordinary
from costopt.errors import BillError
from costopt.model.bill import BillFile, BillKind, FileForm

GZIP_MAGIC = b"\x1f\x8b\x08"
"""First bytes of a gzip member that is deflated. Source: https://www.rfc-editor.org/rfc/rfc1952, section 2.3.1."""
PACKED = (FileForm.CSV_GZ, FileForm.JSONL_GZ)
"""Forms that are gzip."""
_GZIP_WINDOW = 31
"""For zlib: the largest window, 15, and 16 for a gzip header and checksum."""
_MOST_WORKERS = 4


def digests(files: Sequence[BillFile]) -> tuple[str, ...]:
    """SHA-256 of the content of each file, in hexadecimal and in their order.

    Raises:
        BillError: a file cannot be read, or a packed one is damaged, cut off or unpacks to too much.
    """
    # Both hashing and unpacking let other threads run.
    with ThreadPoolExecutor(min(_MOST_WORKERS, os.cpu_count() or 1)) as pool:
        return tuple(pool.map(_digest, files))


def fingerprint(kind: BillKind, contents: Sequence[str]) -> str:
    """SHA-256 over a bill: the same content under other names or in another order is the same bill."""
    return hashlib.sha256("\n".join([kind.value, *sorted(contents)]).encode()).hexdigest()


def _digest(file: BillFile) -> str:
    path = Path(file.path)
    digest = hashlib.sha256()
    unpacking = _Unpacking(path) if file.form in PACKED else None
    with ordinary(path) as stream:
        while piece := stream.read(PIECE):
            digest.update(piece)
            if unpacking is not None:
                unpacking.feed(piece)
    if unpacking is not None:
        unpacking.end()
    return digest.hexdigest()


class _Unpacking:
    """Unpacks gzip, of one member or several, in bounded memory; keeps nothing but counts."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._member = zlib.decompressobj(_GZIP_WINDOW)
        self._packed = 0
        self._unpacked = 0

    def feed(self, piece: bytes) -> None:
        """Take the next bytes of the file.

        Raises:
            BillError: they are damaged, or give too much.
        """
        self._packed += len(piece)
        while piece:
            if self._member.eof:
                self._member = zlib.decompressobj(_GZIP_WINDOW)
            try:
                self._unpacked += len(self._member.decompress(piece, PIECE))
            except zlib.error as error:
                raise BillError(
                    f"{self._path} is damaged: its gzip content does not fit its checksum, or something follows it",
                    hint="Export or download it again.",
                ) from error
            if self._unpacked > min(MAX_UNPACKED, self._packed * MAX_RATIO + RATIO_FREE_BYTES):
                raise BillError(
                    f"{self._path} unpacks to more than {self._unpacked - 1:,} bytes from {self._packed:,}",
                    hint="No bill packs so small. Check where the file comes from.",
                )
            piece = self._member.unused_data if self._member.eof else self._member.unconsumed_tail

    def end(self) -> None:
        """The file has ended.

        Raises:
            BillError: it should not have.
        """
        if not self._member.eof:
            raise BillError(
                f"{self._path} is cut off: its gzip content has no end", hint="Export or download it again."
            )
