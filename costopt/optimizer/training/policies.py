"""Ways to choose that need no model: what the planned policy is held against."""

from dataclasses import dataclass

import numpy as np

from costopt.errors import WorkloadError
from costopt.optimizer.training.availability import Trace
from costopt.optimizer.training.job import CapacityKind
from costopt.optimizer.training.simulation import Decide, Moment
from costopt.optimizer.training.timetable import IDLE, Timetable


@dataclass(frozen=True, slots=True)
class OnDemandOnly:
    """On demand from the first moment to the last."""

    name: str = "on demand"

    def begin(self, table: Timetable, _histories: dict[int, Trace]) -> Decide:
        """Begin a job."""
        place = _fallback(table)
        return lambda _moment: place


@dataclass(frozen=True, slots=True)
class Greedy:
    """The cheapest spot capacity that is there, otherwise idle, until only on demand can make it; then that.

    The switch is the safety net's, at the last tick at which it can be made.
    """

    name: str = "greedy"

    def begin(self, table: Timetable, _histories: dict[int, Trace]) -> Decide:
        """Begin a job."""
        place, spot = _fallback(table), _cheapest_first(table)

        def decide(moment: Moment) -> int:
            return place if moment.running == place else _spot_or_idle(spot, moment)

        return decide


@dataclass(frozen=True, slots=True)
class UniformProgress:
    """Uniform Progress: spot where it is there; on demand only while the job is behind an even pace to the deadline.

    On demand begins where less is done than the pace asks for, and ends where as much is done as the pace asks for two
    restarts later, so that a change pays for itself. The switch at the end is the safety net's, which is later
    than the paper's own.
    Source: Wu et al., "Can't Be Late: Optimizing Spot Instance Savings under Deadlines", NSDI 2024,
    https://www.usenix.org/conference/nsdi24/presentation/wu-zhanghao; written from its description.
    """

    name: str = "uniform progress"

    def begin(self, table: Timetable, _histories: dict[int, Trace]) -> Decide:
        """Begin a job."""
        place, spot = _fallback(table), _cheapest_first(table)
        pace = table.work / table.ticks
        ahead = 2 * table.job.restart_hours / table.tick_hours

        def decide(moment: Moment) -> int:
            done = table.work - moment.units
            if moment.running == place and done < pace * (moment.tick + ahead):
                return place
            chosen = _spot_or_idle(spot, moment)
            behind = done < pace * moment.tick
            return place if chosen == IDLE and behind else chosen

        return decide


def _fallback(table: Timetable) -> int:
    if table.fallback is None:
        raise WorkloadError(f"job {table.job.name} has no on-demand capacity that is sure to be had")
    return table.fallback


def _cheapest_first(table: Timetable) -> list[int]:
    """Spot capacities by dollars for a unit of work."""
    order = np.argsort(table.price / table.speed, kind="stable")
    return [int(place) for place in order if table.capacities[place].kind is CapacityKind.SPOT]


def _spot_or_idle(spot: list[int], moment: Moment) -> int:
    """What runs on spot stays there; otherwise the first that is there."""
    if moment.running in spot and moment.available[moment.running]:
        return moment.running
    return next((place for place in spot if moment.available[place]), IDLE)
