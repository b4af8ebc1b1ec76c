"""The report for a terminal."""

from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from costopt.model.finding import Finding
from costopt.model.report import Report
from costopt.renderers import summary
from costopt.renderers.clean import clean, shorten
from costopt.renderers.formats import NOTHING, counted, figure, money, worth

MARKS = {"high": "◆", "medium": "▲", "low": "○"}
"""Shape beside the word of a confidence, so that colour is not needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRenderer:
    """Money first, then levers, then the greatest findings; fits 80 columns and reads without colour."""

    id: str = "table"
    """Name of the format."""
    suffix: str = ".txt"
    """Suffix of its files."""
    width: int = 80
    """Columns of the terminal."""
    color: bool = False
    """Whether to write colour codes; the caller looks at NO_COLOR and at what stdout is."""
    top: int = 10
    """How many findings to show."""
    snapshot: str = "SNAPSHOT"
    """Path of the snapshot, quoted for a shell, in the command of the last line."""

    def render(self, report: Report) -> str:
        """The report as text of at most `width` columns."""
        out = Console(
            file=StringIO(), width=self.width, highlight=False, markup=False, emoji=False, legacy_windows=False,
            force_terminal=self.color, color_system="standard" if self.color else None, no_color=not self.color,
            _environ={},
        )  # fmt: skip
        self._money(out, report)
        if report.findings:
            self._levers(out, report)
            self._findings(out, report)
        self._not_checked(out, report)
        out.print(Text.assemble(("next: ", "dim"), summary.next_command(report, self.snapshot)), soft_wrap=True)
        assert isinstance(out.file, StringIO)  # noqa: S101 - given above; tells the type
        return "\n".join(line.rstrip() for line in out.file.getvalue().splitlines()) + "\n"

    def _money(self, out: Console, report: Report) -> None:
        totals = report.totals
        out.print(Text(summary.origin(report), style="dim"))
        out.print()
        out.print(
            Text.assemble(
                ("Possible saving: ", "bold"),
                (summary.headline(report), "bold green"),
                f" after overlaps, of which waste {money(totals.waste)}",
            )
        )
        out.print(Text(summary.difference(report)))
        if totals.silenced.amount:
            out.print(Text(f"Silenced by a tag or a mute, and not counted: {money(totals.silenced)}."))
        out.print(Text(summary.money_source(report)))
        out.print(Text(summary.prices_note(report)))
        if report.totals.at_least:
            out.print(Text(summary.why_at_least(report), style="yellow"))
        out.print()

    def _levers(self, out: Console, report: Report) -> None:
        table = _table("Lever", Column("Findings", justify="right"), Column("Saving/mo", justify="right"))
        for part in report.by_lever:
            table.add_row(_text(part.name), f"{part.findings:,}", figure(part.saving, part.quality))
        table.add_section()
        total = sum(part.findings for part in report.by_lever)
        table.add_row("Total", f"{total:,}", figure(report.totals.saving, report.totals.quality), style="bold")
        out.print(table)

    def _findings(self, out: Console, report: Report) -> None:
        table = _table(
            _column("Finding, its id and confidence"),
            _column("Resource, its owner and place"),
            Column("Saving/mo", justify="right", no_wrap=True),
        )
        table.expand = True
        shown = [item for item in report.findings if item.silence is None][: self.top]
        for item in shown:
            table.add_row(*_row(item))
        out.print(table)
        silent = sum(item.silence is not None for item in report.findings)
        silenced = f", {silent} of them silenced" if silent else ""
        out.print(Text(f"{counted(len(report.findings), 'finding')}{silenced}; {len(shown)} shown"), style="dim")

    def _not_checked(self, out: Console, report: Report) -> None:
        out.print(Text(summary.not_checked(report)))
        for group in summary.gap_groups(report)[:5]:
            needs = f" (needs {group.permission})" if group.permission else ""
            again = ", another run may succeed" if group.retryable else ""
            out.print(Text(f"  ! {counted(group.scopes, 'scope')} {group.reason}{needs}{again}: {group.where}"))
        out.print()


def _table(*columns: Column | str) -> Table:
    return Table(*columns, box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")


def _column(head: str) -> Column:
    return Column(head, ratio=1, overflow="ellipsis", no_wrap=True)


def _row(item: Finding) -> Iterable[Text | str]:
    """Two lines: what, and below it where to look."""
    key = item.resource
    return (
        _two(item.title, f"{item.id}  {MARKS[item.confidence]} {item.confidence.value}"),
        _two(item.resource_name or key.id, f"{shorten(clean(item.owner or NOTHING), 16)} · {key.region}"),
        "no price" if item.price_gap else worth(item),
    )


def _two(first: str, second: str) -> Text:
    return Text.assemble(clean(first), "\n", (clean(second), "dim"))


def _text(value: str) -> Text:
    return Text(clean(value))
