"""Resources as a Parquet file: identity in columns, tags and specification as JSON."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from costopt.model.kinds import SPEC_TYPES
from costopt.model.resource import Resource
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


_DECODERS: Mapping[str, msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(spec) for kind, spec in SPEC_TYPES.items()
}
_TAGS = msgspec.json.Decoder(dict[str, str])


def read_resources(path: Path) -> tuple[Resource, ...]:
    """Resources of a file that `write_resources` wrote.

    Raises:
        SnapshotError: the file cannot be read, or holds what this version does not know.
    """
    try:
        table = pq.read_table(path, schema=_SCHEMA, memory_map=True)
        return tuple(_resource(row) for batch in table.to_batches() for row in batch.to_pylist())
    except (OSError, pa.ArrowException, msgspec.MsgspecError, KeyError, RecursionError) as error:
        raise corrupt(path, error) from error


def _resource(row: dict[str, Any]) -> Resource:
    return Resource(
        provider=row["provider"],
        account=row["account"],
        region=row["region"],
        id=row["id"],
        spec=_DECODERS[row["kind"]].decode(row["spec"]),
        name=row["name"],
        arn=row["arn"],
        created_at=row["created_at"],
        tags=None if row["tags"] is None else _TAGS.decode(row["tags"]),
    )
