"""Gives the values of a resource the shape that a plan would give them, by the schema of its type."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from costopt.model.terraform import UNKNOWN
from costopt.terraform.configuration.directory import Configuration
from costopt.terraform.configuration.hcl import number
from costopt.terraform.configuration.providers import required_providers
from costopt.terraform.schema.blocks import BlockSchema, NestedBlock, TypeShape
from costopt.terraform.schema.catalog import Choice, bundled_name, choose

META_ARGUMENTS = frozenset({"count", "for_each", "depends_on", "provider", "lifecycle", "provisioner", "connection"})
"""Arguments and blocks of Terraform itself, which are no values of a resource."""


class Shapes:
    """Schemas of the providers of one configuration."""

    def __init__(self, configuration: Configuration) -> None:
        needed = required_providers(configuration)
        self._choices: dict[str, Choice] = {
            address: choose(address, asked.constraints, locked=asked.locked)
            for address, asked in needed.items()
            if bundled_name(address)
        }

    def versions(self) -> dict[str, str]:
        """Full address of a provider to the version of the schema that is used for it."""
        return {address: choice.version for address, choice in self._choices.items()}

    def resource(self, type_name: str) -> BlockSchema | None:
        """Schema of a resource type, None where no provider of the configuration has it."""
        found = (choice.schema().resource(type_name) for choice in self._choices.values())
        return next((block for block in found if block), None)


def shaped(values: Mapping[str, Any], schema: BlockSchema | None) -> dict[str, Any]:
    """Values as a plan has them: of the right types, nested blocks as lists. Without a schema they stay as they are."""
    if schema is None:
        return dict(values)
    found: dict[str, Any] = {}
    for name, value in values.items():
        if name in schema.block_types and value is not UNKNOWN and value is not None:
            found[name] = _blocks(value, schema.block_types[name])
        else:
            attribute = schema.attributes.get(name)
            found[name] = converted(value, attribute.type) if attribute else value
    return found


def _blocks(value: Any, nested: NestedBlock) -> Any:
    listed = value if isinstance(value, list) else [value]
    bodies = [shaped(one, nested.block) if isinstance(one, Mapping) else one for one in listed]
    return bodies if nested.nesting_mode not in {"single", "group"} else bodies[0] if bodies else None


def converted(value: Any, shape: TypeShape) -> Any:
    """A value in the type of its attribute: `"8"` becomes 8 where a number is meant, true becomes `"true"` for text."""
    if isinstance(shape, list):
        return _converted_collection(value, shape)
    if shape == "string" and isinstance(value, bool):
        return "true" if value else "false"
    if shape == "string" and isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, str) and shape == "bool":
        return {"true": True, "false": False}.get(value, value)
    if isinstance(value, str) and shape == "number":
        read = number(value)
        return value if read is None else read
    return value


def _converted_collection(value: Any, shape: list[Any]) -> Any:
    kind, inner = shape
    if kind in {"list", "set"} and isinstance(value, list):
        return [converted(one, inner) for one in value]
    if isinstance(value, Mapping) and kind == "map":
        return {name: converted(one, inner) for name, one in value.items()}
    if isinstance(value, Mapping) and kind == "object":
        return {name: converted(one, inner[name]) if name in inner else one for name, one in value.items()}
    return value
