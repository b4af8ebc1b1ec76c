"""What each finding counts, once overlaps and owned commitments are accounted for."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from costopt.analyzer.overlap import Claims, claimed_terms, claims, in_report_order, superseding
from costopt.analyzer.shares import Changes, Estate, Shares, Whole, usage_of_term
from costopt.economics.commitments import Owned
from costopt.model.finding import Finding
from costopt.model.money import SMALLEST_AMOUNT, Money

_DROPPED_AT_ONCE = 8
"""Of the findings that strand commitments one in so many, and at least one, is given up before the rest is settled
again: two resizes may strand a reservation that covers one of them, and then the other one still saves."""


def settle(findings: Sequence[Finding], estate: Estate) -> tuple[Finding, ...]:
    """The findings with `counted` and `overlap` set, in the report's order.

    A finding whose change would only strand a commitment counts nothing, and the rest is settled without it. They are
    given up a few at a time, those that lose most first.
    """
    active = list(findings)
    whole = Whole.of(findings, estate)
    while True:
        won = claims(active)
        shares = whole.shares(Changes.of(active, won))
        amounts = {finding.id: shares.amount(claimed_terms(finding, won)) for finding in active}
        losses = sorted((amount, id_) for id_, amount in amounts.items() if amount < 0)
        if not losses:
            break
        stranding = {id_ for _, id_ in losses[: max(1, len(losses) // _DROPPED_AT_ONCE)]}
        active = [finding for finding in active if finding.id not in stranding]
    stranded = {finding.id: _stranded(finding, estate) for finding in findings if finding.id not in amounts}
    return in_report_order(
        [
            replace(finding, overlap=stranded[finding.id])
            if finding.id in stranded
            else _settled(finding, amounts[finding.id], won, shares)
            for finding in findings
        ]
    )


def _stranded(finding: Finding, estate: Estate) -> str:
    """Why a finding that would only strand commitments counts nothing: how much of what, and until when."""
    terms = finding.saving.terms if finding.saving else ()
    given_up = [(term, usage) for term in terms if term.quantity > 0 and (usage := usage_of_term(term)) is not None]
    paying = [one for one in estate.owned if any(one.covers(usage) for _, usage in given_up)]
    covered = [term.amount for term, usage in given_up if any(one.covers(usage) for one in paying)]
    hours = _monthly(sum(covered, Decimal(0)), finding)
    return f"its hours, {hours}, are already paid for by {_named(paying)}; the change would only strand it"


def _settled(finding: Finding, amount: Decimal, won: Claims, shares: Shares) -> Finding:
    if finding.saving is None or finding.silence is not None:
        return finding
    counted = Money(amount=amount, currency=finding.saving.monthly.currency)
    reasons = [f"counted under {other.id} ({other.check_id})" for other in superseding(finding, won)]
    terms = claimed_terms(finding, won)
    difference = amount - sum((term.amount for term in terms), Decimal(0))
    if abs(difference) > SMALLEST_AMOUNT:
        owned = _named(shares.commitments(terms))
        paid = f"the new hours are partly paid for by hours to spare of {owned}"
        already = f"{_monthly(-difference, finding)} of the hours are already paid for by {owned}"
        reasons.append(paid if difference > 0 else already)
    return replace(finding, counted=counted, overlap="; ".join(reasons) or None)


def _monthly(amount: Decimal, finding: Finding) -> str:
    currency = finding.saving.monthly.currency if finding.saving else ""
    return f"{amount:.2f} {currency} a month"


def _named(owned: Sequence[Owned]) -> str:
    """Up to three commitments with the end of each, in words."""
    named = [f"{one.id} {one.until}" for one in owned[:3]]
    return ", ".join(named) + (f" and {len(owned) - 3} more" if len(owned) > 3 else "")
