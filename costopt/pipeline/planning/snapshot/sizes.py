"""Sizes decided together with commitments, and what a plan tells of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Holding, Instrument
from costopt.model.money import HOURS_PER_MONTH, USD, Money
from costopt.model.plan import Assignment, Capacity, Unplanned
from costopt.optimizer.commitments.terms import PlanTerms
from costopt.optimizer.sizing.joint.decision import plan_sizes_and_commitments
from costopt.optimizer.sizing.joint.plan import JointPlan, Size
from costopt.optimizer.sizing.joint.problem import JointProblem
from costopt.optimizer.sizing.joint.stranding import Postponed
from costopt.optimizer.sizing.judgement import Candidates
from costopt.optimizer.sizing.machines import Catalog, Floats
from costopt.pipeline.planning.snapshot.open_sizes import OpenSizes
from costopt.pipeline.planning.snapshot.open_workload import OpenWorkload

_CENT = Decimal("0.01")
_UNSEEN = "size stays: the demand that is planned for holds nothing of it, as where it began after the bill"


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
    today: Mapping[str, Mapping[int, float]],
    offers: Sequence[Instrument],
    owned: Sequence[Holding],
    terms: PlanTerms,
) -> DecidedSizes:
    """Decide the open sizes.

    Args:
        planned: demand of the horizon, the machines with open sizes among it.
        sizes: what is open.
        today: what each workload is today if it ran at all hours: dollars an hour of items, by its name.
        offers: what can be bought.
        owned: what is owned.
        terms: limits on purchases.

    Raises:
        InfeasiblePlan: no purchases keep the limits.
    """
    shares = _shares_running(planned, today)
    seen = tuple(one for one in sizes.workloads if shares[one.name].any())
    unplanned = _unseen(sizes.workloads, seen)
    if not seen or sizes.catalog is None:
        return DecidedSizes(demand=planned, bound=None, assignments=(), kept=0, orders={}, unplanned=unplanned)
    followed, profiles = _follow(seen, shares)
    plan = plan_sizes_and_commitments(
        JointProblem(
            candidates=followed,
            catalog=sizes.catalog,
            base=_without(planned, today, shares),
            profiles=profiles,
            offers=tuple(offers),
            owned=tuple(owned),
            terms=terms,
        )
    )
    assignments = _assignments(plan, seen, sizes.catalog)
    return DecidedSizes(
        demand=plan.settlement.demand,
        bound=plan.bound,
        assignments=assignments,
        kept=len(plan.sizes) - len(assignments),
        orders=plan.orders,
        unplanned=unplanned,
    )


def _shares_running(planned: HourlyDemand, today: Mapping[str, Mapping[int, float]]) -> Mapping[str, Floats]:
    """Share of each workload's machines that the planned demand holds, [hours] by name.

    It is less than all of them where demand shrinks, where machines are stopped at times, and where they are new: then
    the weeks that are carried forward have them in part. Of a machine that is billed as several items it is the least
    share of them.
    """
    current = np.zeros(len(planned.items))
    for dollars in today.values():
        for item, amount in dollars.items():
            current[item] += amount
    share: Floats = np.divide(planned.dollars, current, out=np.ones_like(planned.dollars), where=current > 0)
    share = np.minimum(share, 1.0)
    return {
        name: share[:, list(dollars)].min(axis=1) if dollars else np.zeros(planned.hours)
        for name, dollars in today.items()
    }


def _without(
    planned: HourlyDemand, today: Mapping[str, Mapping[int, float]], shares: Mapping[str, Floats]
) -> HourlyDemand:
    """The planned demand less the machines whose size is open, as far as it holds them."""
    left = planned.dollars.copy()
    for name, dollars in today.items():
        for item, amount in dollars.items():
            left[:, item] -= shares[name] * amount
    return HourlyDemand(items=planned.items, dollars=np.maximum(left, 0), start=planned.start)


def _unseen(workloads: Sequence[OpenWorkload], seen: Sequence[OpenWorkload]) -> tuple[Unplanned, ...]:
    names = {one.name for one in seen}
    return tuple(Unplanned(subject=one.name, reason=_UNSEEN) for one in workloads if one.name not in names)


def _follow(workloads: Sequence[OpenWorkload], shares: Mapping[str, Floats]) -> tuple[tuple[Candidates, ...], Floats]:
    """The workloads, each following its share, and these shares as profiles, [hours, profiles]."""
    columns = np.stack([shares[one.name] for one in workloads], axis=1)
    profiles, profile = np.unique(columns, axis=1, return_inverse=True)
    followed = tuple(
        replace(one.options, workload=replace(one.options.workload, profile=place))
        for one, place in zip(workloads, profile.reshape(-1).tolist(), strict=True)
    )
    return followed, profiles


def _assignments(plan: JointPlan, workloads: Sequence[OpenWorkload], catalog: Catalog) -> tuple[Assignment, ...]:
    postponed = {one.workload: one for one in plan.postponed}
    found = []
    for size, one in zip(plan.sizes, workloads, strict=True):
        before = _before(one, catalog)
        changes = (size.machine.shape.instance_type, size.replicas) != (before.instance_type, before.count)
        if changes or size.workload in postponed:
            found.append(_assignment(size, one, before, postponed.get(size.workload)))
    return tuple(sorted(found, key=_rank))


def _rank(one: Assignment) -> tuple[Decimal, str]:
    before = one.monthly_before.amount if one.monthly_before else Decimal(0)
    return one.monthly_after.amount - before, one.workload


def _before(one: OpenWorkload, catalog: Catalog) -> Capacity:
    workload = one.options.workload
    name = workload.current.instance_type if workload.current else ""
    hourly = next(
        machine.hourly
        for machine in (catalog.machines[row] for row in one.options.machine.tolist())
        if machine.shape.instance_type == name
    )
    return Capacity(instance_type=name, count=len(one.members), market="on_demand", hourly=Money(amount=hourly))


def _assignment(size: Size, one: OpenWorkload, before: Capacity, postponed: Postponed | None) -> Assignment:
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
        resources=tuple(member.id for member in one.members),
        before=(before,),
        after=(after,),
        monthly_before=_monthly(before),
        monthly_after=_monthly(after),
        reasons=_reasons(one.options, size),
        relaxing_saves=one.relaxing(size.hourly),
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
        f"needs {load.memory_gib:.2f} of {shape.memory_gib * count:g} GiB of memory",
    ]
    if load.network_gbps is not None and shape.network_gbps is not None:
        lines.append(f"needs {load.network_gbps:.2f} of {shape.network_gbps * count:g} Gbit/s")
    return tuple(lines)
