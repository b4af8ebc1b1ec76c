r"""Unified diffs that `git apply` takes: CRLF, missing final line ends and odd file names included.

Source: https://git-scm.com/docs/diff-format#generate_patch_text_with_p
"""

from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher

_CONTEXT = 3
_Change = tuple[int, int, int, int]
"""First line and line behind the last that go, and the same of those that come, counted from 0."""
_NO_END = b"\n\\ No newline at end of file\n"
_SHORT = {"\a": "\\a", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f", "\r": "\\r"}
_QUOTED = {'"': '\\"', "\\": "\\\\"}


def unified_diff(files: Mapping[str, tuple[bytes, bytes]]) -> bytes:
    """The difference of all files.

    Args:
        files: content before and after, by path relative to where the diff is applied, with `/` between folders.
    """
    return b"".join(_file(name, before, after) for name, (before, after) in sorted(files.items()) if before != after)


def shown_lines(before: bytes, after: bytes) -> Iterator[tuple[int, bytes]]:
    """Lines of the content before that a diff shows, with their numbers from 1: what changes, and what is around it."""
    old = _lines(before)
    for group in _grouped(_changes(old, _lines(after))):
        first, last = max(group[0][0] - _CONTEXT, 0), min(group[-1][1] + _CONTEXT, len(old))
        yield from ((number + 1, old[number]) for number in range(first, last))


def _file(name: str, before: bytes, after: bytes) -> bytes:
    old, new = _name(f"a/{name}"), _name(f"b/{name}")
    # Git ends a name at a tab where it holds a blank; without one it would be cut there.
    tab = "\t" if " " in name and not old.startswith('"') else ""
    head = f"diff --git {old} {new}\n--- {old}{tab}\n+++ {new}{tab}\n".encode()
    return head + b"".join(_hunks(_lines(before), _lines(after)))


def _lines(content: bytes) -> list[bytes]:
    r"""Lines with their ends; only `\n` ends one, as in git."""
    parts = content.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _hunks(before: list[bytes], after: list[bytes]) -> Iterator[bytes]:
    for group in _grouped(_changes(before, after)):
        (i1, _, j1, _), (_, i2, _, j2) = group[0], group[-1]
        above, below = min(_CONTEXT, i1), min(_CONTEXT, len(before) - i2)
        yield f"@@ -{_range(i1 - above, i2 + below)} +{_range(j1 - above, j2 + below)} @@\n".encode()
        position = i1 - above
        for start, end, first, last in group:
            yield from (_line(b" ", line) for line in before[position:start])
            yield from (_line(b"-", line) for line in before[start:end])
            yield from (_line(b"+", line) for line in after[first:last])
            position = end
        yield from (_line(b" ", line) for line in before[position : i2 + below])


def _changes(before: list[bytes], after: list[bytes]) -> Iterator[_Change]:
    """What differs, in its order. Lines that occur often are no anchors: with them, time grows with the square."""
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    one, two = (lines[head : len(lines) - tail] for lines in (before, after))
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, one, two, autojunk=True).get_opcodes():
        if kind != "equal":
            yield i1 + head, i2 + head, j1 + head, j2 + head


def _common(before: list[bytes], after: list[bytes]) -> int:
    """Lines at the start that are the same."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((number for number, (one, two) in pairs if one != two), min(len(before), len(after)))


def _grouped(changes: Iterable[_Change]) -> list[list[_Change]]:
    """Changes whose context meets, together."""
    groups: list[list[_Change]] = []
    for change in changes:
        if groups and change[0] - groups[-1][-1][1] <= 2 * _CONTEXT:
            groups[-1].append(change)
        else:
            groups.append([change])
    return groups


def _range(start: int, end: int) -> str:
    length = end - start
    first = start + 1 if length else start
    return f"{first}" if length == 1 else f"{first},{length}"


def _line(mark: bytes, line: bytes) -> bytes:
    return mark + line if line.endswith(b"\n") else mark + line + _NO_END


def _name(path: str) -> str:
    """A path as git writes it: quoted where it holds what is not plain ASCII."""
    if all(" " <= letter <= "~" and letter not in _QUOTED for letter in path):
        return path
    written = "".join(_SHORT.get(letter) or _QUOTED.get(letter) or _octal(letter) for letter in path)
    return f'"{written}"'


def _octal(letter: str) -> str:
    if " " <= letter <= "~":
        return letter
    return "".join(f"\\{byte:03o}" for byte in letter.encode("utf-8", "surrogateescape"))
