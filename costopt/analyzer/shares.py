"""What part of a plain saving is real under owned commitments.

Hours that a reservation or a savings plan pays for save nothing when they go: the commitment is paid anyway. So the
estate is billed twice, as it is and with all counted findings carried out. Layer by layer - reservations, EC2 Instance
plans, Compute plans - the difference that is left of each pool of usages that share commitments is borne by the hours
that the pool's findings give up, in proportion. The parts then sum to the difference of the two bills.

Commitments are paid by the hour: an hour that a schedule leaves free at night does not pay for one by day. So a month
with schedules is billed in slices. All schedules are taken to be off at the same time, which they mostly are (nights
and weekends) and which strands most, so that no saving is overstated.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from costopt.analyzer.overlap import Claims, claimed_terms
from costopt.economics.commitments import Owned, Payment, RateRatio, layers, left_after, payments, pools
from costopt.economics.estate import Hours, RegionalUsage
from costopt.economics.gce.running_cost import share_paid
from costopt.model.finding import ActionKind, Finding, Term
from costopt.model.money import HOURS_PER_MONTH, SMALLEST_AMOUNT

Bill = Mapping[RegionalUsage, Decimal]
"""Dollars a month of each usage."""

Side = tuple[RegionalUsage, bool]
"""A usage, and whether hours of it are given up (or taken up)."""


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

    def billed(self, usage: RegionalUsage) -> Decimal | None:
        """Dollars an hour that no commitment pays for, after sustained use discounts; None where unknown.

        Plans take of the price on demand: what they pay for gets no such discount.
        """
        price = self.on_demand(usage)
        return None if price is None else price * share_paid(usage[1])

    def payments(self, usages: Iterable[RegionalUsage]) -> Sequence[Sequence[Payment]]:
        """How the commitments pay for any estate of these usages."""
        return payments(usages, self.owned, self.on_demand, self.ratio)

    def bills(self, hours: Hours, paid: Sequence[Sequence[Payment]] | None = None) -> tuple[Bill, ...]:
        """Dollars a month of each usage that are paid on demand: without commitments, and after each layer of them.

        Usages without a price are left out.

        Args:
            hours: instance hours a month.
            paid: how the commitments pay for these usages, where it is already worked out.
        """
        stages = left_after(hours, self.payments(hours) if paid is None else paid)
        return tuple(
            {usage: quantity * price for usage, quantity in stage.items() if (price := self.billed(usage)) is not None}
            for stage in stages
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """The estate with all that the findings could change of it; worked out once."""

    estate: Estate
    paid: Sequence[Sequence[Payment]]
    pools: Sequence[Mapping[RegionalUsage, int]]
    """By layer."""
    before: Sequence[Bill]
    """As it is; by layer."""

    @classmethod
    def of(cls, findings: Iterable[Finding], estate: Estate) -> "Whole":
        """The estate, ready to be billed with any of these findings carried out."""
        terms = (term for finding in findings if finding.saving for term in finding.saving.terms)
        usages = {*estate.hours, *(usage for term in terms if (usage := usage_of_term(term)) is not None)}
        paid = estate.payments(usages)
        grouped = [pools(usages, layer) for layer in layers(estate.owned)]
        return cls(estate=estate, paid=paid, pools=grouped, before=estate.bills(estate.hours, paid))

    def shares(self, changes: "Changes") -> "Shares":
        """What part of the changes' plain saving is real."""
        if not self.estate.owned or not changes:
            return Shares(part={}, paying={})
        dollars = changes.dollars(self.estate.billed)
        differences = [_minus(*pair) for pair in zip(self.before, self._after(changes), strict=True)]
        part: dict[Side, Decimal] = defaultdict(lambda: Decimal(1))
        paying: dict[Side, list[Owned]] = defaultdict(list)
        for number, pool in enumerate(self.pools):
            left = _by_pool(differences[number + 1], pool)
            for where, members in _members(pool).items():
                sides = [(usage, released) for usage in members for released in (True, False)]
                given_up, taken_up = (
                    sum((dollars[side] * part[side] for side in sides if side[1] is released), Decimal(0))
                    for released in (True, False)
                )
                factors = _factors(given_up, taken_up, left[where])
                for side in sides:
                    factor = factors[0] if side[1] else factors[1]
                    part[side] *= factor
                    if factor != 1:
                        paying[side].extend(layers(self.estate.owned)[number])
        return Shares(part=dict(part), paying=dict(paying))

    def _after(self, changes: "Changes") -> list[Bill]:
        """Dollars a month of each usage with the changes made, after each layer of commitments."""
        total: list[dict[RegionalUsage, Decimal]] = [defaultdict(Decimal) for _ in self.before]
        for share, hours in changes.slices(self.estate.hours):
            for sums, bill in zip(total, self.estate.bills(hours, self.paid), strict=True):
                for usage, cost in bill.items():
                    sums[usage] += cost * share
        return list(total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """What part of a plain saving is real, by usage and whether it is given up or taken up."""

    part: Mapping[Side, Decimal]
    paying: Mapping[Side, Sequence[Owned]]
    """The commitments of the layers that make the difference."""

    def amount(self, terms: Iterable[Term]) -> Decimal:
        """Dollars a month that these lines really save."""
        return sum((term.amount * self._part(term) for term in terms), Decimal(0)).quantize(SMALLEST_AMOUNT)

    def _part(self, term: Term) -> Decimal:
        usage = usage_of_term(term)
        return Decimal(1) if usage is None else self.part.get((usage, term.quantity > 0), Decimal(1))

    def commitments(self, terms: Iterable[Term]) -> tuple[Owned, ...]:
        """The commitments that pay for a part of these lines, each once."""
        sides = [(usage, term.quantity > 0) for term in terms if (usage := usage_of_term(term)) is not None]
        found = {one.id: one for side in sides for one in self.paying.get(side, ()) if one.covers(side[0])}
        return tuple(found.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What the counted findings change of the estate."""

    all: Sequence[tuple[RegionalUsage, Decimal, bool]]
    """Usage, hours a month less (negative: more), and whether only at scheduled hours."""

    def __bool__(self) -> bool:
        return bool(self.all)

    @classmethod
    def of(cls, findings: Iterable[Finding], won: Claims) -> "Changes":
        """The changes of the lines that these findings count."""
        return cls(
            all=[
                (usage, term.quantity, finding.action.kind is ActionKind.SCHEDULE)
                for finding in findings
                for term in claimed_terms(finding, won)
                if (usage := usage_of_term(term)) is not None
            ]
        )

    def dollars(self, billed: Callable[[RegionalUsage], Decimal | None]) -> Mapping["Side", Decimal]:
        """Plain dollars a month that are given up, and those that are taken up, by usage; both above zero."""
        result: dict[Side, Decimal] = defaultdict(Decimal)
        for usage, quantity, _ in self.all:
            result[usage, quantity > 0] += abs(quantity) * (billed(usage) or Decimal(0))
        return result

    def slices(self, hours: Hours) -> Iterator[tuple[Decimal, Hours]]:
        """Parts of the month in which the same machines are off: share of the month, and hours as if all month."""
        net = defaultdict(Decimal, hours)
        back: dict[Decimal, list[RegionalUsage]] = defaultdict(list)
        for usage, quantity, scheduled in self.all:
            net[usage] -= HOURS_PER_MONTH if scheduled else quantity
            if scheduled:
                back[quantity / HOURS_PER_MONTH].append(usage)
        done = Decimal(0)
        for share in sorted({*back, Decimal(1)}):
            yield share - done, {usage: max(Decimal(0), quantity) for usage, quantity in net.items()}
            for usage in back[share]:
                net[usage] += HOURS_PER_MONTH
            done = share


def _minus(one: Bill, other: Bill) -> Bill:
    return {usage: one.get(usage, Decimal(0)) - other.get(usage, Decimal(0)) for usage in {**one, **other}}


def _by_pool(bill: Bill, pool: Mapping[RegionalUsage, int]) -> Mapping[int, Decimal]:
    """Dollars a month of each pool."""
    result: dict[int, Decimal] = defaultdict(Decimal)
    for usage, cost in bill.items():
        if usage in pool:
            result[pool[usage]] += cost
    return result


def _members(pool: Mapping[RegionalUsage, int]) -> Mapping[int, Sequence[RegionalUsage]]:
    result: dict[int, list[RegionalUsage]] = defaultdict(list)
    for usage, where in pool.items():
        result[where].append(usage)
    return result


def _factors(given_up: Decimal, taken_up: Decimal, left: Decimal) -> tuple[Decimal, Decimal]:
    """By what to multiply the dollars given up and those taken up, so that they differ by what a layer leaves.

    New hours are taken to be billed in full, and what is given up bears what the commitments go on charging; so nothing
    counts more than it saves alone. Only where a commitment had hours to spare it pays for a part of the new ones.

    Args:
        given_up: dollars a month of the hours that go.
        taken_up: dollars a month of the hours that come.
        left: by how much the bill after the layer really falls.
    """
    one = Decimal(1)
    if given_up and left + taken_up <= given_up:
        return (left + taken_up) / given_up, one
    if taken_up:
        return one, (given_up - left) / taken_up
    return one, one


def usage_of_term(term: Term) -> RegionalUsage | None:
    """The instance hours of a line that commitments may pay for, None where it has none."""
    return None if term.usage is None else (term.subject.region, term.usage)
