"""The plan as one self-contained page that needs no script: charts are drawn here, a policy forbids every request."""

from dataclasses import dataclass

from markupsafe import Markup

from costopt.model.plan import Plan
from costopt.renderers import formats
from costopt.renderers import plan_charts as charts
from costopt.renderers import plan_conclusions as conclusions
from costopt.renderers import plan_rows as rows
from costopt.renderers import plan_summary as summary
from costopt.renderers.environment import html_environment
from costopt.renderers.page import asset, content_policy

MOST_ROWS = 500
"""Rows of one table of the page; JSON has all. A page of more opens slowly and nobody reads it."""

_OPEN = 4
"""Purchases whose details stand open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanHtmlRenderer:
    """One page of HTML that opens from a file, prints, and can be read without a mouse or colours."""

    id: str = "html"
    """Name of the format."""

    def render(self, plan: Plan) -> str:
        """The page."""
        style = asset("page.css", "plan.css")
        best = summary.chosen(plan)
        shown = best.purchases[:MOST_ROWS]
        drawn = [chart for curve in plan.curves if (chart := charts.load_chart(curve)) is not None]
        return (
            html_environment()
            .get_template("plan.html.j2")
            .render(
                plan=plan,
                best=best,
                moved=summary.changed(best),
                purchases=shown,
                sums=[rows.purchase_total(best.purchases, read) for read in rows.PURCHASE_SUMS],
                columns=charts.columns(plan),
                calendar=charts.calendar(plan, shown),
                loads=drawn,
                frontier=charts.frontier(plan.frontier),
                headline=summary.headline(plan),
                most=MOST_ROWS,
                opened=_OPEN,
                first_large=_first_large,
                summary=summary,
                conclusions=conclusions,
                rows=rows,
                formats=formats,
                style=Markup(style),  # noqa: S704 - our own files
                policy=content_policy(style=style),
            )
        )


def _first_large(text: str) -> str:
    """A sentence's first letter as a capital; the rest stays, names in it too."""
    return text[:1].upper() + text[1:]
