"""How large the files of a bill may be, and of what sort: whatever is outside costs nothing but a refusal.

Every bound has room for the largest bill that costopt promises to take, 100 million lines.
"""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from costopt.errors import BillError

GIB = 2**30
PIECE = 2**20
"""Files are read in pieces of 1 MiB."""

MAX_FILE_BYTES = 64 * GIB
"""Largest file. 100 million lines of CSV at 900 bytes, as a made bill of 60 columns has, are 84 GiB plain and 10 GiB
packed; no provider writes them into one file."""
MAX_FILES = 10_000
"""Most files of one delivery. A month of hourly AWS files of 1 million lines each has a hundred."""
MAX_ENTRIES = 200_000
"""Most entries of the folders that are searched, so that a home directory named by mistake ends soon."""
MAX_DEPTH = 32
"""Deepest folder below the one that is named; providers nest to six."""
MAX_COLUMNS = 2_000
"""A legacy report has some 300 columns and one for each tag key, of which AWS allows 500 and each of 50 categories."""
MAX_NAME = 1_024
"""Longest name of a column in characters. A tag key has at most 128."""
MAX_HEADER_BYTES = PIECE
"""Longest header of a text file, and first line of JSON: 2,000 names of 128 characters are a quarter of it."""
MAX_MANIFEST_BYTES = 16 * 2**20
"""Largest manifest: 10,000 keys, which S3 bounds at 1,024 bytes each, are 10 MiB; then the columns."""
MAX_FOOTER_BYTES = 32 * 2**20
"""Largest Parquet footer: one of 62 columns and one row group has 10 KB, hence a hundred row groups of 2,000 columns
have 32 MB."""
MAX_ROW_GROUP_BYTES = 4 * GIB
"""Largest row group, unpacked: 1,048,576 rows, the usual default, of 4 KiB each."""
MAX_UNPACKED = 256 * GIB
"""Most that one file may unpack to: the largest plain file, four times."""
MAX_RATIO = 150
"""Most bytes that a packed byte may give. Real bills give 4 to 9 (billing-koku, focus), 20 (aws-cur) and made, very
repetitive ones 9 (CSV) or 2.4 (Parquet); deflate can give 1,032."""
RATIO_FREE_BYTES = PIECE
"""The ratio is judged beyond this many unpacked bytes: below, nothing can be hurt."""
MAX_ROWS_PER_BYTE = 1
"""Most Parquet rows that a byte of the file may stand for. Made, very repetitive rows take 36 to 43 bytes each; runs of
equal values would allow millions of rows a byte, which no bill is."""
ROWS_FREE = 100_000
"""Rows are counted against bytes beyond this many: with 2,000 columns 200 million cells, some seconds."""


@contextmanager
def ordinary(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading that is an ordinary one and not too large.

    Raises:
        BillError: it is not there, cannot be read, is a folder, device, pipe or socket, or larger than 64 GiB.
    """
    try:
        # The kind is asked before the file is opened: to open a pipe would wait for its writer.
        require_ordinary(path)
        with path.open("rb") as stream:
            yield stream
    except OSError as error:
        raise unreadable(path, error) from error


def require_ordinary(path: Path) -> int:
    """Size of an ordinary file in bytes.

    Raises:
        BillError: it is something else than a file, is empty or too large.
        OSError: it cannot be looked at.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise BillError(f"{path} is no ordinary file", hint="Name files, folders or manifests of bills.")
    if status.st_size == 0:
        raise BillError(f"{path} is empty", hint="Not even a header is there: export or download it again.")
    if status.st_size > MAX_FILE_BYTES:
        raise BillError(
            f"{path} has {status.st_size:,} bytes; at most {MAX_FILE_BYTES:,} are read",
            hint="Export the bill in several files.",
        )
    return status.st_size


def unreadable(path: Path, error: OSError) -> BillError:
    """The refusal for something that the operating system does not give."""
    return BillError(f"{path} cannot be read: {error.strerror or error}", hint="Check the name and its permissions.")


def require_columns(path: Path, columns: tuple[str, ...]) -> None:
    """Check that columns can be told apart and be said.

    Raises:
        BillError: too many, one without a name, one twice, or one with an odd name.
    """
    if len(columns) > MAX_COLUMNS:
        raise BillError(
            f"{path} has {len(columns):,} columns; at most {MAX_COLUMNS:,} are read",
            hint="Choose fewer columns in the export.",
        )
    seen: set[str] = set()
    for number, name in enumerate(columns, start=1):
        if not name.strip():
            raise BillError(f"column {number} of {path} has no name", hint="Check that its first line is the header.")
        if len(name) > MAX_NAME or any(ord(letter) < ord(" ") or ord(letter) == 0x7F for letter in name):
            raise BillError(
                f"column {number} of {path} has a name that is too long or holds control characters",
                hint="Check that its first line is the header.",
            )
        if name in seen:
            raise BillError(f"{path} has two columns {name!r}", hint="Which one counts? Remove one from the export.")
        seen.add(name)
