"""How owned commitments pay for an estate: the provider's order, in a month that is like now.

Zonal reservations come first, then regional ones of the exact type, then regional ones that flex over the sizes of a
family, then EC2 Instance Savings Plans, then Compute Savings Plans, each plan where its discount is deepest. SageMaker
and Database Savings Plans pay for their own services. Resource-based commitments of Google pay for the vCPUs, or the
memory, of a series in a region, or for GPUs of a type or local SSD there, used or reserved; flexible ones for what is
left of vCPUs and memory anywhere. Both are taken to be shared by the projects of a billing account. Capacity
commitments pay for slots of BigQuery of their edition, location and project.
Source: https://docs.aws.amazon.com/savingsplans/latest/userguide/sp-applying.html and
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/apply_ri.html. Sharing within the organisation is assumed to be on,
which is AWS's default; Google's for flexible ones, and of late for resource-based ones:
https://cloud.google.com/compute/docs/committed-use-discounts/share-resource-cuds-across-projects.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from costopt.economics.estate import Hours, RegionalUsage
from costopt.economics.gce.flexible_commitments import flexible_ratio
from costopt.economics.gce.usage import LOCAL_SSD, committed_family
from costopt.economics.instance_families import family_of
from costopt.economics.normalization import family_and_size, units
from costopt.economics.slot_usage import SERVICE as SLOTS
from costopt.model.finding import ComputeUsage
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.specs.commitment import Commitment, CommitmentKind

_RESERVATIONS = (
    CommitmentKind.STANDARD_RI,
    CommitmentKind.CONVERTIBLE_RI,
    CommitmentKind.RESOURCE_CUD,
    CommitmentKind.CAPACITY,
)
"""What is bought in instances or units and not in dollars."""

_WIDE_PLANS = (
    CommitmentKind.COMPUTE_SP,
    CommitmentKind.SAGEMAKER_SP,
    CommitmentKind.DATABASE_SP,
    CommitmentKind.FLEXIBLE_CUD,
)
"""Plans that are bound to no family."""

_COMPUTE_SERVICES = ("ec2", "fargate", "lambda")
"""What Compute plans pay for. Source: https://docs.aws.amazon.com/savingsplans/latest/userguide/plan-types.html."""

_SIZE_BOUND_ENGINES = ("sqlserver", "oracle", "memcached")
"""Database engines whose reservations do not flex (Oracle's flex only with one's own licence, which is not assumed).
Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithReservedDBInstances.html."""

DEEPEST_PLAN_RATIO = Decimal("0.28")
"""Plan rate over on-demand rate where no rate is known: the deepest published discount of EC2 Instance Savings Plans
is 72 %. With it a plan covers as much as it can, so that a saving is never overstated.
Source: https://aws.amazon.com/savingsplans/compute-pricing/."""

_DEEPEST_RATIOS = {
    CommitmentKind.SAGEMAKER_SP: Decimal("0.36"),
    CommitmentKind.DATABASE_SP: Decimal("0.65"),
}
"""The same for plans of other services: at most 64 % and 35 %.
Source: https://aws.amazon.com/savingsplans/ml-pricing/ and https://aws.amazon.com/savingsplans/database-pricing/."""

_DATABASE_PLAN_GENERATION = 7
"""First generation of instances that Database Savings Plans pay for. Source: the same page."""

