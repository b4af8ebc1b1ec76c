"""What one workload of a file runs on, hour by hour, and what that costs at list prices."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from costopt.economics.estate import RegionalUsage
from costopt.model.finding import ComputeUsage
from costopt.model.money import HOURS_PER_MONTH, USD, Money
from costopt.model.plan import Capacity
from costopt.model.utilization import HOURS_PER_WEEK
from costopt.model.workload import Workload
from costopt.optimizer.commitments.worth_of_hours import Factor, Proof
from costopt.optimizer.sizing.machines import BilledPart
from costopt.pipeline.planning.workloads.offered_type import OfferedType

Floats = NDArray[np.float64]

CAPACITY_BLOCK = "capacity_block"
"""Service and market of capacity that is there only for a time; no commitment pays for it."""

_CENT = Decimal("0.01")
_HOURS_PER_DAY = 24


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pattern:
    """A figure of each hour of a period that repeats: 168 hours from Monday 00:00 UTC, or any others from the start."""

    values: Floats
    """One an hour, [hours of the period]."""

    @classmethod
    def within(cls, hours: NDArray[np.bool_]) -> "Pattern":
        """1 in these hours of the period, 0 in all others."""
        return cls(values=hours.astype(float))

    @classmethod
    def always(cls, value: float) -> "Pattern":
        """The same in every hour of the week."""
        return cls(values=np.full(HOURS_PER_WEEK, float(value)))

    def over(self, start: datetime, hours: int) -> Floats:
        """The figure of consecutive hours.

        Args:
            start: first moment of the first hour, UTC.
            hours: how many.
        """
        period = len(self.values)
        offset = start.weekday() * _HOURS_PER_DAY + start.hour if period == HOURS_PER_WEEK else 0
        repeated: Floats = self.values[(offset + np.arange(hours)) % period]
        return repeated

    @property
    def mean(self) -> Decimal:
        """Mean of the hours, exact where the values are whole."""
        total = sum((Decimal(repr(float(one))) for one in self.values), Decimal(0))
        return total / len(self.values)


class BilledUnits(NamedTuple):
    """Units of an item of demand."""

    usage: RegionalUsage
    """Region and what runs there."""
    units: Decimal
    """How many, in one machine."""
    hourly: Decimal
    """Dollars of all of them for an hour, before any discount."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Use:
    """Capacity that runs and is paid for by the hour."""

    usage: RegionalUsage
    """Region and what runs there."""
    hourly: Decimal
    """Dollars of one for an hour."""
    counts: Pattern
    """How many run in each hour; a mean where that is a matter of chance."""
    parts: tuple[BilledPart, ...] = ()
    """What one is billed as, before any discount; none where it is billed as itself."""

    @property
    def billed(self) -> tuple[BilledUnits, ...]:
        """What commitments see of one."""
        if not self.parts:
            return (BilledUnits(self.usage, Decimal(1), self.hourly),)
        region = self.usage[0]
        return tuple(BilledUnits((region, _usage_of(part)), part.units, part.hourly) for part in self.parts)

    @property
    def monthly(self) -> Decimal:
        """Dollars a month of 730 hours."""
        return self.hourly * self.counts.mean * HOURS_PER_MONTH


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """What a workload asks for in some hours, as far as a bound is concerned."""

    hours: Pattern
    """1 in these hours, 0 in all others."""
    prove: Callable[[Factor], Proof]
    """What it costs an hour at least, where dollars on demand are multiplied with a factor."""
    anywhere: bool = False
    """Whether the work may be done in any of these hours."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlannedWorkload:
    """A workload and what it runs on."""

    workload: Workload
    """What is asked for."""
    plain: tuple[Capacity, ...]
    """What it runs on as it is; for what does not exist yet, on the plainest sensible choice."""
    plain_uses: tuple[Use, ...]
    """The same, hour by hour, on demand."""
    after: tuple[Capacity, ...]
    """What the plan runs it on, at the peak."""
    on_demand: tuple[Use, ...]
    """Its capacity that commitments may pay for, and capacity blocks."""
    spot: tuple[Use, ...] = ()
    """Its spot capacity."""
    asked: tuple[Asked, ...]
    """What it asks for, for a bound; hours of which nothing is asked are in none."""
    method: str
    """How it was found, in words."""
    reasons: tuple[str, ...] = ()
    """Which requirements decided, with figures."""
    schedule: tuple[str, ...] = ()
    """Windows of the week with their capacity."""
    notes: tuple[str, ...] = ()
    """What else to know."""
    assumptions: tuple[str, ...] = field(default=())
    """What was taken for granted of it, in sentences."""

    @property
    def monthly(self) -> Decimal:
        """Dollars a month at on-demand and spot prices, without growth."""
        return sum((use.monthly for use in (*self.on_demand, *self.spot)), Decimal(0))

    @property
    def plain_monthly(self) -> Decimal:
        """Dollars a month as it is, without growth."""
        return sum((use.monthly for use in self.plain_uses), Decimal(0))


def _usage_of(part: BilledPart) -> ComputeUsage:
    return ComputeUsage(service=part.service, instance_type=part.instance_type, variant=part.variant)


def on_demand_use(workload: Workload, one: OfferedType, counts: Pattern) -> Use:
    """Machines of a type that are paid on demand or by commitments."""
    return Use(usage=_usage(workload, one), hourly=one.on_demand, counts=counts, parts=one.parts)


def spot_use(workload: Workload, one: OfferedType, counts: Pattern) -> Use:
    """Machines of a type on the spot market, at the price on demand where none is known."""
    return Use(usage=_usage(workload, one), hourly=one.on_demand if one.spot is None else one.spot, counts=counts)


def _usage(workload: Workload, one: OfferedType) -> RegionalUsage:
    system = workload.requirements.operating_system
    variant = "machine" if one.parts else system
    return workload.region, ComputeUsage(service=one.service, instance_type=one.name, variant=variant)


def dollars(amount: Decimal) -> Money:
    """Dollars, rounded to the cent."""
    return Money(amount=amount.quantize(_CENT), currency=USD)


def capacity(
    instance_type: str, count: int, hourly: Decimal, *, market: str = "on_demand", zone: str | None = None
) -> Capacity:
    """Machines as a plan lists them."""
    return Capacity(
        instance_type=instance_type,
        count=count,
        market=market,
        zone=zone,
        hourly=Money(amount=hourly, currency=USD),
    )
