"""What standard output is: its width, and whether it shows colour."""

import os
import shutil
import sys
from typing import TypedDict

PIPED_WIDTH = 100


class Screen(TypedDict):
    """Arguments of a table for standard output."""

    width: int
    """Columns."""
    color: bool
    """Whether to write colour codes."""


def screen() -> Screen:
    """Width and colour of standard output; NO_COLOR wins over FORCE_COLOR (https://no-color.org)."""
    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size((PIPED_WIDTH, 24)).columns if terminal else PIPED_WIDTH
    wanted = terminal or bool(os.environ.get("FORCE_COLOR"))
    return Screen(width=width, color=wanted and not os.environ.get("NO_COLOR"))
