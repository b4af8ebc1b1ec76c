"""DuckDB's answers, and whether another engine's are the same."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from costopt.billing.duckdb_engine import TAG_MACRO, DuckDbEngine, connect
from costopt.model.bill import Catalog

TOLERANCE = 1e-9
"""Relative, of doubles: ratios of exact sums, whose last bits are each engine's own."""
_PLAIN_COST = pa.decimal128(28, 10)


@contextmanager
def open_parquet(path: Path) -> Iterator[DuckDbEngine]:
    """The embedded engine over one file of canonical columns."""
    with connect(path.parent) as connection:
        connection.execute(f"CREATE VIEW cost AS SELECT * FROM read_parquet('{path}')")
        connection.execute(TAG_MACRO)
        yield DuckDbEngine(connection, Catalog())


def difference(ours: pa.Table, theirs: pa.Table) -> str:
    """The first way in which an engine's answer is another than DuckDB's; empty where it is the same."""
    wanted = pa.schema([(f.name, pa.decimal128(38, 10) if f.type == _PLAIN_COST else f.type) for f in ours.schema])
    if not theirs.schema.equals(wanted):
        return f"columns {theirs.schema} are not {wanted}"
    if ours.num_rows != theirs.num_rows:
        return f"{theirs.num_rows} rows are not {ours.num_rows}"
    for name in wanted.names:
        for row, (one, other) in enumerate(zip(ours[name].to_pylist(), theirs[name].to_pylist(), strict=True)):
            if not _same(one, other):
                return f"row {row}: {name} {other!r} is not {one!r}"
    return ""


def _same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=0.0)
    return one == other
