"""What the optimizer is asked for a job with a deadline."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import log1p

import numpy as np

from costopt.errors import InfeasiblePlan, WorkloadError
from costopt.model.workload import Job, Pools, Workload
from costopt.optimizer.training.availability import AvailabilityModel, Trace
from costopt.optimizer.training.checkpoint import daly_interval
from costopt.optimizer.training.choice import Outlook
from costopt.optimizer.training.estimation import PRIOR_DOWN_HOURS, PRIOR_UP_HOURS
from costopt.optimizer.training.job import Capacity, CapacityKind, TrainingJob
from costopt.pipeline.planning.workloads.conditions import Conditions
from costopt.pipeline.planning.workloads.offered_type import OfferedType

_MINUTES = 60
_HOURS_PER_MONTH = 730
_TICKS_TO_DEADLINE = 80
"""Of jobs without a history of capacity: finer ones change the expected cost by less than it is known."""

_OF_SLACK = 0.1
"""Largest checkpoint interval over the slack: what an interruption destroys must leave room for many."""
_CHECKPOINTS = 10.0
"""Shortest checkpoint interval over the time of a checkpoint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobQuestion:
    """What the optimizer is asked for a job."""

    job: TrainingJob
    """One run."""
    capacities: tuple[Capacity, ...]
    """On demand, spot and blocks."""
    outlook: Outlook
    """What is known of spot capacity."""
    types: Mapping[str, OfferedType]
    """The type of each capacity that is not a block, by the capacity's name."""
    blocks: Mapping[str, Pools]
    """Blocks by name."""
    checkpoint_hours: float | None
    """Hours of work between two checkpoints; None where none are written."""
    notes: tuple[str, ...]
    """Sentences: what was left out, and what is assumed of spot capacity."""


def pose_job(workload: Workload, job: Job, conditions: Conditions) -> JobQuestion:
    """The question of a job.

    Raises:
        WorkloadError: a block of a type without throughput, a type that there is not.
        InfeasiblePlan: none of its types has a price.
    """
    types, left_out = _priced_types(workload, job, conditions)
    speeds = dict(job.throughput)
    on_demand = {f"{name} on demand": one for name, one in types.items()}
    spot = {f"{name} spot": one for name, one in types.items() if job.spot and one.spot is not None}
    if job.spot_availability and spot:
        # One history speaks for one kind of capacity: that which does the most work for its price.
        best = min(spot, key=lambda name: float(spot[name].spot or 0) / speeds[spot[name].name])
        spot = {best: spot[best]}
    up_hours = {name: _mean_up_hours(one, job) for name, one in spot.items()}
    interval = _checkpoint_interval(job, min(up_hours.values(), default=None))
    training = _training_job(workload, job, conditions.now, interval)
    capacities = [
        *(_capacity(name, CapacityKind.ON_DEMAND, one.on_demand, speeds[one.name]) for name, one in on_demand.items()),
        *(_capacity(name, CapacityKind.SPOT, one.spot or Decimal(0), speeds[one.name]) for name, one in spot.items()),
        *(_block(workload, pool, speeds, conditions.now) for pool in job.pools),
    ]
    return JobQuestion(
        job=training,
        capacities=tuple(capacities),
        outlook=_outlook(job, up_hours, conditions.now),
        types={**on_demand, **spot},
        blocks={pool.name: pool for pool in job.pools},
        checkpoint_hours=interval,
        notes=(*left_out, *_spot_words(job, list(spot.values()))),
    )


def _priced_types(
    workload: Workload, job: Job, conditions: Conditions
) -> tuple[dict[str, OfferedType], tuple[str, ...]]:
    """Types with throughput and a price, by name, and sentences on the others."""
    types: dict[str, OfferedType] = {}
    missing = []
    for name, _ in job.throughput:
        try:
            types[name] = conditions.market.find(workload, name)
        except WorkloadError as error:
            missing.append((name, error))
    if not types and not job.pools:
        names = ", ".join(name for name, _ in missing)
        raise InfeasiblePlan(
            f"workload {workload.name!r}: none of its types has a known price in {workload.region}: {names}",
            hint=missing[0][1].hint if missing else "Give a throughput of at least one type.",
        )
    return types, tuple(f"{name} is left out: no price of it is known in {workload.region}" for name, _ in missing)


