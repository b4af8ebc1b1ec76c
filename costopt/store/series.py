"""Metric series as a Parquet file: one row a series, its values as a list with holes."""

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from costopt.model.series import PackedFloats, Series

SCHEMA = pa.schema(
    [
        pa.field("provider", pa.string(), nullable=False),
        pa.field("account", pa.string(), nullable=False),
        pa.field("region", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("id", pa.string(), nullable=False),
        pa.field("metric", pa.string(), nullable=False),
        pa.field("start", pa.timestamp("s", tz="UTC"), nullable=False),
        pa.field("step_seconds", pa.int32(), nullable=False),
        pa.field("values", pa.list_(pa.float64()), nullable=False),
    ]
)
_NAMES = [name for name in SCHEMA.names if name != "values"]
_BATCH = 2_000
_GROUP = 5_000
"""Rows of a row group of the merged file: little to hold, and several for the threads of a reader."""


def write_series(path: Path, series: Iterable[Series]) -> None:
    """Write series in the order given, a few thousand at a time.

    Args:
        path: file to write.
        series: any number; values that are not finite are holes.
    """
    rest = iter(series)
    with pq.ParquetWriter(path, SCHEMA, compression="zstd", use_dictionary=_NAMES) as writer:
        while batch := list(islice(rest, _BATCH)):
            writer.write_table(_table(batch))


def merge_series(parts: Sequence[Path], target: Path) -> None:
    """One file of several, sorted by kind and metric, with few rows in memory at any time.

    Args:
        parts: files of `write_series`, in the order of their places, each sorted by kind, metric, place and id.
        target: file to write.
    """
    order: dict[tuple[str, str], list[tuple[Path, int]]] = defaultdict(list)
    for part in parts:
        with pq.ParquetFile(part) as file:
            for group in range(file.num_row_groups):
                for wanted in _kinds_and_metrics(file.read_row_group(group, columns=["kind", "metric"])):
                    order[wanted].append((part, group))
    with pq.ParquetWriter(target, SCHEMA, compression="zstd", use_dictionary=_NAMES) as writer:
        for wanted in sorted(order):
            _write_groups(writer, _rows_of(wanted, order[wanted]))


def _kinds_and_metrics(table: pa.Table) -> set[tuple[str, str]]:
    found = table.group_by(["kind", "metric"]).aggregate([])
    return set(zip(found["kind"].to_pylist(), found["metric"].to_pylist(), strict=True))


def _rows_of(wanted: tuple[str, str], places: Iterable[tuple[Path, int]]) -> Iterator[pa.Table]:
    kind, metric = wanted
    for part, group in places:
        with pq.ParquetFile(part) as file:
            table = file.read_row_group(group)
        yield table.filter(pc.and_(pc.equal(table["kind"], kind), pc.equal(table["metric"], metric)))


def _write_groups(writer: pq.ParquetWriter, tables: Iterable[pa.Table]) -> None:
    """Writes row groups of one metric, each as full as may be."""
    waiting: list[pa.Table] = []
    for table in tables:
        waiting.append(table)
        if sum(one.num_rows for one in waiting) >= _GROUP:
            _write(writer, waiting)
            waiting.clear()
    if waiting:
        _write(writer, waiting)


def _write(writer: pq.ParquetWriter, tables: Sequence[pa.Table]) -> None:
    # Parquet has no seconds: times come back in milliseconds.
    writer.write_table(pa.concat_tables(tables).cast(SCHEMA), row_group_size=_GROUP)


def _table(batch: Sequence[Series]) -> pa.Table:
    rows = [
        one.resource._asdict() | {"metric": one.metric, "start": one.start, "step_seconds": one.step_seconds}
        for one in batch
    ]
    identity = pa.Table.from_pylist(rows, schema=SCHEMA.remove(len(_NAMES)))
    return identity.append_column(SCHEMA.field("values"), _lists([one.values for one in batch]))


def _lists(series: Sequence[Sequence[float | None]]) -> pa.ListArray:
    """Values of all series end to end, copied as bytes: 16.8 million points take no Python object each."""
    joined = array("d")
    for values in series:
        joined.extend(_doubles(values))
    flat = pa.Array.from_buffers(pa.float64(), len(joined), [None, pa.py_buffer(joined)])
    with_holes = pc.if_else(pc.is_finite(flat), flat, pa.scalar(None, pa.float64()))
    offsets = pa.array(accumulate((len(values) for values in series), initial=0), type=pa.int32())
    return pa.ListArray.from_arrays(offsets, with_holes)


def _doubles(values: Sequence[float | None]) -> "array[float]":
    if isinstance(values, PackedFloats):
        return values.raw
    return array("d", (math.nan if value is None else value for value in values))
