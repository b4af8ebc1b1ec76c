"""Reads blocks and written-out values from HCL."""

import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from costopt.errors import TerraformError
from costopt.model.terraform import UNKNOWN
from costopt.terraform.configuration.blocks import Argument, Block
from costopt.terraform.configuration.syntax_tree import syntax_tree

if TYPE_CHECKING:
    from tree_sitter import Node

_BOM = b"\xef\xbb\xbf"
_ESCAPE = re.compile(r'\\(n|r|t|"|\\|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})')
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_WRAPPERS = frozenset({"expression", "literal_value", "collection_value"})
_MARKER = re.compile(r"[^\W\d][\w-]*")
_DEEPEST = 200
"""Nesting of expressions and blocks that is read; terraform itself gives up on far less than Python's stack."""


def read_hcl(content: bytes, file: Path) -> tuple[Block, ...]:
    """Top-level blocks of a file.

    Raises:
        TerraformError: it is not HCL.
    """
    content = content.removeprefix(_BOM)
    root = syntax_tree(content)
    if root.has_error:
        line = _first_error(root).start_point[0] + 1
        raise TerraformError(f"{file}:{line}: this is not valid HCL", hint="`terraform fmt` says what is wrong there")
    _check_ends_of_texts(content, file)
    body = next((child for child in root.named_children if child.type == "body"), None)
    return _Reader(content, file).contents(body, 0)[1]


def _check_ends_of_texts(content: bytes, file: Path) -> None:
    """Terraform ends a heredoc at a marker between any blanks of Unicode, the parser between those of ASCII only.

    What follows would be text to the one and blocks to the other: such a file could hide blocks from every check.
    """
    if content.isascii():
        return
    for number, line in enumerate(content.decode("utf-8", "replace").split("\n"), 1):
        plain = line.strip(" \t\r\v\f")
        if plain != plain.strip() and _MARKER.fullmatch(plain.strip()):
            raise TerraformError(
                f"{file}:{number}: unusual blanks stand beside a word alone on its line, which may end a text",
                hint="replace them with plain blanks",
            )


def _first_error(root: "Node") -> "Node":
    """The first node that the parser could not make sense of."""
    node = root
    while True:
        wrong = next((child for child in node.children if child.has_error or child.is_missing), None)
        if wrong is None or wrong.type == "ERROR":
            return wrong or node
        node = wrong


class _Reader:
    """Turns the syntax tree of one file into blocks."""

    def __init__(self, content: bytes, file: Path) -> None:
        self._content = content
        self._file = file

    def text(self, node: "Node") -> str:
        return self._content[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def contents(self, body: "Node | None", depth: int) -> tuple[tuple[Argument, ...], tuple[Block, ...]]:
        """Arguments and nested blocks of a body."""
        if depth > _DEEPEST:
            raise TerraformError(f"{self._file}: blocks are nested more than {_DEEPEST} deep", hint="split the file")
        arguments, blocks = [], []
        for node in body.named_children if body else ():
            if node.type == "attribute":
                arguments.append(self._argument(node))
            elif node.type == "block":
                blocks.append(self._block(node, depth))
        return tuple(arguments), tuple(blocks)

    def _argument(self, node: "Node") -> Argument:
        name, expression = (child for child in node.named_children if child.type != "comment")
        return Argument(
            name=self.text(name),
            value=self._value(expression, 0),
            text=self.text(expression),
            line=node.start_point[0] + 1,
        )

    def _block(self, node: "Node", depth: int) -> Block:
        heads = [self._label(child) for child in node.named_children if child.type in ("identifier", "string_lit")]
        body = next((child for child in node.named_children if child.type == "body"), None)
        arguments, blocks = self.contents(body, depth + 1)
        return Block(
            type=heads[0],
            labels=tuple(heads[1:]),
            arguments=arguments,
            blocks=blocks,
            file=self._file,
            line=node.start_point[0] + 1,
        )

    def _label(self, node: "Node") -> str:
        return self.text(node) if node.type == "identifier" else self._quoted(node)

    def _quoted(self, node: "Node") -> str:
        # Between the quotes: the parser has no node for a literal of blanks alone.
        return unescape(self.text(node)[1:-1])

    def _value(self, node: "Node", depth: int) -> Any:
        """What an expression says where it is written out, else UNKNOWN."""
        if depth > _DEEPEST:
            return UNKNOWN
        inner = [child for child in node.named_children if child.type != "comment"]
        if node.type in _WRAPPERS and len(inner) == 1:
            return self._value(inner[0], depth + 1)
        if node.type == "tuple":
            return self._tuple(inner, depth)
        return self._object(inner, depth) if node.type == "object" else self._scalar(node)

    def _scalar(self, node: "Node") -> Any:
        text = self.text(node)
        match node.type:
            case "string_lit":
                return self._quoted(node)
            case "bool_lit":
                return text == "true"
            case "null_lit":
                return None
            case "numeric_lit" | "operation" | "unary_operation":  # -1 is an operation
                found = number(text.replace(" ", ""))
                return UNKNOWN if found is None else found
        return UNKNOWN

    def _tuple(self, inner: "list[Node]", depth: int) -> list[Any]:
        return [self._value(child, depth + 1) for child in inner if child.type == "expression"]

    def _object(self, inner: "list[Node]", depth: int) -> Any:
        """A mapping; UNKNOWN where one of its keys is computed."""
        found = {}
        for element in inner:
            if element.type != "object_elem":
                continue
            key, value = (child for child in element.named_children if child.type == "expression")
            name = self._key(key)
            if name is None:
                return UNKNOWN
            found[name] = self._value(value, depth + 1)
        return found

    def _key(self, node: "Node") -> str | None:
        text = self.text(node)
        if re.fullmatch(r"[\w-]+", text):
            return text
        value = self._value(node, 0)
        return value if isinstance(value, str) else None


def number(text: str) -> int | Decimal | None:
    """A number as it is written, None where it is none."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    whole = found.is_finite() and -50 < found.adjusted() < 50 and found == found.to_integral_value()
    return int(found) if whole else found if found.is_finite() else None


def unescape(text: str) -> str:
    r"""What stands in a quoted string, its escapes resolved: `\n`, `\u00e9`, `$${`."""

    def resolved(found: re.Match[str]) -> str:
        code = found[1]
        if code in _LETTERS:
            return _LETTERS[code]
        point = int(code[1:], 16)
        return chr(point) if point <= 0x10FFFF else "�"

    return _ESCAPE.sub(resolved, text).replace("$${", "${").replace("%%{", "%{")
