"""What a configuration file says: blocks, arguments and the values that are written out."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One `name = expression`."""

    name: str
    """Its name."""
    value: Any
    """What is written out: str, bool, int, Decimal, None, list, dict; UNKNOWN for every other expression."""
    text: str
    """The expression as it stands in the file."""
    line: int
    """Line of its name, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block, such as `resource "aws_instance" "web" { ... }`."""

    type: str
    """Its first word."""
    labels: tuple[str, ...]
    """Its labels."""
    arguments: tuple[Argument, ...]
    """As they stand in the file; a name that is given twice stands twice."""
    blocks: tuple["Block", ...]
    """Nested blocks."""
    file: Path
    """File that holds it."""
    line: int
    """Line of its first word, from 1; 1 in JSON, which keeps no places."""
    is_json: bool = False
    """Whether it comes of a `.tf.json` file, where nested blocks look like arguments."""

    def argument(self, name: str) -> Argument | None:
        """The argument of that name."""
        return next((argument for argument in self.arguments if argument.name == name), None)

    def nested(self, kind: str) -> Iterator["Block"]:
        """Nested blocks of a type."""
        return (block for block in self.blocks if block.type == kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """The files of one directory."""

    folder: Path
    """The directory."""
    blocks: tuple[Block, ...]
    """Top-level blocks of all its files, the files in the order of their names."""

    def of_type(self, *kinds: str) -> Iterator[Block]:
        """Top-level blocks of some types."""
        return (block for block in self.blocks if block.type in kinds)
