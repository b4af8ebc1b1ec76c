r"""Unified diffs that `git apply` takes: CRLF, missing final line ends and odd file names included.

Source: https://git-scm.com/docs/diff-format#generate_patch_text_with_p
"""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

_CONTEXT = 3
_NO_END = b"\n\\ No newline at end of file\n"
_SHORT = {"\a": "\\a", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f", "\r": "\\r"}
_QUOTED = {'"': '\\"', "\\": "\\\\"}


def unified_diff(files: Mapping[str, tuple[bytes, bytes]]) -> bytes:
    """The difference of all files.

    Args:
        files: content before and after, by path relative to where the diff is applied, with `/` between folders.
    """
    return b"".join(_file(name, before, after) for name, (before, after) in sorted(files.items()) if before != after)


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
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        start, end = group[0], group[-1]
        yield f"@@ -{_range(start[1], end[2])} +{_range(start[3], end[4])} @@\n".encode()
        for kind, i1, i2, j1, j2 in group:
            if kind == "equal":
                yield from (_line(b" ", line) for line in before[i1:i2])
                continue
            yield from (_line(b"-", line) for line in before[i1:i2])
            yield from (_line(b"+", line) for line in after[j1:j2])


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
