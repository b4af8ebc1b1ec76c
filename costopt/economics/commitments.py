"""How owned commitments pay for an estate: the provider's order, in a month that is like now.

Zonal reservations come first, then regional ones of the exact type, then regional ones that flex over the sizes of a
family, then EC2 Instance Savings Plans, then Compute Savings Plans, each plan where its discount is deepest.
Source: https://docs.aws.amazon.com/savingsplans/latest/userguide/sp-applying.html and
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/apply_ri.html. Sharing within the organisation is assumed to be on,
which is AWS's default.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from costopt.economics.estate import Hours, RegionalUsage
from costopt.economics.normalization import family_and_size, units
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.specs.commitment import Commitment, CommitmentKind

_RESERVATIONS = (CommitmentKind.STANDARD_RI, CommitmentKind.CONVERTIBLE_RI)

_SIZE_BOUND_ENGINES = ("sqlserver", "oracle", "memcached")
"""Database engines whose reservations do not flex (Oracle's flex only with one's own licence, which is not assumed).
Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithReservedDBInstances.html."""

DEEPEST_PLAN_RATIO = Decimal("0.28")
"""Plan rate over on-demand rate where no rate is known: the deepest published discount of EC2 Instance Savings Plans
is 72 %. With it a plan covers as much as it can, so that a saving is never overstated.
Source: https://aws.amazon.com/savingsplans/compute-pricing/."""

RateRatio = Callable[[Commitment, RegionalUsage], Decimal | None]
"""Plan rate over on-demand rate of a usage, None where it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """An active commitment and what it may pay for."""

    id: str
    """Id of the commitment."""
    region: str
    """Region of the commitment, `global` for Compute Savings Plans."""
    spec: Commitment
    """The commitment."""

    def covers(self, usage: RegionalUsage) -> bool:
        """Whether the commitment may pay for a usage at all."""
        region, used = usage
        spec = self.spec
        match spec.commitment_kind:
            case CommitmentKind.COMPUTE_SP:
                return used.service == "ec2"
            case CommitmentKind.EC2_INSTANCE_SP:
                family = family_and_size(used.instance_type)[0]
                return used.service == "ec2" and region == self.region and family == spec.instance_family
            case CommitmentKind.STANDARD_RI | CommitmentKind.CONVERTIBLE_RI:
                return used.service == spec.service and region == self.region and self._reserves(usage)
            case _:
                return False

    def _reserves(self, usage: RegionalUsage) -> bool:
        used, spec = usage[1], self.spec
        same_platform = used.variant.split(":")[0] == spec.platform and used.tenancy == spec.tenancy
        if not same_platform or spec.instance_type is None:
            return False
        if spec.availability_zone is not None:
            return (used.instance_type, used.availability_zone) == (spec.instance_type, spec.availability_zone)
        if used.instance_type == spec.instance_type:
            return True
        same_family = family_and_size(used.instance_type)[0] == family_and_size(spec.instance_type)[0]
        return same_family and self.flexible and units(used.instance_type) is not None

    @property
    def flexible(self) -> bool:
        """Whether it pays for other sizes: regional, Linux on shared hardware (EC2), or a database's."""
        spec = self.spec
        linux = spec.platform == "linux" and spec.tenancy == "default"
        shared = linux if spec.service == "ec2" else not spec.platform.startswith(_SIZE_BOUND_ENGINES)
        return spec.availability_zone is None and shared and units(spec.instance_type or "") is not None


def layers(owned: Sequence[Owned]) -> tuple[tuple[Owned, ...], ...]:
    """The commitments in the order in which they pay: reservations, EC2 Instance plans, Compute plans; ties by id.

    Each layer's pools lie within one pool of the next: a reservation pays within one family and region, an EC2
    Instance plan for all of it, a Compute plan for all EC2.
    """
    kinds = (_RESERVATIONS, (CommitmentKind.EC2_INSTANCE_SP,), (CommitmentKind.COMPUTE_SP,))
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
    left = {usage: Decimal(quantity) for usage, quantity in hours.items() if quantity > 0}
    stages = [dict(left)]
    for layer in layers(owned):
        for one in layer:
            if one.spec.commitment_kind in _RESERVATIONS:
                _apply_reservation(one, left)
            else:
                _apply_plan(one, left, on_demand, ratio)
        stages.append(dict(left))
    return tuple(stages)


def _order(one: Owned) -> tuple[int, str]:
    """Zonal reservations first, then those bound to a size, then flexible ones; plans by id."""
    if one.spec.availability_zone is not None:
        return (0, one.id)
    return (2 if one.flexible else 1, one.id)


def _apply_reservation(one: Owned, left: dict[RegionalUsage, Decimal]) -> None:
    own_units = (units(one.spec.instance_type or "") if one.flexible else None) or Decimal(1)
    budget = own_units * one.spec.count * (2 if one.spec.multi_az else 1) * HOURS_PER_MONTH
    covered = (usage for usage in left if one.covers(usage))
    for usage in sorted(covered, key=lambda usage: (_weight(one, usage), _name(usage))):
        weight = _weight(one, usage)
        taken = min(left[usage], budget / weight)
        left[usage] -= taken
        budget -= taken * weight


def _weight(one: Owned, usage: RegionalUsage) -> Decimal:
    """Units of one instance of a usage; a Multi-AZ database takes twice as many as a single one.

    Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithReservedDBInstances.html.
    """
    flexed = units(usage[1].instance_type) if one.flexible else None
    standby = 2 if usage[1].variant.endswith(":multi_az") else 1
    return (flexed or Decimal(1)) * standby


def _apply_plan(
    one: Owned,
    left: dict[RegionalUsage, Decimal],
    on_demand: Callable[[RegionalUsage], Decimal | None],
    ratio: RateRatio,
) -> None:
    budget = (one.spec.hourly_commitment or Decimal(0)) * HOURS_PER_MONTH
    candidates: list[tuple[Decimal, str, RegionalUsage, Decimal]] = []
    for usage, quantity in left.items():
        price = on_demand(usage)
        if price and quantity > 0 and one.covers(usage):
            part = ratio(one.spec, usage) or DEEPEST_PLAN_RATIO
            candidates.append((part, _name(usage), usage, price * part))
    for _, _, usage, rate in sorted(candidates, key=lambda candidate: candidate[:2]):
        taken = min(left[usage], budget / rate)
        left[usage] -= taken
        budget -= taken * rate


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
