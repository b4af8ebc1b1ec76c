"""The columns of `=` and of trailing comments, as `terraform fmt` sets them.

Source: https://github.com/hashicorp/hcl/blob/main/hclwrite/format.go
"""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from costopt.terraform.hcl.edits import Edit, apply_edits
from costopt.terraform.hcl.source import Source, leaves, parse_source, text_lines

_OPENING = frozenset({"{", "[", "(", "${", "%{", "template_interpolation_start", "template_directive_start"})
_CLOSING = frozenset({"}", "]", ")", "template_interpolation_end", "template_directive_end"})


@dataclass(frozen=True, slots=True)
class _Row:
    """One line with something on it."""

    lead_end: int
    """Byte behind what stands before `=`, or behind everything but the comment."""
    assign: tuple[int, int] | None
    """First byte of `=` and last byte of its expression, where that ends on the line."""
    comment: int | None
    """First byte of a comment behind something else."""


_Token = tuple[str, int, int]
"""Type, first byte, byte behind the last."""
_Measure = Callable[[_Row], tuple[int, int] | None]
"""Of a row: the byte behind what comes before a cell, and the first byte of the cell; None where it has none."""


def realign(before: Source, after: Source, anchors: Iterable[tuple[int, int, int]]) -> Source:
    """Set the columns of lines around edits as `terraform fmt` would, where they were so before.

    Args:
        before: the file before the edits.
        after: the file after them.
        anchors: of each edit, from 0: a line of `before` beside it, and its first and last line in `after`.
    """
    spots = list(anchors)
    for measure in (_assignment, _comment):
        old, new = _Rows(before), _Rows(after)
        edits: dict[Edit, None] = {}
        for anchor, first, last in spots:
            if _alignment(before, old.chain(old.number(anchor), measure), measure):
                continue
            for number in sorted({new.number(line) for line in range(first, last + 1)}):
                edits.update(dict.fromkeys(_alignment(after, new.chain(number, measure), measure)))
        if edits:
            after = parse_source(after.path, after.bom + apply_edits(after.content, edits))
    return after


def _assignment(row: _Row) -> tuple[int, int] | None:
    return (row.lead_end, row.assign[0]) if row.assign else None


def _comment(row: _Row) -> tuple[int, int] | None:
    return None if row.comment is None else (row.assign[1] if row.assign else row.lead_end, row.comment)


class _Rows:
    """The lines of a file by number. One on which a text goes on is the same as the one where it began."""

    def __init__(self, source: Source) -> None:
        going_on = set(text_lines(source.root))
        height = source.content.count(b"\n") + 1
        self._numbers: list[int] = []
        number = -1
        for line in range(height + 1):
            number += line not in going_on
            self._numbers.append(number)
        tokens: dict[int, list[_Token]] = {}
        for leaf in leaves(source.root):
            if leaf.end_byte > leaf.start_byte:
                token = (leaf.type, leaf.start_byte, leaf.end_byte)
                tokens.setdefault(self.number(leaf.start_point[0]), []).append(token)
        self.rows = {number: _row(found) for number, found in tokens.items()}

    def number(self, line: int) -> int:
        """Number of the row that a line is a part of."""
        return self._numbers[line] if 0 <= line < len(self._numbers) else line

    def chain(self, number: int, measure: _Measure) -> list[_Row]:
        """The rows that share a column with one: those directly above and below it that have the cell too."""

        def has_cell(number: int) -> bool:
            return number in self.rows and measure(self.rows[number]) is not None

        if not has_cell(number):
            return []
        first = last = number
        while has_cell(first - 1):
            first -= 1
        while has_cell(last + 1):
            last += 1
        return [self.rows[each] for each in range(first, last + 1)]


def _row(tokens: list[_Token]) -> _Row:
    comment = tokens[-1][1] if len(tokens) > 1 and tokens[-1][0] == "comment" else None
    rest = tokens if comment is None else tokens[:-1]
    place = next((place for place, token in enumerate(rest) if place and token[0] == "="), None)
    if place is None or _net_brackets(rest[place:]):
        return _Row(lead_end=rest[-1][2], assign=None, comment=comment)
    return _Row(lead_end=rest[place - 1][2], assign=(rest[place][1], rest[-1][2]), comment=comment)


def _net_brackets(tokens: list[_Token]) -> int:
    kinds = [kind for kind, *_ in tokens]
    return sum(kind in _OPENING for kind in kinds) - sum(kind in _CLOSING for kind in kinds)


def _alignment(source: Source, chain: list[_Row], measure: _Measure) -> list[Edit]:
    """The edits of blanks that set the cells of a chain into one column."""
    cells = [cell for row in chain if (cell := measure(row))]
    widths = [_width(source, end) for end, _ in cells]
    edits = []
    for (end, start), width in zip(cells, widths, strict=True):
        blanks = b" " * (max(widths) - width + 1)
        if source.content[end:start] != blanks:
            edits.append(Edit(start=end, end=start, new=blanks))
    return edits


def _width(source: Source, end: int) -> int:
    """Columns of a line up to a byte: characters as people count them, marks and joiners not."""
    start = source.content.rfind(b"\n", 0, end) + 1
    text = source.content[start:end].decode("utf-8", "replace")
    return sum(unicodedata.category(letter) not in ("Mn", "Me", "Cf") for letter in text)
