"""Reports as text, for the command line and for programs."""

from costopt.model.report import Report
from costopt.renderers.redact import redact
from costopt.renderers.registry import find_renderer
from costopt.renderers.table import TableRenderer
from costopt.renderers.terminal import terminal_renderer


def render(report: Report, format_name: str, *, to_terminal: bool = False, redacted: bool = False) -> str:
    """A report as text.

    Args:
        report: what to render.
        format_name: `table`, `json`, `jsonl`, `csv`, `markdown` or `html`.
        to_terminal: fit the table to the terminal's width and colour it where it is one.
        redacted: mask ids, names, owners and accounts.

    Raises:
        UsageError: no such format.
    """
    shown = redact(report) if redacted else report
    renderer = find_renderer(format_name)
    if to_terminal and isinstance(renderer, TableRenderer):
        renderer = terminal_renderer()
    return renderer.render(shown)
