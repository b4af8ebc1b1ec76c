"""Plans as text, for the command line and for programs."""

from dataclasses import replace

from costopt.model.plan import Plan
from costopt.renderers.plan_redact import redact_plan
from costopt.renderers.plan_registry import find_plan_renderer
from costopt.renderers.plan_table import PlanTableRenderer


def render_plan(plan: Plan, format_name: str, *, redacted: bool = False, width: int = 80, color: bool = False) -> str:
    """A plan as text.

    Args:
        plan: what to render.
        format_name: `table`, `json`, `markdown` or `html`.
        redacted: mask names of workloads, resources, accounts and bills.
        width: columns of a table.
        color: whether a table may hold colour codes.

    Raises:
        UsageError: no such format.
    """
    renderer = find_plan_renderer(format_name)
    if isinstance(renderer, PlanTableRenderer):
        renderer = replace(renderer, width=width, color=color)
    return renderer.render(redact_plan(plan) if redacted else plan)
