"""What a provider says of its resources: attributes, nested blocks and their types."""

from dataclasses import dataclass, field
from typing import Any

TypeShape = Any
"""A type in Terraform's JSON: "string", "number", "bool", "dynamic", ["list" | "set" | "map", type],
["object", {name: type}], ["tuple", [type]].

Source: https://developer.hashicorp.com/terraform/cli/commands/providers/schema
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeSchema:
    """One attribute."""

    type: TypeShape
    """Its type."""
    required: bool = False
    """Whether it must be set."""
    optional: bool = False
    """Whether it may be set."""
    computed: bool = False
    """Whether the provider sets it where the configuration does not."""
    sensitive: bool = False
    """Whether the provider calls it a secret. The bundled schemas do not say; those of a terraform binary do."""

    @property
    def is_read_only(self) -> bool:
        """Whether only the provider sets it."""
        return self.computed and not (self.optional or self.required)

    @property
    def accepts_blocks(self) -> bool:
        """Whether it may also be written as blocks, as the old "attributes as blocks" may (`ingress`)."""
        return (
            isinstance(self.type, list)
            and self.type[0] in {"list", "set"}
            and isinstance(self.type[1], list)
            and self.type[1][0] == "object"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockSchema:
    """The body of a resource or of a nested block."""

    attributes: dict[str, AttributeSchema] = field(default_factory=dict)
    """By name."""
    block_types: dict[str, "NestedBlock"] = field(default_factory=dict)
    """Nested blocks by their type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NestedBlock:
    """A block within a block."""

    nesting_mode: str
    """`single`, `list`, `set`, `map` or `group`."""
    block: BlockSchema
    """Its body."""
    min_items: int = 0
    """How many there must be at least."""
    max_items: int = 0
    """How many there may be at most; 0 is no limit."""


def object_fields(block: BlockSchema) -> dict[str, TypeShape]:
    """The type of the value that a block stands for, as fields of an object."""
    fields = {name: attribute.type for name, attribute in block.attributes.items()}
    for name, nested in block.block_types.items():
        inner = ["object", object_fields(nested.block)]
        fields[name] = inner if nested.nesting_mode in {"single", "group"} else [nested.nesting_mode, inner]
    return fields
