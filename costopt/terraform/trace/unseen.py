"""Values that also go where no plan shows them: provisioners, connections, providers, deferred data sources.

A plan compares what resources will be. An edit of a value that is read elsewhere too would change that unseen.

Source: https://developer.hashicorp.com/terraform/language/provisioners
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from costopt.terraform.hcl.source import Source, Syntax, body_of, expression_of, line_of
from costopt.terraform.trace import expression as expressions
from costopt.terraform.trace.place import Place, Untraceable
from costopt.terraform.trace.tree import Found, ModuleInstance, Tree
from costopt.terraform.trace.variables import Variables

if TYPE_CHECKING:
    from tree_sitter import Node

_REFERENCE = re.compile(r'(?<![\w.-])(?P<first>[^\W\d][\w-]*)(?P<rest>(?:\.[\w*][\w-]*|\[(?:"[^"\]]*"|[^\[\]"]*)\])*)')
_STEP = re.compile(r'\.(?P<name>[^\W\d][\w-]*)|\["(?P<key>[^"\]]*)"\]|\.\*|\[[^\]]*\]')
_ORDER = re.compile(r'\bdepends_on"?\s*[=:]\s*\[[^\]]*\]')
"""References that say what comes first, and read nothing."""
_INSTANCE = re.compile(r"(\.[\w-]+)\[[^\]]*\]")
_ANY = "*"
"""Stands for every element of a collection: which one is computed."""
_LONGEST = 40
"""Steps of a reference that are followed; longer ones go in a circle."""
_VALUES = ("var", "local", "each", "self")
_ALWAYS = ("provider", "ephemeral")
_WITHIN = ("provisioner", "connection")


@dataclass(frozen=True, slots=True)
class _Reader:
    """Something that reads values unseen."""

    words: str
    """What it is, with its place."""
    module: ModuleInstance
    """Where it stands."""
    holder: Found
    """The top-level block that it stands in."""


_Owner = tuple[ModuleInstance, Found, list[str]]
"""A module, a block of it, and a path into that."""


class Unseen:
    """Knows which places decide what no plan shows."""

    def __init__(self, tree: Tree, variables: Variables, shown: Iterable[str]) -> None:
        """Follow every value that is read unseen to where it is written.

        Args:
            tree: the configuration.
            variables: values of the root's variables.
            shown: data sources that the plan shows, as `data.aws_ami.this`, without module and key.
        """
        self._tree = tree
        self._variables = variables
        self._shown = frozenset(shown)
        self._spans: dict[Path, list[tuple[int, int, str]]] = {}
        self._added: dict[tuple[Path, int, str], str] = {}
        self._followed: set[tuple[object, ...]] = set()
        for module in tree.instances():
            for source in module.files.sources:
                for heads, block in source.top_blocks():
                    for reader, node in self._readers(module, (source, block), heads):
                        self._follow_all(source, node, reader)

    def reader(self, place: Place) -> str | None:
        """What else reads the value of a place, with file and line; None where nothing does."""
        path, start, end = place.source.path, place.node.start_byte, place.node.end_byte
        if place.added and (path, start, place.added) in self._added:
            return self._added[path, start, place.added]
        spans = self._spans.get(path, ())
        return next((words for first, last, words in spans if first <= start and end <= last), None)

    def _readers(
        self, module: ModuleInstance, found: Found, heads: tuple[str, ...]
    ) -> Iterator[tuple[_Reader, "Node"]]:
        source, block = found
        if heads[0] in _ALWAYS or (heads[0] == "data" and ".".join(heads) not in self._shown):
            yield _Reader(f"the {heads[0]} block at {_at(source, block)}", module, found), block
        elif heads[0] == "resource":
            for kind in _WITHIN:
                for nested in _nested(source, block, kind):
                    yield _Reader(f"the {kind} at {_at(source, nested)}", module, found), nested

    def _follow_all(self, source: Source, node: "Node", reader: _Reader) -> None:
        """Follow every reference in a text."""
        text = source.text(node)
        if source.syntax is not Syntax.HCL:
            text = text.replace('\\"', '"')
        for one in _REFERENCE.finditer(_ORDER.sub("", text)):
            kind, rest = one["first"], one["rest"]
            self._follow(kind, _steps(rest if kind in _VALUES else _INSTANCE.sub(r"\1", rest, count=1)), reader)

    def _follow(self, kind: str, steps: list[str], reader: _Reader) -> None:
        module, (source, block) = reader.module, reader.holder
        key = (module.call and module.call.path, source.path, block.start_byte, kind, *steps)
        if key in self._followed or len(steps) > _LONGEST or not (steps or kind == "self"):
            return
        self._followed.add(key)
        if kind == "var" and module.parent is None:
            self._root_variable(steps, reader)
            return
        owners = self._nearby if kind in _VALUES else self._elsewhere
        for where, found, path in owners(kind, steps, reader):
            self._attribute(*found, path, _Reader(reader.words, where, found))

    def _root_variable(self, steps: list[str], reader: _Reader) -> None:
        try:
            (source, node), _ = self._variables.owner(steps[0], reader.module, reader.holder)
        except Untraceable:
            return  # given with the command: there is no place of it that could be edited
        self._value(source, node, steps[1:], reader)

    def _nearby(self, kind: str, steps: list[str], reader: _Reader) -> Iterator[_Owner]:
        """Blocks that own what a value of the module, or of the block itself, is; each with the path to it there."""
        module = reader.module
        if kind == "self":
            yield module, reader.holder, steps
        elif kind == "each" and steps[0] == "value":
            yield module, reader.holder, ["for_each", _ANY, *steps[1:]]
        elif kind == "local":
            yield from ((module, found, steps) for found in module.files.blocks("locals"))
        elif kind == "var" and module.parent:
            yield from ((module.parent, found, steps) for found in module.call_blocks())

    def _elsewhere(self, kind: str, steps: list[str], reader: _Reader) -> Iterator[_Owner]:
        """Blocks that own what an output of a module, or an attribute of a resource, is."""
        if kind == "data":
            return  # what a data source is asked shows in the plan, or it is a reader itself
        name, *path = steps
        if kind != "module":
            yield from ((reader.module, found, path) for found in reader.module.files.blocks("resource", kind, name))
            return
        called = self._tree.called(reader.module, name)
        for source in called.files.sources if called else ():
            for heads, output in source.top_blocks():
                if called and heads[0] == "output" and (not path or heads[1:] == (path[0],)):
                    yield called, (source, output), ["value", *path[1:]]

    def _attribute(self, source: Source, block: "Node", steps: list[str], reader: _Reader) -> None:
        """An attribute of a block, or the nested blocks of that name; where there is none, the one that is added.

        A block that is read as a whole has all of its attributes read.
        """
        if not steps:
            self._value(source, block, [], reader)
            return
        name, *rest = steps
        attribute = source.attribute(block, name)
        if attribute:
            self._value(source, expression_of(attribute), rest, reader)
            return
        self._added.setdefault((source.path, block.start_byte, name), reader.words)
        for nested in source.nested(block, name):
            self._value(source, nested, [], reader)

    def _value(self, source: Source, node: "Node", steps: list[str], reader: _Reader) -> None:
        """Mark what is written there, and go on with what that refers to."""
        inner = expressions.inner(source, node)
        inside = list(_elements(source, inner, steps[0])) if steps else []
        if inside:
            for one in inside:
                self._value(source, one, steps[1:], reader)
            return
        self._spans.setdefault(source.path, []).append((node.start_byte, node.end_byte, reader.words))
        names = expressions.reference(source, inner) if steps else None
        if names:
            kind, *known = [one if isinstance(one, str) else _key(source, one) for one in names]
            self._follow(kind, [*known, *steps], reader)
        else:
            self._follow_all(source, node, reader)


def _elements(source: Source, node: "Node", step: str) -> Iterator["Node"]:
    """What a step leads to in a collection that is written out; nothing in anything else."""
    if node.type == "tuple":
        yield from (child for child in node.named_children if child.type == "expression")
    else:
        yield from (value for key, value in expressions.entries(source, node) if step == _ANY or key in (step, None))


def _key(source: Source, node: "Node") -> str:
    found = expressions.written(source, node)
    return found if isinstance(found, str) else _ANY


def _steps(rest: str) -> list[str]:
    """Names and keys of a reference."""
    return [found["name"] or found["key"] or _ANY for found in _STEP.finditer(rest)]


def _nested(source: Source, block: "Node", kind: str) -> Iterator["Node"]:
    """Nested blocks of a type, whatever their labels."""
    if source.syntax is Syntax.HCL:
        body = body_of(block)
        for child in body.named_children if body else ():
            if child.type == "block" and source.heads(child)[0] == kind:
                yield child
    else:
        yield from source.nested(block, kind)


def _at(source: Source, node: "Node") -> str:
    return f"{source.path.name}:{line_of(node)}"
