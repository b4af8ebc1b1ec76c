"""Places in files that own values, and why some values have none that may be edited."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from costopt.terraform.hcl.source import Source, line_of

if TYPE_CHECKING:
    from tree_sitter import Node

PlaceKey = tuple[Path, int, int, str]
"""File, first byte, byte behind the last, name of the attribute that is added; equal for equal places."""


class Origin(StrEnum):
    """What owns a value."""

    LITERAL = "literal"
    VARIABLE_DEFAULT = "variable default"
    VARIABLES_FILE = "variables file"
    MODULE_ARGUMENT = "module argument"
    LOCAL = "local value"
    ELEMENT = "element of a collection"
    ADDED = "attribute that is added"
    ADDED_ARGUMENT = "module argument that is added"
    NEW_BLOCK = "resource that is added"
    NESTED_BLOCK = "block that is added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An expression that can be replaced, or a block that an attribute or a block can be added to or below."""

    source: Source
    """The file."""
    node: "Node"
    """The expression, or the block."""
    origin: Origin
    """What owns the value there."""
    added: str = ""
    """Name of the attribute or type of the block that is added; "" where the expression is replaced."""
    via: tuple[str, ...] = ()
    """References that led there from the resource."""
    narrowed: tuple[str, ...] = ()
    """References that are replaced there, so that what they lead to is left alone."""

    @property
    def key(self) -> PlaceKey:
        """Identity."""
        return self.source.path, self.node.start_byte, self.node.end_byte, self.added

    @property
    def line(self) -> int:
        """Line of it, from 1."""
        return line_of(self.node)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What was found for one attribute of one resource."""

    places: tuple[Place, ...]
    """The owner of the value first, then places ever nearer to the resource that can be given a value of their own."""


class Untraceable(Exception):  # noqa: N818 - it is no error: a person changes it
    """A value that a person has to change."""

    def __init__(self, reason: str, *, file: Path | None = None, line: int | None = None) -> None:
        """Say why.

        Args:
            reason: in words.
            file: where to look, None where there is no such place.
            line: line there, from 1.
        """
        super().__init__(reason)
        self.reason = reason
        self.file = file
        self.line = line
