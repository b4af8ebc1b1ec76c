"""The plan for a terminal."""

from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from costopt.model.plan import Assignment, Plan, Purchase
from costopt.model.price import Quality
from costopt.renderers import plan_rows as rows
from costopt.renderers import plan_summary as summary
from costopt.renderers.clean import clean, shorten
from costopt.renderers.formats import counted, day, money

_SENTENCE = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTableRenderer:
    """The sentence first, then the variants side by side, what to do and why; fits 80 columns, reads without colour."""

    id: str = "table"
    """Name of the format."""
    width: int = 80
    """Columns of the terminal."""
    color: bool = False
    """Whether to write colour codes; the caller looks at NO_COLOR and at what stdout is."""
    top: int = 12
    """How many purchases, workloads and limits to show of each."""

    def render(self, plan: Plan) -> str:
        """The plan as text of at most `width` columns."""
        out = Console(
            file=StringIO(), width=self.width, highlight=False, markup=False, emoji=False, legacy_windows=False,
            force_terminal=self.color, color_system="standard" if self.color else None, no_color=not self.color,
            _environ={},
        )  # fmt: skip
        out.print(Text(summary.origin(plan), style="dim"))
        out.print()
        _sentence(out, plan)
        _variants(out, plan)
        self._purchases(out, plan)
        self._assignments(out, plan)
        self._limits(out, plan)
        _certainty(out, plan)
        self._unplanned(out, plan)
        out.print(Text.assemble(("next: ", "dim"), "the page with charts: costopt plan ... -f html -o plan.html"))
        assert isinstance(out.file, StringIO)  # noqa: S101 - given above; tells the type
        return "\n".join(line.rstrip() for line in out.file.getvalue().splitlines()) + "\n"

    def _purchases(self, out: Console, plan: Plan) -> None:
        purchases = summary.chosen(plan).purchases
        if not purchases:
            out.print(Text("What to buy: nothing.\n"))
            return
        table = _table(
            Column("What to buy, and when", ratio=1), _number("Cost/mo"), _number("Upfront"), _number("Saves/mo")
        )
        for one in purchases[: self.top]:
            table.add_row(_purchase(one), rows.purchase_cost(one), money(one.upfront), rows.purchase_saving(one))
        if len(purchases) > self.top:
            table.add_row(Text(f"and {len(purchases) - self.top:,} more, in the total", style="dim"))
        table.add_section()
        sums = [rows.purchase_total(purchases, read) for read in rows.PURCHASE_SUMS]
        table.add_row("Total, once all are bought", *(money(one) for one in sums), style="bold")
        out.print(table)
        estimated = any(one.quality is Quality.ESTIMATE for one in purchases)
        out.print(Text(f"{summary.SAVES} {summary.LEGEND}" if estimated else summary.SAVES, style="dim"))

    def _assignments(self, out: Console, plan: Plan) -> None:
        best = summary.chosen(plan)
        moved = summary.changed(best)
        if moved:
            table = _table(
                Column("What to run" if summary.is_new(plan) else "What to resize", ratio=1),
                Column("From, to", ratio=1),
                _number("Saves/mo"),
            )
            for one in moved[: self.top]:
                table.add_row(*_assignment(one))
            out.print(table)
        more = f"{counted(len(moved) - self.top, 'more change')} not shown. " if len(moved) > self.top else ""
        said = more + rows.unchanged(best)
        out.print(Text(f"{said}\n" if said else "What to resize: nothing.\n" if not moved else "", style="dim"))

    def _limits(self, out: Console, plan: Plan) -> None:
        if not plan.binding:
            return
        out.print(Text("What holds the plan back", style="bold"))
        for one in plan.binding[: self.top]:
            subject = shorten(clean(one.subject), 40)
            _line(out, f"{subject}: {clean(one.limit)}; {clean(rows.relaxing(one))}")
        _more(out, len(plan.binding), self.top)
        out.print()

    def _unplanned(self, out: Console, plan: Plan) -> None:
        if not plan.unplanned:
            return
        out.print(Text(summary.left_alone(plan), style="yellow"))
        for one in plan.unplanned[: self.top]:
            _line(out, f"! {shorten(clean(one.subject), 60)}: {clean(one.reason)}")
        _more(out, len(plan.unplanned), self.top)
        out.print()


def _sentence(out: Console, plan: Plan) -> None:
    said = summary.headline(plan)
    out.print(Text.assemble((f"{said.lead} ", "bold"), (money(said.figure), "bold green"), (f" {said.tail}", "bold")))


def _variants(out: Console, plan: Plan) -> None:
    table = _table(Column("", no_wrap=True), *(_number(name) for name in rows.variant_names(plan)))
    for row in rows.comparison(plan):
        table.add_row(f"  {row.name}" if row.part else row.name, *row.cells, style="bold" if row.strong else "")
    out.print(table)
    said = [
        f"{summary.label(plan, one)} is {summary.twins(plan, one)}."
        for one in plan.variants
        if summary.twins(plan, one)
    ]
    out.print(Text(" ".join([*said[:1], summary.MEANING]), style="dim"))


def _certainty(out: Console, plan: Plan) -> None:
    certificate = summary.chosen(plan).certificate
    out.print(Text("How sure this is", style="bold"))
    if certificate:
        _line(out, summary.proof(certificate))
    if plan.policy:
        _line(out, summary.policy(plan.policy))
    _line(out, summary.prices(plan))
    for assumption in plan.assumptions:
        _line(out, f"Assumed: {clean(assumption)}")
    out.print()


def _line(out: Console, text: str) -> None:
    """A text that is indented in all its lines."""
    out.print(Padding(Text(text), (0, 0, 0, 2)))


def _more(out: Console, number: int, shown: int) -> None:
    if number > shown:
        _line(out, f"and {number - shown:,} more")


def _purchase(one: Purchase) -> Text:
    """Three lines: when and what, how long and of what, and when it pays."""
    account = f" · in account {clean(one.account)}" if one.account else ""
    return Text.assemble(
        f"{day(one.buy_on)}  {one.id} {clean(one.instrument)}\n",
        (f"{clean(rows.sized(one))}, {clean(rows.terms(one))} · {shorten(clean(one.scope), 60)}{account}\n", "dim"),
        (f"{rows.break_even(one)}; {rows.regret(one)}", "dim"),
    )


def _assignment(one: Assignment) -> Iterable[Text | str]:
    why = clean(rows.why(one)[0]) if rows.why(one) else ""
    return (
        Text.assemble(shorten(clean(one.workload), 60), "\n", (shorten(why, _SENTENCE), "dim")),
        Text(f"{clean(rows.machines(one.before))}\n{clean(rows.machines(one.after))}"),
        rows.worth(one),
    )


def _table(*columns: Column | str) -> Table:
    return Table(*columns, box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")


def _number(head: str) -> Column:
    return Column(head, justify="right", no_wrap=True)
