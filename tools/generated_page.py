"""Pages of docs/ that a tool writes: their tables, and whether one is what it would be."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path


def table(headings: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    """Lines of a table in Markdown, with an empty one after it."""
    yield f"| {' | '.join(headings)} |"
    yield f"|{'|'.join('---' for _ in headings)}|"
    yield from (f"| {' | '.join(str(cell).replace('|', '/') for cell in row)} |" for row in rows)
    yield ""


def write_or_check(target: Path, text: str, tool: str) -> int:
    """Write a page, or with `--check` on the command line say whether it is current; gives the exit code."""
    if "--check" in sys.argv[1:]:
        current = target.is_file() and target.read_text(encoding="utf-8") == text
        print(f"{target.name} is {'current' if current else f'stale: python {tool}'}")
        return 0 if current else 1
    target.write_text(text, encoding="utf-8")
    print(f"wrote {target}")
    return 0