RateRatio = Callable[[Commitment, RegionalUsage], Decimal | None]
"""Plan rate over on-demand rate of a usage, None where it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """An active commitment and what it may pay for."""

    id: str
    """Id of the commitment."""
    region: str
    """Region that lists the commitment, `global` for savings plans of every kind."""
    spec: Commitment
    """The commitment."""
    renews: bool = False
    """Whether another term follows by itself."""
    years: int = 1
    """Term of a `FLEXIBLE_CUD`, of which neither start nor end is known."""
    open_ended: bool = False
    """Its term is over, and it is paid until somebody deletes it."""

    @property
    def until(self) -> str:
        """When it ends, or renews, in words."""
        if self.spec.commitment_kind is CommitmentKind.FLEXIBLE_CUD:
            return "(its end is in no list)"
        if self.open_ended:
            return "until it is deleted"
        day = self.spec.end.date().isoformat()
        return f"until {day}, when it renews" if self.renews else f"until {day}"

    def covers(self, usage: RegionalUsage) -> bool:
        """Whether the commitment may pay for a usage at all."""
        region, used = usage
        spec = self.spec
        match spec.commitment_kind:
            case CommitmentKind.COMPUTE_SP:
                return used.service in _COMPUTE_SERVICES
            case CommitmentKind.EC2_INSTANCE_SP:
                family = family_and_size(used.instance_type)[0]
                return used.service == "ec2" and region == self._bound_to and family == spec.instance_family
            case CommitmentKind.SAGEMAKER_SP:
                return used.service == "sagemaker"
            case CommitmentKind.DATABASE_SP:
                return _in_database_plans(used)
            case CommitmentKind.FLEXIBLE_CUD:
                return flexible_ratio(used, self.years) is not None
            case CommitmentKind.RESOURCE_CUD | CommitmentKind.CAPACITY:
                committed = (spec.service, self._bound_to, spec.instance_family, spec.platform)
                family = used.instance_type if used.service == SLOTS else committed_family(used)
                return (used.service, region, family, used.variant) == committed
            case CommitmentKind.STANDARD_RI | CommitmentKind.CONVERTIBLE_RI:
                return used.service == spec.service and region == self._bound_to and self._reserves(usage)

    @property
    def _bound_to(self) -> str:
        """Region whose usage it pays for: an EC2 Instance plan is listed globally and yet bound to one."""
        return self.spec.region or self.region

    def _reserves(self, usage: RegionalUsage) -> bool:
        used, spec = usage[1], self.spec
        same_platform = used.variant.split(":")[0] == spec.platform and used.tenancy == spec.tenancy
        if not same_platform or spec.instance_type is None:
            return False
        if spec.service == "rds" and not self.flexible and used.variant.endswith(":multi_az") != spec.multi_az:
            return False
        if spec.availability_zone is not None:
            return (used.instance_type, used.availability_zone) == (spec.instance_type, spec.availability_zone)
        if used.instance_type == spec.instance_type:
            return True
        same_family = family_and_size(used.instance_type)[0] == family_and_size(spec.instance_type)[0]
        return same_family and self.flexible and units(used.instance_type) is not None

    @property
    def flexible(self) -> bool:
        """Whether it pays for other sizes of its family."""
        spec = self.spec
        if spec.availability_zone is not None or spec.instance_type is None:
            return False
        return flexes(spec.service, spec.instance_type, spec.platform, spec.tenancy)


def flexes(service: str, instance_type: str, platform: str, tenancy: str = "default") -> bool:
    """Whether a regional reservation of a type pays for other sizes: Linux on shared hardware (EC2), or a database's.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/apply_ri.html.
    """
    linux = platform == "linux" and tenancy == "default"
    shared = linux if service == "ec2" else not platform.startswith(_SIZE_BOUND_ENGINES)
    return shared and units(instance_type) is not None


def layers(owned: Sequence[Owned]) -> tuple[tuple[Owned, ...], ...]:
    """The commitments in the order in which they pay: reservations, EC2 Instance plans, all other plans; ties by id.

    Each layer's pools lie within one pool of the next: a reservation pays within one family and region, an EC2
    Instance plan for all of it, a Compute plan for all EC2, Fargate and Lambda; plans of databases and of SageMaker
    have their own pools.
    """
    kinds = (_RESERVATIONS, (CommitmentKind.EC2_INSTANCE_SP,), _WIDE_PLANS)
    return tuple(
        tuple(sorted((one for one in owned if one.spec.commitment_kind in kind), key=_order)) for kind in kinds
    )


def left_by_layer(
    hours: Hours, owned: Sequence[Owned], on_demand: Callable[[RegionalUsage], Decimal | None], ratio: RateRatio
) -> tuple[Hours, ...]:
    """Instance hours a month that are left on demand: all of them, and then after each of the `layers`.

    Args:
        hours: instance hours a month.
        owned: active commitments.
        on_demand: dollars an hour on demand, None where unknown.
        ratio: plan rate over on-demand rate.
    """
    return left_after(hours, payments(hours, owned, on_demand, ratio))


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """What one commitment pays for, worked out once for many estates of the same usages."""

    budget: Decimal
    """Units of a reservation, or dollars of a plan, a month."""
    weights: tuple[tuple[RegionalUsage, Decimal], ...]
    """What an hour of each usage takes of it, in the order in which it is applied."""

    def take(self, left: dict[RegionalUsage, Decimal]) -> None:
        """Take off what it pays for."""
        budget = self.budget
        for usage, weight in self.weights:
            quantity = left.get(usage)
            if budget <= 0:
                break
            if quantity:
                taken = min(quantity, budget / weight)
                left[usage] = quantity - taken
                budget -= taken * weight


def payments(
    usages: Iterable[RegionalUsage],
    owned: Sequence[Owned],
    on_demand: Callable[[RegionalUsage], Decimal | None],
    ratio: RateRatio,
) -> tuple[tuple[Payment, ...], ...]:
    """How the commitments pay for any estate of these usages, by layer. Arguments as in `left_by_layer`."""
    known = sorted(usages, key=_name)
    return tuple(
        tuple(
            _reservation_payment(one, known)
            if one.spec.commitment_kind in _RESERVATIONS
            else _plan_payment(one, known, on_demand, ratio)
            for one in layer
        )
        for layer in layers(owned)
    )


def left_after(hours: Hours, layered: Sequence[Sequence[Payment]]) -> tuple[Hours, ...]:
    """Instance hours a month that are left on demand: all of them, and then after each layer of payments."""
    left = {usage: Decimal(quantity) for usage, quantity in hours.items() if quantity > 0}
    stages = [dict(left)]
    for layer in layered:
        for payment in layer:
            payment.take(left)
        stages.append(dict(left))
    return tuple(stages)


def _order(one: Owned) -> tuple[int, str]:
    """Zonal reservations first, then those bound to a size, then flexible ones; plans by id."""
    if one.spec.availability_zone is not None:
        return (0, one.id)
    return (2 if one.flexible else 1, one.id)


def _reservation_payment(one: Owned, known: Sequence[RegionalUsage]) -> Payment:
    """Smallest first. Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/apply_ri.html."""
    weights = [(usage, units_taken(one, usage)) for usage in known if one.covers(usage)]
    by_the_month = one.spec.commitment_kind is CommitmentKind.RESOURCE_CUD and one.spec.platform == LOCAL_SSD
    return Payment(
        budget=units_given(one) * (1 if by_the_month else HOURS_PER_MONTH),
        weights=tuple(sorted(weights, key=lambda pair: pair[1])),
    )


def units_given(one: Owned) -> Decimal:
    """Units that a reservation gives in every hour."""
    own = (units(one.spec.instance_type or "") if one.flexible else None) or Decimal(1)
    return own * one.spec.count * (2 if one.spec.multi_az else 1)


def units_taken(one: Owned, usage: RegionalUsage) -> Decimal:
    """Units that one instance of a usage takes of a reservation; a Multi-AZ database twice as many as a single one.

    Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithReservedDBInstances.html.
    """
    flexed = units(usage[1].instance_type) if one.flexible else None
    standby = 2 if usage[1].variant.endswith(":multi_az") else 1
    return (flexed or Decimal(1)) * standby


def _plan_payment(
    one: Owned,
    known: Sequence[RegionalUsage],
    on_demand: Callable[[RegionalUsage], Decimal | None],
    ratio: RateRatio,
) -> Payment:
    """Deepest discount first. Source: https://docs.aws.amazon.com/savingsplans/latest/userguide/sp-applying.html."""
    candidates = [
        (_plan_ratio(one, usage, ratio), usage, price)
        for usage in known
        if one.covers(usage) and (price := on_demand(usage))
    ]
    return Payment(
        budget=(one.spec.hourly_commitment or Decimal(0)) * HOURS_PER_MONTH,
        weights=tuple((usage, price * part) for part, usage, price in sorted(candidates, key=lambda one: one[0])),
    )


