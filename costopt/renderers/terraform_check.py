"""What a check of a Terraform configuration found, for people, programs and code review. Texts are strangers'."""

from collections.abc import Callable, Iterator

import msgspec
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from costopt.model.terraform import ConfigurationProblem, Severity
from costopt.model.terraform_check import CHECK_SCHEMA_VERSION, CheckReport, CheckStep, Outcome
from costopt.renderers.clean import clean, encodable
from costopt.renderers.console import plain_text
from costopt.renderers.formats import counted
from costopt.renderers.markdown import MAX_CHARACTERS, code, escape
from costopt.renderers.terraform_sarif import sarif_document

FORMATS = ("table", "json", "sarif", "github")
_NARROWEST = 80
_MOST_ROWS = 1_000
_MARKS = {Severity.ERROR: ":x:", Severity.WARNING: ":warning:"}


def render_check(report: CheckReport, form: str, *, version: str, prefix: str = "", width: int = 100) -> str:
    """Render what was found.

    Args:
        report: what to show.
        form: one of `FORMATS`.
        version: of this program, for SARIF.
        prefix: directory of the root module in its repository, for SARIF; "" where they are the same.
        width: columns of the terminal; for the table.
    """
    if form == "sarif":
        return _pretty(sarif_document(report, version, prefix))
    return _FORMS[form](report, width)


def headline(report: CheckReport) -> str:
    """What was found, in one line."""
    errors, warnings = (report.count(one) for one in (Severity.ERROR, Severity.WARNING))
    text = f"{counted(errors, 'error')}, {counted(warnings, 'warning')}"
    skipped = [one.name for one in report.steps if one.outcome is Outcome.SKIPPED]
    return f"{text}; not checked: {', '.join(skipped)}" if skipped else text


def _table(report: CheckReport, width: int) -> str:
    parts: list[RenderableType] = [Text(headline(report), style="bold"), Text("")]
    if report.problems:
        made = Table(box=None, pad_edge=False, header_style="bold")
        for name in ("Where", "What", "Rule"):
            made.add_column(name, overflow="fold")
        for one in report.problems:
            about = f"{one.address}: " if one.address else ""
            what = clean(f"{one.severity.value}: {about}{one.message}")
            made.add_row(Text(clean(f"{one.file}:{one.line}")), Text(what), Text(clean(one.rule)))
        parts += [made, Text("")]
    parts += [Text(f"- {clean(sentence)}") for sentence in _steps(report)]
    return plain_text(*parts, width=max(width, _NARROWEST))


def _steps(report: CheckReport) -> Iterator[str]:
    for step in report.steps:
        yield f"{step.name}: {step.outcome.value}" + (f": {step.reason}" if step.reason else "")
    if report.terraform_version:
        yield f"terraform {report.terraform_version}, with stand-ins for the providers: no registry, no cloud"


def _json(report: CheckReport, _: int) -> str:
    return _pretty(
        {
            "schema_version": CHECK_SCHEMA_VERSION,
            "errors": report.count(Severity.ERROR),
            "warnings": report.count(Severity.WARNING),
            "complete": report.complete,
            "terraform_version": report.terraform_version,
            "steps": [_step_document(one) for one in report.steps],
            "problems": [_problem_document(one) for one in report.problems],
        }
    )


def _step_document(step: CheckStep) -> dict[str, str | None]:
    return {"name": step.name, "outcome": step.outcome.value, "reason": step.reason or None}


def _problem_document(one: ConfigurationProblem) -> dict[str, str | int | None]:
    return {
        "rule": one.rule,
        "severity": one.severity.value,
        "message": one.message,
        "address": one.address or None,
        "file": one.file,
        "line": one.line,
    }


def _pretty(document: object) -> str:
    return msgspec.json.format(msgspec.json.encode(encodable(document)), indent=2).decode() + "\n"


def _github(report: CheckReport, _: int) -> str:
    """A comment; where it would be too long, the last problems are left out and counted."""
    rows = min(len(report.problems), _MOST_ROWS)
    text = _comment(report, rows)
    while len(text) > MAX_CHARACTERS and rows > 0:
        rows //= 2
        text = _comment(report, rows)
    return text


def _comment(report: CheckReport, rows: int) -> str:
    lines = [f"## Terraform check: {headline(report)}", ""]
    if rows:
        lines += ["| | Where | What |", "|---|---|---|"]
    for one in report.problems[:rows]:
        about = f"{code(one.address)} " if one.address else ""
        lines.append(f"| {_MARKS[one.severity]} | {code(f'{one.file}:{one.line}')} | {about}{escape(one.message)} |")
    left = len(report.problems) - rows
    if left:
        lines += ["", f"And {left:,} more, not shown."]
    lines += ["", *(f"- {escape(sentence)}" for sentence in _steps(report))]
    return "\n".join(lines) + "\n"


_FORMS: dict[str, Callable[[CheckReport, int], str]] = {"table": _table, "json": _json, "github": _github}
