"""The embedded engine: DuckDB over the files of a local store. No server, no network, no sqlglot."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa

from costopt.billing.lake import SPILL, Lake
from costopt.billing.refusal import said
from costopt.billing.sql_text import literal
from costopt.errors import EngineError
from costopt.model.bill import Catalog
from costopt.model.focus import COLUMNS

MEMORY_LIMIT = "2GiB"
"""Of a query or an ingest; beyond it DuckDB spills to the store's own folder."""


class DuckDbEngine:
    """Answers from a store as its catalog was when the engine was opened."""

    name = "duckdb"

    def __init__(self, connection: Any, catalog: Catalog) -> None:
        self._connection = connection
        self.catalog = catalog
        """What is being read."""

    def query(self, sql: str) -> pa.Table:
        """Answer one SELECT; see `Engine`."""
        try:
            return self._connection.sql(sql).to_arrow_table()
        except duckdb.Error as error:
            raise EngineError(f"duckdb: {said(error)}", hint="Ask for fewer days or dimensions.") from error

    def write(self, sql: str, path: Path, options: str) -> int:
        """Write the answer of a SELECT to a file, at just that path, as it streams; gives the number of rows.

        Raises:
            duckdb.Error: the query or the file fails.
        """
        (rows,) = self._connection.execute(f"COPY ({sql}) TO {literal(str(path))} ({options})").fetchone()
        return int(rows)


@contextmanager
def open_duckdb(lake: Lake, *, source: str | None = None) -> Iterator[DuckDbEngine]:
    """The engine over a store, or over the bills of one source in it.

    Raises:
        StoreError: no store there, or a damaged one.
        EngineError: a file of the store cannot be read.
    """
    catalog = lake.catalog()
    if source is not None:
        catalog = replace(catalog, bills=tuple(bill for bill in catalog.bills if bill.source == source))
    with connect(lake.path) as connection:
        try:
            connection.execute(f"CREATE VIEW cost AS {_rows(lake, catalog)}")
            connection.execute(TAG_MACRO)
        except duckdb.Error as error:
            raise EngineError(f"the store at {lake.path} cannot be read: {error}", hint="Collect it anew.") from error
        yield DuckDbEngine(connection, catalog)


TAG_MACRO = """CREATE MACRO TAG(tags, k) AS
    json_extract_string(tags, '/' || replace(replace(k, '~', '~0'), '/', '~1'))"""
"""Value of one tag by JSON pointer, whatever characters the key has; NULL where it is absent."""


@contextmanager
def connect(folder: Path) -> Iterator[Any]:
    """A database in memory that fetches nothing and spills below `folder`, in UTC and within `MEMORY_LIMIT`.

    What it spills lies in a folder of its own: DuckDB's names are the same in every process, and two that shared a
    folder would overwrite each other's. Where `folder` cannot be written to, the system's own temporary folder serves.
    """
    writable = os.access(folder, os.W_OK)
    with TemporaryDirectory(dir=folder if writable else None, prefix=SPILL, ignore_cleanup_errors=True) as spill:
        settings = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": spill,
            "preserve_insertion_order": "false",
        }
        with _quiet(settings) as connection:
            yield connection


@contextmanager
def _quiet(settings: dict[str, str]) -> Iterator[Any]:
    with duckdb.connect(config=settings) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        # Standard output is for results: DuckDB would draw a bar there once a query takes two seconds.
        connection.execute("SET enable_progress_bar = false")
        yield connection


def _rows(lake: Lake, catalog: Catalog) -> str:
    """SELECT of all rows of a store; of an empty store one that gives no row."""
    files = [path for bill in catalog.bills for path in lake.files(bill)]
    if not files:
        typed = ", ".join(f'CAST(NULL AS {column.type.value}) AS "{column.name}"' for column in COLUMNS)
        return f"SELECT {typed} WHERE false"
    return f"SELECT * FROM {parquet_rows(files)}"  # noqa: S608 - paths are escaped


def parquet_rows(paths: Sequence[Path]) -> str:
    """Table of the rows of Parquet files, their columns by name; names of folders are no columns of ours."""
    return f"read_parquet({path_list(paths)}, union_by_name = true, hive_partitioning = false)"


def path_list(paths: Sequence[Path]) -> str:
    """SQL list of paths. DuckDB would expand a `*`, so such names are escaped."""
    return "[" + ", ".join("'" + _literal_path(path) + "'" for path in paths) + "]"


def _literal_path(path: Path) -> str:
    """A path as DuckDB reads it literally: quotes doubled, glob characters in brackets."""
    escaped = "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))
    return escaped.replace("'", "''")