def _plan_ratio(one: Owned, usage: RegionalUsage, ratio: RateRatio) -> Decimal:
    if one.spec.commitment_kind is CommitmentKind.FLEXIBLE_CUD:
        return flexible_ratio(usage[1], one.years) or Decimal(1)
    return ratio(one.spec, usage) or deepest_ratio(one.spec.commitment_kind)


def deepest_ratio(kind: CommitmentKind) -> Decimal:
    """Plan rate over on-demand rate of the deepest discount that a kind of plan has, for where no rate is known."""
    return _DEEPEST_RATIOS.get(kind, DEEPEST_PLAN_RATIO)


def _in_database_plans(used: ComputeUsage) -> bool:
    """Whether Database Savings Plans pay for a usage: RDS, Aurora and Valkey on newer machines."""
    service = used.service == "rds" or (used.service == "elasticache" and used.variant == "valkey")
    family = family_of(family_and_size(used.instance_type)[0].rpartition(".")[2])
    return service and family is not None and family.generation >= _DATABASE_PLAN_GENERATION


def _name(usage: RegionalUsage) -> str:
    """A stable order among equals."""
    region, used = usage
    return "/".join(
        (region, used.service, used.instance_type, used.variant, used.availability_zone or "", used.tenancy)
    )


def pools(usages: Iterable[RegionalUsage], owned: Sequence[Owned]) -> dict[RegionalUsage, int]:
    """Which usages share commitments: usages of one pool have the same number; uncommitted ones are left out."""
    pool: dict[RegionalUsage, int] = {}
    members: dict[int, list[RegionalUsage]] = {}
    known = sorted(set(usages), key=_name)
    for number, one in enumerate(owned):
        touched = [usage for usage in known if one.covers(usage)]
        merged = {pool[usage] for usage in touched if usage in pool}
        group = {usage: None for old in sorted(merged) for usage in members.pop(old)} | dict.fromkeys(touched)
        members[number] = list(group)
        pool.update(dict.fromkeys(group, number))
    return pool
