"""What each finding really takes off the bill, once overlaps and owned commitments are accounted for.

Hours that a reservation or a savings plan pays for save nothing when they go: the commitment is paid anyway. So the
estate is billed twice, as it is and with all counted findings carried out. Layer by layer - reservations, EC2 Instance
plans, Compute plans - the difference that is left of each pool of usages that share commitments is spread over that
pool's findings in proportion. The parts then sum to the difference of the two bills.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from costopt.analyzer.overlap import Claims, claimed_terms, claims, in_report_order, superseding
from costopt.economics.commitments import Owned, RateRatio, layers, left_by_layer, pools
from costopt.economics.estate import Hours, RegionalUsage, changed
from costopt.model.finding import Finding, Term
from costopt.model.money import SMALLEST_AMOUNT, Money


Bill = Mapping[RegionalUsage, Decimal]
"""Dollars a month of each usage."""


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

    def bills(self, hours: Hours) -> tuple[Bill, ...]:
        """Dollars a month of each usage on demand: without commitments, and after each layer of them.

        Usages without a price are left out.
        """
        stages = left_by_layer(hours, self.owned, self.on_demand, self.ratio)
        return tuple(
            {
                usage: quantity * price
                for usage, quantity in stage.items()
                if (price := self.on_demand(usage)) is not None
            }
            for stage in stages
        )


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
    """What part of a plain saving is real, by usage."""

    part: Mapping[RegionalUsage, Decimal]
    owned: Sequence[Owned]

    @classmethod
    def of(cls, findings: Iterable[Finding], won: Claims, estate: Estate) -> "_Shares":
        changes = [
            (usage, term.quantity)
            for finding in findings
            for term in claimed_terms(finding, won)
            if (usage := _usage(term)) is not None
        ]
        if not estate.owned or not changes:
            return cls(part={}, owned=())
        after = changed(estate.hours, changes)
        differences = [_minus(*pair) for pair in zip(estate.bills(estate.hours), estate.bills(after), strict=True)]
        part: dict[RegionalUsage, Decimal] = defaultdict(lambda: Decimal(1))
        for number, layer in enumerate(layers(estate.owned)):
            pool = pools(after, layer)
            before, left = (_by_pool(differences[number + step], pool) for step in (0, 1))
            for usage, where in pool.items():
                part[usage] *= left[where] / before[where] if before[where] else Decimal(0)
        return cls(part=dict(part), owned=estate.owned)

    def amount(self, terms: Iterable[Term]) -> Decimal:
        """Dollars a month that these lines really save."""
        return sum((term.amount * self._part(term) for term in terms), Decimal(0)).quantize(SMALLEST_AMOUNT)

    def _part(self, term: Term) -> Decimal:
        usage = _usage(term)
        return Decimal(1) if usage is None else self.part.get(usage, Decimal(1))

    def commitments(self, terms: Iterable[Term]) -> tuple[Owned, ...]:
        """The commitments that pay for a part of these lines."""
        usages = [usage for term in terms if (usage := _usage(term)) is not None and usage in self.part]
        return tuple(one for one in self.owned if any(one.covers(usage) for usage in usages))


def _minus(one: Bill, other: Bill) -> Bill:
    return {usage: one.get(usage, Decimal(0)) - other.get(usage, Decimal(0)) for usage in {**one, **other}}


def _by_pool(bill: Bill, pool: Mapping[RegionalUsage, int]) -> Mapping[int, Decimal]:
    """Dollars a month of each pool."""
    result: dict[int, Decimal] = defaultdict(Decimal)
    for usage, cost in bill.items():
        if usage in pool:
            result[pool[usage]] += cost
    return result


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
    if abs(sum((term.amount for term in terms), Decimal(0)) - amount) > SMALLEST_AMOUNT:
        reasons.append(f"a part of the hours is already paid for by {_named(shares.commitments(terms))}")
    return replace(finding, counted=counted, overlap="; ".join(reasons) or None)


def _named(owned: Sequence[Owned]) -> str:
    """Up to three commitments with the end of each, in words."""
    named = [f"{one.id} until {one.spec.end.date().isoformat()}" for one in owned[:3]]
    return ", ".join(named) + (f" and {len(owned) - 3} more" if len(owned) > 3 else "")
