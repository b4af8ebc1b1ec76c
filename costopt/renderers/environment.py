"""The Jinja2 environments, one a target: everything is escaped, nothing may be undefined."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from costopt.errors import CostoptError
from costopt.renderers.clean import clean

_INSTALLED = Path(__file__).parent / "_reports"
_CHECKOUT = Path(__file__).parents[2] / "reports"


def template_folder() -> Path:
    """The folder of templates: inside an installed package, else the checkout's `reports`.

    Raises:
        CostoptError: neither is there.
    """
    for folder in (_INSTALLED, _CHECKOUT):
        if (folder / "templates").is_dir():
            return folder / "templates"
    raise CostoptError(
        f"the report templates are missing from {_INSTALLED}", hint="Install the package again; its files are damaged."
    )


class Written(str):
    """Text of our own making, or escaped already, that a template writes as it is."""

    __slots__ = ()


def html_environment() -> Environment:
    """An environment that escapes every value, cleans every text, and fails on what is not defined."""
    return _environment(_finalize, autoescape=True)


def markdown_environment(escape: Callable[[str], str]) -> Environment:
    """The same for Markdown: every text goes through `escape`, unless it is `Written`."""

    def finalize(value: Any) -> Any:
        return escape(value) if isinstance(value, str) and not isinstance(value, Written) else value

    return _environment(finalize, autoescape=False)


def _environment(finalize: Callable[[Any], Any], *, autoescape: bool) -> Environment:
    return Environment(
        loader=FileSystemLoader(template_folder()),
        autoescape=autoescape,  # noqa: S701 - off for Markdown only, where `finalize` escapes
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _finalize(value: Any) -> Any:
    # Markup is our own file (style, script), which keeps its line breaks.
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value
