"""One HCL file: its bytes, and where everything in it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from costopt.errors import TerraformError
from costopt.terraform.configuration.hcl import unescape

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_BOM = b"\xef\xbb\xbf"
_TEXTS = frozenset({"heredoc_template", "comment", "quoted_template", "string_lit"})


@cache
def _parser() -> "Parser":
    import tree_sitter
    import tree_sitter_hcl

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that was parsed. All positions are bytes from the start of `content`, which has no byte order mark."""

    path: Path
    """Where it was read."""
    bom: bytes
    """The byte order mark, or nothing."""
    content: bytes
    """Everything after it."""
    root: "Node"
    """Root of its syntax tree."""

    def text(self, node: "Node") -> str:
        """What stands at a node."""
        return self.content[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def blocks(self, kind: str, *labels: str) -> Iterator["Node"]:
        """Top-level blocks of a type whose labels begin with these."""
        return self.nested(self.root, kind, *labels)

    def nested(self, block: "Node", kind: str, *labels: str) -> Iterator["Node"]:
        """Blocks directly in a block, or in the file, in their order."""
        body = body_of(block)
        for child in body.named_children if body else ():
            if child.type == "block":
                first, *rest = self.heads(child)
                if first == kind and tuple(rest[: len(labels)]) == labels:
                    yield child

    def heads(self, block: "Node") -> list[str]:
        """Type and labels of a block."""
        return [
            self.text(child) if child.type == "identifier" else self.quoted(child)
            for child in block.named_children
            if child.type in ("identifier", "string_lit")
        ]

    def attribute(self, block: "Node", name: str) -> "Node | None":
        """The `name = expression` directly in a block, or in the file."""
        body = body_of(block)
        for child in body.named_children if body else ():
            if child.type == "attribute" and self.text(child.named_children[0]) == name:
                return child
        return None

    def quoted(self, string: "Node") -> str:
        """What a quoted string without templates says."""
        return unescape(self.text(string)[1:-1])  # the tree has no node for blanks at its ends


def parse_source(path: Path, content: bytes) -> Source:
    """Parse a file.

    Raises:
        TerraformError: it is not valid HCL.
    """
    bom = _BOM if content.startswith(_BOM) else b""
    content = content.removeprefix(_BOM)
    root = _parser().parse(content).root_node
    if root.has_error:
        raise TerraformError(f"{path}: this is not valid HCL", hint="`terraform fmt` says what is wrong there")
    return Source(path=path, bom=bom, content=content, root=root)


def body_of(block: "Node") -> "Node | None":
    """What stands between the braces of a block, or in a file; None where that is nothing."""
    return next((child for child in block.named_children if child.type == "body"), None)


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
