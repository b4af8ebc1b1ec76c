"""From an address and an attribute to the places that can be edited for it."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from costopt.model.terraform import AttributePath
from costopt.terraform.hcl.source import Source, Syntax, body_of, expression_of, line_of
from costopt.terraform.trace import expression as expressions
from costopt.terraform.trace.address import Address, parse_address
from costopt.terraform.trace.json_resources import json_resource_place
from costopt.terraform.trace.place import Origin, Place, Trace, Untraceable
from costopt.terraform.trace.referrers import named_at
from costopt.terraform.trace.resolve import Resolver
from costopt.terraform.trace.scope import Collection, Scope, Way, scope_of
from costopt.terraform.trace.tree import Found, ModuleInstance, Tree
from costopt.terraform.trace.variables import Variables

if TYPE_CHECKING:
    from tree_sitter import Node


class Tracer:
    """Finds the owners of values in one configuration."""

    def __init__(self, tree: Tree, variables: Variables) -> None:
        self._tree = tree
        self._resolver = Resolver(tree, variables)
        self.trace = cache(self._trace)

    def _trace(self, address: str, path: AttributePath) -> Trace | Untraceable:
        """The places for an attribute, or why a person has to change it."""
        try:
            return Trace(places=tuple(self._places(parse_address(address), path)))
        except Untraceable as reason:
            return reason

    def block(self, address: str) -> Found | Untraceable:
        """The block of a resource, or why there is none."""
        try:
            parsed = parse_address(address)
            return self._blocks(parsed, self._tree.module(parsed))[0]
        except Untraceable as reason:
            return reason

    def below(self, address: str, type_name: str) -> Place | Untraceable:
        """The place below the block of a resource, for a new resource of a type and of the same name.

        A block that stands for several instances has none: which of them the new one is for would be guessed. In JSON
        it is the object that gets the new one as a member, by its type or by its name.
        """
        found = self.block(address)
        if isinstance(found, Untraceable):
            return found
        source, block = found
        reason = self._tree.why_not_edited(source.path)
        parsed = parse_address(address)
        if parsed.key is not None:
            reason = "its block stands for several: add it for all of them"
        if reason:
            return Untraceable(reason, file=source.path, line=line_of(block))
        if source.syntax is Syntax.HCL:
            return Place(source=source, node=block, origin=Origin.NEW_BLOCK, added=type_name)
        return json_resource_place(source, type_name, parsed.name)

    def inside(self, address: str, name: str) -> Place | Untraceable:
        """The place in the block of a resource for one more nested block of a type.

        It stands for every instance of the resource: whether all of them want the block is for a plan to tell.
        """
        try:
            parsed = parse_address(address)
            blocks = self._blocks(parsed, self._tree.module(parsed))
        except Untraceable as untraceable:
            return untraceable
        # Blocks of a type in an override file take the place of all of that type.
        source, block = next((one for one in reversed(blocks) if _has_nested(*one, name)), blocks[0])
        reason = self._tree.why_not_edited(source.path)
        if source.syntax is not Syntax.HCL and source.attribute(block, name):
            reason = f"{source.path.name} is JSON, where no block is added to others of its type"
        if reason:
            return Untraceable(reason, file=source.path, line=line_of(block))
        origin = Origin.NESTED_BLOCK if source.syntax is Syntax.HCL else Origin.ADDED
        return Place(source=source, node=block, origin=origin, added=name)

    def referrers(self, address: str) -> tuple[tuple[Path, int], ...]:
        """File and line of everything else in its module that names a resource."""
        parsed = parse_address(address)
        try:
            return tuple(named_at(self._tree.module(parsed).files, parsed))
        except Untraceable:
            return ()

    def argument(self, address: str, name: str) -> str | None:
        """What a resource says of an argument, as written; None where it says nothing."""
        for source, block in self._strongest_first(address):
            attribute = source.attribute(block, name)
            if attribute:
                return source.text(expression_of(attribute))
        return None

    def lifecycle(self, address: str, name: str) -> str | None:
        """What a resource says of an argument of its `lifecycle` block, as written; None where it says nothing."""
        for source, block in self._strongest_first(address):
            for nested in source.nested(block, "lifecycle"):
                attribute = source.attribute(nested, name)
                if attribute:
                    return source.text(expression_of(attribute))
        return None

    def _strongest_first(self, address: str) -> list[Found]:
        """The blocks of a resource, those of override files before what they override."""
        parsed = parse_address(address)
        try:
            return self._blocks(parsed, self._tree.module(parsed))[::-1]
        except Untraceable:
            return []

    def _places(self, address: Address, path: AttributePath) -> list[Place]:
        module = self._tree.module(address)
        blocks = self._blocks(address, module)
        scope = scope_of(module, blocks[0], address.key)
        for found in reversed(blocks):
            places = self._in_block(found, scope, path)
            if places is not None:
                return places
        return self._added(blocks[0], path)

    def _blocks(self, address: Address, module: ModuleInstance) -> list[Found]:
        blocks = module.files.blocks("resource", address.type, address.name)
        if blocks:
            return blocks
        named = f"{address.type}.{address.name}"
        for file in module.files.not_edited:
            if f'"{address.name}"' in file.path.read_text(encoding="utf-8-sig", errors="replace"):
                raise Untraceable(f"{named} stands in {file.path.name}: {file.reason}", file=file.path, line=1)
        raise Untraceable(f"{named} is in the state, but in no file of the configuration")

    def _in_block(self, found: Found, scope: Scope, path: AttributePath) -> list[Place] | None:
        """Places for a path into a block; None where the block says nothing of it."""
        source, block = found
        name, rest = path[0], path[1:]
        if rest and isinstance(rest[0], int):
            for slot, (content, inside) in enumerate(self._contents(found, str(name), scope)):
                if slot == rest[0]:
                    within = (source, content)
                    return self._in_block(within, inside, rest[1:]) or self._added(within, rest[1:])
        attribute = source.attribute(block, str(name))
        if attribute is None:
            return None
        return self._resolver.places((source, expression_of(attribute)), scope, rest, Origin.LITERAL, Way())

    def _contents(self, found: Found, name: str, scope: Scope) -> Iterator[tuple["Node", Scope]]:
        """The nested blocks of a type in their order, those that a `dynamic` block makes among them."""
        source, block = found
        if source.syntax is not Syntax.HCL:
            if any(source.attribute(one, name) for one in source.nested(block, "dynamic")):
                raise Untraceable("`dynamic` blocks in JSON are not followed", file=source.path, line=line_of(block))
            yield from ((child, scope) for child in source.nested(block, name))
            return
        body = body_of(block)
        for child in body.named_children if body else ():
            if child.type != "block":
                continue
            heads = source.heads(child)
            if heads == [name]:
                yield child, scope
            elif heads == ["dynamic", name]:
                yield from self._dynamic(source, child, name, scope)

    def _dynamic(self, source: Source, block: "Node", name: str, scope: Scope) -> Iterator[tuple["Node", Scope]]:
        content = next(source.nested(block, "content"), None)
        repeated = source.attribute(block, "for_each")
        if content is None or repeated is None:
            return
        iterator = source.attribute(block, "iterator")
        label = source.text(expression_of(iterator)) if iterator else name
        node = expression_of(repeated)
        # Of a collection that is not written out here, the number of elements is not known: all the rest may be its.
        for key in expressions.keys(source, node) or [None] * _MANY:
            yield content, scope.within(label, Collection(source=source, node=node, key=key, scope=scope))

    def _added(self, found: Found, path: AttributePath) -> list[Place]:
        source, block = found
        if len(path) > 1:
            raise Untraceable(f"there is no {path[0]} block to write it into", file=source.path, line=line_of(block))
        reason = self._tree.why_not_edited(source.path)
        if reason:
            raise Untraceable(reason, file=source.path, line=line_of(block))
        return [Place(source=source, node=block, origin=Origin.ADDED, added=str(path[0]))]


_MANY = 100


def _has_nested(source: Source, block: "Node", name: str) -> bool:
    """Whether a block has nested ones of a type, those that a `dynamic` block makes among them."""
    if any(True for _ in source.nested(block, name)):
        return True
    body = body_of(block)
    blocks = (child for child in body.named_children if child.type == "block") if body else ()
    return source.syntax is Syntax.HCL and any(source.heads(one) == ["dynamic", name] for one in blocks)
