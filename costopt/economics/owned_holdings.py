"""Commitments that are owned already, against the items of a demand."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from costopt.economics.commitments import Owned, RateRatio, deepest_ratio, units_given
from costopt.economics.instruments import Holding, Instrument, InstrumentKind
from costopt.economics.lookups import PriceBook
from costopt.economics.usage_items import PricedItem, units_of
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
    owned: Sequence[Owned], accounts: Sequence[str], items: Sequence[PricedItem], prices: PriceBook, ratio: RateRatio
) -> OwnedHoldings:
    """Owned commitments against items.

    Args:
        owned: commitments, active ones and those queued for later.
        accounts: account of each, in the same order.
        items: columns of the demand.
        prices: for what a reservation costs where its own record does not say.
        ratio: plan rate over on-demand rate.
    """
    holdings = []
    notes: list[str] = []
    for one, account in zip(owned, accounts, strict=True):
        plan = _PLAN_KINDS.get(one.spec.commitment_kind)
        made = (
            _reservation(one, items, prices, notes, account)
            if plan is None
            else _plan(one, plan, items, ratio, notes, account)
        )
        quantity = units_given(one) if plan is None else one.spec.hourly_commitment or Decimal(0)
        holdings.append(Holding(instrument=made, quantity=quantity, start=one.spec.start, end=one.spec.end, owned=True))
    return OwnedHoldings(holdings=tuple(holdings), notes=tuple(dict.fromkeys(notes)))


def _reservation(
    one: Owned, items: Sequence[PricedItem], prices: PriceBook, notes: list[str], account: str
) -> Instrument:
    take = np.full(len(items), np.inf)
    for place, priced in enumerate(items):
        if one.covers(priced.usage):
            take[place] = float(units_of(priced.usage[1]) / priced.on_demand)
    spec = one.spec
    kind = InstrumentKind.REGIONAL_RI if one.flexible else InstrumentKind.SIZE_BOUND_RI
    if spec.availability_zone is not None:
        kind = InstrumentKind.ZONAL_RI
    return _instrument(
        one, kind, f"{spec.instance_type} {spec.platform}", _unit_cost(one, prices, notes), take, account
    )


def _unit_cost(one: Owned, prices: PriceBook, notes: list[str]) -> Decimal:
    """Dollars of one unit for one hour: the reservation's own record, else today's price of the same product."""
    spec = one.spec
    units = units_given(one) / (spec.count or 1)
    if spec.hourly_rate is not None:
        return spec.hourly_rate / units
    purchase = Purchase[f"RI_{_years(spec)}Y_{spec.payment_option.upper()}"]
    standby = "multi_az" if spec.multi_az else "single_az"
    variant = f"{spec.platform}:{standby}" if spec.service == "rds" else spec.platform
    try:
        price = prices.instance(
            spec.service, spec.instance_type or "", spec.region or one.region, variant=variant, purchase=purchase
        )
    except PriceNotFound:
        notes.append(
            f"what the owned reservation {one.id} costs is not known: its cost is left out of every variant alike"
        )
        return Decimal(0)
    notes.append(f"the owned reservation {one.id} is taken to cost what the same one costs today")
    return price.amount / units


def _plan(
    one: Owned,
    kind: InstrumentKind,
    items: Sequence[PricedItem],
    ratio: RateRatio,
    notes: list[str],
    account: str,
) -> Instrument:
    take = np.full(len(items), np.inf)
    for place, priced in enumerate(items):
        if one.covers(priced.usage):
            known = ratio(one.spec, priced.usage)
            if known is None:
                known = deepest_ratio(one.spec.commitment_kind)
                notes.append(
                    f"rates of the owned plan {one.id} are not known for all that it pays for: there the deepest"
                    " published discount is taken, so that too much is never bought"
                )
            take[place] = float(known)
    family = f"{one.spec.instance_family} " if one.spec.instance_family else ""
    scope = f"{family}{one.spec.region or 'all regions'}"
    return _instrument(one, kind, scope, Decimal(1), take, account)


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
