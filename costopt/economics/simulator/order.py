"""The order in which commitments pay for usage.

AWS: zonal reservations, those bound to a size, regional ones (smallest size first), then EC2 Instance Savings Plans,
then all other plans; the plans of one layer together, where the saving is deepest, and of equal savings where the rate
is lowest. Within each layer usage of the owner's account comes first.
Google: resource commitments, custom machine types before predefined ones, whose units are cheaper; then flexible ones;
sustained use discounts take what is left.

Left open by the providers and decided here by name, so that a result does not depend on how things are listed: which of
several reservations pays first for the same usage, which of several accounts gets what its owner leaves, and in which
order Google's commitments of one kind pay for different resources.

Source: https://docs.aws.amazon.com/savingsplans/latest/userguide/sp-applying.html,
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/apply_ri.html,
https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/ri-turn-off.html,
https://cloud.google.com/compute/docs/committed-use-discounts-overview,
https://cloud.google.com/compute/docs/instances/signing-up-committed-use-discounts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from operator import itemgetter

from costopt.economics.demand import UsageItem
from costopt.economics.instruments import Holding, InstrumentKind
from costopt.economics.normalization import units

_SAVING_DIGITS = 9
"""Savings that agree to this many digits are equal: two quotients of prices may differ in their last bit."""


_Rank = tuple[int, bool, float, float, tuple[str, ...]]
"""Layer, whether it is others' usage, the two criteria of the layer, names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """That a holding may pay for an item of usage; a sequence of claims is worked off one after the other."""

    holding: int
    """Place in the holdings."""
    item: int
    """Place in the items."""
    take: float
    """Units that one on-demand dollar takes."""
    premium: float = 0.0
    """Dollars that it costs all the same."""


def payment_order(items: Sequence[UsageItem], holdings: Sequence[Holding], *, sharing: bool) -> tuple[Claim, ...]:
    """All claims of holdings on items, first to last; the same in every hour.

    Args:
        items: usage.
        holdings: what is owned and planned; when they are active is no matter here.
        sharing: whether accounts share their commitments; without, a holding pays for its own account only, and one
            without an account for all. Flexible CUDs belong to the billing account and pay for all projects either
            way. Source: https://cloud.google.com/docs/cuds-spend-based.
    """
    owners = [_owner(holding) for holding in holdings]
    # Where there is one account in all, a holding without an owner is that account's too: nobody comes first.
    several = len({item.account for item in items}.union(owners) - {None}) > 1
    ranked: list[tuple[_Rank, Claim]] = []
    for place, (holding, owner) in enumerate(zip(holdings, owners, strict=True)):
        for column, (item, take) in enumerate(zip(items, holding.instrument.take.tolist(), strict=True)):
            if take < inf and (sharing or owner in (None, item.account)):
                others = several and owner != item.account
                precedence = _precedence(holding.instrument.kind, item, take)
                rank = (holding.instrument.kind.layer, others, *precedence, _names(item, holding))
                premium = holding.instrument.premium
                extra = 0.0 if premium is None else float(premium[column])
                ranked.append((rank, Claim(holding=place, item=column, take=take, premium=extra)))
    return tuple(claim for _, claim in sorted(ranked, key=itemgetter(0)))


def _owner(holding: Holding) -> str | None:
    """Account whose usage comes first."""
    instrument = holding.instrument
    return None if instrument.kind is InstrumentKind.FLEXIBLE_CUD else instrument.account


def _precedence(kind: InstrumentKind, item: UsageItem, take: float) -> tuple[float, float]:
    """Reservations by size, resource commitments by price; plans by saving and, of equal ones, by rate for a unit."""
    if kind is InstrumentKind.RESOURCE_CUD:
        return round(take, _SAVING_DIGITS), 0.0
    if not kind.in_dollars:
        return _size(item), 0.0
    price = item.dollars_per_unit
    rate = inf if price is None else take * price * (_size(item) or 1)
    return round(take, _SAVING_DIGITS), round(rate, _SAVING_DIGITS)


def _size(item: UsageItem) -> float:
    """Normalised units of an instance, of which a Multi-AZ database has twice as many; 0 where no size is known.

    Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithReservedDBInstances.html.
    """
    size = units(item.instance_type) if item.instance_type else None
    return float(size or 0) * (2 if item.variant.endswith(":multi_az") else 1)


def _names(item: UsageItem, holding: Holding) -> tuple[str, ...]:
    """A stable order among equals."""
    what = (item.region, item.service, item.family, item.variant, item.instance_type, item.zone, item.tenancy)
    instrument = holding.instrument
    whose = (instrument.id, instrument.account, holding.start.isoformat(), holding.end.isoformat())
    return tuple(part or "" for part in (item.provider, item.account, *what, *whose))
