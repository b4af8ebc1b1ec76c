"""The first rows of a file, in bounded memory: enough to see whose bill it is."""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from costopt.collectors.files.bounds import ordinary
from costopt.collectors.files.contents import PACKED
from costopt.collectors.files.footers import footer_rows
from costopt.model.bill import BillFile, FileForm

MAX_ROWS = 1_000
"""Rows that are looked at."""
MAX_BYTES = 4 * 2**20
"""Bytes of text in which they are sought: 1,000 lines of a bill have about 1 MiB."""


def first_values(file: BillFile, column: str) -> Iterator[str]:
    """Values of a column in the first rows, as text, without those that are null.

    What cannot be read here ends them: whoever reads all rows says what is wrong.
    """
    if file.form is FileForm.PARQUET:
        values = _of_parquet(Path(file.path), column)
    elif file.form in (FileForm.JSONL, FileForm.JSONL_GZ):
        values = _of_lines(file, column)
    else:
        place = file.columns.index(column)
        values = (row[place] for row in _csv_rows(file) if place < len(row))
    return islice(values, MAX_ROWS)


def has_rows(file: BillFile) -> bool:
    """Whether there is more than a header."""
    if file.form is FileForm.PARQUET:
        return footer_rows(Path(file.path)) > 0
    if file.form in (FileForm.JSONL, FileForm.JSONL_GZ):
        return True
    return any(any(row) for row in _csv_rows(file))


def _of_parquet(path: Path, column: str) -> Iterator[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            batch = next(file.iter_batches(batch_size=MAX_ROWS, columns=[column]), None)
            values = [] if batch is None else batch.column(0).to_pylist()
    except (pa.ArrowException, OSError, ValueError, IndexError):
        return
    yield from (str(value) for value in values if value is not None)


def _csv_rows(file: BillFile) -> Iterator[list[str]]:
    """Rows behind the header."""
    try:
        yield from islice(csv.reader(_whole_lines(file), delimiter=file.delimiter), 1, None)
    except csv.Error:
        return


def _of_lines(file: BillFile, column: str) -> Iterator[str]:
    try:
        for line in _whole_lines(file):
            value = json.loads(line).get(column) if line.strip() else None
            if isinstance(value, str):
                yield value
    except (ValueError, AttributeError, RecursionError):
        return


def _whole_lines(file: BillFile) -> Iterator[str]:
    """Lines at the beginning of a text; one that is cut off there is not among them."""
    with ordinary(Path(file.path)) as stream:
        try:
            raw = gzip.GzipFile(fileobj=stream).read(MAX_BYTES) if file.form in PACKED else stream.read(MAX_BYTES)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            return
    lines = io.StringIO(raw.decode("utf-8-sig", errors="replace"), newline="")
    yield from (line for line in lines if len(raw) < MAX_BYTES or line.endswith(("\n", "\r")))
