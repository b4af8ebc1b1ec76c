"""Metric series as a Parquet file: one row a series, its values as a list with holes."""

import math
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from costopt.model.series import Series

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


def write_series(path: Path, series: Iterable[Series]) -> None:
    """Write series in the order given, a few thousand at a time.

    Args:
        path: file to write.
        series: any number; values that are not finite are holes.
    """
    with pq.ParquetWriter(path, SCHEMA, compression="zstd", use_dictionary=_NAMES) as writer:
        rows: list[dict[str, Any]] = []
        for one in series:
            rows.append(_row(one))
            if len(rows) >= _BATCH:
                writer.write_table(pa.Table.from_pylist(rows, schema=SCHEMA))
                rows.clear()
        writer.write_table(pa.Table.from_pylist(rows, schema=SCHEMA))


def _row(one: Series) -> dict[str, Any]:
    start: datetime = one.start
    values = [None if value is None or not math.isfinite(value) else value for value in one.values]
    identity = one.resource._asdict()
    return identity | {"metric": one.metric, "start": start, "step_seconds": one.step_seconds, "values": values}
