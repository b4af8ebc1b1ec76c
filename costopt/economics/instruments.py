"""Commitments that can be bought or are owned, in the form in which the arithmetic of all of them is the same.

A commitment gives a quantity of units every hour of its term and costs the same whether they are used or not. Units
are dollars an hour (Savings Plans, flexible CUDs), normalised units or instances (reservations), vCPUs or GiB
(resource CUDs). Covering one on-demand dollar of an item takes `take[item]` units: the plan's rate over the on-demand
rate, or one over the on-demand price of a unit.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class InstrumentKind(StrEnum):
    """What is bought."""

    ZONAL_RI = "zonal_ri"
    """Bound to one type and zone."""
    SIZE_BOUND_RI = "size_bound_ri"
    """Regional, bound to one type."""
    REGIONAL_RI = "regional_ri"
    """Regional, flexible over the sizes of a family; of every service."""
    CONVERTIBLE_RI = "convertible_ri"
    """Like a regional one, and exchangeable into another family between periods."""
    EC2_INSTANCE_SP = "ec2_instance_sp"
    COMPUTE_SP = "compute_sp"
    SAGEMAKER_SP = "sagemaker_sp"
    DATABASE_SP = "database_sp"
    RESOURCE_CUD = "resource_cud"
    """Google: vCPUs or GiB of one series and region."""
    FLEXIBLE_CUD = "flexible_cud"
    """Google: dollars an hour, at discounted rates."""

    @property
    def layer(self) -> int:
        """Place in the provider's order: those of a lower layer pay first.

        Source: https://docs.aws.amazon.com/savingsplans/latest/userguide/sp-applying.html,
        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/apply_ri.html and
        https://cloud.google.com/compute/docs/committed-use-discounts-overview.
        """
        return _LAYERS[self]

    @property
    def in_dollars(self) -> bool:
        """Whether its unit is a dollar an hour."""
        return self in _IN_DOLLARS

    @property
    def family_bound(self) -> bool:
        """Whether it pays for one family only, so that a migration strands it."""
        return self not in (InstrumentKind.COMPUTE_SP, InstrumentKind.SAGEMAKER_SP, *_WIDE)


_WIDE = (InstrumentKind.DATABASE_SP, InstrumentKind.FLEXIBLE_CUD, InstrumentKind.CONVERTIBLE_RI)

_LAYERS = {
    InstrumentKind.ZONAL_RI: 0,
    InstrumentKind.SIZE_BOUND_RI: 1,
    InstrumentKind.REGIONAL_RI: 2,
    InstrumentKind.CONVERTIBLE_RI: 2,
    InstrumentKind.RESOURCE_CUD: 2,
    InstrumentKind.EC2_INSTANCE_SP: 3,
    InstrumentKind.COMPUTE_SP: 4,
    InstrumentKind.SAGEMAKER_SP: 4,
    InstrumentKind.DATABASE_SP: 4,
    InstrumentKind.FLEXIBLE_CUD: 4,
}

_IN_DOLLARS = frozenset(kind for kind, layer in _LAYERS.items() if layer >= _LAYERS[InstrumentKind.EC2_INSTANCE_SP])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instrument:
    """One commitment on offer, against the items of one demand."""

    id: str
    """Unique name, such as `compute_sp 1y no_upfront`."""
    kind: InstrumentKind
    """What it is."""
    scope: str
    """What it pays for, in words: `m5 linux eu-west-1`, `EC2, Fargate and Lambda`."""
    term_months: int
    """12 or 36."""
    payment: str
    """`no_upfront`, `partial_upfront`, `all_upfront`; Google: `monthly`."""
    hourly_cost: Decimal
    """Effective dollars of one unit for one hour, upfront fees spread at the user's discount rate. 1 for plans without
    upfront; of others what a committed dollar costs in effect."""
    upfront: Decimal
    """Dollars of one unit to pay at purchase."""
    take: NDArray[np.float64]
    """Units an hour that one on-demand dollar an hour of each item takes, [items]; inf where it does not pay for it."""
    premium: NDArray[np.float64] | None = None
    """Dollars that an on-demand dollar of each item goes on to cost where it is paid for, [items]; None for nothing.
    Google charges it for custom machine types."""
    account: str | None = None
    """Account that buys it, whose usage it pays for first; None where that makes no difference."""
    step: Decimal = Decimal("0.001")
    """Smallest difference of quantity that can be bought: $0.001 an hour of a plan, one instance's units of an RI.
    Source: https://docs.aws.amazon.com/savingsplans/latest/userguide/sp-purchase.html."""

    def only(self, items: NDArray[np.bool_]) -> "Instrument":
        """The same against some of the items, [items]."""
        return replace(self, take=self.take[items], premium=None if self.premium is None else self.premium[items])

    @property
    def covers(self) -> NDArray[np.bool_]:
        """Which items it pays for, [items]."""
        return np.isfinite(self.take)

    @property
    def price_ratio(self) -> NDArray[np.float64]:
        """What covering one on-demand dollar of each item costs, [items]; inf where it does not pay for it."""
        units: NDArray[np.float64] = self.take * float(self.hourly_cost)
        return units if self.premium is None else units + self.premium


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Holding:
    """A quantity of an instrument over its term: owned already, or planned."""

    instrument: Instrument
    """What."""
    quantity: Decimal
    """Units an hour."""
    start: datetime
    """First moment, UTC."""
    end: datetime
    """First moment after its term, UTC."""
    owned: bool = False
    """True where it was bought before the plan: its cost is sunk until `end`."""

    def only(self, items: NDArray[np.bool_]) -> "Holding":
        """The same against some of the items, [items]."""
        return replace(self, instrument=self.instrument.only(items))
