"""The findings as compressed columns, small enough that ten thousand of them fit into one page."""

import base64
import gzip
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from costopt.model.finding import Evidence, Finding, Silence, Term
from costopt.model.report import Report
from costopt.renderers.clean import clean
from costopt.renderers.formats import TIMES, amount, quantity, unit_price
from costopt.renderers.notes import evidence_note, paid_note, price_note, silence_note


class Strings:
    """Every text once, in order of first use; columns hold its place."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._places: dict[str, int] = {}

    def place(self, text: str | None) -> int:
        """Place of a text, -1 for None."""
        if text is None:
            return -1
        if text not in self._places:
            self._places[text] = len(self.all)
            self.all.append(clean(text))
        return self._places[text]


TEXTS: dict[str, Callable[[Finding], str | None]] = {
    "id": lambda item: item.id,
    "check": lambda item: item.check_id,
    "title": lambda item: item.title,
    "category": lambda item: item.category.value,
    "lever": lambda item: item.lever,
    "account": lambda item: item.resource.account,
    "region": lambda item: item.resource.region,
    "kind": lambda item: item.resource.kind,
    "resource": lambda item: item.resource.id,
    "name": lambda item: item.resource_name,
    "owner": lambda item: item.owner,
    "confidence": lambda item: item.confidence.value,
    "risk": lambda item: item.risk.value,
    "effort": lambda item: item.effort.value,
    "action": lambda item: item.action.summary + (" (restarts it)" if item.action.restart else ""),
    "overlap": lambda item: item.overlap,
    "paid": paid_note,
    "gap": lambda item: item.price_gap,
    "silence": lambda item: _silence(item.silence),
    "quality": lambda item: item.saving.quality.value if item.saving else None,
}
"""The columns of text. The page's script reads them by these names."""


def pack(report: Report) -> str:
    """The findings as columnar JSON, compressed and in base64: no character of it can end a script block."""
    document = msgspec.json.encode(_columns(report))
    return base64.b64encode(gzip.compress(document, compresslevel=6, mtime=0)).decode("ascii")


def _columns(report: Report) -> dict[str, Any]:
    strings, findings = Strings(), report.findings
    place = strings.place
    texts = {name: [place(read(item)) for item in findings] for name, read in TEXTS.items()}
    return {
        "texts": texts,
        # Floats only to sort and to sum for the eye; 15 digits are far more than the cents that are shown.
        "counted": [float(item.counted.amount) for item in findings],
        "alone": [float(item.saving.monthly.amount) if item.saving else None for item in findings],
        "evidence": [[place(_evidence(seen)) for seen in item.evidence] for item in findings],
        "terms": [[_term(term, item, place) for term in _terms(item)] for item in findings],
        "strings": strings.all,
        "symbol": amount(report.totals.saving.amount * 0, report.totals.saving.currency).removesuffix("0.00"),
    }


def _terms(finding: Finding) -> Iterable[Term]:
    return finding.saving.terms if finding.saving else ()


def _term(term: Term, finding: Finding, place: Callable[[str | None], int]) -> list[int]:
    whose = "" if term.subject == finding.resource else f" ({term.subject.id})"
    price = term.price
    times = f"{quantity(term.quantity)} {TIMES} {unit_price(price.amount, price.currency)} per {price.unit}"
    return [
        place(term.label + whose),
        place(times),
        place(amount(term.amount, price.currency)),
        place(price_note(term)),
    ]


def _evidence(seen: Evidence) -> str:
    return f"{seen.statement}{evidence_note(seen)}"


def _silence(silence: Silence | None) -> str | None:
    return None if silence is None else silence_note(silence)
