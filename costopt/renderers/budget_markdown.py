"""A check of budgets as Markdown for an issue or a summary of a job; names can neither format, link nor mention."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from costopt.model.budget_check import BudgetCheck
from costopt.model.budget_status import BudgetState, BudgetStatus
from costopt.renderers import budget_words as words
from costopt.renderers.formats import NOTHING, amount, percent
from costopt.renderers.markdown import MAX_CHARACTERS, code, command, escape

_MARKS = {
    BudgetState.BREACHED: "🔴 breached",
    BudgetState.AT_RISK: "🟠 at risk",
    BudgetState.UNKNOWN: "⚪ unknown",
    BudgetState.FINE: "🟢 fine",
}
_MOST_ROWS = 200
_LONGEST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetMarkdownRenderer:
    """The verdict, a table of budgets, why those that are not fine are not, anomalies, and what is not known."""

    id: str = "markdown"
    """Name of the format."""

    def render(self, check: BudgetCheck) -> str:
        """The check as Markdown; what would be too long for a comment is left out from the end, and says so."""
        lines = list(_lines(check))
        kept: list[str] = []
        room = MAX_CHARACTERS
        for line in lines:
            room -= len(line.encode()) + 1
            if room < 0:
                return "\n".join([*kept, "", "More does not fit; `-f json` has all."]) + "\n"
            kept.append(line)
        return "\n".join(kept) + "\n"


def _lines(check: BudgetCheck) -> Iterator[str]:
    yield f"## {words.headline(check)}"
    yield ""
    yield escape(words.reach(check))
    yield ""
    if check.budgets:
        yield "| Budget | State | Spent | Amount | Forecast | 80% interval | Exceeded |"
        yield "|---|---|---:|---:|---:|---:|---|"
        yield from map(_row, words.worst_first(check)[:_MOST_ROWS])
        yield ""
    for status in words.worst_first(check)[:_MOST_ROWS]:
        if status.state in (BudgetState.BREACHED, BudgetState.AT_RISK):
            yield from _reasons(status)
    if check.anomalies:
        yield from ("### Anomalies", "")
        for one in check.anomalies[:_MOST_ROWS]:
            causes = "; ".join(words.cause(part, check.currency) for part in words.causes(one)[:3])
            yield f"- {escape(words.anomaly(one, check.currency), _LONGEST)}" + (
                f": {escape(causes, _LONGEST)}" if causes else ""
            )
        yield ""
    yield from _list("Commitments", [one.statement for one in check.commitments])
    yield from _list("Not known", check.gaps)
    of_budgets = [f"{one.budget.name}: {note}" for one in check.budgets for note in _own_notes(one)]
    yield from _list("Notes", (*of_budgets, *check.notes))


def _own_notes(status: BudgetStatus) -> Sequence[str]:
    """Those of an unknown budget are gaps."""
    return () if status.state is BudgetState.UNKNOWN else status.notes


def _row(status: BudgetStatus) -> str:
    currency, expected = status.budget.currency, status.forecast
    share = "" if status.spent is None else f" ({percent(status.spent / status.amount)})"
    money = (
        NOTHING if status.spent is None else f"{amount(status.spent, currency)}{share}",
        amount(status.amount, currency),
        NOTHING if expected is None else amount(expected.expected, currency),
        NOTHING if expected is None else f"{amount(expected.low, currency)} to {amount(expected.high, currency)}",
        NOTHING if status.breach_day is None else status.breach_day.isoformat(),
    )
    # GitHub reads two dollars in a line as mathematics.
    cells = (
        f"{code(status.budget.name)} {status.label}",
        _MARKS[status.state],
        *(one.replace("$", "\\$") for one in money),
    )
    return f"| {' | '.join(cells)} |"


def _reasons(status: BudgetStatus) -> Iterator[str]:
    yield f"**{escape(status.budget.name)}**"
    yield ""
    found = words.drivers(status)[:3]
    sentences = [f"more than on the same days before: {words.driver(one, status.budget.currency)}" for one in found]
    extra = [words.pace(status), words.open_findings(status)]
    for sentence in (words.forecast(status), *sentences, *(one for one in extra if one)):
        yield f"- {escape(sentence, _LONGEST)}"
    yield f"- next: {command(words.next_command(status), _LONGEST, otherwise='costopt budget status')}"
    yield ""


def _list(title: str, sentences: Sequence[str]) -> Iterator[str]:
    if sentences:
        yield from (f"### {title}", "", *(f"- {escape(one, _LONGEST)}" for one in sentences[:_MOST_ROWS]), "")
