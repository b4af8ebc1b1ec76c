"""Resources as a Parquet file: identity in columns, tags and specification as JSON."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from costopt.model.kinds import SPEC_TYPES
from costopt.model.resource import Resource
from costopt.store.bounds import require_small_batch, require_small_resources, require_text
from costopt.store.plausible import strict_type
from costopt.store.snapshot import corrupt

_SCHEMA = pa.schema(
    [
        pa.field("provider", pa.dictionary(pa.int32(), pa.string()), nullable=False),
        pa.field("account", pa.dictionary(pa.int32(), pa.string()), nullable=False),
        pa.field("region", pa.dictionary(pa.int32(), pa.string()), nullable=False),
        pa.field("kind", pa.dictionary(pa.int32(), pa.string()), nullable=False),
        pa.field("id", pa.string(), nullable=False),
        pa.field("name", pa.string()),
        pa.field("arn", pa.string()),
        pa.field("created_at", pa.timestamp("us", tz="UTC")),
        pa.field("tags", pa.string()),
        pa.field("spec", pa.string(), nullable=False),
    ]
)


def write_resources(path: Path, resources: Iterable[Resource]) -> None:
    """Write resources, sorted by key, so that equal content gives equal bytes."""
    rows = [_row(resource) for resource in sorted(resources, key=lambda resource: resource.key)]
    pq.write_table(pa.Table.from_pylist(rows, schema=_SCHEMA), path, compression="zstd")


def _row(resource: Resource) -> dict[str, Any]:
    return {
        "provider": resource.provider,
        "account": resource.account,
        "region": resource.region,
        "kind": resource.spec.KIND,
        "id": resource.id,
        "name": resource.name,
        "arn": resource.arn,
        "created_at": resource.created_at,
        "tags": None if resource.tags is None else _json(dict(resource.tags)),
        "spec": _json(resource.spec),
    }


def _json(value: Any) -> str:
    return msgspec.json.encode(value, order="sorted").decode()


_DECODERS: Mapping[str, tuple[msgspec.json.Decoder[Any], msgspec.json.Decoder[Any]]] = {
    kind: (msgspec.json.Decoder(strict_type(spec)), msgspec.json.Decoder(spec)) for kind, spec in SPEC_TYPES.items()
}
_TAGS = msgspec.json.Decoder(dict[str, str])
_BATCH_ROWS = 500


def read_resources(path: Path) -> tuple[Resource, ...]:
    """Resources of a file that `write_resources` wrote.

    Raises:
        SnapshotError: the file cannot be read, is larger than `store.bounds` allows, or holds what this
            version does not know or what cannot be true.
    """
    try:
        with pq.ParquetFile(path, memory_map=True) as file:
            require_small_resources(file)
            resources = [_resource(row) for row in _rows(file)]
    except (OSError, pa.ArrowException, msgspec.MsgspecError, ValueError, OverflowError, RecursionError) as error:
        raise corrupt(path, error) from error
    # A list that changes while its pages are read can name a resource twice; it costs money only once.
    return tuple({resource.key: resource for resource in resources}.values())


def _rows(file: pq.ParquetFile) -> Iterator[dict[str, Any]]:
    """Rows, a few thousand at a time, with no more bytes than a snapshot may have."""
    names = set(file.schema_arrow.names)
    if missing := [name for name in _SCHEMA.names if name not in names]:
        raise ValueError(f"it has no column {', '.join(missing)}")
    read_bytes = 0
    for batch in file.iter_batches(_BATCH_ROWS, columns=_SCHEMA.names):
        read_bytes = require_small_batch(batch, read_bytes)
        yield from pa.table(batch).cast(_SCHEMA).to_pylist()


def _resource(row: dict[str, Any]) -> Resource:
    for field in ("id", "name", "arn", "tags", "spec"):
        require_text(field, row[field])
    kind, spec = row["kind"], row["spec"]
    if kind not in _DECODERS:
        raise ValueError(f"this version knows no resource of kind {kind!r}")
    strict, decoder = _DECODERS[kind]
    try:
        strict.decode(spec)
        return Resource(
            provider=row["provider"],
            account=row["account"],
            region=row["region"],
            id=row["id"],
            spec=decoder.decode(spec),
            name=row["name"],
            arn=row["arn"],
            created_at=row["created_at"],
            tags=None if row["tags"] is None else _TAGS.decode(row["tags"]),
        )
    except msgspec.MsgspecError as error:
        raise ValueError(f"{kind} {row['id']!r}: {error}") from error
