"""Commitments that are owned already, against the items of a demand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from costopt.economics.commitments import Owned, RateRatio, deepest_ratio, units_given, units_taken
from costopt.economics.instruments import Holding, Instrument, InstrumentKind
from costopt.economics.lookups import PriceBook
from costopt.economics.public_rates import discount_of
from costopt.economics.usage_items import PricedItem
from costopt.errors import PriceNotFound
from costopt.model.price import Purchase
from costopt.model.specs.commitment import Commitment, CommitmentKind

_PLAN_KINDS = {
    CommitmentKind.EC2_INSTANCE_SP: InstrumentKind.EC2_INSTANCE_SP,
    CommitmentKind.COMPUTE_SP: InstrumentKind.COMPUTE_SP,
    CommitmentKind.SAGEMAKER_SP: InstrumentKind.SAGEMAKER_SP,
    CommitmentKind.DATABASE_SP: InstrumentKind.DATABASE_SP,
}
_LONG_TERM_DAYS = 2 * 365


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedHoldings:
    """Commitments that are owned, in the form that the simulator takes."""

    holdings: tuple[Holding, ...]
    """In the order given."""
    notes: tuple[str, ...]
    """Sentences: what had to be assumed of them. Hold ids, which are hostile until escaped."""


def hold_owned(
    owned: Sequence[Owned],
    accounts: Sequence[str],
    items: Sequence[PricedItem],
    prices: PriceBook,
    ratio: RateRatio,
    paid: Mapping[str, Decimal] | None = None,
) -> OwnedHoldings:
    """Owned commitments against items.

    Args:
        owned: commitments, active ones and those queued for later.
        accounts: account of each, in the same order.
        items: columns of the demand.
        prices: for what a reservation costs where its own record does not say.
        ratio: plan rate over on-demand rate.
        paid: effective dollars an hour of whole commitments by id, where a bill tells.
    """
    holdings = []
    notes = _Notes()
    for one, account in zip(owned, accounts, strict=True):
        plan = _PLAN_KINDS.get(one.spec.commitment_kind)
        made = (
            _reservation(one, items, _unit_cost(one, prices, paid or {}, notes), account)
            if plan is None
            else _plan(one, plan, items, (prices, ratio, paid or {}), notes, account)
        )
        quantity = units_given(one) if plan is None else one.spec.hourly_commitment or Decimal(0)
        holdings.append(Holding(instrument=made, quantity=quantity, start=one.spec.start, end=one.spec.end, owned=True))
    return OwnedHoldings(holdings=tuple(holdings), notes=notes.sentences())


@dataclass(slots=True)
class _Notes:
    """Ids of commitments of which something had to be assumed."""

    unknown_cost: list[str] = field(default_factory=list)
    cost_of_today: list[str] = field(default_factory=list)
    unknown_rate: list[str] = field(default_factory=list)

    def sentences(self) -> tuple[str, ...]:
        kinds = (
            (
                self.unknown_cost,
                "what these owned reservations cost is not known, and is left out of every variant alike",
            ),
            (self.cost_of_today, "these owned reservations are taken to cost what the same ones cost today"),
            (
                self.unknown_rate,
                "rates of these owned plans are not known for all that they pay for: there the deepest published"
                " discount is taken, so that too much is never bought",
            ),
        )
        return tuple(f"{words}: {', '.join(dict.fromkeys(ids))}" for ids, words in kinds if ids)


def _reservation(one: Owned, items: Sequence[PricedItem], cost: Decimal, account: str) -> Instrument:
    take = np.full(len(items), np.inf)
    for place, priced in enumerate(items):
        if one.covers(priced.usage):
            take[place] = float(units_taken(one, priced.usage) / priced.on_demand)
    spec = one.spec
    kind = InstrumentKind.REGIONAL_RI if one.flexible else InstrumentKind.SIZE_BOUND_RI
    if spec.availability_zone is not None:
        kind = InstrumentKind.ZONAL_RI
    return _instrument(one, kind, f"{spec.instance_type} {spec.platform}", cost, take, account)


def _unit_cost(one: Owned, prices: PriceBook, paid: Mapping[str, Decimal], notes: "_Notes") -> Decimal:
    """Dollars of one unit for one hour: its own record, else the bill, else today's price of the same product."""
    spec = one.spec
    units = units_given(one) / (spec.count or 1)
    if spec.hourly_rate is not None:
        return spec.hourly_rate / units
    if one.id in paid:
        return paid[one.id] / units_given(one)
    price = _price_of_today(one, prices)
    (notes.unknown_cost if price is None else notes.cost_of_today).append(one.id)
    return Decimal(0) if price is None else price / units


def _price_of_today(one: Owned, prices: PriceBook) -> Decimal | None:
    spec = one.spec
    sort = "CONVERTIBLE_RI" if spec.commitment_kind is CommitmentKind.CONVERTIBLE_RI else "RI"
    purchase = Purchase.__members__.get(f"{sort}_{_years(spec)}Y_{spec.payment_option.upper()}")
    if purchase is None or spec.instance_type is None:
        return None
    standby = "multi_az" if spec.multi_az else "single_az"
    variant = f"{spec.platform}:{standby}" if spec.service == "rds" else spec.platform
    region = spec.region or one.region
    try:
        return prices.instance(spec.service, spec.instance_type, region, variant=variant, purchase=purchase).amount
    except PriceNotFound:
        return None


def _plan(
    one: Owned,
    kind: InstrumentKind,
    items: Sequence[PricedItem],
    known_of: tuple[PriceBook, RateRatio, Mapping[str, Decimal]],
    notes: "_Notes",
    account: str,
) -> Instrument:
    """A plan, whose units are dollars at public rates."""
    prices, ratio, paid = known_of
    take = np.full(len(items), np.inf)
    discounts = []
    for place, priced in enumerate(items):
        if one.covers(priced.usage):
            known = ratio(one.spec, priced.usage)
            if known is None:
                known = deepest_ratio(one.spec.commitment_kind)
                notes.unknown_rate.append(one.id)
            discounts.append(discount_of(prices, priced.usage))
            take[place] = float(known / (1 - discounts[-1]))
    committed = one.spec.hourly_commitment
    cost = paid[one.id] / committed if one.id in paid and committed else 1 - min(discounts, default=Decimal(0))
    family = f"{one.spec.instance_family} " if one.spec.instance_family else ""
    scope = f"{family}{one.spec.region or 'all regions'}"
    return _instrument(one, kind, scope, cost, take, account)


def _instrument(
    one: Owned, kind: InstrumentKind, scope: str, cost: Decimal, take: NDArray[np.float64], account: str
) -> Instrument:
    return Instrument(
        id=f"owned {one.id}",
        kind=kind,
        scope=scope,
        term_months=12 * _years(one.spec),
        payment=one.spec.payment_option,
        hourly_cost=cost,
        upfront=Decimal(0),
        take=take,
        account=account,
    )


def _years(spec: Commitment) -> int:
    return 3 if (spec.end - spec.start).days > _LONG_TERM_DAYS else 1
