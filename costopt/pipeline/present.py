"""Reports as text, for the command line and for programs."""

import shlex
from dataclasses import replace
from pathlib import Path

from costopt.model.report import Report
from costopt.renderers.clean import clean
from costopt.renderers.redact import redact
from costopt.renderers.registry import find_renderer
from costopt.renderers.table import TableRenderer


def render(
    report: Report,
    format_name: str,
    *,
    redacted: bool = False,
    width: int = 80,
    color: bool = False,
    snapshot: Path | None = None,
    store: Path | None = None,
) -> str:
    """A report as text.

    Args:
        report: what to render.
        format_name: `table`, `json`, `jsonl`, `csv`, `markdown` or `html`.
        redacted: mask ids, names, owners and accounts.
        width: columns of a table.
        color: whether a table may hold colour codes.
        snapshot: where the report's snapshot is, for the next command that a table names.
        store: the store of bills that the user named, for the same; None where the next command finds it by itself.

    Raises:
        UsageError: no such format.
    """
    renderer = find_renderer(format_name)
    if isinstance(renderer, TableRenderer):
        place = "SNAPSHOT" if snapshot is None else _quoted(snapshot)
        if store is not None:
            place += f" --store {_quoted(store)}"
        renderer = replace(renderer, width=width, color=color, snapshot=place)
    return renderer.render(redact(report) if redacted else report)


def _quoted(path: Path) -> str:
    """A path as a shell takes it, without what speaks to a terminal."""
    return clean(shlex.quote(str(path)))
