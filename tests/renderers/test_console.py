"""Plain text of what people read: nothing of the terminal or the environment gets in."""

import pytest
from rich.table import Table
from rich.text import Text

from costopt.renderers.console import plain_text


def test_parts_stand_one_below_the_other_without_blanks_at_the_end() -> None:
    table = Table("a", "b", box=None)
    table.add_row("1", "")
    assert plain_text(table, "", Text("[bold]end   "), width=20) == " a  b\n 1\n\n[bold]end\n"


def test_a_line_is_no_longer_than_the_width() -> None:
    assert plain_text(Text("one two three"), width=8) == "one two\nthree\n"


def test_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("FORCE_COLOR", "1"), ("COLUMNS", "5"), ("TERM", "xterm-256color")):
        monkeypatch.setenv(name, value)
    assert plain_text(Text("one two three", style="bold red"), width=40) == "one two three\n"
