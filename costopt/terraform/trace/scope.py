"""What names mean at a place in a configuration."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from costopt.terraform.hcl.source import Source, expression_of
from costopt.terraform.trace.address import Key
from costopt.terraform.trace.tree import Found, ModuleInstance

if TYPE_CHECKING:
    from tree_sitter import Node

_LONGEST = 40
"""References that are followed one after another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What a `for_each` goes through, and where in it one instance is."""

    source: Source
    """File of the expression."""
    node: "Node"
    """The expression."""
    key: Key
    """Key of the instance; None where it is not known."""
    scope: "Scope"
    """What names mean in the expression."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A module, and the instance of a block in it."""

    module: ModuleInstance
    """The module."""
    each: Collection | None = None
    """What `each` is of; None where nothing is repeated by `for_each`."""
    count: int | None = None
    """What `count.index` is; None where nothing is repeated by `count`."""
    iterators: tuple[tuple[str, Collection], ...] = ()
    """Iterators of the `dynamic` blocks around, inner ones last."""

    def iterator(self, name: str) -> Collection | None:
        """The iterator of that name."""
        return dict(self.iterators).get(name)

    def within(self, name: str, collection: Collection) -> "Scope":
        """The scope inside of the content of a `dynamic` block."""
        return replace(self, iterators=(*self.iterators, (name, collection)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How far a value was followed."""

    via: tuple[str, ...] = field(default=())
    """References so far, the first one nearest to the resource."""

    def by(self, reference: str) -> "Way":
        """The way with one reference more.

        Raises:
            RecursionError: references go in a circle.
        """
        if len(self.via) > _LONGEST:
            raise RecursionError(reference)
        return Way(via=(*self.via, reference))


def scope_of(module: ModuleInstance, found: Found, key: Key) -> Scope:
    """What names mean in one instance of a resource or of a module call.

    Args:
        module: where the block stands.
        found: the block.
        key: key of the instance.
    """
    source, block = found
    outside = Scope(module=module)
    if isinstance(key, int):
        return replace(outside, count=key)
    repeated = source.attribute(block, "for_each")
    if key is None or repeated is None:
        return outside
    each = Collection(source=source, node=expression_of(repeated), key=key, scope=outside)
    return replace(outside, each=each)
