"""Read a catalog's manifest and its files, and refuse what is not whole."""

import errno
import hashlib
import json
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from costopt.errors import CatalogError
from costopt.prices.schema import MANIFEST_NAME, SCHEMA_VERSION, TABLES

_HINT: Final = (
    "Delete that folder and run `costopt prices refresh`; if it is the built-in catalog, install cloud-costopt again."
)

MAX_BYTES: Final = 2**29
"""Of one file of a catalog; the embedded one has less than 2 MiB, a refresh of all regions some hundred."""
MAX_ROWS: Final = 20_000_000
"""Of one table; a small file can unpack to any number of rows."""
_PRICES: Final = {"hourly": "usd_per_hour", "units": "usd"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What `catalog.json` says."""

    version: str
    """Name of the catalog."""
    built_at: date
    """Day of the build or refresh."""
    as_of: date
    """Oldest day that any row's source was published."""
    quarantined_rows: int
    """How many rows the guards kept out."""
    sha256: Mapping[str, str]
    """File name to the digest of its bytes."""


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the catalog in `folder`.

    Raises:
        CatalogError: there is none, it cannot be read, or it is of another schema version.
    """
    path = folder / MANIFEST_NAME
    try:
        content: Any = json.loads(_bytes_of(path))
        if content["schema_version"] != SCHEMA_VERSION:
            raise CatalogError(
                f"{path}: catalog schema {content['schema_version']}, but this program reads {SCHEMA_VERSION}",
                hint=_HINT,
            )
        return Manifest(
            version=str(content["version"]),
            built_at=date.fromisoformat(content["built_at"]),
            as_of=date.fromisoformat(content["as_of"]),
            quarantined_rows=int(content["quarantined_rows"]),
            sha256={str(name): str(entry["sha256"]) for name, entry in content["files"].items()},
        )
    except OSError as error:
        raise CatalogError(f"{path}: no readable price catalog here ({error.strerror})", hint=_HINT) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CatalogError(f"{path}: not a catalog manifest ({error})", hint=_HINT) from error


def read_table(folder: Path, name: str, manifest: Manifest) -> pa.Table:
    """Table `name` of the catalog in `folder`.

    Raises:
        CatalogError: the file is missing, altered since it was written, no Parquet, or has other columns.
    """
    path = folder / f"{name}.parquet"
    try:
        content = _bytes_of(path)
    except OSError as error:
        raise CatalogError(f"{path}: cannot be read ({error.strerror})", hint=_HINT) from error
    if hashlib.sha256(content).hexdigest() != manifest.sha256.get(path.name):
        raise CatalogError(
            f"{path}: its content does not match {MANIFEST_NAME}; it is damaged or half-written", hint=_HINT
        )
    try:
        with pq.ParquetFile(pa.BufferReader(content)) as file:
            if file.metadata.num_rows > MAX_ROWS:
                raise CatalogError(f"{path}: {file.metadata.num_rows:,} rows are not a catalog", hint=_HINT)
            table = file.read()
    except (pa.ArrowException, OSError) as error:
        raise CatalogError(f"{path}: not a readable Parquet file ({error})", hint=_HINT) from error
    _require_columns(path, table, TABLES[name])
    _require_positive(path, table, name)
    return table


def check_catalog(folder: Path) -> None:
    """Read every table of a catalog, for those who want to know before they need it.

    Raises:
        CatalogError: as `read_manifest` and `read_table`.
    """
    manifest = read_manifest(folder)
    for name in TABLES:
        read_table(folder, name, manifest)


def _bytes_of(path: Path) -> bytes:
    """Content of an ordinary file of bearable size; reading a pipe or a device would never end.

    Raises:
        OSError: it cannot be read, or is no such file.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_BYTES:
        raise OSError(errno.EINVAL, f"not an ordinary file of at most {MAX_BYTES:,} bytes", str(path))
    return path.read_bytes()


def _require_columns(path: Path, table: pa.Table, schema: pa.Schema) -> None:
    if table.schema.names != schema.names:
        raise CatalogError(f"{path}: columns {table.schema.names} instead of {schema.names}", hint=_HINT)
    for found, wanted in zip(table.schema, schema, strict=True):
        if found.type != wanted.type:
            raise CatalogError(f"{path}: column {found.name} is {found.type}, not {wanted.type}", hint=_HINT)


def _require_positive(path: Path, table: pa.Table, name: str) -> None:
    """A price of nothing, or less, would turn into a saving that nobody has."""
    column = _PRICES.get(name)
    lowest = None if column is None else pc.min(table.column(column)).as_py()
    if lowest is not None and lowest <= 0:
        raise CatalogError(f"{path}: holds a price of {lowest}", hint=_HINT)
