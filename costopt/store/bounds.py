"""How large and how odd a snapshot may be: it is a file that somebody sends, and a small one can unpack to anything.

The limits are far above what an account holds, and are checked before a file is unpacked wherever its footer tells.
"""

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

MAX_MANIFEST_BYTES = 256 * 2**20
"""A scope takes about 600 bytes: 400,000 scopes."""
MAX_FILE_BYTES = 8 * 2**30
"""Of a data file as it lies on disk."""
MAX_RESOURCES = 1_000_000
"""Rows of the resources."""
MAX_RESOURCE_BYTES = 2**30
"""Of all resources, unpacked; 100,000 take about 60 MiB."""
MAX_TEXT = {"name": 8_192, "arn": 8_192, "id": 8_192, "tags": 2**15, "spec": 2**20}
"""Characters of one field. An ARN has at most 2,048, fifty tags at most 19,200.
Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html."""
MAX_SERIES = 3_000_000
"""Rows of the series."""
MAX_POINTS = 1_000_000_000
"""Of all series; 10,000 instances with five hourly metrics over 14 days have 16.8 million."""
MAX_POINTS_A_GROUP = 150_000_000
"""Of one row group, which is the least that a reader takes into memory: 1.2 GB of numbers."""
MAX_DAYS = 455
"""Of a look-back: CloudWatch keeps no point longer.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html."""
MAX_POINTS_A_SERIES = 150_000
"""On average in a row group: CloudWatch's 455 days in steps of five minutes are 131,040."""
MAX_MEMORY = "4GiB"
"""What the aggregation of series may take; it fails with an error beyond that."""

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
"""A snapshot is taken, and its series begin, between these; AWS sold its first service in 2004."""


def require_plain_file(path: Path, limit: int) -> None:
    """Refuse what is no ordinary file of the snapshot: reading a pipe or a device would never end.

    Raises:
        OSError: there is no such file.
        ValueError: a link, a device, a pipe, a directory, or too large.
    """
    found = os.lstat(path)
    if stat.S_ISLNK(found.st_mode):
        raise ValueError("it is a link; a snapshot holds its files itself")
    if not stat.S_ISREG(found.st_mode):
        raise ValueError("it is no ordinary file")
    if found.st_size > limit:
        raise ValueError(f"{found.st_size:,} bytes are more than the {limit:,} that are read")


def require_moment(moment: datetime) -> None:
    """Refuse a time without a zone, or far from any cloud.

    Raises:
        ValueError: such a time.
    """
    if moment.tzinfo is None:
        raise ValueError(f"the time {moment.isoformat()} has no zone")
    if not EARLIEST <= moment < LATEST:
        raise ValueError(f"the time {moment.isoformat()} is not between {EARLIEST:%Y} and {LATEST:%Y}")


def require_small_resources(file: pq.ParquetFile) -> None:
    """Refuse, by its footer, a file of resources that would unpack to more than the limits.

    Raises:
        ValueError: too many rows or bytes.
    """
    footer = file.metadata
    _at_most("resources", footer.num_rows, MAX_RESOURCES)
    unpacked = sum(footer.row_group(index).total_byte_size for index in range(footer.num_row_groups))
    _at_most("bytes of resources", unpacked, MAX_RESOURCE_BYTES)


def require_small_batch(batch: pa.RecordBatch, read_bytes: int) -> int:
    """Refuse rows that are larger than the footer made believe; returns the bytes read so far.

    Raises:
        ValueError: too many bytes.
        pyarrow.ArrowException: a column whose bytes cannot be counted, which no snapshot of ours has.
    """
    read_bytes += batch.get_total_buffer_size()
    _at_most("bytes of resources", read_bytes, MAX_RESOURCE_BYTES)
    return read_bytes


def require_small_series(path: Path) -> None:
    """Refuse, by its footer, a file of series that would unpack to more than the limits.

    Raises:
        ValueError: too many rows or points.
        OSError: it cannot be read.
        pyarrow.ArrowException: it is no Parquet.
    """
    with pq.ParquetFile(path) as file:
        footer = file.metadata
        _at_most("series", footer.num_rows, MAX_SERIES)
        groups = [footer.row_group(index) for index in range(footer.num_row_groups)]
        points = [_values(group) for group in groups]
        longest = max((count // max(group.num_rows, 1) for count, group in zip(points, groups, strict=True)), default=0)
    _at_most("points a series", longest, MAX_POINTS_A_SERIES)
    _at_most("points in a row group", max(points, default=0), MAX_POINTS_A_GROUP)
    _at_most("points", sum(points), MAX_POINTS)


def _values(group: pq.RowGroupMetaData) -> int:
    """Values of the longest column of a row group: those of the lists."""
    return max((group.column(index).num_values for index in range(group.num_columns)), default=0)


def require_text(field: str, text: str | None) -> None:
    """Refuse a field that is too long.

    Raises:
        ValueError: such a field.
    """
    if text is not None:
        _at_most(f"characters in {field}", len(text), MAX_TEXT[field])


def _at_most(what: str, count: int, limit: int) -> None:
    if count > limit:
        raise ValueError(f"{count:,} {what} are more than the {limit:,} that are read")
