"""Follows an expression to the place that owns its value."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from costopt.terraform.hcl.source import Source, Syntax, expression_of, line_of
from costopt.terraform.trace import expression as expressions
from costopt.terraform.trace.place import Origin, Place, Untraceable
from costopt.terraform.trace.scope import Collection, Scope, Way, scope_of
from costopt.terraform.trace.tree import Found, Tree
from costopt.terraform.trace.variables import Variables

if TYPE_CHECKING:
    from tree_sitter import Node

Steps = Sequence[str | int]
"""From the value of an expression into it: keys and numbers."""
_WHAT_FOR = {
    "conditional": "the value depends on a condition",
    "function_call": "the value is computed by a function",
    "for_expr": "the value is computed by a `for` expression",
    "quoted_template": "the value is put together from parts",
    "heredoc_template": "the value is a text over several lines",
    "operation": "the value is computed",
    "object": "the value is a whole collection",
    "tuple": "the value is a whole collection",
}


class Resolver:
    """Finds owners of values in one tree."""

    def __init__(self, tree: Tree, variables: Variables) -> None:
        self._tree = tree
        self._variables = variables

    def places(self, found: Found, scope: Scope, steps: Steps, origin: Origin, way: Way) -> list[Place]:
        """The owner of a value, then the references on the way to it, ever nearer to where it began.

        Args:
            found: the expression and its file.
            scope: what names mean there.
            steps: which part of its value is meant; () for all of it.
            origin: what owns a value that is written out there.
            way: what led there.

        Raises:
            Untraceable: a person has to look.
        """
        source, outer = found
        node = expressions.inner(source, outer)
        if expressions.is_written(source, node) and not steps:
            # In JSON a number within a text is replaced with its quotes: another text has to have some.
            return [self._place(source, node if source.syntax is Syntax.HCL else outer, origin, way)]
        if steps and node.type in ("object", "tuple"):
            value = expressions.element(source, node, steps[0])
            if value is None:
                raise _untraceable(f"{steps[0]!r} is not written out in the collection", source, node)
            return self.places((source, value), scope, steps[1:], Origin.ELEMENT, way)
        names = expressions.reference(source, node)
        if names is None:
            raise _untraceable(_WHAT_FOR.get(node.type, "the value is computed"), source, node)
        owners = self._follow(source, node, scope, names, steps, way)
        return owners if steps else [*owners, *self._nearer(source, outer, origin, way)]

    def key(self, source: Source, node: "Node", scope: Scope, way: Way) -> str | int:
        """What an expression between brackets says.

        Raises:
            Untraceable: it is not `each.key`, `count.index`, or something that is written out.
        """
        found = expressions.written(source, node)
        if found is not None:
            return found
        names = expressions.reference(source, expressions.inner(source, node))
        if names == ["each", "key"] and scope.each and scope.each.key is not None:
            return scope.each.key
        if names == ["count", "index"] and scope.count is not None:
            return scope.count
        owner = self.places((source, node), scope, (), Origin.LITERAL, way)[0]
        value = None if owner.added else expressions.written(owner.source, owner.node)
        if value is None:
            raise _untraceable("the key of a collection is computed", source, node)
        return value

    def _follow(
        self, source: Source, node: "Node", scope: Scope, names: "list[str | Node]", steps: Steps, way: Way
    ) -> list[Place]:
        kind = str(names[0])
        rest = [name if isinstance(name, str) else self.key(source, name, scope, way) for name in names[1:]]
        text = ".".join(str(part) for part in (kind, *rest[:1]))
        try:
            way = way.by(text)
        except RecursionError:
            raise _untraceable("references go in a circle", source, node) from None
        further = [*rest[1:], *steps]
        if kind == "var" and rest:
            return self._variable(str(rest[0]), scope, further, way, (source, node))
        if kind == "local" and rest:
            return self._local(str(rest[0]), scope, further, way, (source, node))
        collection = scope.each if kind == "each" else scope.iterator(kind)
        if collection and rest and rest[0] == "value":
            return self._element(collection, further, way, (source, node))
        raise _untraceable(_elsewhere(kind, rest), source, node)

    def _element(self, collection: Collection, steps: Steps, way: Way, at: Found) -> list[Place]:
        if collection.key is None:
            raise _untraceable("the element of the collection is not known", *at)
        node = expressions.inner(collection.source, collection.node)
        if node.type == "tuple" and isinstance(collection.key, str):
            raise _untraceable(f"the value is the key {collection.key!r} itself", *at)
        return self.places(
            (collection.source, collection.node), collection.scope, [collection.key, *steps], Origin.ELEMENT, way
        )

    def _local(self, name: str, scope: Scope, steps: Steps, way: Way, at: Found) -> list[Place]:
        for source, block in reversed(scope.module.files.blocks("locals")):
            attribute = source.attribute(block, name)
            if attribute:
                inside = Scope(module=scope.module)
                return self.places((source, expression_of(attribute)), inside, steps, Origin.LOCAL, way)
        raise _untraceable(f"local.{name} is in no .tf file", *at)

    def _variable(self, name: str, scope: Scope, steps: Steps, way: Way, at: Found) -> list[Place]:
        if scope.module.parent is None:
            found, origin = self._variables.owner(name, scope.module, at)
            return self.places(found, Scope(module=scope.module), steps, origin, way)
        calls = scope.module.call_blocks()
        outside = scope_of(scope.module.parent, calls[0], scope.module.key)
        for source, block in reversed(calls):
            attribute = source.attribute(block, name)
            if attribute:
                return self.places((source, expression_of(attribute)), outside, steps, Origin.MODULE_ARGUMENT, way)
        if steps:
            raise _untraceable(f"var.{name} has its default, a collection of which a part would change", *at)
        source, block = calls[0]
        return [self._place(source, block, Origin.ADDED_ARGUMENT, way, added=name)]

    def _nearer(self, source: Source, node: "Node", origin: Origin, way: Way) -> list[Place]:
        """The reference itself, which a value can stand in place of."""
        if self._tree.why_not_edited(source.path):
            return []
        return [Place(source=source, node=node, origin=origin, via=way.via, narrowed=(source.text(node).strip(),))]

    def _place(self, source: Source, node: "Node", origin: Origin, way: Way, added: str = "") -> Place:
        reason = self._tree.why_not_edited(source.path)
        if reason:
            raise _untraceable(reason, source, node)
        return Place(source=source, node=node, origin=origin, added=added, via=way.via)


def _elsewhere(kind: str, rest: Sequence[str | int]) -> str:
    if kind == "data":
        return f"the value comes from data.{'.'.join(map(str, rest[:2]))}"
    if kind == "module":
        return f"the value is an output of module.{rest[0] if rest else ''}"
    if kind in ("each", "count"):
        return "the value is the key of the instance itself"
    if kind in ("path", "terraform", "self"):
        return f"the value comes from `{kind}`"
    return f"the value comes from {'.'.join([kind, *map(str, rest[:1])])}"


def _untraceable(reason: str, source: Source, node: "Node") -> Untraceable:
    return Untraceable(reason, file=source.path, line=line_of(node))
