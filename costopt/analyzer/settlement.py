"""What each finding really takes off the bill, once overlaps and owned commitments are accounted for.

Hours that a reservation or a savings plan pays for save nothing when they go: the commitment is paid anyway. So the
estate is billed twice, as it is and with all counted findings carried out, and the difference of each pool of usages
that share commitments is spread over the findings of that pool in proportion to their plain savings. The parts then
sum to the difference of the two bills.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from costopt.analyzer.overlap import Claims, claimed_terms, claims, in_report_order, superseding
from costopt.economics.commitments import Owned, RateRatio, pools, uncovered
from costopt.economics.estate import Hours, RegionalUsage, changed
from costopt.model.finding import Finding, Term
from costopt.model.money import Money

CENTI_MICRO = Decimal("0.00000001")
"""Counted amounts are rounded to this, so that they print and add up exactly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """What runs, what is owned, and what an hour costs."""

    hours: Hours
    """Instance hours a month."""
    owned: Sequence[Owned]
    """Active commitments."""
    on_demand: Callable[[RegionalUsage], Decimal | None]
    """Dollars an hour on demand, None where unknown."""
    ratio: RateRatio
    """Plan rate over on-demand rate."""

    def bill(self, hours: Hours) -> dict[RegionalUsage, Decimal]:
        """Dollars a month of each usage that no commitment pays for; usages without a price are left out."""
        left = uncovered(hours, self.owned, self.on_demand, self.ratio)
        prices = {usage: self.on_demand(usage) for usage in left}
        return {usage: quantity * price for usage, quantity in left.items() if (price := prices[usage]) is not None}


def settle(findings: Sequence[Finding], estate: Estate) -> tuple[Finding, ...]:
    """The findings with `counted` and `overlap` set, in the report's order.

    A finding whose change would only strand a commitment counts nothing, and the rest is settled without it.
    """
    active = list(findings)
    while True:
        won = claims(active)
        shares = _Shares.of(active, won, estate)
        amounts = {finding.id: shares.amount(claimed_terms(finding, won)) for finding in active}
        stranding = {id_ for id_, amount in amounts.items() if amount < 0}
        if not stranding:
            break
        active = [finding for finding in active if finding.id not in stranding]
    return in_report_order([_settled(finding, amounts.get(finding.id), won, shares) for finding in findings])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shares:
    """What part of a plain saving is real, by pool."""

    pool: Mapping[RegionalUsage, int]
    ratio: Mapping[int, Decimal]
    owned: Sequence[Owned]

    @classmethod
    def of(cls, findings: Iterable[Finding], won: Claims, estate: Estate) -> "_Shares":
        terms = [term for finding in findings for term in claimed_terms(finding, won)]
        changes = [(usage, term.quantity) for term in terms if (usage := _usage(term)) is not None]
        after = changed(estate.hours, changes)
        pool = pools(after, estate.owned)
        real: dict[int, Decimal] = defaultdict(Decimal)
        for sign, hours in ((1, estate.hours), (-1, after)):
            for usage, cost in estate.bill(hours).items() if pool else ():
                if usage in pool:
                    real[pool[usage]] += sign * cost
        plain: dict[int, Decimal] = defaultdict(Decimal)
        for term in terms:
            usage = _usage(term)
            if usage is not None and usage in pool:
                plain[pool[usage]] += term.amount
        ratio = {number: real[number] / amount if amount else Decimal(0) for number, amount in plain.items()}
        return cls(pool=pool, ratio=ratio, owned=estate.owned)

    def amount(self, terms: Iterable[Term]) -> Decimal:
        """Dollars a month that these lines really save."""
        return sum((term.amount * self._part(term) for term in terms), Decimal(0)).quantize(CENTI_MICRO)

    def _part(self, term: Term) -> Decimal:
        usage = _usage(term)
        return self.ratio[self.pool[usage]] if usage is not None and usage in self.pool else Decimal(1)

    def commitments(self, terms: Iterable[Term]) -> tuple[Owned, ...]:
        """The commitments that pay for a part of these lines."""
        usages = [usage for term in terms if (usage := _usage(term)) is not None and usage in self.pool]
        return tuple(one for one in self.owned if any(one.covers(usage) for usage in usages))


def _usage(term: Term) -> RegionalUsage | None:
    return None if term.usage is None else (term.subject.region, term.usage)


def _settled(finding: Finding, amount: Decimal | None, won: Claims, shares: _Shares) -> Finding:
    if finding.saving is None or finding.silence is not None:
        return finding
    if amount is None:
        owned = _named(shares.commitments(finding.saving.terms))
        return replace(finding, overlap=f"the hours are already paid for by {owned}; the change would only strand it")
    counted = Money(amount=amount, currency=finding.saving.monthly.currency)
    reasons = [f"counted under {other.id} ({other.check_id})" for other in superseding(finding, won)]
    terms = claimed_terms(finding, won)
    if abs(sum((term.amount for term in terms), Decimal(0)) - amount) > CENTI_MICRO:
        reasons.append(f"a part of the hours is already paid for by {_named(shares.commitments(terms))}")
    return replace(finding, counted=counted, overlap="; ".join(reasons) or None)


def _named(owned: Sequence[Owned]) -> str:
    """Up to three commitments with the end of each, in words."""
    named = [f"{one.id} until {one.spec.end.date().isoformat()}" for one in owned[:3]]
    return ", ".join(named) + (f" and {len(owned) - 3} more" if len(owned) > 3 else "")
