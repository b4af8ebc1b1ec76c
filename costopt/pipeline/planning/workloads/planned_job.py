"""Work with a deadline on spot, on-demand and reserved capacity."""

import math

import numpy as np

from costopt.errors import WorkloadError
from costopt.model.finding import ComputeUsage
from costopt.model.plan import Capacity as ListedCapacity
from costopt.model.workload import Job, Workload
from costopt.optimizer.training.job import CapacityKind
from costopt.optimizer.training.plan import DeadlinePlan, plan_job
from costopt.pipeline.planning.workloads.conditions import SEED, Conditions
from costopt.pipeline.planning.workloads.job_floor import asked_of_job
from costopt.pipeline.planning.workloads.job_question import JobQuestion, pose_job
from costopt.pipeline.planning.workloads.offered_type import OfferedType
from costopt.pipeline.planning.workloads.planned_workload import (
    CAPACITY_BLOCK,
    Pattern,
    PlannedWorkload,
    Use,
    capacity,
    on_demand_use,
    spot_use,
)

_HOURS_PER_MONTH = 730
_MINUTES = 60
_SELDOM = 1e-3
"""Hours a run below which capacity is not worth a word."""


def plan_job_workload(workload: Workload, conditions: Conditions) -> PlannedWorkload:
    """Plan a job: expected costs over its runs, which begin evenly over the month.

    Raises:
        InfeasiblePlan: it cannot be done by its deadline, or no type has a price; the message names it.
        WorkloadError: a type or a block that cannot be meant.
    """
    job = _job_of(workload)
    question = pose_job(workload, job, conditions)
    plan = plan_job(question.job, question.capacities, question.outlook, seed=SEED)
    plain, plain_hours = _plain(question, job)
    on_demand = _uses(workload, job, question, plan, CapacityKind.ON_DEMAND)
    return PlannedWorkload(
        workload=workload,
        plain=(capacity(plain.name, job.workers, plain.on_demand),),
        plain_uses=(
            on_demand_use(
                workload, plain, spread_runs(job.runs_per_month, 0.0, plain_hours, plain_hours * job.workers)
            ),
        ),
        after=_listed(job, question, plan),
        on_demand=(*on_demand, *_block_uses(workload, job, question, plan)),
        spot=_uses(workload, job, question, plan, CapacityKind.SPOT),
        asked=(asked_of_job(job, question),),
        method="a dynamic programme over work and time left, rehearsed on sampled futures",
        reasons=(
            f"{job.work_hours:g} hours of work on {job.reference_type} must be done within {job.deadline_hours:g}"
            f" hours, {job.runs_per_month:g} times a month on {job.workers} machine{'' if job.workers == 1 else 's'}",
        ),
        notes=(*_outcome(job, question, plan), *question.notes),
    )


def spread_runs(runs: float, begins: float, hours: float, machine_hours: float) -> Pattern:
    """Machines of runs that begin evenly over a month of 730 hours.

    Args:
        runs: a month.
        begins: hours after a run's start at which the machines begin.
        hours: for which they run.
        machine_hours: of one run, all machines together.
    """
    counted = max(math.ceil(runs), 1)
    month = np.zeros(_HOURS_PER_MONTH)
    hours = max(hours, 1e-6)
    for run in range(counted):
        first = run * _HOURS_PER_MONTH / counted + begins
        reach = np.arange(math.floor(first), math.ceil(first + hours))
        part = np.minimum(reach + 1, first + hours) - np.maximum(reach, first)
        np.add.at(month, reach % _HOURS_PER_MONTH, part * machine_hours / hours)
    return Pattern(values=month * (runs / counted))


def _job_of(workload: Workload) -> Job:
    if workload.job is None:
        raise WorkloadError(f"workload {workload.name!r}: kind batch needs a job", hint="Add `job`.")
    return workload.job


