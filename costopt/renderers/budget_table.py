"""A check of budgets for a terminal: the verdict, a few lines a budget, anomalies with their cause."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from costopt.model.budget_check import BudgetCheck
from costopt.model.budget_status import BudgetState, BudgetStatus
from costopt.renderers import budget_words as words
from costopt.renderers.clean import clean, shorten

BAR = 20
"""Cells of a bar; all of it is the amount."""
_STYLES = {
    BudgetState.BREACHED: "bold red",
    BudgetState.AT_RISK: "bold yellow",
    BudgetState.UNKNOWN: "bold magenta",
    BudgetState.FINE: "bold green",
}
_INDENT = 10
"""Columns below the state of a budget."""
_MOST_NOTES = 4
_MOST_ANOMALIES = 10
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetTableRenderer:
    """The worst budgets first; reads without colour and in 80 columns."""

    id: str = "table"
    """Name of the format."""
    width: int = 80
    """Columns of the terminal."""
    color: bool = False
    """Whether to write colour codes."""

    def render(self, check: BudgetCheck) -> str:
        """The check as text."""
        out = Console(
            file=StringIO(), width=max(self.width, 60), highlight=False, markup=False, emoji=False,
            legacy_windows=False, force_terminal=self.color, color_system="standard" if self.color else None,
            no_color=not self.color, _environ={},
        )  # fmt: skip
        out.print(Text(words.headline(check), style="bold"))
        out.print(Text(clean(words.reach(check)), style="dim"))
        for status in words.worst_first(check):
            out.print()
            _show(out, status)
        for title, lines in (("Anomalies", list(_anomalies(check))), ("Commitments", list(_commitments(check)))):
            if lines:
                out.print()
                out.print(Text(title, style="bold"))
            for line, indent in lines:
                out.print(Padding(line, (0, 0, 0, indent)))
        self._notes(out, check)
        assert isinstance(out.file, StringIO)  # noqa: S101 - given above; tells the type
        return "\n".join(line.rstrip() for line in out.file.getvalue().splitlines()) + "\n"

    def _notes(self, out: Console, check: BudgetCheck) -> None:
        # What is not known of a budget stands below it.
        unknown = tuple(f"{one.budget.name}: " for one in check.budgets if one.state is BudgetState.UNKNOWN)
        gaps = [gap for gap in check.gaps if not (check.has_bill and gap.startswith(unknown))]
        said = [*gaps, *check.notes]
        if said:
            out.print()
        for sentence in said[:_MOST_NOTES]:
            out.print(Text(f"! {clean(sentence)}"))
        if len(said) > _MOST_NOTES:
            out.print(Text(f"! and {len(said) - _MOST_NOTES} more notes; -f json has all"))


def bar(status: BudgetStatus) -> str:
    """Full cells are spent, shaded ones expected; the whole bar is the amount."""
    if status.spent is None:
        return "?" * BAR
    full = _cells(status.spent / status.amount)
    expected = _cells(status.forecast.expected / status.amount) if status.forecast else full
    return "█" * full + "▒" * (max(expected, full) - full) + "·" * (BAR - max(expected, full))


def _cells(fraction: Decimal) -> int:
    return int(min(max(fraction, Decimal(0)), Decimal(1)) * BAR)


def _show(out: Console, status: BudgetStatus) -> None:
    style, budget = _STYLES[status.state], status.budget
    owner = f" · {shorten(clean(budget.owner), _LONGEST_NAME)}" if budget.owner else ""
    state, name = f"{words.STATES[status.state]:<{_INDENT}}", shorten(clean(budget.name), _LONGEST_NAME)
    out.print(Text.assemble((state, style), (name, "bold"), (f" · {status.label}{owner}", "dim")))
    first = Text.assemble((bar(status), style.removeprefix("bold ")), f" {words.spent(status)}")
    for line in (first, *(Text(clean(sentence)) for sentence in _sentences(status))):
        out.print(Padding(line, (0, 0, 0, _INDENT)))
    if status.state in (BudgetState.BREACHED, BudgetState.AT_RISK):
        # In one line, however long: it is there to be copied.
        out.print(Text(f"{' ' * _INDENT}next: {clean(words.next_command(status))}"), soft_wrap=True)


def _sentences(status: BudgetStatus) -> Iterator[str]:
    if status.state is BudgetState.UNKNOWN:
        yield from status.notes[:1]
        return
    yield words.forecast(status)
    yield from (f"! {note}" for note in status.notes)
    if status.state is BudgetState.FINE:
        return
    found = [words.driver(one, status.budget.currency) for one in words.drivers(status)[:2]]
    if found:
        yield f"more than before: {', '.join(found)}"
    yield from (one for one in (words.pace(status), words.open_findings(status)) if one)


def _anomalies(check: BudgetCheck) -> Iterator[tuple[Text, int]]:
    for one in check.anomalies[:_MOST_ANOMALIES]:
        yield Text(clean(words.anomaly(one, check.currency))), 2
        causes = [words.cause(part, check.currency) for part in words.causes(one)[:3]]
        if causes:
            yield Text(f"because of {clean('; '.join(causes))}", style="dim"), 4
    yield from _more(len(check.anomalies))


def _commitments(check: BudgetCheck) -> Iterator[tuple[Text, int]]:
    for one in check.commitments[:_MOST_ANOMALIES]:
        yield Text(clean(one.statement)), 2
    yield from _more(len(check.commitments))


def _more(number: int) -> Iterator[tuple[Text, int]]:
    if number > _MOST_ANOMALIES:
        yield Text(f"and {number - _MOST_ANOMALIES:,} more; -f json has all"), 2
