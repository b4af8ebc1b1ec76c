"""The footer of a Parquet file: names of its columns, and what it announces to hold."""

from pathlib import Path
from typing import Any, BinaryIO

from costopt.collectors.files.bounds import (
    MAX_COLUMNS,
    MAX_FOOTER_BYTES,
    MAX_RATIO,
    MAX_ROW_GROUP_BYTES,
    MAX_ROWS_PER_BYTE,
    MAX_UNPACKED,
    RATIO_FREE_BYTES,
    ROWS_FREE,
    require_ordinary,
)
from costopt.errors import BillError

MAGIC = b"PAR1"
"""First and last bytes of a file. Source: https://parquet.apache.org/docs/file-format/."""
SEALED = b"PARE"
"""The same of a file with an encrypted footer."""
_TAIL = 8
"""Length of the footer in four bytes, then the magic."""


def footer_columns(path: Path, stream: BinaryIO) -> tuple[str, ...]:
    """Names of the columns, in order; of nested ones the outermost.

    Raises:
        BillError: the footer is damaged, encrypted, too large, or announces more than the file can honestly hold.
    """
    _require_footer(path, stream)
    metadata, names = _footer(path)
    if metadata.num_columns > MAX_COLUMNS:
        raise BillError(
            f"{path} has {metadata.num_columns:,} columns; at most {MAX_COLUMNS:,} are read",
            hint="Choose fewer columns in the export.",
        )
    _require_honest(path, metadata)
    return names


def footer_rows(path: Path) -> int:
    """Number of rows that a file announces.

    Raises:
        BillError: the footer is damaged.
    """
    return int(_footer(path)[0].num_rows)


def _require_footer(path: Path, stream: BinaryIO) -> None:
    """Look at the ends of the file before a parser sees it."""
    size = require_ordinary(path)
    stream.seek(0)
    head = stream.read(len(MAGIC))
    stream.seek(max(0, size - _TAIL))
    tail = stream.read(_TAIL)
    if tail[4:] == SEALED:
        raise BillError(f"{path} is encrypted", hint="Decrypt it first.")
    if head != MAGIC or tail[4:] != MAGIC or size < _TAIL + len(MAGIC):
        raise BillError(
            f"{path} is no whole Parquet file: it does not begin and end as one",
            hint="It may be half-written, or of another sort than its name says. Export or download it again.",
        )
    length = int.from_bytes(tail[:4], "little")
    if length > min(MAX_FOOTER_BYTES, size - _TAIL - len(MAGIC)):
        raise BillError(
            f"{path} announces a footer of {length:,} bytes", hint="The file is damaged, or has too many row groups."
        )


def _footer(path: Path) -> tuple[Any, tuple[str, ...]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            return file.metadata, tuple(file.schema_arrow.names)
    except (pa.ArrowException, OSError, ValueError, RecursionError) as error:
        raise BillError(
            f"{path} has a Parquet footer that cannot be read", hint="Export or download it again."
        ) from error


def _require_honest(path: Path, metadata: Any) -> None:
    """Refuse what announces more rows or bytes than a bill of that size can hold: it would fill memory and disk."""
    size = require_ordinary(path)
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    rows, unpacked = metadata.num_rows, sum(max(0, group.total_byte_size) for group in groups)
    if rows < 0 or rows != sum(group.num_rows for group in groups) or any(group.num_rows < 0 for group in groups):
        raise BillError(f"{path} contradicts itself about its rows", hint="Export or download it again.")
    if rows > max(ROWS_FREE, size * MAX_ROWS_PER_BYTE):
        raise BillError(
            f"{path} announces {rows:,} rows in {size:,} bytes, which no bill packs so small",
            hint="Check where the file comes from.",
        )
    if unpacked > min(MAX_UNPACKED, size * MAX_RATIO + RATIO_FREE_BYTES):
        raise BillError(
            f"{path} would unpack to {unpacked:,} bytes from {size:,}", hint="Check where the file comes from."
        )
    if any(group.total_byte_size > MAX_ROW_GROUP_BYTES for group in groups):
        raise BillError(
            f"{path} has a row group of more than {MAX_ROW_GROUP_BYTES:,} bytes",
            hint="Write it with row groups of at most a million rows.",
        )
