"""What can be bought for a demand: every commitment with a known price, against the items of the demand.

Zonal reservations are not offered: they cost what regional ones do and pay for less. Dedicated hardware has prices of
its own, which no catalog here holds.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from costopt.economics.amortisation import HOURS_PER_YEAR, Terms, effective_hourly
from costopt.economics.gce.instruments import flexible_commitments, resource_commitments
from costopt.economics.instruments import Instrument, InstrumentKind
from costopt.economics.lookups import PriceBook
from costopt.economics.usage_items import PricedItem, platform_of, units_of
from costopt.errors import PriceNotFound
from costopt.model.price import Price, Purchase, Quality, worst_quality

UPFRONT_FRACTION = {"no_upfront": Decimal(0), "partial_upfront": Decimal("0.5"), "all_upfront": Decimal(1)}
"""Share of a term's cost that is paid at purchase: about half of it with partial payment.
Source: https://aws.amazon.com/ec2/pricing/reserved-instances/pricing/."""

_YEARS = (1, 3)
_PLAN_SERVICES = ("ec2", "fargate", "lambda")
"""What Compute plans pay for. Source: https://docs.aws.amazon.com/savingsplans/latest/userguide/plan-types.html."""
_RESERVED_SERVICES = ("ec2", "rds", "elasticache")
_STEP_OF_PLANS = Decimal("0.001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An instrument with how good its price is."""

    instrument: Instrument
    """What can be bought."""
    quality: Quality
    """As good as the worst price in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """Everything on offer, and what is not for want of a price."""

    found: tuple[Offer, ...]
    """With a price, in a stable order."""
    missing: tuple[str, ...]
    """Sentences: which products could not be considered, and why."""


def find_offers(items: Sequence[PricedItem], prices: PriceBook, *, discount_rate: Decimal = Decimal(0)) -> Offers:
    """Everything that can be bought for these items and has a price.

    Args:
        items: columns of the demand.
        prices: price book.
        discount_rate: the user's yearly cost of capital, 0.08 for 8 %; makes upfront fees dearer.
    """
    finder = _Finder(items, prices, discount_rate)
    found = [*finder.reservations(), *finder.family_plans(), *finder.compute_plans()]
    resource_cuds, unpriced = resource_commitments(items, prices)
    google = [*resource_cuds, *flexible_commitments(items)]
    return Offers(
        found=(*found, *(Offer(instrument=one, quality=quality) for one, quality in google)),
        missing=(*finder.missing(), *_without_cud(unpriced)),
    )


def _without_cud(scopes: Sequence[str]) -> Sequence[str]:
    named = ", ".join(sorted(scopes))
    return [f"resource-based commitments are not considered for want of a price of {named}"] if named else []


class _Finder:
    """Goes through products and looks up their prices."""

    def __init__(self, items: Sequence[PricedItem], prices: PriceBook, discount_rate: Decimal) -> None:
        self._items = items
        self._prices = prices
        self._rate = discount_rate
        self._without_price: list[str] = []
        self._no_compute_plan = False

    def reservations(self) -> Iterator[Offer]:
        """Regional reservations: one product for each family (or type), platform and region."""
        groups: dict[tuple[str | None, ...], list[int]] = defaultdict(list)
        for place, one in enumerate(self._items):
            item = one.item
            if item.service in _RESERVED_SERVICES and item.tenancy == "default":
                # Bound to a size, it is bound to the deployment too: a standby is paid for by one bought with it.
                what = platform_of(one.usage[1]) if item.instance_type is None else one.usage[1].variant
                groups[item.service, item.region, item.family, what, item.instance_type].append(place)
        for members in groups.values():
            yield from self._reservation(members)

    def _reservation(self, members: Sequence[int]) -> Iterator[Offer]:
        first = self._items[members[0]]
        bound = first.item.instance_type is not None
        # Units of one machine: those bound to a size count in machines, whatever units the size has.
        units = Decimal(1) if bound else units_of(first.usage[1])
        take = self._nothing()
        for place in members:
            one = self._items[place]
            take[place] = float(1 / one.on_demand) if bound else 1 / (one.item.dollars_per_unit or np.nan)
        what = first.usage[1].variant if bound else platform_of(first.usage[1])
        scope = " ".join((first.item.instance_type or first.item.family, what, first.item.region))
        kinds = [(InstrumentKind.SIZE_BOUND_RI if bound else InstrumentKind.REGIONAL_RI, "RI")]
        if first.item.service == "ec2":
            kinds.append((InstrumentKind.CONVERTIBLE_RI, "CONVERTIBLE_RI"))
        found = 0
        for kind, prefix in kinds:
            for purchase, years, payment in _purchases(prefix):
                price = self._price(first, purchase)
                if price is None:
                    continue
                found += 1
                made = self._instrument(kind, scope, years, payment, price.amount / units, take, units)
                yield Offer(instrument=made, quality=price.quality)
        if not found:
            self._without_price.append(f"{first.item.service} {scope}")

    def family_plans(self) -> Iterator[Offer]:
        """EC2 Instance Savings Plans: one product for each family and region."""
        groups: dict[tuple[str, str], list[int]] = defaultdict(list)
        for place, one in enumerate(self._items):
            if one.item.service == "ec2":
                groups[one.item.family, one.item.region].append(place)
        for (family, region), members in groups.items():
            scope = f"{family} in {region}"
            yield from self._plans(InstrumentKind.EC2_INSTANCE_SP, "EC2_SP", scope, members)

    def compute_plans(self) -> Iterator[Offer]:
        """Compute Savings Plans: one product for everything that they pay for."""
        members = [place for place, one in enumerate(self._items) if one.item.service in _PLAN_SERVICES]
        scope = "EC2, Fargate and Lambda"
        offers = list(self._plans(InstrumentKind.COMPUTE_SP, "COMPUTE_SP", scope, members)) if members else []
        self._no_compute_plan = bool(members) and not offers
        yield from offers

    def missing(self) -> tuple[str, ...]:
        """Sentences on what was not considered."""
        found = []
        if self._without_price:
            found.append(
                f"reservations are not considered for want of a price of {', '.join(sorted(self._without_price))}"
            )
        if self._no_compute_plan:
            found.append(
                "Compute Savings Plans are not considered, since no rate of theirs is known: `costopt prices refresh`"
                " reads them"
            )
        return tuple(found)

    def _plans(self, kind: InstrumentKind, prefix: str, scope: str, members: Sequence[int]) -> Iterator[Offer]:
        for purchase, years, payment in _purchases(prefix):
            take = self._nothing()
            found = []
            for place in members:
                price = self._price(self._items[place], purchase)
                if price is not None:
                    public = price.amount / (1 - price.discount_fraction)
                    take[place] = float(public / self._items[place].on_demand)
                    found.append(price)
            if found:
                # Where services have different discounts, a committed dollar is taken to have the smallest.
                paid = 1 - min(price.discount_fraction for price in found)
                made = self._instrument(kind, scope, years, payment, paid, take, _STEP_OF_PLANS)
                yield Offer(instrument=made, quality=worst_quality([price.quality for price in found]))

    def _instrument(
        self,
        kind: InstrumentKind,
        scope: str,
        years: int,
        payment: str,
        per_unit: Decimal,
        take: NDArray[np.float64],
        step: Decimal,
    ) -> Instrument:
        """The product at its effective rate of `per_unit` dollars an hour, upfront fees included."""
        term = 12 * years
        share = UPFRONT_FRACTION[payment]
        upfront = per_unit * share * (HOURS_PER_YEAR * years)
        terms = Terms(term_months=term, payment=payment, upfront=upfront, hourly=per_unit * (1 - share))
        return Instrument(
            id=f"{kind.value} {scope} {years}y {payment}",
            kind=kind,
            scope=scope,
            term_months=term,
            payment=payment,
            hourly_cost=effective_hourly(terms, annual_rate=self._rate),
            upfront=upfront,
            take=take,
            step=step,
        )

    def _price(self, one: PricedItem, purchase: Purchase) -> Price | None:
        region, used = one.usage
        if used.service not in _RESERVED_SERVICES or used.tenancy != "default":
            return None
        try:
            return self._prices.instance(
                used.service, used.instance_type, region, variant=used.variant, purchase=purchase
            )
        except PriceNotFound:
            return None

    def _nothing(self) -> NDArray[np.float64]:
        return np.full(len(self._items), np.inf)


def _purchases(prefix: str) -> Iterable[tuple[Purchase, int, str]]:
    """Ways to buy a kind that price books know, with term and payment option."""
    for years in _YEARS:
        for payment in UPFRONT_FRACTION:
            name = f"{prefix}_{years}Y_{payment.upper()}"
            if name in Purchase.__members__:
                yield Purchase[name], years, payment
