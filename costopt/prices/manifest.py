"""Read a catalog's manifest and its files, and refuse what is not whole."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from costopt.errors import CatalogError
from costopt.prices.schema import MANIFEST_NAME, SCHEMA_VERSION, TABLES

_HINT: Final = (
    "Delete that folder and run `costopt prices refresh`; if it is the built-in catalog, install cloud-costopt again."
)


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
        content: Any = json.loads(path.read_text(encoding="utf-8"))
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
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CatalogError(f"{path}: not a catalog manifest ({error})", hint=_HINT) from error


def read_table(folder: Path, name: str, manifest: Manifest) -> pa.Table:
    """Table `name` of the catalog in `folder`.

    Raises:
        CatalogError: the file is missing, altered since it was written, no Parquet, or has other columns.
    """
    path = folder / f"{name}.parquet"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CatalogError(f"{path}: cannot be read ({error.strerror})", hint=_HINT) from error
    if hashlib.sha256(content).hexdigest() != manifest.sha256.get(path.name):
        raise CatalogError(
            f"{path}: its content does not match {MANIFEST_NAME}; it is damaged or half-written", hint=_HINT
        )
    try:
        table = pq.read_table(pa.BufferReader(content))
    except (pa.ArrowException, OSError) as error:
        raise CatalogError(f"{path}: not a readable Parquet file ({error})", hint=_HINT) from error
    if table.schema.names != TABLES[name].names:
        raise CatalogError(f"{path}: columns {table.schema.names} instead of {TABLES[name].names}", hint=_HINT)
    return table
