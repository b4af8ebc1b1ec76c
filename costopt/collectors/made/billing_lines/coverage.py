"""What the company's commitments pay for on one day, and what of them nobody used."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, Decimal

from costopt.collectors.made.billing_lines.charges import Charge
from costopt.economics.commitments import Owned, Payment, RateRatio, layers, payments
from costopt.economics.estate import RegionalUsage
from costopt.economics.lookups import PriceBook
from costopt.errors import PriceNotFound
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.price import Purchase
from costopt.model.resource import Resource
from costopt.model.specs.commitment import Commitment, CommitmentKind

HOURS_PER_DAY = 24
PLACES = Decimal("0.0000000001")
"""Places of money in bills; quantities are cut to them too."""
_RESERVATIONS = (CommitmentKind.STANDARD_RI, CommitmentKind.CONVERTIBLE_RI)
_RESERVED_SHARE = Decimal("0.66")
"""What a reserved hour costs as a share of an hour on demand where the catalog does not tell. The company is made, and
so is this, in the order of the published rates of one year."""
_PLAN_SHARE = Decimal("0.78")
"""The same for Savings Plans."""
_DUST = Decimal("0.0001")
"""An unused rest below this, dollars a day, is rounding and no line."""

_LEAST = Decimal("0.0001")
"""A part of a day's quantity below this is rounding, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """A commitment and what it costs."""

    owned: Owned
    """The commitment."""
    account: str
    """Who bought it."""
    payment: Payment
    """What it pays for, by the month."""
    hourly: Decimal
    """Dollars an hour, rounded to the places of a bill."""

    @property
    def daily(self) -> Decimal:
        """Dollars a day."""
        return self.hourly * HOURS_PER_DAY

    @property
    def is_plan(self) -> bool:
        """Whether it is a Savings Plan."""
        return self.owned.spec.commitment_kind not in _RESERVATIONS

    def active(self, start: datetime, end: datetime) -> bool:
        """Whether it pays on a day: on whole days only."""
        return self.owned.spec.start <= start and end <= self.owned.spec.end

    @property
    def daily_budget(self) -> Decimal:
        """Units of a reservation, or dollars of a plan, a day."""
        return self.payment.budget * HOURS_PER_DAY / HOURS_PER_MONTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of a charge on one day that a commitment pays for."""

    charge: Charge
    """Of what."""
    bought: Bought
    """By which."""
    quantity: Decimal
    """How much of it."""
    effective: Decimal
    """At the commitment's rate, dollars."""
    taken: Decimal
    """Units or dollars of the commitment."""


def buy(
    resources: Sequence[Resource],
    charged: Sequence[Charge],
    prices: PriceBook,
    on_demand: Callable[[RegionalUsage], Decimal | None],
    ratio: RateRatio,
) -> tuple[Bought, ...]:
    """The company's commitments in the order in which they pay, with their cost.

    Those whose cost is not known, and cannot be, are left out.

    Args:
        resources: the company's.
        charged: everything that they may pay for.
        prices: list prices.
        on_demand: dollars an hour of a usage.
        ratio: plan rate over on-demand rate.
    """
    owners = {one.id: one.account for one in resources if isinstance(one.spec, Commitment)}
    owned = [
        Owned(id=one.id, region=one.region, spec=one.spec)
        for one in resources
        if isinstance(one.spec, Commitment) and one.spec.state in ("active", "retired")
    ]
    usages = {_usage(charge) for charge in charged}

    def told(plan: Commitment, usage: RegionalUsage) -> Decimal | None:
        return ratio(plan, usage) or _PLAN_SHARE

    paying = payments([usage for usage in usages if usage is not None], owned, on_demand, told)
    return tuple(
        Bought(owned=one, account=owners[one.id], payment=payment, hourly=hourly)
        for layer, layer_payments in zip(layers(owned), paying, strict=True)
        for one, payment in zip(layer, layer_payments, strict=True)
        if (hourly := _hourly(one, prices)) and payment.budget
    )


def _usage(charge: Charge) -> RegionalUsage | None:
    return None if charge.term.usage is None else (charge.resource.region, charge.term.usage)


def _hourly(one: Owned, prices: PriceBook) -> Decimal | None:
    spec = one.spec
    if spec.commitment_kind not in _RESERVATIONS:
        return spec.hourly_commitment
    deployment = f":{'multi_az' if spec.multi_az else 'single_az'}" if spec.service == "rds" else ""
    variant, name = f"{spec.platform}{deployment}", spec.instance_type or ""
    region = spec.region or one.region
    try:
        try:
            purchase = Purchase(f"ri_1y_{spec.payment_option}")
            rate = prices.instance(spec.service, name, region, variant=variant, purchase=purchase).amount
        except PriceNotFound:
            rate = prices.instance(spec.service, name, region, variant=variant).amount * _RESERVED_SHARE
    except PriceNotFound:
        return None
    return (rate * spec.count).quantize(PLACES)


def cover(quantities: Mapping[int, Decimal], charged: Sequence[Charge], bought: Sequence[Bought]) -> list[Share]:
    """What commitments pay for on one day, in the provider's order; AWS does it by the hour, of which all are alike.

    Args:
        quantities: by number of a charge, what was used on the day.
        charged: all charges.
        bought: the commitments that are active on it, in the order in which they pay.
    """
    left = dict(quantities)
    by_usage: dict[RegionalUsage, list[int]] = defaultdict(list)
    for number in left:
        usage = _usage(charged[number])
        if usage is not None:
            by_usage[usage].append(number)
    return [share for one in bought for share in _shares(one, by_usage, left, charged)]


def _shares(
    one: Bought, by_usage: Mapping[RegionalUsage, Sequence[int]], left: dict[int, Decimal], charged: Sequence[Charge]
) -> list[Share]:
    budget, rate = one.daily_budget, one.daily / one.daily_budget
    shares: list[Share] = []
    for usage, weight in one.payment.weights:
        for number in by_usage.get(usage, ()):
            quantity = min(left[number], (budget / weight).quantize(PLACES, ROUND_DOWN))
            if quantity < _LEAST:
                continue
            left[number] -= quantity
            taken = quantity * weight
            budget -= taken
            shares.append(
                Share(
                    charge=charged[number],
                    bought=one,
                    quantity=quantity,
                    effective=(taken * rate).quantize(PLACES),
                    taken=taken.quantize(PLACES),
                )
            )
    return shares


def unused(one: Bought, shares: Sequence[Share]) -> Decimal:
    """Dollars of a commitment's day that nothing used; zero where only rounding is left."""
    rest = one.daily - sum((share.effective for share in shares if share.bought is one), Decimal(0))
    return rest if rest >= _DUST else Decimal(0)
