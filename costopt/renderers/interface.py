"""What a renderer is: one file in this folder turns a report into one kind of text."""

from typing import Protocol

from costopt.model.report import Report


class Renderer(Protocol):
    """Turns a report into text. The same report gives the same text to the byte: no clock, no locale, no I/O."""

    @property
    def id(self) -> str:
        """Name of the format on the command line, such as `csv`."""

    @property
    def suffix(self) -> str:
        """Suffix of files of this format, such as `.csv`."""

    def render(self, report: Report) -> str:
        """The whole text, ending in a newline."""
