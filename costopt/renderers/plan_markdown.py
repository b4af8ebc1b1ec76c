"""The plan as Markdown for a pull request; names in it can neither format, link nor mention."""

from dataclasses import dataclass
from functools import partial

from costopt.model.plan import Plan
from costopt.renderers import formats
from costopt.renderers import plan_rows as rows
from costopt.renderers import plan_summary as summary
from costopt.renderers.environment import Written, markdown_environment
from costopt.renderers.markdown import MAX_CHARACTERS, code, escape

_MOST_ROWS = 50
_SENTENCE = 1_500


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMarkdownRenderer:
    """The sentence first, then the variants side by side, what to do, what binds, and how sure it is."""

    id: str = "markdown"
    """Name of the format."""
    max_characters: int = MAX_CHARACTERS
    """Longest text; tables are cut until it fits, and each says how much is left out."""

    def render(self, plan: Plan) -> str:
        """The plan as Markdown."""
        shown = _MOST_ROWS
        text = _written(plan, shown)
        while len(text) > self.max_characters and shown > 1:
            shown //= 2
            text = _written(plan, shown)
        return text


def _written(plan: Plan, shown: int) -> str:
    """The text with at most so many rows a table."""
    environment = markdown_environment(partial(escape, length=_SENTENCE))
    environment.filters["code"] = lambda text: Written(code(text))
    best = summary.chosen(plan)
    return environment.get_template("plan.md.j2").render(
        plan=plan,
        best=best,
        moved=summary.changed(best),
        shown=shown,
        summary=summary,
        rows=rows,
        formats=formats,
        names=rows.variant_names(plan),
        sums=[rows.purchase_total(best.purchases, read) for read in rows.PURCHASE_SUMS],
    )
