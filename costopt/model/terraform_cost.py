"""What a Terraform configuration costs a month, line by line; what has no price says why and is never nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from costopt.model.money import USD
from costopt.model.price import Price, Purchase
from costopt.model.terraform import Engine, EngineSkipped, Unevaluated

COST_SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceRate:
    """Key of the price of an instance hour."""

    service: str
    """As the price book names it: `ec2`, `rds`, `elasticache`, `opensearch`, ..."""
    instance_type: str
    """The service's own name of the size."""
    variant: str
    """Operating system, or engine and deployment."""
    purchase: Purchase = Purchase.ON_DEMAND
    """How it is bought; reserved rates have their upfront fee spread over the term."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRate:
    """Key of the price of something that is not an instance."""

    service: str
    """As the price book names it: `ebs`, `s3`, ..."""
    item: str
    """Its item, such as `gp3_storage`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoRate:
    """Stands for the key of a price that no price book holds."""

    reason: str
    """Why there is none, in words for the user."""


Rate = InstanceRate | UnitRate | NoRate


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One line of what a resource costs: how much of what, without its price."""

    name: str
    """What it is, as people know it: `Storage (general purpose SSD, gp3)`."""
    quantity: Decimal | None
    """Units a month of 730 hours; None where it is not known."""
    unit: str
    """What one is: `hours`, `GB`, `IOPS`, `1M requests`."""
    rate: Rate
    """Where its price is found."""
    per: Decimal = Decimal(1)
    """Units of the price book in one unit of this line: 730 where a month is counted and an hour has the price."""
    part: str = ""
    """Block that it belongs to, such as `root_block_device`; "" for the resource itself."""
    region: str = ""
    """Region of its price; "" for that of the resource."""
    unknown: str = ""
    """Why the quantity is not known; "" where it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """A component with its price."""

    component: Component
    """How much of what."""
    price: Price | None
    """Price of one unit of the price book; None where none is known."""
    monthly: Decimal | None
    """Cost a month; None where the quantity or the price is not known."""
    reason: str = ""
    """Why it is not priced, in words for the user; "" where it is."""


class Standing(StrEnum):
    """How much of a resource's cost is known."""

    PRICED = "priced"
    """Every line."""
    PARTLY = "partly priced"
    """Some lines; the rest says why."""
    NOT_PRICED = "not priced"
    """No line, or the type of the resource is not one that is estimated."""
    FREE = "free"
    """The provider charges nothing for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceCost:
    """What one resource costs a month."""

    address: str
    """Its address. Hostile until escaped: keys of `for_each` are the user's."""
    type: str
    """Its type."""
    region: str | None
    """Region of its prices; None where it is not known."""
    lines: tuple[CostLine, ...]
    """Its lines, in a stable order."""
    free: bool = False
    """Whether the provider charges nothing for it."""
    reason: str = ""
    """Why nothing of it is priced; "" where something is."""

    @property
    def monthly(self) -> Decimal | None:
        """Sum of the lines that have a price: at least this much; None where none has."""
        known = [line.monthly for line in self.lines if line.monthly is not None]
        return sum(known, Decimal(0)) if known else (Decimal(0) if self.free else None)

    @property
    def standing(self) -> Standing:
        """How much of it is known."""
        if self.free:
            return Standing.FREE
        missing = [line for line in self.lines if line.monthly is None]
        if self.reason or len(missing) == len(self.lines):
            return Standing.NOT_PRICED
        return Standing.PARTLY if missing else Standing.PRICED

    def unpriced(self) -> Iterator[tuple[str, str]]:
        """Name and reason of everything in it that is not priced."""
        if self.reason:
            yield "", self.reason
        yield from ((line.component.name, line.reason) for line in self.lines if line.monthly is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostDifference:
    """What a plan does to the cost of one resource."""

    address: str
    """Its address. Hostile until escaped."""
    actions: tuple[str, ...]
    """Terraform's words: `create`, `update`, `delete`; a replacement has two."""
    before: ResourceCost | None
    """Before; None where it did not exist."""
    after: ResourceCost | None
    """After; None where it is deleted."""

    @property
    def monthly(self) -> Decimal | None:
        """How much more it costs a month; None where a side that exists is not priced in full."""
        sides = [_whole(side) for side in (self.before, self.after)]
        return None if None in sides else (sides[1] or Decimal(0)) - (sides[0] or Decimal(0))


def _whole(side: ResourceCost | None) -> Decimal | None:
    if side is None:
        return Decimal(0)
    return side.monthly if side.standing in (Standing.PRICED, Standing.FREE) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostEstimate:
    """What a configuration costs a month, and what a plan changes of it."""

    resources: tuple[ResourceCost, ...]
    """Every managed resource as planned, by address."""
    engine: Engine
    """What evaluated the configuration."""
    catalog: str
    """Version of the price book."""
    differences: tuple[CostDifference, ...] = ()
    """Resources that a plan changes; empty where there was no state to change."""
    before: tuple[ResourceCost, ...] | None = None
    """Every managed resource before; None where there was no state."""
    skipped: tuple[EngineSkipped, ...] = ()
    """Better engines that were not used."""
    unevaluated: tuple[Unevaluated, ...] = ()
    """What is missing from the resources."""
    notes: tuple[str, ...] = ()
    """What else to know, in sentences that name nothing of the user's."""
    remarks: tuple[str, ...] = ()
    """The same with names of the user's, such as what the bill does not say. Hostile until escaped."""
    currency: str = USD
    """ISO 4217 code of every amount."""
    billed: Mapping[str, Decimal] | None = None
    """Address to what the bill says that its live resources cost a month of 730 hours, amortised; None where no bill
    was asked. An address that it does not name is not in it."""
    provider_versions: Mapping[str, str] = field(default_factory=dict)
    """Versions of the schemas that stood in for providers."""

    @property
    def monthly(self) -> Decimal:
        """Sum of all that has a price; at least this much where something has none."""
        return _sum(self.resources)

    @property
    def monthly_before(self) -> Decimal | None:
        """The same before the plan; None where there was no state."""
        return None if self.before is None else _sum(self.before)

    @property
    def complete(self) -> bool:
        """Whether everything has a price."""
        return not self.unevaluated and all(one.standing in (Standing.PRICED, Standing.FREE) for one in self.resources)


def _sum(resources: Iterable[ResourceCost]) -> Decimal:
    return sum((one.monthly for one in resources if one.monthly is not None), Decimal(0))