def _plain(question: JobQuestion, job: Job) -> tuple[OfferedType, float]:
    """The cheapest single type on demand that is in time, without checkpoints, and its hours; else the fastest."""
    speeds = dict(job.throughput)
    restart = job.restart_minutes / _MINUTES
    hours = {name: job.work_hours / speeds[name] + restart for name in {one.name for one in question.types.values()}}
    if not hours:
        raise WorkloadError(
            f"workload {question.job.name!r}: its blocks' types have no price on demand to compare with",
            hint="`costopt prices refresh` reads the provider's current prices.",
        )
    types = {one.name: one for one in question.types.values()}
    in_time = [name for name in hours if hours[name] <= job.deadline_hours] or [min(hours, key=lambda one: hours[one])]
    best = min(in_time, key=lambda name: (float(types[name].on_demand) * hours[name], name))
    return types[best], hours[best]


def _uses(
    workload: Workload, job: Job, question: JobQuestion, plan: DeadlinePlan, kind: CapacityKind
) -> tuple[Use, ...]:
    """Machines of one way to buy. Their mean cost is that of the rehearsal, whose ticks are divided in proportion."""
    table, rehearsal = plan.policy.table, plan.rehearsal
    counted = float(rehearsal.hours_on @ table.price) / table.tick_hours
    scale = rehearsal.mean_dollars / counted if counted else 1.0
    found = []
    for one, hours in zip(table.capacities, rehearsal.hours_on.tolist(), strict=True):
        if one.kind is kind and hours > _SELDOM:
            machine_hours = hours * scale * job.workers
            counts = spread_runs(job.runs_per_month, 0.0, rehearsal.mean_hours, machine_hours)
            use = spot_use if kind is CapacityKind.SPOT else on_demand_use
            found.append(use(workload, question.types[one.name], counts))
    return tuple(found)


def _block_uses(workload: Workload, job: Job, question: JobQuestion, plan: DeadlinePlan) -> tuple[Use, ...]:
    """Blocks that are used, paid for over their whole windows."""
    found = []
    for one in plan.blocks:
        pool = question.blocks[one.name]
        hours = pool.until_hour - pool.from_hour
        used = ComputeUsage(
            service=CAPACITY_BLOCK,
            instance_type=pool.instance_type,
            variant=workload.requirements.operating_system,
        )
        counts = spread_runs(job.runs_per_month, pool.from_hour, hours, hours * job.workers)
        found.append(Use(usage=(workload.region, used), hourly=pool.dollars_per_hour, counts=counts))
    return tuple(found)


def _listed(job: Job, question: JobQuestion, plan: DeadlinePlan) -> tuple[ListedCapacity, ...]:
    found = []
    for one, hours in zip(plan.policy.table.capacities, plan.rehearsal.hours_on.tolist(), strict=True):
        if one.kind is CapacityKind.BLOCK:
            pool = question.blocks[one.name]
            found.append(capacity(pool.instance_type, job.workers, pool.dollars_per_hour, market=CAPACITY_BLOCK))
        elif hours > _SELDOM:
            name = question.types[one.name].name
            found.append(capacity(name, job.workers, one.price_per_hour, market=one.kind.value))
    return tuple(found)


def _outcome(job: Job, question: JobQuestion, plan: DeadlinePlan) -> tuple[str, ...]:
    rehearsal = plan.rehearsal
    spot = any(one.kind is CapacityKind.SPOT for one in plan.policy.table.capacities)
    error = f" (within ${2 * rehearsal.standard_error:,.2f})" if rehearsal.standard_error else ""
    found = [
        f"one run is expected to cost ${plan.expected_dollars:,.2f}{error} and to take {rehearsal.mean_hours:.1f} of"
        f" {job.deadline_hours:g} hours",
        "the deadline is kept whatever happens to spot capacity"
        if plan.policy.table.fallback is not None
        else f"the chance of missing the deadline is {plan.chance_of_miss:.1%}",
    ]
    if spot:
        found.append(f"{rehearsal.mean_interruptions:.1f} interruptions are expected in a run")
    if spot and question.checkpoint_hours is not None:
        found.append(f"write a checkpoint every {question.checkpoint_hours * _MINUTES:.0f} minutes of work")
    return tuple(found)
