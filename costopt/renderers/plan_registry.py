"""Every output format of a plan by its name on the command line."""

from collections.abc import Mapping
from typing import Protocol

from costopt.errors import UsageError
from costopt.model.plan import Plan
from costopt.renderers.plan_html import PlanHtmlRenderer
from costopt.renderers.plan_json import PlanJsonRenderer
from costopt.renderers.plan_markdown import PlanMarkdownRenderer
from costopt.renderers.plan_table import PlanTableRenderer


class PlanRenderer(Protocol):
    """Turns a plan into text. The same plan gives the same text to the byte: no clock, no locale, no network."""

    @property
    def id(self) -> str:
        """Name of the format on the command line, such as `markdown`."""

    def render(self, plan: Plan) -> str:
        """The whole text, ending in a newline."""


PLAN_RENDERERS: Mapping[str, PlanRenderer] = {
    "table": PlanTableRenderer(),
    "json": PlanJsonRenderer(),
    "markdown": PlanMarkdownRenderer(),
    "html": PlanHtmlRenderer(),
}
"""One renderer a format, with its defaults; who knows the terminal makes a `PlanTableRenderer` for it."""


def find_plan_renderer(name: str) -> PlanRenderer:
    """The renderer of a format.

    Raises:
        UsageError: no such format.
    """
    if name not in PLAN_RENDERERS:
        raise UsageError(f"{name} is no format of a plan", hint=f"Use one of: {', '.join(PLAN_RENDERERS)}.")
    return PLAN_RENDERERS[name]
