"""Sizes decided together with commitments, and what a plan tells of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Holding, Instrument
from costopt.model.money import HOURS_PER_MONTH, USD, Money
from costopt.model.plan import Assignment, Capacity, Unplanned
from costopt.model.resource import Resource
from costopt.model.specs.ec2 import Ec2Instance
from costopt.optimizer.commitments.terms import PlanTerms
from costopt.optimizer.sizing.explanation import explain_size
from costopt.optimizer.sizing.joint.decision import JointPlan, Size, plan_sizes_and_commitments
from costopt.optimizer.sizing.joint.problem import JointProblem
from costopt.optimizer.sizing.joint.stranding import Postponed
from costopt.optimizer.sizing.judgement import Candidates
from costopt.optimizer.sizing.machines import Floats
from costopt.pipeline.planning.snapshot.open_sizes import OpenSizes

_CENT = Decimal("0.01")
_UNSEEN = "size stays: the demand that is planned for holds nothing of it, as where it began after the bill"
_MOST_RELAXED = 2
"""Requirements told with each machine: those whose relaxing would save most."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecidedSizes:
    """The demand with the sizes that were chosen."""

    demand: HourlyDemand
    """Hours of the horizon."""
    bound: Decimal | None
    """Dollars over the horizon that no sizes and purchases are below; None where no size is open."""
    assignments: tuple[Assignment, ...]
    """What changes, what saves most first."""
    kept: int
    """Workloads whose size was judged and stays."""
    orders: Mapping[str, Decimal]
    """What simpler ways of deciding come to, in dollars over the horizon."""
    unplanned: tuple[Unplanned, ...] = ()
    """Machines whose size stays, since the planned demand holds nothing of them."""


def decide_sizes(
    planned: HourlyDemand,
    sizes: OpenSizes,
    current: HourlyDemand,
    columns: Mapping[str, int],
    offers: Sequence[Instrument],
    owned: Sequence[Holding],
    terms: PlanTerms,
) -> DecidedSizes:
    """Decide the open sizes.

    Args:
        planned: demand of the horizon, the machines with open sizes among it.
        sizes: what is open.
        current: what these machines are today if they ran at all hours.
        columns: item of each workload, by its name.
        offers: what can be bought.
        owned: what is owned.
        terms: limits on purchases.

    Raises:
        InfeasiblePlan: no purchases keep the limits.
    """
    if not sizes.candidates or sizes.offer is None:
        return DecidedSizes(demand=planned, bound=None, assignments=(), kept=0, orders={})
    share = _share_running(planned, current)
    seen = tuple(one for one in sizes.candidates if share[:, columns[one.workload.name]].any())
    unplanned = _unseen(sizes.candidates, seen)
    if not seen:
        return DecidedSizes(demand=planned, bound=None, assignments=(), kept=0, orders={}, unplanned=unplanned)
    kept = HourlyDemand(
        items=planned.items, dollars=np.maximum(planned.dollars - share * current.dollars, 0), start=planned.start
    )
    followed, profiles = _follow(seen, columns, share)
    plan = plan_sizes_and_commitments(
        JointProblem(
            candidates=followed,
            catalog=sizes.offer[0],
            base=kept,
            profiles=profiles,
            offers=tuple(offers),
            owned=tuple(owned),
            terms=terms,
        )
    )
    assignments = _assignments(plan, seen, sizes)
    return DecidedSizes(
        demand=plan.settlement.demand,
        bound=plan.bound,
        assignments=assignments,
        kept=len(plan.sizes) - len(assignments),
        orders=plan.orders,
        unplanned=unplanned,
    )


def _share_running(planned: HourlyDemand, current: HourlyDemand) -> Floats:
    """Share of today's machines that the planned demand holds, [hours, items].

    It is less than all of them where demand shrinks, where machines are stopped at times, and where they are new: then
    the weeks that are carried forward have them in part.
    """
    share: Floats = np.divide(
        planned.dollars, current.dollars, out=np.ones_like(planned.dollars), where=current.dollars > 0
    )
    return np.minimum(share, 1.0)


def _unseen(candidates: Sequence[Candidates], seen: Sequence[Candidates]) -> tuple[Unplanned, ...]:
    names = {one.workload.name for one in seen}
    unseen = (one.workload.name for one in candidates if one.workload.name not in names)
    return tuple(Unplanned(subject=name, reason=_UNSEEN) for name in unseen)


