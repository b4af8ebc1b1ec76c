"""Tables and texts for people as plain text of a given width."""

from io import StringIO

from rich.console import Console, RenderableType


def plain_text(*parts: RenderableType, width: int) -> str:
    """What a terminal of a width would show: no colour, no blanks at the end of a line, a newline at the end.

    Args:
        *parts: what to show, one below the other. Text in them is taken literally if it is a `rich.text.Text`.
        width: columns of the terminal.
    """
    out = StringIO()
    # An empty environment: NO_COLOR, COLUMNS and notebooks change nothing.
    console = Console(
        width=width, file=out, force_terminal=False, color_system=None, highlight=False, legacy_windows=False,
        _environ={},
    )  # fmt: skip
    for part in parts:
        console.print(part)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"
