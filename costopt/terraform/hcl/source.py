"""One file in HCL or JSON: its bytes, and where everything in it stands."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from costopt.errors import TerraformError
from costopt.terraform.configuration.hcl import unescape
from costopt.terraform.configuration.json_syntax import LABELS
from costopt.terraform.configuration.syntax_tree import syntax_tree
from costopt.terraform.hcl.json_tree import json_tree

if TYPE_CHECKING:
    from tree_sitter import Node

_BOM = b"\xef\xbb\xbf"
_TEXTS = frozenset({"heredoc_template", "comment", "quoted_template", "string_lit"})


class Syntax(Enum):
    """How a file is written."""

    HCL = auto()
    JSON = auto()
    """A configuration in JSON: strings may be templates, blocks are objects."""
    JSON_VALUES = auto()
    """Values of variables in JSON: strings mean what they say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that was parsed. All positions are bytes from the start of `content`, which has no byte order mark.

    In JSON, a block is the object that stands for it, and an attribute a member of one.
    """

    path: Path
    """Where it was read."""
    bom: bytes
    """The byte order mark, or nothing."""
    content: bytes
    """Everything after it."""
    root: "Node"
    """Root of its syntax tree."""
    syntax: Syntax = Syntax.HCL
    """How it is written."""

    def text(self, node: "Node") -> str:
        """What stands at a node."""
        return self.content[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def top_blocks(self) -> Iterator[tuple[tuple[str, ...], "Node"]]:
        """Type and labels of every block of the file, with the block."""
        if self.syntax is Syntax.HCL:
            body = body_of(self.root)
            yield from ((tuple(self.heads(one)), one) for one in _of_type(body, "block"))
            return
        for kind, member in self.attributes(self.root):
            if kind != "//":
                yield from self._labelled(expression_of(member), LABELS.get(kind, 0), (kind,))

    def _labelled(self, node: "Node", left: int, heads: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], "Node"]]:
        for one in objects(node):
            if left == 0:
                yield heads, one
            else:
                for label, member in self.attributes(one):
                    yield from self._labelled(expression_of(member), left - 1, (*heads, label))

    def blocks(self, kind: str, *labels: str) -> Iterator["Node"]:
        """Blocks of the file of a type whose labels begin with these."""
        wanted = (kind, *labels)
        return (block for heads, block in self.top_blocks() if heads[: len(wanted)] == wanted)

    def nested(self, block: "Node", kind: str) -> Iterator["Node"]:
        """Blocks of a type without labels directly in a block, in their order."""
        if self.syntax is Syntax.HCL:
            yield from (child for child in _of_type(body_of(block), "block") if self.heads(child) == [kind])
        else:
            member = self.attribute(block, kind)
            yield from objects(expression_of(member)) if member else ()

    def heads(self, block: "Node") -> list[str]:
        """Type and labels of a block in HCL."""
        return [
            self.text(child) if child.type == "identifier" else self.quoted(child)
            for child in block.named_children
            if child.type in ("identifier", "string_lit")
        ]

    def attributes(self, block: "Node") -> Iterator[tuple[str, "Node"]]:
        """Name and place of every `name = expression` directly in a block, or in the file."""
        if self.syntax is Syntax.HCL:
            yield from ((self.text(one.named_children[0]), one) for one in _of_type(body_of(block), "attribute"))
        else:
            members = _of_type(body_of(block), "object_elem")
            yield from ((self.quoted(one.named_children[0]), one) for one in members)

    def attribute(self, block: "Node", name: str) -> "Node | None":
        """The `name = expression` directly in a block, or in the file."""
        return next((node for found, node in self.attributes(block) if found == name), None)

    def quoted(self, string: "Node") -> str:
        """What a quoted string without templates says."""
        text = self.text(string)
        if self.syntax is not Syntax.HCL:
            return str(json.loads(text))
        return unescape(text[1:-1])  # the tree has no node for blanks at its ends


def parse_source(path: Path, content: bytes) -> Source:
    """Parse a file; its name says how it is written.

    Raises:
        TerraformError: it is not valid.
        JsonNotEdited: it is JSON that is not edited.
    """
    bom = _BOM if content.startswith(_BOM) else b""
    content = content.removeprefix(_BOM)
    if path.suffix == ".json":
        syntax = Syntax.JSON if path.name.endswith((".tf.json", ".tofu.json")) else Syntax.JSON_VALUES
        root = json_tree(path, content, templates=syntax is Syntax.JSON)
        return Source(path=path, bom=bom, content=content, root=root, syntax=syntax)
    root = syntax_tree(content)
    if root.has_error:
        raise TerraformError(f"{path}: this is not valid HCL", hint="`terraform fmt` says what is wrong there")
    return Source(path=path, bom=bom, content=content, root=root)


def body_of(block: "Node") -> "Node | None":
    """What holds the attributes of a block, or of a file; None where there are none."""
    if block.type == "object":
        return block
    return next((child for child in block.named_children if child.type in ("body", "object")), None)


def _of_type(body: "Node | None", kind: str) -> Iterator["Node"]:
    return (child for child in body.named_children if child.type == kind) if body else iter(())


def objects(node: "Node") -> Iterator["Node"]:
    """The objects that an expression in JSON is: itself, or the elements of an array."""
    while node.type in ("expression", "collection_value") and node.named_child_count == 1:
        node = node.named_children[0]
    if node.type == "object":
        yield node
    elif node.type == "tuple":
        for child in node.named_children:
            yield from objects(child)


def expression_of(attribute: "Node") -> "Node":
    """The right-hand side of an attribute."""
    return next(child for child in reversed(attribute.named_children) if child.type == "expression")


def line_of(node: "Node") -> int:
    """Line of a node's first byte, from 1."""
    return int(node.start_point[0]) + 1


def text_lines(node: "Node") -> Iterator[int]:
    """Numbers, from 0, of lines on which a heredoc or a comment goes on that began above."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one.type in _TEXTS:
            yield from range(one.start_point[0] + 1, one.end_point[0] + 1)
        else:
            waiting.extend(one.children)


def leaves(node: "Node") -> Iterator["Node"]:
    """Tokens below a node in their order, comments among them."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one.child_count == 0:
            yield one
        else:
            waiting.extend(reversed(one.children))
