"""A job cut into ticks of time and units of work, in whole numbers that are never kinder than the truth.

In each tick the job is idle or on one capacity. A start begins with the restart overhead, which counts in full again
when it is cut short. Deadlines round down to a tick; work, restart and rework round up.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from costopt.errors import InfeasiblePlan, WorkloadError
from costopt.optimizer.training.job import Capacity, CapacityKind, TrainingJob

Units = NDArray[np.int64]
"""Units of work."""
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

IDLE = -1
"""Place of no capacity."""

FINEST = 24
"""Most units in a tick of the reference type: 1 % of speed is told apart, and the tables stay small. More only where a
capacity would do less than one unit in a tick."""
_SLOWEST = 1 / (10 * FINEST)
"""Least throughput of a capacity: below it the tables would grow tenfold for what no plan would choose."""
_SPEED_TOLERANCE = 0.01
"""Rounding of speeds and of the work that is accepted, as a share of them."""
_RESTART_TOLERANCE = 0.05
"""Rounding of a restart that is accepted, as a share of a tick."""
_DUST = 1e-9
"""Below this a difference is the machine's rounding of a decimal fraction."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Timetable:
    """One job on its capacities, in ticks and units. Ages count the ticks since a start, 0 to `ages`."""

    job: TrainingJob
    """The job."""
    capacities: tuple[Capacity, ...]
    """Columns: what it may run on."""
    tick_hours: float
    """Hours of a tick."""
    ticks: int
    """Whole ticks from start to deadline."""
    work: int
    """Units to do."""
    warm_ticks: int
    """Ticks of a start that are not fully productive."""
    speed: Units
    """Units a tick once warm, [capacities]."""
    progress: Units
    """Units done in a tick, [capacities, ages + 1]."""
    warming: Floats
    """Share of a tick spent on the restart, [ages + 1]."""
    price: Floats
    """Dollars a tick of all the job's machines, [capacities]."""
    loss: Units
    """Units lost when taken away, [capacities]."""
    revocable: Flags
    """Whether it can be taken away, [capacities]."""
    open: Flags
    """Whether its window has it, [ticks + 1, capacities]; the last row repeats the one before."""
    fallback: int | None
    """The fastest capacity that can be had at any moment and kept, which the deadline's promise rests on. None where
    there is none, or where the job needs a block as well: then the chance of missing is what the programme finds."""

    @property
    def ages(self) -> int:
        """Largest age that is told apart, at least one."""
        return max(self.warm_ticks, 1)

    def after(self, capacity: int, age: int) -> Units:
        """Units left after a tick, by units left before it, [work + 1]."""
        left: Units = np.maximum(np.arange(self.work + 1) - self.progress[capacity, age], 0)
        return left

    def lost(self, capacity: int) -> Units:
        """Units left after being taken away, by units left before, [work + 1]. What is done stays done."""
        left: Units = np.minimum(np.arange(self.work + 1) + self.loss[capacity], self.work)
        left[0] = 0
        return left

    def charge(self, capacity: int, age: int) -> Floats:
        """Dollars of a tick, by units left before it, [work + 1]: the machines are returned when the work is done."""
        used = self.warming[age] + np.arange(self.work + 1) / self.speed[capacity]
        charged: Floats = self.price[capacity] * np.minimum(used, 1.0)
        charged[0] = 0.0
        return charged

    def ticks_to_finish(self, capacity: int, age: int, units: Units) -> Units:
        """Ticks that work takes without interruption."""
        warm = max(self.warm_ticks - age, 0)
        meanwhile = int(self.progress[capacity, age : self.warm_ticks].sum())
        rest = np.maximum(units - meanwhile, 0)
        return np.where(units > 0, warm - (-rest // self.speed[capacity]), 0)


def lay_out(
    job: TrainingJob, capacities: Sequence[Capacity], *, tick_hours: float, units_per_tick: int | None = None
) -> Timetable:
    """Cut a job into ticks.

    Args:
        job: The job.
        capacities: What it may run on; those with too few machines are left out.
        tick_hours: Hours of a tick, those of the availability's history.
        units_per_tick: Units of work in a tick of the reference type; None for as many as the speeds and the restart
            need to be told apart.

    Raises:
        WorkloadError: no capacity, two of one name, none that is large enough, or one that hardly works at all.
        InfeasiblePlan: the job cannot be done by its deadline, even at once and without interruption.
    """
    usable = _usable(job, capacities)
    speeds = np.array([capacity.throughput for capacity in usable])
    restart = job.restart_hours / tick_hours
    least = math.ceil(1 / float(speeds.min()) - _DUST)
    wanted = units_per_tick or _fineness(speeds, restart, job.hours_to_do / tick_hours, least=least)
    fineness = max(wanted, least)
    speed = np.floor(speeds * fineness + _DUST).astype(np.int64)
    warm_ticks = math.ceil(restart - _DUST)
    ages = np.arange(max(warm_ticks, 1) + 1)
    warming = np.clip(restart - ages, 0.0, 1.0)
    ticks = math.floor(job.hours / tick_hours + _DUST)
    certain = [place for place, capacity in enumerate(usable) if capacity.certain]
    table = Timetable(
        job=job,
        capacities=usable,
        tick_hours=tick_hours,
        ticks=ticks,
        work=math.ceil(job.hours_to_do * fineness / tick_hours - _DUST),
        warm_ticks=warm_ticks,
        speed=speed,
        progress=np.floor(np.outer(speed, 1 - warming) + _DUST).astype(np.int64),
        warming=warming,
        price=np.array([float(one.price_per_hour) * job.machines * tick_hours for one in usable]),
        loss=np.array([_loss(job, one, int(units), tick_hours) for one, units in zip(usable, speed, strict=True)]),
        revocable=np.array([one.kind.revocable for one in usable]),
        open=np.column_stack([_open(job, one, ticks, tick_hours) for one in usable]),
        fallback=max(certain, key=lambda place: speeds[place], default=None),
    )
    if table.fallback is not None and any(one.kind is CapacityKind.BLOCK for one in usable):
        table = replace(table, fallback=table.fallback if _ticks_needed(table) <= ticks else None)
    _require_time(table)
    return table


def _usable(job: TrainingJob, capacities: Sequence[Capacity]) -> tuple[Capacity, ...]:
    names = [capacity.name for capacity in capacities]
    if len(set(names)) != len(names):
        raise WorkloadError(f"job {job.name} has two capacities of one name among {', '.join(sorted(names))}")
    usable = tuple(one for one in capacities if one.machines is None or one.machines >= job.machines)
    if not usable:
        raise WorkloadError(
            f"job {job.name} has no capacity with {job.machines} machines at once",
            hint="Add on-demand capacity, or a block that is large enough.",
        )
    slow = next((one for one in usable if one.throughput < _SLOWEST), None)
    if slow is not None:
        raise WorkloadError(
            f"job {job.name}: capacity {slow.name} has the throughput {slow.throughput:g}, less than 1/{10 * FINEST} of"
            " the reference type",
            hint="Leave it out, or take a slower type as the reference.",
        )
    return usable


def _fineness(speeds: Floats, restart: float, work: float, *, least: int) -> int:
    """The fewest units in a tick that tell speeds, the restart and the end of the work apart; else the best of some.

    Args:
        speeds: Throughputs, [capacities].
        restart: Ticks of a restart.
        work: Ticks of work on the reference type.
        least: The fewest units of which each capacity does one in a tick: with fewer it would be faster than it is.
    """

    def error(units: int) -> float:
        exact = speeds * units
        slower = 1 - np.floor(exact + _DUST) / exact
        first = (1 - restart % 1) * units
        later = (first - math.floor(first + _DUST)) / units
        more = math.ceil(work * units - _DUST) / (work * units) - 1
        return max(float(slower.max()), more, later * _SPEED_TOLERANCE / _RESTART_TOLERANCE)

    errors = {units: error(units) for units in range(least, max(FINEST, least) + 1)}
    good = [units for units, found in errors.items() if found <= _SPEED_TOLERANCE]
    return good[0] if good else min(errors, key=errors.__getitem__)


def _loss(job: TrainingJob, capacity: Capacity, speed: int, tick_hours: float) -> int:
    """A block ends at a known time, before which a checkpoint is written."""
    if capacity.kind is not CapacityKind.SPOT:
        return 0
    return math.ceil(job.rework_hours / tick_hours * speed - _DUST)


def _open(job: TrainingJob, capacity: Capacity, ticks: int, tick_hours: float) -> Flags:
    starts = [job.start + timedelta(hours=tick * tick_hours) for tick in range(ticks)]
    tick = timedelta(hours=tick_hours)
    whole = [_within(capacity.opens, moment, moment + tick, capacity.closes) for moment in starts]
    return np.array([*whole, whole[-1] if whole else False])


def _within(opens: datetime | None, start: datetime, end: datetime, closes: datetime | None) -> bool:
    return (opens is None or opens <= start) and (closes is None or end <= closes)


def _ticks_needed(table: Timetable) -> int:
    """On the fallback; without one, on the fastest capacity as if it were never missing."""
    place = table.fallback if table.fallback is not None else int(table.speed.argmax())
    return int(table.ticks_to_finish(place, 0, np.array([table.work]))[0])


def _require_time(table: Timetable) -> None:
    job, needed = table.job, _ticks_needed(table)
    if needed <= table.ticks:
        return
    certain = table.fallback is not None
    name = table.capacities[table.fallback if table.fallback is not None else int(table.speed.argmax())].name
    earliest = job.start + timedelta(hours=needed * table.tick_hours)
    raise InfeasiblePlan(
        f"job {job.name} cannot be done by {job.deadline}: {job.hours_to_do:g} h of work and {job.restart_hours:g} h of"
        f" restart on {name} end at {earliest} at the earliest" + ("" if certain else ", if that is never missing"),
        hint="Move the deadline, start earlier, or add faster capacity.",
    )
