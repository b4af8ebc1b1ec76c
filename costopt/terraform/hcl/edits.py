"""Edits of bytes, applied together, and the proof that nothing else was touched."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from costopt.errors import TerraformError
from costopt.terraform.hcl.source import Source, leaves


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Edit:
    """The bytes from `start` up to `end` become `new`; nothing is replaced where they are equal."""

    start: int
    """First byte that is replaced."""
    end: int
    """Byte behind the last one."""
    new: bytes
    """What stands there afterwards."""


def apply_edits(content: bytes, edits: Iterable[Edit]) -> bytes:
    """The content after all edits, whose positions are those of the content before any.

    Raises:
        TerraformError: two edits overlap.
    """
    parts, position = [], 0
    for edit in in_order(edits):
        parts += [content[position : edit.start], edit.new]
        position = edit.end
    return b"".join([*parts, content[position:]])


def in_order(edits: Iterable[Edit]) -> list[Edit]:
    """The edits by position, each once. Insertions at one place stay in the order in which they came.

    Raises:
        TerraformError: two edits overlap.
    """
    ordered = sorted(dict.fromkeys(edits), key=lambda edit: (edit.start, edit.end))
    for one, two in itertools.pairwise(ordered):
        if two.start < one.end:
            raise TerraformError("two edits concern the same bytes", hint="this is a bug in costopt: report it")
    return ordered


def check_only_edits(before: Source, after: Source, edits: Sequence[Edit]) -> None:
    """Make sure that every token outside of the edits is still there, in its order.

    Raises:
        TerraformError: it is not.
    """
    ordered = in_order(edits)
    kept = _outside(before, [(edit.start, edit.end) for edit in ordered])
    spans, shift = [], 0
    for edit in ordered:
        start = edit.start + shift
        spans.append((start, start + len(edit.new)))
        shift += len(edit.new) - (edit.end - edit.start)
    if kept != _outside(after, spans):
        raise TerraformError(
            f"{before.path}: an edit would have changed more than its place", hint="this is a bug in costopt: report it"
        )


def _outside(source: Source, spans: Sequence[tuple[int, int]]) -> list[tuple[str, bytes]]:
    """Tokens that do not lie within spans. A span that holds nothing has no tokens."""
    found = []
    waiting = list(reversed(spans))
    for leaf in leaves(source.root):
        if leaf.end_byte == leaf.start_byte:
            continue
        while waiting and waiting[-1][1] <= leaf.start_byte:
            waiting.pop()
        if not (waiting and waiting[-1][0] <= leaf.start_byte and leaf.end_byte <= waiting[-1][1]):
            found.append((leaf.type, source.content[leaf.start_byte : leaf.end_byte]))
    return found
