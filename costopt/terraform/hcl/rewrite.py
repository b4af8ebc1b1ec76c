"""Rewrites a file: values replaced and attributes added, everything else byte for byte as it was."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from costopt.errors import TerraformError
from costopt.terraform.hcl.columns import realign
from costopt.terraform.hcl.edits import Edit, apply_edits, check_only_edits, in_order
from costopt.terraform.hcl.insertion import insert_attributes, insert_block, insert_members, insert_nested
from costopt.terraform.hcl.source import Source, Syntax, leaves, parse_source

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """An expression that becomes another one."""

    start: int
    """First byte of it."""
    end: int
    """Byte behind it."""
    expression: str
    """What stands there afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """An attribute that is added to a block."""

    block: "Node"
    """The block."""
    name: str
    """Name of the attribute."""
    expression: str
    """Its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBlock:
    """A block that is added to a file in HCL."""

    below: "Node"
    """The block that it goes below."""
    text: str
    """What it says, in lines without one at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NestedBlock:
    """A block that is added to a block in HCL."""

    block: "Node"
    """The block that gets it."""
    name: str
    """Its type."""
    text: str
    """What it says, in lines without one at the end."""


Change = Replacement | Addition | NewBlock | NestedBlock


def rewrite(source: Source, changes: Iterable[Change]) -> bytes:
    """The file with all changes, its byte order mark included.

    Comments, layout, line ends and a missing last one stay. Columns that were set as `terraform fmt` sets them are set
    so again around the changes.

    Raises:
        TerraformError: changes contradict each other, or would touch more than their places.
    """
    edits = in_order(_edits(source, changes))
    content = apply_edits(source.content, edits)
    try:
        raw = parse_source(source.path, source.bom + content)
    except TerraformError as error:
        raise TerraformError(
            f"{source.path}: the edited file would not be valid", hint="this is a bug in costopt: report it"
        ) from error
    check_only_edits(source, raw, edits)
    if source.syntax is not Syntax.HCL:
        return raw.bom + raw.content
    after = realign(source, raw, _anchors(source, edits))
    if _tokens(raw) != _tokens(after):
        raise TerraformError(f"{source.path}: columns could not be set", hint="this is a bug in costopt: report it")
    return after.bom + after.content


def _tokens(source: Source) -> list[bytes]:
    return [source.content[leaf.start_byte : leaf.end_byte] for leaf in leaves(source.root)]


def _edits(source: Source, changes: Iterable[Change]) -> Iterator[Edit]:
    added: dict[int, tuple[Node, dict[str, str]]] = {}
    for change in changes:
        if isinstance(change, Replacement):
            yield Edit(start=change.start, end=change.end, new=change.expression.encode())
            continue
        if isinstance(change, NewBlock):
            yield insert_block(source, change.below, change.text)
            continue
        if isinstance(change, NestedBlock):
            yield insert_nested(source, change.block, change.name, change.text)
            continue
        _, attributes = added.setdefault(change.block.start_byte, (change.block, {}))
        if attributes.setdefault(change.name, change.expression) != change.expression:
            raise TerraformError(f"{source.path}: two values for {change.name}", hint="this is a bug in costopt")
    for block, attributes in added.values():
        if source.syntax is Syntax.HCL:
            yield insert_attributes(source, block, _lines(attributes))
        else:
            yield insert_members(source, block, attributes)


def _lines(attributes: Mapping[str, str]) -> list[str]:
    return [f"{name} = {expression}" for name, expression in attributes.items()]


def _anchors(source: Source, edits: Sequence[Edit]) -> Iterator[tuple[int, int, int]]:
    """Of each edit the line beside it before, and its lines after, counted from 0."""
    shift = 0
    for edit in edits:
        line = source.content.count(b"\n", 0, edit.start)
        height = edit.new.count(b"\n")
        is_whole_lines = edit.start == edit.end and edit.new.endswith(b"\n")
        first = line + shift
        yield (line - 1 if is_whole_lines else line), first, first + height - is_whole_lines
        shift += height - source.content.count(b"\n", edit.start, edit.end)