def _training_job(workload: Workload, job: Job, now: datetime, interval: float | None) -> TrainingJob:
    checkpoint = job.checkpoint_minutes / _MINUTES
    return TrainingJob(
        name=workload.name,
        work_hours=job.work_hours,
        start=now,
        deadline=now + timedelta(hours=job.deadline_hours),
        restart_hours=job.restart_minutes / _MINUTES,
        checkpoint_share=0.0 if interval is None else checkpoint / interval,
        rework_hours=0.0 if interval is None else interval + checkpoint,
        machines=job.workers,
    )


def _mean_up_hours(one: OfferedType, job: Job) -> float:
    """Mean hours for which all workers stay: of the history, of the advisor's band, or a cautious guess."""
    if job.spot_availability:
        there = np.array(job.spot_availability)
        losses = int((there[:-1] & ~there[1:]).sum())
        return float(there.sum()) * job.availability_minutes / _MINUTES / max(losses, 1)
    if one.interruption is None:
        return PRIOR_UP_HOURS
    return _HOURS_PER_MONTH / -log1p(-one.interruption) / job.workers


def _checkpoint_interval(job: Job, mean_up_hours: float | None) -> float | None:
    """Hours of work between checkpoints; None where none are needed."""
    checkpoint = job.checkpoint_minutes / _MINUTES
    if mean_up_hours is None or not checkpoint or not mean_up_hours:
        return None
    slack = job.deadline_hours - job.work_hours / max(speed for _, speed in job.throughput)
    best = daly_interval(checkpoint_hours=checkpoint, mean_up_hours=mean_up_hours)
    return max(min(best, _OF_SLACK * slack), _CHECKPOINTS * checkpoint)


def _outlook(job: Job, up_hours: Mapping[str, float], now: datetime) -> Outlook:
    if job.spot_availability:
        tick = job.availability_minutes / _MINUTES
        available = np.array(job.spot_availability)
        start = now - timedelta(hours=tick * len(available))
        return Outlook(histories={name: Trace(start=start, tick_hours=tick, available=available) for name in up_hours})
    tick = job.deadline_hours / _TICKS_TO_DEADLINE
    return Outlook(
        models={
            name: AvailabilityModel.from_rates(tick_hours=tick, mean_up_hours=up, mean_down_hours=PRIOR_DOWN_HOURS)
            for name, up in up_hours.items()
        }
    )


def _capacity(name: str, kind: CapacityKind, price: Decimal, speed: float) -> Capacity:
    return Capacity(name=name, kind=kind, price_per_hour=price, throughput=speed)


def _block(workload: Workload, pool: Pools, speeds: Mapping[str, float], now: datetime) -> Capacity:
    if pool.instance_type not in speeds:
        raise WorkloadError(
            f"workload {workload.name!r}: the throughput of {pool.instance_type} in pool {pool.name!r} is not given",
            hint="Add it to job.throughput.",
        )
    if not pool.from_hour < pool.until_hour:
        raise WorkloadError(f"workload {workload.name!r}: pool {pool.name!r} ends before it begins")
    return Capacity(
        name=pool.name,
        kind=CapacityKind.BLOCK,
        price_per_hour=Decimal(0),
        throughput=speeds[pool.instance_type],
        machines=pool.count,
        opens=now + timedelta(hours=pool.from_hour),
        closes=now + timedelta(hours=pool.until_hour),
        upfront=pool.dollars_per_hour * Decimal(repr(pool.until_hour - pool.from_hour)),
    )


def _spot_words(job: Job, spot: list[OfferedType]) -> tuple[str, ...]:
    if not job.spot:
        return ()
    if not spot:
        return ("no spot price of its types is known, so that all of it runs on demand",)
    if job.spot_availability:
        days = len(job.spot_availability) * job.availability_minutes / _MINUTES / 24
        return (f"spot capacity is taken to come and go as in the {days:.1f} days of history given",)
    unknown = [one.name for one in spot if one.interruption is None]
    if not unknown:
        return ("spot capacity is taken to be interrupted as often as the provider's advisor says",)
    return (
        f"how often {', '.join(unknown)} is interrupted is not known: every {PRIOR_UP_HOURS:g} hours is assumed, for"
        f" {PRIOR_DOWN_HOURS:g} hours",
    )
