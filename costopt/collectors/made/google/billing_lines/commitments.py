"""The projects' commitments as their bill has them: what they cost, and what they pay for on one day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from costopt.collectors.made.google.billing_lines.charges import Charge
from costopt.economics.gce.commitment_types import covered_series
from costopt.economics.gce.machines import SERVICE
from costopt.economics.lookups import PriceBook
from costopt.errors import PriceNotFound
from costopt.model.resource import Resource
from costopt.model.specs.committed_use import CommittedUse

HOURS_PER_DAY = 24
_STATES = ("ACTIVE", "EXPIRED")
_THREE_YEARS = "THIRTY_SIX_MONTH"


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """vCPUs or memory of one commitment."""

    resource: Resource
    """The commitment."""
    series: str
    """Series that it pays for."""
    part: str
    """`vcpu` or `memory`."""
    count: Decimal
    """vCPUs or GiB."""
    price: Decimal
    """Dollars an hour of one."""
    years: int
    """Length of its term."""
    start: datetime
    """First moment of the term."""
    end: datetime
    """First moment after the term."""

    def active(self, start: datetime, end: datetime) -> bool:
        """Whether it pays on a day: on whole days only."""
        return self.start <= start and end <= self.end

    def pays_for(self, charge: Charge) -> bool:
        """Whether it may pay for a charge: of its own project, region, series and part."""
        resource = charge.resource
        here = (resource.account, resource.region) == (self.resource.account, self.resource.region)
        return here and (charge.metered.series, charge.metered.part) == (self.series, self.part)

    @property
    def daily(self) -> Decimal:
        """Unit-hours a day."""
        return self.count * HOURS_PER_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Part of a charge on one day that a commitment pays for."""

    number: int
    """Number of the charge."""
    committed: Committed
    """By which."""
    quantity: Decimal
    """Unit-hours."""


def commitments(resources: Sequence[Resource], prices: PriceBook) -> tuple[Committed, ...]:
    """What is or was committed and has a price, in the order of the resources."""
    return tuple(
        part
        for resource in resources
        if isinstance(resource.spec, CommittedUse) and resource.spec.status in _STATES
        for part in _parts(resource, resource.spec, prices)
    )


def _parts(resource: Resource, spec: CommittedUse, prices: PriceBook) -> Iterator[Committed]:
    years = 3 if spec.plan == _THREE_YEARS else 1
    (series, *_) = covered_series(spec.commitment_type)
    for part, count in (("vcpu", Decimal(spec.vcpus)), ("memory", Decimal(str(spec.memory_gib)))):
        if not count:
            continue
        try:
            price = prices.unit(SERVICE, f"{series}_{part}_cud_{years}y", resource.region).amount
        except PriceNotFound:
            continue
        yield Committed(
            resource=resource, series=series, part=part, count=count, price=price, years=years, start=spec.start,
            end=spec.end,
        )  # fmt: skip


def cover(used: Mapping[int, Decimal], charged: Sequence[Charge], active: Sequence[Committed]) -> list[Share]:
    """What commitments pay for on one day; Google does it by the hour, of which all are alike.

    Args:
        used: by number of a charge, what was used on the day.
        charged: all charges.
        active: commitments of that day.
    """
    left = dict(used)
    shares = []
    for one in active:
        room = one.daily
        for number in [number for number in left if one.pays_for(charged[number])]:
            quantity = min(left[number], room)
            if quantity > 0:
                left[number] -= quantity
                room -= quantity
                shares.append(Share(number=number, committed=one, quantity=quantity))
    return shares
