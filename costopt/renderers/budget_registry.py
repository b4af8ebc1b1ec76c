"""Every output format of a check of budgets by its name on the command line."""

from typing import Protocol

from costopt.errors import UsageError
from costopt.model.budget_check import BudgetCheck, Gate
from costopt.renderers.budget_json import BudgetJsonRenderer
from costopt.renderers.budget_junit import BudgetJunitRenderer
from costopt.renderers.budget_markdown import BudgetMarkdownRenderer
from costopt.renderers.budget_metrics import BudgetMetricsRenderer
from costopt.renderers.budget_table import BudgetTableRenderer


class BudgetRenderer(Protocol):
    """Turns a check into text. The same check gives the same text to the byte."""

    @property
    def id(self) -> str:
        """Name of the format on the command line, such as `markdown`."""

    def render(self, check: BudgetCheck) -> str:
        """The whole text, ending in a newline."""


def budget_renderer(name: str, *, gate: Gate = Gate.BREACH, width: int = 80, color: bool = False) -> BudgetRenderer:
    """The renderer of a format.

    Args:
        name: `table`, `json`, `markdown`, `junit` or `openmetrics`.
        gate: what is a failure, for JUnit.
        width: columns of the terminal, for the table.
        color: whether to write colour codes, for the table.

    Raises:
        UsageError: no such format.
    """
    found: dict[str, BudgetRenderer] = {
        "table": BudgetTableRenderer(width=width, color=color),
        "json": BudgetJsonRenderer(),
        "markdown": BudgetMarkdownRenderer(),
        "junit": BudgetJunitRenderer(gate=gate),
        "openmetrics": BudgetMetricsRenderer(),
    }
    if name not in found:
        raise UsageError(f"{name} is no format of a check of budgets", hint=f"Use one of: {', '.join(found)}.")
    return found[name]
