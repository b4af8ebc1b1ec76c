"""Values of resources as the protocol carries them: completed, fitted to a schema, freed of unknowns."""

import json
from collections.abc import Callable
from typing import Any

import msgpack

from costopt.terraform.schema.blocks import BlockSchema, TypeShape

Path = tuple[str, ...]
Make = Callable[[str, TypeShape, Path], Any]
"""Gives the value of a computed attribute, from its name, its type and the blocks around it."""


def is_unknown(value: Any) -> bool:
    """Whether a value is known after apply only."""
    return isinstance(value, msgpack.ExtType)


def fill_computed(value: Any, block: BlockSchema, make: Make, path: Path = ()) -> Any:
    """The value with every computed attribute that is null made anew.

    What is unknown stays so: the configuration refers to something that is known after apply.
    """
    if not isinstance(value, dict):
        return value
    filled = dict(value)
    for name, attribute in block.attributes.items():
        if attribute.computed and value.get(name) is None:
            filled[name] = make(name, attribute.type, path)
    for name, nested in block.block_types.items():
        filled[name] = _fill_nested(value.get(name), nested.block, make, (*path, name), mode=nested.nesting_mode)
    return filled


def _fill_nested(value: Any, block: BlockSchema, make: Make, path: Path, *, mode: str) -> Any:
    if isinstance(value, list):
        return [fill_computed(one, block, make, path) for one in value]
    if isinstance(value, dict) and mode == "map":
        return {key: fill_computed(one, block, make, path) for key, one in value.items()}
    return fill_computed(value, block, make, path)


def conform(value: Any, shape: TypeShape) -> Any:
    """A value of a state, fitted to a type: what the type does not know is dropped, what is missing is null."""
    if value is None or shape == "dynamic":
        return None
    if isinstance(shape, list):
        return _conform_collection(value, shape)
    if shape == "string":
        return value if isinstance(value, str) else json.dumps(value)
    fits = (
        isinstance(value, bool) if shape == "bool" else isinstance(value, (int, float)) and not isinstance(value, bool)
    )
    return value if fits else None


def _conform_collection(value: Any, shape: list[Any]) -> Any:
    kind, inner = shape
    if kind == "object":
        return {name: conform(value.get(name), one) for name, one in inner.items()} if isinstance(value, dict) else None
    if kind == "map":
        return {key: conform(one, inner) for key, one in value.items()} if isinstance(value, dict) else None
    if not isinstance(value, list):
        return None
    if kind == "tuple":
        return [conform(one, part) for one, part in zip(value, inner, strict=False)]
    return [conform(one, inner) for one in value]


def empty_value(block: BlockSchema) -> dict[str, Any]:
    """The value of a resource of which nothing is known: attributes null, no blocks."""
    value: dict[str, Any] = dict.fromkeys(block.attributes)
    for name, nested in block.block_types.items():
        value[name] = {"map": {}, "list": [], "set": []}.get(nested.nesting_mode)
    return value


def without_unknowns(value: Any) -> Any:
    """The value with null for all that is unknown."""
    if is_unknown(value):
        return None
    if isinstance(value, list):
        return [without_unknowns(one) for one in value]
    if isinstance(value, dict):
        return {key: without_unknowns(one) for key, one in value.items()}
    return value
