"""Savings held down to what the bill says was paid: nobody saves more than they pay."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from costopt.model.finding import Finding, Paid
from costopt.model.money import USD, Money
from costopt.model.resource import ResourceKey

_CENT = Decimal("0.01")
_CHEAPER = {"gcp": "a commitment or a sustained use discount"}
"""What makes a cost less than contracted without anything being negotiated, by provider."""


def hold_to_paid(findings: Sequence[Finding], paid: Mapping[ResourceKey, Paid | str]) -> tuple[Finding, ...]:
    """Findings with what was paid for their resource, and none counting more than that.

    The findings on one resource count together at most what it cost a month, those that count most first. It holds for
    findings whose whole arithmetic is of the resource itself, where the bill saw the resource over the whole window
    and no commitment paid for a part of it. Elsewhere the amount is only told.

    Args:
        findings: settled findings, in the report's order.
        paid: what was paid, or why that is not known, by resource.
    """
    left: dict[ResourceKey, Decimal] = {}
    held = []
    for finding in findings:
        found = paid[finding.resource]
        if isinstance(found, str):
            held.append(replace(finding, paid_note=found))
            continue
        room = left.setdefault(finding.resource, max(found.effective.amount, Decimal(0)))
        told = replace(finding, paid=found, paid_note=_note(finding, found))
        if _comparable(finding, found):
            left[finding.resource] = max(Decimal(0), room - finding.counted.amount)
            told = _held(told, found, room)
        held.append(told)
    return tuple(held)


def _held(finding: Finding, paid: Paid, room: Decimal) -> Finding:
    if finding.counted.amount <= room:
        return finding
    reason = f"by the bill only {paid.effective.amount:.2f} {paid.effective.currency} a month was paid for it"
    overlap = f"{finding.overlap}; {reason}" if finding.overlap else reason
    return replace(finding, counted=Money(amount=room, currency=paid.effective.currency), overlap=overlap)


def _comparable(finding: Finding, paid: Paid) -> bool:
    return paid.whole and not paid.covered and _is_its_own(finding) and finding.counted.amount > 0


def _is_its_own(finding: Finding) -> bool:
    """Whether all that is saved is a cost of the resource itself, in the currency of the amount paid.

    A surcharge is a subject of its own kind with the resource's id; what a stopped machine's volumes cost is not.
    """
    terms = finding.saving.terms if finding.saving else ()
    same = all(term.subject._replace(kind=finding.resource.kind) == finding.resource for term in terms)
    return bool(terms) and same and terms[0].price.currency == USD


def _note(finding: Finding, paid: Paid) -> str | None:
    """How a saving that exceeds what was paid stands to it."""
    if not _is_its_own(finding) or finding.saving is None:
        return None
    if finding.saving.monthly.amount - paid.effective.amount < _CENT:
        return None
    if not paid.whole:
        return "the saving exceeds it; the bill saw the resource for a part of the time only, so it is not held to it"
    if paid.covered:
        who = _CHEAPER.get(finding.resource.provider, "a commitment")
        return f"the saving exceeds it; {who} may have paid for a part of it, so it is not held to it"
    return "the saving exceeds it and counts at most what was paid"