def _follow(
    candidates: Sequence[Candidates], columns: Mapping[str, int], share: Floats
) -> tuple[tuple[Candidates, ...], Floats]:
    """The workloads, each following the share of its item, and these shares as profiles, [hours, profiles]."""
    used = sorted({columns[one.workload.name] for one in candidates})
    profiles, profile = np.unique(share[:, used], axis=1, return_inverse=True)
    follows = dict(zip(used, profile.reshape(-1).tolist(), strict=True))
    followed = tuple(
        replace(one, workload=replace(one.workload, profile=follows[columns[one.workload.name]])) for one in candidates
    )
    return followed, profiles


def _assignments(plan: JointPlan, candidates: Sequence[Candidates], sizes: OpenSizes) -> tuple[Assignment, ...]:
    postponed = {one.workload: one for one in plan.postponed}
    found = []
    for size, options in zip(plan.sizes, candidates, strict=True):
        members = sizes.members[size.workload]
        before = _before(members, sizes)
        changes = (size.machine.shape.instance_type, size.replicas) != (before.instance_type, before.count)
        if changes or size.workload in postponed:
            found.append(_assignment(size, options, members, before, sizes, postponed.get(size.workload)))
    return tuple(sorted(found, key=_rank))


def _rank(one: Assignment) -> tuple[Decimal, str]:
    before = one.monthly_before.amount if one.monthly_before else Decimal(0)
    return one.monthly_after.amount - before, one.workload


def _before(members: Sequence[Resource], sizes: OpenSizes) -> Capacity:
    spec = members[0].spec
    name = spec.instance_type if isinstance(spec, Ec2Instance) else ""
    hourly = next(
        machine.hourly
        for machine in (sizes.offer[0].machines if sizes.offer else ())
        if machine.shape.instance_type == name and machine.region == members[0].region
    )
    return Capacity(instance_type=name, count=len(members), market="on_demand", hourly=Money(amount=hourly))


def _assignment(
    size: Size,
    options: Candidates,
    members: Sequence[Resource],
    before: Capacity,
    sizes: OpenSizes,
    postponed: Postponed | None,
) -> Assignment:
    after = Capacity(
        instance_type=size.machine.shape.instance_type,
        count=size.replicas,
        market="on_demand",
        hourly=Money(amount=size.machine.hourly, currency=USD),
    )
    notes: tuple[str, ...] = ()
    if postponed is not None:
        notes = (
            f"{postponed.replicas} x {postponed.machine.shape.instance_type} would be"
            f" ${postponed.hourly_saving * HOURS_PER_MONTH:,.2f} a month cheaper on demand, but an owned commitment"
            f" pays for what runs until {postponed.until:%Y-%m-%d}: look again then",
        )
    return Assignment(
        workload=size.workload,
        resources=tuple(one.id for one in members),
        before=(before,),
        after=(after,),
        monthly_before=_monthly(before),
        monthly_after=_monthly(after),
        reasons=_reasons(options, size),
        relaxing_saves=_relaxing(options, size, sizes),
        stranded_until=postponed.until.date() if postponed is not None else None,
        notes=notes,
    )


def _monthly(capacity: Capacity) -> Money:
    hourly = capacity.hourly.amount if capacity.hourly is not None else Decimal(0)
    return Money(amount=(hourly * capacity.count * HOURS_PER_MONTH).quantize(_CENT), currency=USD)


def _reasons(options: Candidates, size: Size) -> tuple[str, ...]:
    """What it needs beside what it gets."""
    load, shape, count = options.workload.load, size.machine.shape, size.replicas
    if load is None:
        return ()
    lines = [
        f"needs {load.peak_vcpu:.2f} of {shape.vcpu * count} vCPUs at the peak, headroom included",
        f"needs {load.memory_gib:.1f} of {shape.memory_gib * count:g} GiB of memory",
    ]
    if load.network_gbps is not None and shape.network_gbps is not None:
        lines.append(f"needs {load.network_gbps:.2f} of {shape.network_gbps * count:g} Gbit/s")
    return tuple(lines)


def _relaxing(options: Candidates, size: Size, sizes: OpenSizes) -> tuple[str, ...]:
    if sizes.offer is None:
        return ()
    catalog, judge = sizes.offer
    found = explain_size(judge, catalog, options.workload, size.hourly)
    return tuple(
        f"without {one.description}: {one.replicas} x {one.machine.shape.instance_type},"
        f" ${one.hourly_saving * HOURS_PER_MONTH:,.2f} a month less"
        for one in found[:_MOST_RELAXED]
    )
