"""Messages of plugin protocol 6 that carry schemas, values and complaints.

Source: https://github.com/hashicorp/terraform/blob/main/docs/plugin-protocol/tfplugin6.proto
"""

import json
from typing import Any

import msgpack

from costopt.terraform.schema.blocks import AttributeSchema, BlockSchema, NestedBlock, TypeShape
from costopt.terraform.stub.wire import bytes_field, message_of, number_field, parse

UNKNOWN = msgpack.ExtType(0, b"\x00")
"""A value that is known after apply.

Source: https://github.com/hashicorp/terraform/blob/main/docs/plugin-protocol/object-wire-format.md
"""

_NESTING = {"single": 1, "list": 2, "set": 3, "map": 4, "group": 5}
_ERROR = 1


def dynamic_value(message: bytes) -> Any:
    """What a DynamicValue holds, in msgpack or in JSON; None for null."""
    fields = parse(message)
    if 1 in fields:
        return msgpack.unpackb(message_of(fields, 1), raw=False, strict_map_key=False)
    return json.loads(message_of(fields, 2)) if 2 in fields else None


def to_dynamic_value(value: Any) -> bytes:
    """A DynamicValue in msgpack."""
    return bytes_field(1, msgpack.packb(value, use_bin_type=True))


def diagnostic(field: int, summary: str, detail: str) -> bytes:
    """An error in the field of an answer that holds its diagnostics."""
    return bytes_field(field, number_field(1, _ERROR) + bytes_field(2, summary) + bytes_field(3, detail))


def schema_message(block: BlockSchema, version: int = 0) -> bytes:
    """A Schema."""
    return number_field(1, version) + bytes_field(2, _block(block, in_set=False))


def _block(block: BlockSchema, *, in_set: bool) -> bytes:
    attributes = (
        bytes_field(2, _attribute(name, one, in_set=in_set)) for name, one in sorted(block.attributes.items())
    )
    nested = (bytes_field(3, _nested(name, one, in_set=in_set)) for name, one in sorted(block.block_types.items()))
    return b"".join([*attributes, *nested])


def _attribute(name: str, attribute: AttributeSchema, *, in_set: bool) -> bytes:
    shape: TypeShape = attribute.type
    if in_set and "dynamic" in json.dumps(shape):
        shape = "string"  # terraform refuses a schema whose sets hold values of no fixed type
    flags = ((4, attribute.required), (5, attribute.optional), (6, attribute.computed), (7, attribute.sensitive))
    told = b"".join(number_field(field, int(is_set)) for field, is_set in flags)
    return bytes_field(1, name) + bytes_field(2, json.dumps(shape)) + told


def _nested(name: str, nested: NestedBlock, *, in_set: bool) -> bytes:
    inner = _block(nested.block, in_set=in_set or nested.nesting_mode == "set")
    least, most = _limits(nested)
    limits = number_field(4, least) + number_field(5, most)
    return bytes_field(1, name) + bytes_field(2, inner) + number_field(3, _NESTING[nested.nesting_mode]) + limits


def _limits(nested: NestedBlock) -> tuple[int, int]:
    """How often a block may stand, in the form that terraform takes.

    Source: https://github.com/hashicorp/terraform/blob/main/internal/configs/configschema/internal_validate.go
    """
    if nested.nesting_mode in {"map", "group"}:
        return 0, 0
    if nested.nesting_mode == "single":
        return (1, 1) if nested.min_items else (0, 0)
    return nested.min_items, nested.max_items
