"""Write a catalog: the same rows give the same bytes."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from costopt.prices.schema import KEYS, MANIFEST_NAME, SCHEMA_VERSION, TABLES


def write_catalog(
    folder: Path,
    tables: Mapping[str, Sequence[Sequence[Any]]],
    *,
    version: str,
    built_at: date,
    quarantined_rows: int = 0,
) -> None:
    """Write every table of `schema.TABLES` and then the manifest.

    Args:
        folder: exists; its catalog files are replaced one by one, the manifest last. A caller that must not leave a
            broken catalog behind writes to a fresh folder and renames it.
        tables: table name to rows, fields in the schema's order; a table that is not named is written empty.
        version: name of the catalog, shown in reports.
        built_at: day of the build.
        quarantined_rows: how many rows the guards kept out.
    """
    manifest_path = folder / MANIFEST_NAME
    manifest_path.unlink(missing_ok=True)
    files: dict[str, dict[str, object]] = {}
    oldest: list[date] = []
    for name, schema in TABLES.items():
        table = to_table(name, tables.get(name, ()))
        path = folder / f"{name}.parquet"
        pq.write_table(
            table,
            path,
            compression="zstd",
            compression_level=9,
            write_statistics=False,
            store_schema=True,
            version="2.6",
        )
        content = path.read_bytes()
        files[path.name] = {"sha256": hashlib.sha256(content).hexdigest(), "rows": table.num_rows}
        if "as_of" in schema.names and table.num_rows:
            oldest.append(min(table.column("as_of").to_pylist()))
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "version": version,
        "built_at": built_at.isoformat(),
        "as_of": min(oldest, default=built_at).isoformat(),
        "quarantined_rows": quarantined_rows,
        "files": files,
    }
    manifest_path.write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def to_table(name: str, rows: Sequence[Sequence[Any]]) -> pa.Table:
    """Rows as an Arrow table of the schema, sorted by the table's key."""
    schema = TABLES[name]
    places = [schema.names.index(column) for column in KEYS[name]]
    ordered = sorted(rows, key=lambda row: tuple(row[place] for place in places))
    columns = list(zip(*ordered, strict=True)) if ordered else [()] * len(schema.names)
    arrays = []
    for field, values in zip(schema, columns, strict=True):
        kind = field.type
        if pa.types.is_dictionary(kind):
            arrays.append(pa.array([_plain(value) for value in values], kind.value_type).dictionary_encode().cast(kind))
        else:
            arrays.append(pa.array(values, kind))
    return pa.Table.from_arrays(arrays, schema=schema)


def _plain(value: Any) -> Any:
    """The text of an enumeration's member; a dictionary column takes no subclass of str."""
    return str(value) if isinstance(value, str) else value
