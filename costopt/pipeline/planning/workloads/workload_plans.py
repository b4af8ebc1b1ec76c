"""All workloads of a file on the machines that suit them, for each way to count an hour on demand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from costopt.errors import WorkloadError
from costopt.model.plan import Assignment, Unplanned
from costopt.model.workload import Workload, WorkloadKind
from costopt.pipeline.planning.workloads.conditions import Conditions
from costopt.pipeline.planning.workloads.offered_type import Basis
from costopt.pipeline.planning.workloads.planned_fleet import plan_fleet_workload
from costopt.pipeline.planning.workloads.planned_job import plan_job_workload
from costopt.pipeline.planning.workloads.planned_machines import plan_machines_workload
from costopt.pipeline.planning.workloads.planned_pods import plan_pods_workload
from costopt.pipeline.planning.workloads.planned_workload import (
    Pattern,
    PlannedWorkload,
    Use,
    capacity,
    dollars,
    on_demand_use,
)
from costopt.pipeline.planning.workloads.relaxed_workload import Planner, Relaxation

PLANNERS: Mapping[WorkloadKind, Planner] = {
    WorkloadKind.FLEET: plan_fleet_workload,
    WorkloadKind.PODS: plan_pods_workload,
    WorkloadKind.BATCH: plan_job_workload,
    WorkloadKind.MACHINES: plan_machines_workload,
}
"""How workloads of each kind are planned."""

_RESERVED = (
    "its capacity is reserved by zone, so that the peak is paid for at all hours, used or not; commitments and"
    " discounts of sustained use count for it as for machines that run"
)

_PLAIN = "the cheapest single type that will do, on demand, as large as the peak at all hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlans:
    """Every workload, planned."""

    by_basis: Mapping[Basis, tuple[PlannedWorkload, ...]]
    """In the order of the file. What was found at committed rates has the bounds."""
    unplanned: tuple[Unplanned, ...]
    """What a workload runs on today and could not be priced."""

    @property
    def listed(self) -> tuple[PlannedWorkload, ...]:
        """Those chosen at on-demand prices."""
        return self.by_basis[Basis.ON_DEMAND]

    def ways(self) -> Sequence[tuple[PlannedWorkload, ...]]:
        """The plans that differ in what they run."""
        committed = self.by_basis[Basis.COMMITTED]
        same = all(
            one.after == other.after and _alike(one, other) for one, other in zip(self.listed, committed, strict=True)
        )
        return (self.listed,) if same else (self.listed, committed)


def plan_all(workloads: Sequence[Workload], conditions: Conditions) -> FilePlans:
    """Plan every workload at on-demand prices and at committed rates.

    Raises:
        InfeasiblePlan, WorkloadError: a workload that cannot be planned; the message names it.
    """
    listed, committed, unplanned = [], [], []
    for workload in map(_as_reserved, workloads):
        plan = PLANNERS[workload.kind]
        first = plan(workload, replace(conditions, basis=Basis.ON_DEMAND))
        # What a job costs is a matter of chance and takes long to work out; commitments hardly ever pay for it.
        fixed = workload.kind is WorkloadKind.BATCH or conditions.deadline.passed
        second = first if fixed else plan(workload, replace(conditions, basis=Basis.COMMITTED))
        try:
            listed.append(_beside_today(first, conditions))
            committed.append(_beside_today(second, conditions))
        except WorkloadError as error:
            unplanned.append(Unplanned(subject=workload.name, reason=f"what runs today is not compared with: {error}"))
            listed.append(replace(first, workload=replace(workload, current=())))
            committed.append(replace(second, workload=replace(workload, current=())))
    return FilePlans(
        by_basis={Basis.ON_DEMAND: tuple(listed), Basis.COMMITTED: tuple(committed)}, unplanned=tuple(unplanned)
    )


def as_it_is(one: PlannedWorkload) -> Assignment:
    """A workload on what it runs on today, or on the plainest choice where it does not exist yet."""
    exists = bool(one.workload.current)
    cost = dollars(one.plain_monthly)
    return Assignment(
        workload=one.workload.name,
        resources=one.workload.resources,
        before=one.plain if exists else (),
        after=one.plain,
        monthly_before=cost if exists else None,
        monthly_after=cost,
        reasons=("what runs today, on demand",) if exists else (_PLAIN,),
    )


def as_planned(one: PlannedWorkload, relaxed: Sequence[Relaxation]) -> Assignment:
    """A workload on what the plan gives it."""
    exists = bool(one.workload.current)
    return Assignment(
        workload=one.workload.name,
        resources=one.workload.resources,
        before=one.plain if exists else (),
        after=one.after,
        monthly_before=dollars(one.plain_monthly) if exists else None,
        monthly_after=dollars(one.monthly),
        reasons=one.reasons,
        relaxing_saves=tuple(each.words for each in relaxed),
        schedule=one.schedule,
        notes=(*one.notes, *([_RESERVED] if one.workload.reserved else [])),
    )


def _as_reserved(workload: Workload) -> Workload:
    """The workload as its reservations are billed: at the peak at all hours, whether machines run or not.

    Source: https://cloud.google.com/compute/docs/instances/reservations-overview (billing) and
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-reservations-pricing-billing.html.
    """
    return replace(workload, profile=(1.0,)) if workload.reserved else workload


def _beside_today(one: PlannedWorkload, conditions: Conditions) -> PlannedWorkload:
    """The plan with what runs today in the place of the plainest choice, where the file names it.

    Raises:
        WorkloadError: a type that there is not, or that has no price.
    """
    workload = one.workload
    if not workload.current:
        return one
    if workload.kind is WorkloadKind.BATCH:
        raise WorkloadError("`current` says nothing of a job, whose machines come and go")
    found = [(conditions.market.find(workload, name), count) for name, count in workload.current]
    return replace(
        one,
        plain=tuple(capacity(type_.name, count, type_.on_demand) for type_, count in found),
        plain_uses=tuple(on_demand_use(workload, type_, Pattern.always(count)) for type_, count in found),
    )


def _alike(one: PlannedWorkload, other: PlannedWorkload) -> bool:
    """Whether two plans run the same at all hours."""
    return [_facts(use) for use in (*one.on_demand, *one.spot)] == [
        _facts(use) for use in (*other.on_demand, *other.spot)
    ]


def _facts(use: Use) -> tuple[object, Decimal, bytes]:
    return use.usage, use.hourly, use.counts.values.tobytes()
