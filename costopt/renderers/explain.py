"""The arithmetic of one finding, for people who want to check a number by hand."""

from textwrap import wrap

from costopt.errors import UsageError
from costopt.model.finding import Finding, Saving, Term
from costopt.model.report import Report
from costopt.renderers.clean import clean
from costopt.renderers.formats import TIMES, amount, monthly, quantity, unit_price
from costopt.renderers.notes import evidence_note, paid_note, price_note, silence_note
from costopt.renderers.summary import money_source

_LABEL = 10
_WIDTH = 80


def explain(report: Report, finding_id: str) -> str:
    """Everything behind one finding, as plain text of about 80 columns.

    Args:
        report: the report that holds it.
        finding_id: its id, or the start of it where no other finding's id starts so.

    Raises:
        UsageError: no such finding, or several.
    """
    finding = find(report, finding_id)
    lines = [f"{finding.id}  {clean(finding.title)}", *_identity(finding)]
    for evidence in finding.evidence:
        lines += _field("Evidence", evidence.statement + evidence_note(evidence))
    lines += _arithmetic(finding)
    paid = paid_note(finding)
    lines += _field("Paid", f"by the bill: {paid}") if paid else []
    lines += _field("Money", money_source(report).removeprefix("Money: "))
    lines += _field("Sure", f"{finding.confidence} confidence · risk: {finding.risk} · effort: {finding.effort}")
    restart = "; it is unavailable for a moment" if finding.action.restart else ""
    lines += _field("Do", f"{finding.action.summary} ({finding.action.kind}{restart})")
    return "\n".join(lines) + "\n"


def find(report: Report, finding_id: str) -> Finding:
    """The finding of an id or of the start of one.

    Raises:
        UsageError: no such finding, or several.
    """
    matches = [item for item in report.findings if item.id.startswith(finding_id)] if finding_id else []
    exact = [item for item in matches if item.id == finding_id]
    if exact:
        return exact[0]
    if len(matches) > 1:
        some = ", ".join(item.id for item in matches[:5])
        raise UsageError(f"{len(matches)} findings start with {finding_id!r}", hint=f"Give more of the id: {some}.")
    if not matches:
        raise UsageError(
            f"no finding {clean(finding_id)!r} in this report",
            hint="`costopt audit` lists the findings and their ids; they change with the snapshot.",
        )
    return matches[0]


def _identity(finding: Finding) -> list[str]:
    key = finding.resource
    name = f" ({finding.resource_name})" if finding.resource_name else ""
    return [
        *_field("Check", f"{finding.check_id} · {finding.category} · {finding.lever}"),
        *_field("Resource", f"{key.id}{name}"),
        *_field(
            "Where", f"{key.kind} · {'project' if key.provider == 'gcp' else 'account'} {key.account} · {key.region}"
        ),
        *_field("Owner", finding.owner or "no owner tag"),
    ]


def _arithmetic(finding: Finding) -> list[str]:
    saving = finding.saving
    if saving is None:
        return _field("Saving", f"unknown: {finding.price_gap}" if finding.price_gap else "none by itself: a warning")
    lines = [line for term in saving.terms for line in _term(term, finding)]
    lines += _sum(saving)
    if finding.overlap:
        lines += _field("Overlap", finding.overlap)
    if finding.silence:
        lines += _field("Silenced", silence_note(finding.silence))
    return lines + _field("Counted", f"{monthly(finding.counted)} in the report's total")


def _term(term: Term, finding: Finding) -> list[str]:
    price = term.price
    whose = "" if term.subject == finding.resource else f", of {term.subject.id}"
    product = f"{quantity(term.quantity)} {TIMES} {unit_price(price.amount, price.currency)} per {price.unit}"
    return [
        *_field("Term", f"{term.label}{whose}"),
        *_field("", f"{product} = {amount(term.amount, price.currency)}"),
        *_field("", price_note(term)),
    ]


def _sum(saving: Saving) -> list[str]:
    terms = "one term" if len(saving.terms) == 1 else f"the sum of {len(saving.terms)} terms"
    return _field("Saving", f"{monthly(saving.monthly)} taken alone: {terms}, price quality {saving.quality}")


def _field(label: str, text: str) -> list[str]:
    rows = wrap(clean(text), _WIDTH - _LABEL, break_on_hyphens=False) or [""]
    return [f"{label if not at else '':<{_LABEL}}{row}" for at, row in enumerate(rows)]
