"""A policy carried out on a trace of availability, tick by tick, with the same physics as the dynamic programme."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from costopt.errors import DemandError
from costopt.optimizer.training.availability import Trace
from costopt.optimizer.training.dynamic_program import solve
from costopt.optimizer.training.environment import foreseen
from costopt.optimizer.training.safety import SafetyNet, spread_net
from costopt.optimizer.training.timetable import IDLE, Flags, Timetable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moment:
    """What a policy knows when it chooses for a tick."""

    tick: int
    """Ticks since the job's start."""
    units: int
    """Units of work left."""
    running: int
    """Capacity on which it ran in the last tick and which is still there, or IDLE."""
    age: int
    """Ticks for which that has run."""
    available: Flags
    """Whether each capacity is there, [capacities]."""


Decide = Callable[[Moment], int]
"""Called once in each tick, in order; answers with a capacity or IDLE."""


class Policy(Protocol):
    """A way to choose."""

    @property
    def name(self) -> str:
        """For tables."""

    def begin(self, table: Timetable, histories: dict[int, Trace]) -> Decide:
        """Begin a job, knowing what was available before its start, by place of the capacity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a job went."""

    dollars: float
    """Cost of use, without upfront payments."""
    ticks: int
    """Ticks from the start until it was done, or to the deadline."""
    missed: bool
    """Whether it was not done by the deadline."""
    interruptions: int
    """How often capacity was taken away."""
    choices: tuple[int, ...]
    """What it ran on, tick by tick."""


def carry_out(table: Timetable, available: Flags, decide: Decide, *, net: SafetyNet | None = None) -> Outcome:
    """Carry a policy out, with the hard switch to the fallback under it.

    Args:
        table: The job.
        available: Whether each capacity is there, [ticks, capacities]; the fallback always is.
        decide: The policy, as begun for this job.
        net: The timetable's safety net, where it is made already.

    Raises:
        DemandError: a trace of another length than the job's.
    """
    net = net or spread_net(table)
    there = _there(table, available)
    units, running, age, dollars, interruptions = table.work, IDLE, 0, 0.0, 0
    choices: list[int] = []
    for tick in range(table.ticks):
        if units == 0:
            break
        if running != IDLE and table.revocable[running] and not there[tick, running]:
            units, running, age = int(table.lost(running)[units]), IDLE, 0
            interruptions += 1
        moment = Moment(tick=tick, units=units, running=running, age=age, available=there[tick])
        choice = _held_to(table, net, moment, decide(moment))
        age = age if choice == running else 0
        running = choice
        choices.append(choice)
        if choice != IDLE:
            dollars += float(table.charge(choice, age)[units])
            units = int(table.after(choice, age)[units])
            age = min(age + 1, table.ages)
    return Outcome(
        dollars=dollars,
        ticks=len(choices),
        missed=units > 0,
        interruptions=interruptions,
        choices=tuple(choices),
    )


def _held_to(table: Timetable, net: SafetyNet, moment: Moment, choice: int) -> int:
    """The choice if it can be had and keeps the promise, otherwise the nearest that does."""
    left = table.ticks - moment.tick

    def keeps(capacity: int) -> bool:
        return net.allows(capacity, moment.age if capacity == moment.running else 0, moment.units, left)

    if choice not in (IDLE, moment.running) and not moment.available[choice]:
        choice = moment.running
    if keeps(choice) or table.fallback is None:
        return choice
    stays = moment.running != IDLE and not table.revocable[moment.running]
    return moment.running if stays and keeps(moment.running) else table.fallback


def omniscient_dollars(table: Timetable, available: Flags) -> float:
    """The least that any policy could have paid on a trace, by one who knows it: a bound, not a policy.

    Args:
        table: The job.
        available: Whether each capacity is there, [ticks, capacities].

    Raises:
        DemandError: a trace of another length than the job's.
    """
    return float(solve(table, foreseen(_there(table, available)), net=None).expected[0])


def _there(table: Timetable, available: Flags) -> Flags:
    """What is there, within its window; the fallback always is."""
    expected = (table.ticks, len(table.capacities))
    if available.shape != expected:
        raise DemandError(
            f"the trace for job {table.job.name} has the shape {available.shape}, not {expected}: ticks and capacities"
        )
    there: Flags = available & table.open[: table.ticks]
    if table.fallback is not None:
        there[:, table.fallback] = True
    return there
