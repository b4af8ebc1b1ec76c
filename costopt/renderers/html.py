"""The report as one self-contained page: no network, no third-party script, a policy that forbids both."""

from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from costopt.model.finding import Finding
from costopt.model.money import Money, total
from costopt.model.price import Quality, worst_quality
from costopt.model.report import Report, Slice
from costopt.renderers import formats, notes, summary
from costopt.renderers.columns import pack
from costopt.renderers.environment import html_environment
from costopt.renderers.page import asset, content_policy

STATIC_ROWS = 40
"""Findings in the plain table that readers without scripts get."""

_PLAIN_LABEL = "Overlaps and commitments, taken off"
_BARS = 12
"""Bars in one figure; the rest is summed up in a last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One row of a figure: a name, its money, and a bar of it."""

    name: str
    """Hostile until escaped."""
    findings: int
    """How many findings."""
    saving: Money
    """A month."""
    quality: Quality
    """As good as the worst price in it."""
    share: str
    """Of the whole, such as `42%`."""
    width: str
    """Length of the bar, 0 to 100."""
    start: str = "0"
    """Where the bar begins, 0 to 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Bars below a heading that says what they show."""

    id: str
    """Unique in the page."""
    heading: str
    """The conclusion."""
    subject: str
    """Head of the first column."""
    bars: tuple[Bar, ...]
    """Greatest first."""
    whole: Money
    """Sum of the bars."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlRenderer:
    """One page of HTML that opens from a file."""

    id: str = "html"
    """Name of the format."""
    suffix: str = ".html"
    """Suffix of its files."""

    def render(self, report: Report) -> str:
        """The page."""
        style, script = asset("page.css", "report.css"), asset("report.js")
        loud = [item for item in report.findings if item.silence is None]
        return (
            html_environment()
            .get_template("report.html.j2")
            .render(
                report=report,
                summary=summary,
                formats=formats,
                notes=notes,
                style=Markup(style),  # noqa: S704 - our own file
                script=Markup(script),  # noqa: S704 - our own file
                policy=content_policy(script=script, style=style),
                data=pack(report),
                figures=_figures(report),
                bridge=_bridge(report),
                optimisation=formats.rest(report.totals.saving, report.totals.waste),
                loud=loud,
                top=loud[:STATIC_ROWS],
                errors=sum(row.error for row in report.checks),
                options=_options(report.findings),
            )
        )


def _options(findings: tuple[Finding, ...]) -> dict[str, list[str]]:
    """Choices of the filters, by column, in the order in which a reader looks for them."""
    return {
        "lever": sorted({item.lever for item in findings}),
        "category": sorted({item.category.value for item in findings}),
        "confidence": [word for word in ("high", "medium", "low") if any(word == i.confidence for i in findings)],
    }


def _figures(report: Report) -> list[Figure]:
    whole = report.totals.saving
    figures = (
        ("levers", "Lever", report.by_lever, summary.lever_conclusion(report)),
        ("owners", "Owner", report.by_owner, summary.owner_conclusion(report)),
        ("accounts", summary.account_word(report), report.by_account, summary.account_conclusion(report)),
    )
    return [
        Figure(id=name, subject=subject, heading=heading, bars=_bars(parts, whole), whole=whole)
        for name, subject, parts, heading in figures
    ]


def _bars(parts: tuple[Slice, ...], whole: Money) -> tuple[Bar, ...]:
    shown = list(parts) if len(parts) <= _BARS + 1 else [*parts[:_BARS], _others(parts[_BARS:])]
    longest = max((part.saving.amount for part in shown), default=Decimal(0))
    return tuple(
        Bar(
            name=part.name,
            findings=part.findings,
            saving=part.saving,
            quality=part.quality,
            share=formats.percent(summary.share(part.saving, whole)),
            width=_length(part.saving.amount, longest),
        )
        for part in shown
    )


def _others(parts: tuple[Slice, ...]) -> Slice:
    return Slice(
        name=f"{len(parts):,} others",
        findings=sum(part.findings for part in parts),
        saving=total((part.saving for part in parts), parts[0].saving.currency),
        quality=worst_quality([part.quality for part in parts]),
    )


def _bridge(report: Report) -> list[Bar]:
    """From the plain sum to the total, as a falling bar and what is left."""
    alone, saving = report.totals.sum_of_findings, report.totals.saving
    rows = (
        ("Each finding taken alone", alone, Decimal(0)),
        (_taken_off(report), formats.rest(saving, alone), saving.amount),
        ("Saving a month", saving, Decimal(0)),
    )
    return [
        Bar(
            name=name,
            findings=0,
            saving=value,
            quality=report.totals.quality,
            share="",
            width=_length(abs(value.amount), alone.amount),
            start=_length(start, alone.amount),
        )
        for name, value, start in rows
    ]


def _taken_off(report: Report) -> str:
    held_down = report.provenance.money.held_down.amount
    return "Overlaps, commitments and what the bill shows, taken off" if held_down else _PLAIN_LABEL


def _length(value: Decimal, longest: Decimal) -> str:
    if longest <= 0 or value <= 0:
        return "0"
    return formats.plain(round(min(value / longest, Decimal(1)) * 100, 2))
