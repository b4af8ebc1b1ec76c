"""Where new attributes go into a block, new members into an object, and new blocks into a file."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from costopt.terraform.hcl.edits import Edit
from costopt.terraform.hcl.source import Source, body_of

if TYPE_CHECKING:
    from tree_sitter import Node

META = frozenset({"count", "for_each", "provider", "providers", "depends_on", "source", "version"})
"""Arguments of Terraform itself, which good style sets apart from those of the resource."""


def insert_attributes(source: Source, block: "Node", lines: list[str]) -> Edit:
    """The edit that adds `name = value` lines to a block.

    They go below the last attribute of the first group that is not of Terraform's own arguments; into a block on one
    line they go after opening it up.
    """
    opening = next(child for child in block.children if child.type == "block_start")
    closing = next(child for child in block.children if child.type == "block_end")
    if opening.start_point[0] == closing.start_point[0]:
        return _opened_up(source, block, (opening.end_byte, closing.start_byte), lines)
    anchor = _anchor(source, block)
    at = _line_end(source, anchor.end_byte if anchor else opening.end_byte)
    indent = _indent(source, anchor.start_byte) if anchor else _indent(source, block.start_byte) + b"  "
    newline = _newline(source, at)
    return Edit(start=at, end=at, new=b"".join(indent + line.encode() + newline for line in lines))


def insert_block(source: Source, above: "Node", text: str) -> Edit:
    """The edit that adds a block below another one, with an empty line between them."""
    at = source.content.find(b"\n", above.end_byte)
    at = len(source.content) if at < 0 else at
    at -= source.content[above.end_byte : at].endswith(b"\r")
    newline = b"\r\n" if b"\r\n" in source.content else b"\n"
    return Edit(start=at, end=at, new=newline * 2 + text.encode().replace(b"\n", newline))


def insert_nested(source: Source, block: "Node", name: str, text: str) -> Edit:
    """The edit that adds a nested block to a block: below the last one of its type, or else at the end.

    Args:
        source: the file.
        block: the block that gets it.
        name: type of the nested block.
        text: what it says, in lines that are indented as at the start of a file.
    """
    opening = next(child for child in block.children if child.type == "block_start")
    closing = next(child for child in block.children if child.type == "block_end")
    if opening.start_point[0] == closing.start_point[0]:
        return _opened_up(source, block, (opening.end_byte, closing.start_byte), text.splitlines())
    body = body_of(block)
    held = [child for child in body.named_children if child.type == "block"] if body else []
    alike = [child for child in held if name in source.heads(child)[:2]]
    at = _line_end(source, alike[-1].end_byte) if alike else _line_start(source, closing.start_byte)
    newline = _newline(source, at)
    indent = _indent(source, alike[-1].start_byte if alike else block.start_byte) + (b"" if alike else b"  ")
    lines = [indent + line.encode() if line else b"" for line in text.splitlines()]
    above = b"" if body is None else newline
    below = b"" if _next_line(source, at) in (b"", b"}") else newline
    return Edit(start=at, end=at, new=above + b"".join(line + newline for line in lines) + below)


def insert_members(source: Source, owner: "Node", members: Mapping[str, str]) -> Edit:
    """The edit that adds members to an object in JSON, below the last one and laid out as that is.

    Args:
        source: the file.
        owner: the object.
        members: name to value, written out.
    """
    held = [child for child in owner.named_children if child.type == "object_elem"]
    if not held:
        written = ", ".join(f"{json.dumps(name)}: {value}" for name, value in members.items())
        return Edit(start=owner.start_byte + 1, end=owner.end_byte - 1, new=written.encode())
    last = held[-1]
    key, value = (child for child in last.named_children if child.type == "expression")
    colon = source.content[key.end_byte : value.start_byte]
    gap = _gap(source, held) or (b"" if len(held) > 1 else b" ")
    parts = (b"," + gap + json.dumps(name).encode() + colon + text.encode() for name, text in members.items())
    return Edit(start=last.end_byte, end=last.end_byte, new=b"".join(parts))


def _gap(source: Source, held: "Sequence[Node]") -> bytes:
    """Blanks and line ends before the last member of an object."""
    before = source.content[: held[-1].start_byte]
    return before[len(before.rstrip(b" \t\r\n")) :]


def _opened_up(source: Source, block: "Node", inside: tuple[int, int], lines: list[str]) -> Edit:
    start, end = inside
    newline = _newline(source, source.content.find(b"\n", end) + 1)
    indent = _indent(source, block.start_byte)
    held = source.content[start:end].strip()
    inner = [held] if held else []
    written = b"".join(
        newline + (indent + b"  " + line if line else b"") for line in [*inner, *(line.encode() for line in lines)]
    )
    return Edit(start=start, end=end, new=written + newline + indent)


def _anchor(source: Source, block: "Node") -> "Node | None":
    """The attribute below which new ones go."""
    body = body_of(block)
    attributes = [child for child in body.named_children if child.type == "attribute"] if body else []
    runs: list[list[Node]] = []
    for attribute in attributes:
        if runs and attribute.start_point[0] - runs[-1][-1].end_point[0] == 1:
            runs[-1].append(attribute)
        else:
            runs.append([attribute])
    own = (run for run in runs if any(source.text(one.named_children[0]) not in META for one in run))
    chosen = next(own, runs[0] if runs else None)
    return chosen[-1] if chosen else None


def _line_end(source: Source, position: int) -> int:
    """First byte of the next line."""
    found = source.content.find(b"\n", position)
    return len(source.content) if found < 0 else found + 1


def _line_start(source: Source, position: int) -> int:
    """First byte of the line of a byte."""
    return source.content.rfind(b"\n", 0, position) + 1


def _next_line(source: Source, line_start: int) -> bytes:
    """What stands on the line that begins at a byte, without blanks around it."""
    return source.content[line_start : _line_end(source, line_start)].strip()


def _indent(source: Source, position: int) -> bytes:
    """Blanks at the start of the line of a byte."""
    line = source.content[_line_start(source, position) : position]
    return line[: len(line) - len(line.lstrip(b" \t"))]


def _newline(source: Source, line_start: int) -> bytes:
    r"""How the line before a byte ends; as the file's first line where that is the last one."""
    if line_start > 0 and source.content[:line_start].endswith(b"\n"):
        return b"\r\n" if source.content[:line_start].endswith(b"\r\n") else b"\n"
    return b"\r\n" if b"\r\n" in source.content else b"\n"
