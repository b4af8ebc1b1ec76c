"""The report as Markdown for an issue or a pull request; names in it can neither format, link nor mention."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from costopt.model.finding import Finding
from costopt.model.report import Report, Slice
from costopt.renderers import summary
from costopt.renderers.clean import clean, shorten
from costopt.renderers.formats import NOTHING, counted, figure, money, worth

MAX_CHARACTERS = 60_000
"""Below the 65,536 characters that GitHub takes in a comment. Source: https://github.com/orgs/community/discussions/41331."""

_SLICES = 20
_GROUPS = 20
_NAME = 80
_SENTENCE = 200
_PARAGRAPH = 1_500
_SPECIAL = re.compile(r"([\\`*_\[\]{}<>|~#&!$:])")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkdownRenderer:
    """Money first, then levers, owners, what was not checked, and as many findings as fit."""

    id: str = "markdown"
    """Name of the format."""
    suffix: str = ".md"
    """Suffix of its files."""
    max_characters: int = MAX_CHARACTERS
    """Longest text; findings beyond it are left out, and a line says how many."""

    def render(self, report: Report) -> str:
        """The report as Markdown."""
        head = "\n".join([*_head(report), *_slices("Lever", report.by_lever), *_slices("Owner", report.by_owner)])
        tail = "\n".join([*_not_checked(report), *_foot(report)]) + "\n"
        room = self.max_characters - len(head) - len(tail) - 500
        return "\n".join([head, *_findings(report, room), tail])


def code(text: str, length: int = _NAME) -> str:
    """Hostile text in a code span, where Markdown reads no markup, no link and no mention."""
    # A pipe cannot be escaped reliably: behind a backslash of the name's own it would end the cell and the span.
    safe = shorten(clean(text), length).strip().replace("`", "'").replace("|", "\N{BROKEN BAR}")
    return f"`{safe}`" if safe else NOTHING


def command(text: str, length: int, *, otherwise: str) -> str:
    """A command to be pasted, in a code span, or another one where the span would change it.

    A name in it can hold a backtick. With a quotation mark in its place the shell's quotes would end there, and what
    stands behind it in the name would run.
    """
    span = code(text, length)
    return span if span == f"`{text}`" else code(otherwise)


def escape(text: str, length: int = _SENTENCE) -> str:
    """A sentence that may hold a hostile name: markup is escaped, links and mentions are broken up."""
    escaped = _SPECIAL.sub(r"\\\1", shorten(clean(text), length))
    return escaped.replace("@", "@\u2060").replace("www.", "www\\.")


def _head(report: Report) -> list[str]:
    totals = report.totals
    lines = [
        f"## Possible saving: {summary.headline(report)}",
        "",
        escape(summary.origin(report)),
        "",
        f"Of which waste: {money(totals.waste)}. {summary.difference(report)} {summary.prices_note(report)}",
        "",
        escape(summary.money_source(report), _PARAGRAPH),
    ]
    if totals.silenced.amount:
        lines += ["", f"Silenced by a tag or a mute, and not counted: {money(totals.silenced)}."]
    return [*lines, *(["", summary.why_at_least(report)] if totals.at_least else []), ""]


def _slices(head: str, slices: tuple[Slice, ...]) -> list[str]:
    if not slices:
        return []
    rows = [
        f"| {code(part.name)} | {part.findings:,} | {figure(part.saving, part.quality)} |" for part in slices[:_SLICES]
    ]
    left = len(slices) - _SLICES
    more = [f"| and {left:,} more, not shown | | |"] if left > 0 else []
    return [f"| {head} | Findings | Saving/mo |", "|---|---:|---:|", *rows, *more, ""]


def _findings(report: Report, room: int) -> list[str]:
    loud = [item for item in report.findings if item.silence is None]
    if not loud:
        return ["No finding counts.", ""]
    lines = ["| Finding | Resource | Owner | What to do | Sure | Saving/mo |", "|---|---|---|---|---|---:|"]
    fitting = list(_while_fitting((_row(item) for item in loud), room))
    lines += [*fitting, ""]
    left = len(report.findings) - len(fitting)
    if left:
        lines += [
            f"**{counted(len(fitting), 'finding')} of {len(report.findings):,} shown;** silenced ones and what does "
            "not fit are left out. All: `costopt audit --snapshot SNAPSHOT -f csv`",
            "",
        ]
    return lines


def _while_fitting(rows: Iterable[str], room: int) -> Iterable[str]:
    for row in rows:
        room -= len(row) + 1
        if room < 0:
            return
        yield row


def _row(item: Finding) -> str:
    key = item.resource
    price = "no price" if item.price_gap else worth(item)
    paid = f"; paid, by the bill: {money(item.paid.effective)} a month" if item.paid else ""
    cells = (
        f"{escape(item.title)} `{item.id}`",
        f"{code(item.resource_name or key.id)} {code(key.region)}",
        code(item.owner) if item.owner else NOTHING,
        escape(item.action.summary),
        item.confidence.value,
        f"{price}{paid}",
    )
    return f"| {' | '.join(cells)} |"


def _not_checked(report: Report) -> list[str]:
    lines = ["### What was not checked", "", summary.not_checked(report), ""]
    groups = summary.gap_groups(report)
    for group in groups[:_GROUPS]:
        needs = f", needs {code(group.permission)}" if group.permission else ""
        lines.append(f"- {counted(group.scopes, 'scope')}: {escape(group.reason)}{needs} ({escape(group.where)})")
    if len(groups) > _GROUPS:
        lines.append(f"- and {counted(len(groups) - _GROUPS, 'more reason')}")
    lines += [
        f"- {row.resources:,} of {code(row.kind)} without a check: {escape(row.reason)}" for row in report.unchecked
    ]
    return [*lines, ""] if groups or report.unchecked else lines


def _foot(report: Report) -> list[str]:
    source = report.provenance
    made_by = f"Snapshot {code(source.snapshot_id)}, costopt {code(source.tool_version)}."
    return [f"{made_by} Next: `{summary.next_command(report)}`"]
