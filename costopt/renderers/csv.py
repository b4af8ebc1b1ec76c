"""The findings as a spreadsheet."""

import csv
from dataclasses import dataclass
from io import StringIO

from costopt.model.finding import Finding
from costopt.model.report import Report
from costopt.renderers.clean import clean, without_formula
from costopt.renderers.formats import plain
from costopt.renderers.summary import money_basis

COLUMNS = (
    "id", "check", "title", "category", "lever", "provider", "account", "region", "kind", "resource", "name", "owner",
    "saving_alone_month", "counted_month", "currency", "price_quality", "confidence", "risk", "effort", "action",
    "what_to_do", "target", "restart", "evidence", "overlap", "price_gap", "silenced_by", "silenced_until",
    "silence_reason", "paid_month", "paid_billed_month", "paid_currency", "paid_from", "paid_until", "paid_note",
    "money_source",
)  # fmt: skip
"""Header of the file. `saving_alone_month` does not add up, `counted_month` does; empty means unknown.
`paid_month` is the amortised cost by the bill, of charges from `paid_from` until just before `paid_until`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvRenderer:
    """Comma separated, one header line, UTF-8; text is kept from being read as a formula, numbers stay numbers."""

    id: str = "csv"
    """Name of the format."""
    suffix: str = ".csv"
    """Suffix of its files."""

    def render(self, report: Report) -> str:
        """One line a finding, silenced ones included."""
        text = StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        accounts = {finding.resource.account for finding in report.findings}
        basis = {account: _text(money_basis(report, account)) for account in accounts}
        writer.writerows([*_row(finding), basis[finding.resource.account]] for finding in report.findings)
        return text.getvalue()


def _row(finding: Finding) -> list[str]:
    return [*_identity(finding), *_money(finding), *_judgement(finding), *_paid(finding)]


def _identity(finding: Finding) -> list[str]:
    key = finding.resource
    return [
        _text(part)
        for part in (
            finding.id,
            finding.check_id,
            finding.title,
            finding.category,
            finding.lever,
            *key,
            finding.resource_name,
            finding.owner,
        )
    ]


def _money(finding: Finding) -> list[str]:
    saving = finding.saving
    return [
        "" if saving is None else plain(saving.monthly.amount),
        plain(finding.counted.amount),
        finding.counted.currency,
        "" if saving is None else saving.quality.value,
    ]


def _judgement(finding: Finding) -> list[str]:
    action, silence = finding.action, finding.silence
    return [
        finding.confidence.value,
        finding.risk.value,
        finding.effort.value,
        action.kind.value,
        _text(action.summary),
        _text(action.target),
        "yes" if action.restart else "no",
        _text("; ".join(evidence.statement for evidence in finding.evidence)),
        _text(finding.overlap),
        _text(finding.price_gap),
        _text(silence.by if silence else None),
        "" if silence is None or silence.until is None else silence.until.isoformat(),
        _text(silence.reason if silence else None),
    ]


def _paid(finding: Finding) -> list[str]:
    paid, note = finding.paid, _text(finding.paid_note)
    if paid is None:
        return ["", "", "", "", "", note]
    return [
        plain(paid.effective.amount),
        plain(paid.billed.amount),
        paid.effective.currency,
        *(moment.isoformat().replace("+00:00", "Z") for moment in (paid.period.start, paid.period.end)),
        note,
    ]


def _text(value: str | None) -> str:
    return "" if value is None else without_formula(clean(value))
