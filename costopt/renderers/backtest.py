"""Replays of buying policies for people and for programs. Names in them are strangers' until escaped."""

import csv
import io
from collections.abc import Callable, Sequence

import msgspec
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from costopt.model.backtest import BacktestReport, EstateReplay, PolicyOutcome
from costopt.renderers.clean import clean, encodable, without_formula
from costopt.renderers.console import plain_text

FORMATS = ("table", "json", "markdown", "csv")
_HEADINGS = (
    "Policy",
    "Cost",
    "Of best",
    "Regret",
    "Used",
    "Promised",
    "Came",
    "Worst to best",
    "Due",
)
_NARROWEST = 80
"""Columns of the terminal that the figures need."""
_ESTATE_HEADINGS = ("Demand", "Seed", "Months", "In hindsight", "Proven bound", "Gap")
_MEANING = (
    "Cost: share of all on demand, mean over the replays. Of best: its saving over what knowing the future had saved."
    " Regret: cost above hindsight's, over it, in the worst replay. Promised: saving of a single purchase on the 30"
    " days before it; came: what such purchases saved over their term, in the mean, and from the worst to the best."
    " Due: what commitments still cost after the last month, as a share of all on demand. * no other policy is better"
    " in both cost and regret."
)


def render_backtest(report: BacktestReport, form: str, *, width: int = 100) -> str:
    """Render a report.

    Args:
        report: what to show.
        form: one of `FORMATS`.
        width: columns of the terminal; for the table.
    """
    return _FORMS[form](report, width)


def _json(report: BacktestReport, _: int) -> str:
    plain = encodable(msgspec.to_builtins(report))
    return msgspec.json.format(msgspec.json.encode(plain), indent=2).decode()


def _csv(report: BacktestReport, _: int) -> str:
    """A row for each policy on each estate and seed."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = (
        *("cost_fraction", "regret_fraction", "coverage_fraction", "utilisation_fraction", "liability_fraction"),
        "cost",
    )
    writer.writerow(["policy", "estate", "seed", *names])
    for policy in report.policies:
        for one in policy.replays:
            numbers = (getattr(one, name) for name in names)
            writer.writerow([
                policy.id,
                without_formula(clean(one.estate)),
                "" if one.seed is None else one.seed,
                *("" if number is None else str(number) for number in numbers),
            ])  # fmt: skip
    return out.getvalue()


def _markdown(report: BacktestReport, _: int) -> str:
    lines = [f"# Policies replayed on {_cell(report.source)}", "", *map(_cell, _verdict(report)), ""]
    lines += _grid(_HEADINGS, [_policy_cells(one) for one in report.policies])
    lines += ["", _cell(_MEANING), "", "## What there was to win", ""]
    lines += _grid(_ESTATE_HEADINGS, [_estate_cells(one) for one in report.estates])
    lines += ["", "## Taken for granted", ""]
    lines += [f"- {_cell(text)}" for text in (*report.assumptions, *report.notes)]
    return "\n".join(lines) + "\n"


def _grid(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    rule = ["---", *("---:" for _ in headings[1:])]
    return [f"| {' | '.join(map(_cell, row))} |" for row in (headings, rule, *rows)]


def _cell(text: str) -> str:
    """Text that Markdown and HTML take literally."""
    safe = clean(text)
    for character in "\\`*_[]|<>#":
        safe = safe.replace(character, f"\\{character}" if character not in "<>" else f"&#{ord(character)};")
    return safe


def _table(report: BacktestReport, width: int) -> str:
    policies = _columns(_HEADINGS)
    for one in report.policies:
        style = "bold" if one.id == report.chosen_policy else ""
        policies.add_row(*(Text(cell, style=style) for cell in _policy_cells(one)))
    estates = _columns(_ESTATE_HEADINGS)
    for each in report.estates:
        estates.add_row(*(Text(clean(cell)) for cell in _estate_cells(each)))
    sentences = (*report.assumptions, *report.notes)
    blank = Text("")
    parts: tuple[RenderableType, ...] = (
        *(Text(clean(text), style="bold") for text in _verdict(report)),
        *(blank, policies, blank, Text(_MEANING), blank, estates, blank),
        *(Text(f"- {clean(text)}", style="dim") for text in sentences),
    )
    return plain_text(*parts, width=max(width, _NARROWEST))


def _columns(headings: Sequence[str]) -> Table:
    """Figures are never cut short: where there is little room, names are wrapped."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for index, name in enumerate(headings):
        made.add_column(name, justify="right" if index else "left", no_wrap=index > 0)
    return made


def _verdict(report: BacktestReport) -> tuple[str, ...]:
    chosen = report.outcome(report.chosen_policy)
    usual = "" if report.chosen_policy == report.default_policy else ", not the default"
    return (
        f"Chosen: {chosen.title}{usual}: {report.chosen_because}.",
        f"A purchase by it promised {chosen.predicted_fraction:.1%} of on demand and came to"
        f" {chosen.realised_low:.1%} to {chosen.realised_high:.1%}, mean {chosen.realised_fraction:.1%}.",
    )


def _policy_cells(one: PolicyOutcome) -> tuple[str, ...]:
    return (
        f"{one.title}{' *' if one.on_frontier else ''}",
        f"{one.cost_fraction:.3f}",
        f"{one.saving_share:.0%}",
        f"{one.largest_regret:.1%}",
        "-" if one.utilisation_fraction is None else f"{one.utilisation_fraction:.0%}",
        f"{one.predicted_fraction:.1%}",
        f"{one.realised_fraction:.1%}",
        f"{one.realised_low:.0%} to {one.realised_high:.0%}",
        f"{one.liability_fraction:.2f}",
    )


def _estate_cells(one: EstateReplay) -> tuple[str, ...]:
    return (
        one.estate,
        "-" if one.seed is None else str(one.seed),
        str(one.months),
        f"{one.hindsight_fraction:.4f}",
        f"{one.hindsight_bound_fraction:.4f}",
        f"{one.gap_fraction:.3%}",
    )


_FORMS: dict[str, Callable[[BacktestReport, int], str]] = {
    "table": _table,
    "json": _json,
    "markdown": _markdown,
    "csv": _csv,
}
