"""A schema for a provider of which none is bundled, made up of what the configuration itself says.

Every argument that is written is one of any type; every attribute that is referred to is known after apply. So
terraform can plan the rest of the configuration; about such a resource itself it finds nothing wrong.
"""

from collections.abc import Iterable, Mapping

from costopt.terraform.configuration.blocks import Block
from costopt.terraform.schema.blocks import AttributeSchema, BlockSchema, NestedBlock

_ANY = AttributeSchema(type="dynamic", optional=True, computed=True)
_IDENTITY = AttributeSchema(type="string", optional=True, computed=True)
_META = frozenset(
    {"count", "for_each", "depends_on", "provider", "lifecycle", "provisioner", "connection", "alias", "version"}
)


class ImprovisedSchema:
    """What a configuration says of a provider."""

    version = "made up"
    """Stands where a real schema has the version of the provider."""

    def __init__(self, blocks: Mapping[str, Iterable[Block]], references: Mapping[str, Iterable[str]]) -> None:
        """Make a schema.

        Args:
            blocks: `provider`, `resource.TYPE`, `data.TYPE` or `ephemeral.TYPE` to the blocks of it.
            references: `resource.TYPE`, `data.TYPE` or `ephemeral.TYPE` to the attributes that are referred to.
        """
        self._schemas = {name: _merged(found, references.get(name, ())) for name, found in blocks.items()}

    @property
    def provider_block(self) -> BlockSchema:
        """Arguments of the provider's own configuration."""
        return self._schemas.get("provider", BlockSchema())

    def resource(self, type_name: str) -> BlockSchema | None:
        """What a managed resource is."""
        return self._schemas.get(f"resource.{type_name}")

    def data_source(self, type_name: str) -> BlockSchema | None:
        """What a data source is."""
        return self._schemas.get(f"data.{type_name}")

    def ephemeral(self, type_name: str) -> BlockSchema | None:
        """What an ephemeral resource is."""
        return self._schemas.get(f"ephemeral.{type_name}")


def _merged(blocks: Iterable[Block], references: Iterable[str]) -> BlockSchema:
    """The schema that all the blocks fit."""
    bodies = list(blocks)
    identity = {"id": _IDENTITY} if bodies and bodies[0].type in {"resource", "data"} else {}
    merged = _body(bodies)
    referred = {name: _ANY for name in references if name not in merged.block_types}
    return BlockSchema(attributes={**referred, **merged.attributes, **identity}, block_types=merged.block_types)


def _body(bodies: list[Block]) -> BlockSchema:
    inner: dict[str, list[Block]] = {}
    for body in bodies:
        for nested in body.blocks:
            if nested.type == "dynamic" and nested.labels:
                inner.setdefault(nested.labels[0], []).extend(nested.nested("content"))
            elif nested.type not in _META:
                inner.setdefault(nested.type, []).append(nested)
    arguments = {argument.name for body in bodies for argument in body.arguments} - _META - set(inner)
    return BlockSchema(
        attributes=dict.fromkeys(sorted(arguments), _ANY),
        block_types={
            name: NestedBlock(nesting_mode="list", block=_body(found)) for name, found in sorted(inner.items())
        },
    )
