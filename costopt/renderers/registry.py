"""Every output format by its name on the command line."""

from collections.abc import Mapping

from costopt.errors import UsageError
from costopt.renderers.csv import CsvRenderer
from costopt.renderers.html import HtmlRenderer
from costopt.renderers.interface import Renderer
from costopt.renderers.json import JsonRenderer
from costopt.renderers.jsonl import JsonLinesRenderer
from costopt.renderers.markdown import MarkdownRenderer
from costopt.renderers.table import TableRenderer

RENDERERS: Mapping[str, Renderer] = {
    "table": TableRenderer(),
    "json": JsonRenderer(),
    "jsonl": JsonLinesRenderer(),
    "csv": CsvRenderer(),
    "markdown": MarkdownRenderer(),
    "html": HtmlRenderer(),
}
"""One renderer a format, with its defaults; who knows the terminal makes a `TableRenderer` of its width and colour."""


def find_renderer(name: str) -> Renderer:
    """The renderer of a format.

    Raises:
        UsageError: no such format.
    """
    if name not in RENDERERS:
        raise UsageError(f"unknown format {name!r}", hint=f"Use one of: {', '.join(RENDERERS)}.")
    return RENDERERS[name]
