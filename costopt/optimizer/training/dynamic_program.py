"""The cheapest way to the deadline: a backward dynamic programme over work left, time left and availability.

State before a tick: units of work left, state of the environment, and what runs (nothing, or a capacity at an age).
A choice is idleness or a capacity; its value is what the tick costs and what is expected after it. Running capacity
that the next state of the environment lacks is lost, with the work since the last checkpoint. All states of a tick are
computed at once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costopt.optimizer.training.environment import Environment
from costopt.optimizer.training.safety import SafetyNet
from costopt.optimizer.training.timetable import IDLE, Flags, Floats, Timetable, Units

_FORBIDDEN = 1e3
"""What misses cost unless said otherwise, in costs of running the dearest capacity to the deadline."""

_Values = Floats
"""What is expected, [layers, situations, states, work + 1]. Layers: dollars and, where the deadline can be missed, the
chance of that. Values of one choice lack the axis of situations."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Programme:
    """The solution. A situation is 0 where nothing runs, otherwise as `situation` says."""

    table: Timetable
    """The job."""
    future: NDArray[np.float32]
    """Expected dollars after a tick, before the environment moves, [ticks, situations, states, work + 1]."""
    expected: Floats
    """Expected dollars from the first tick on, with nothing running, by state of the environment, [states]. Includes
    the dollars of a miss, times its chance."""
    chance_of_miss: Floats
    """Chance of missing the deadline, likewise, [states]; zero where there is a fallback."""


def situation(table: Timetable, capacity: int, age: int) -> int:
    """Number of the situation in which a capacity has run for `age` ticks, or of idleness."""
    return 0 if capacity == IDLE else 1 + capacity * table.ages + min(age, table.ages) - 1


def solve(
    table: Timetable, environment: Environment, *, net: SafetyNet | None, miss_dollars: float | None = None
) -> Programme:
    """Solve the programme.

    Args:
        table: The job.
        environment: Availability.
        net: What may be chosen; None where everything may, as for a bound that knows the future.
        miss_dollars: What missing the deadline costs; None for so much that it is avoided at any price.
    """
    step = _Step.of(table, net, miss_dollars)
    states, situations = environment.transition.shape[1], 1 + len(table.capacities) * table.ages
    per_layer = np.array([step.miss, 1.0] if table.fallback is None else [step.miss])
    values = np.zeros((len(per_layer), situations, states, table.work + 1))
    values[..., 1:] = per_layer[:, None, None, None]
    future = np.empty((table.ticks, *values.shape[1:]), dtype=np.float32)
    for tick in reversed(range(table.ticks)):
        arriving = step.arrive(values, environment.available_at(tick + 1))
        ahead = environment.transition_at(tick) @ arriving
        future[tick] = ahead[0]
        values = step.choose(ahead, environment.available_at(tick), table.ticks - tick)
    missed = values[1, 0, :, -1] if table.fallback is None else np.zeros(states)
    return Programme(table=table, future=future, expected=values[0, 0, :, -1], chance_of_miss=missed)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Step:
    """What every tick's computation needs, by capacity and age."""

    table: Timetable
    net: SafetyNet | None
    miss: float
    after: list[list[Units]]
    charge: list[list[Floats]]
    lost: list[Units]

    @classmethod
    def of(cls, table: Timetable, net: SafetyNet | None, miss_dollars: float | None) -> "_Step":
        places, ages = range(len(table.capacities)), range(table.ages + 1)
        dearest = float(table.price.max()) * table.ticks
        return cls(
            table=table,
            net=net,
            miss=miss_dollars if miss_dollars is not None else _FORBIDDEN * max(dearest, 1.0),
            after=[[table.after(place, age) for age in ages] for place in places],
            charge=[[table.charge(place, age) for age in ages] for place in places],
            lost=[table.lost(place) for place in places],
        )

    def arrive(self, values: _Values, there: Flags) -> _Values:
        """Values on arriving in a tick: what is not there any more is idle, with work to do again."""
        table, arriving = self.table, values.copy()
        for place in np.flatnonzero(table.revocable):
            gone = np.flatnonzero(~there[:, place])
            first = situation(table, int(place), 1)
            lost = values[:, 0][:, gone][..., self.lost[place]]
            for column in range(first, first + table.ages):
                arriving[:, column, gone] = lost
        return arriving

    def choose(self, ahead: _Values, there: Flags, ticks_left: int) -> _Values:
        """Values before the choice of a tick, from those after it."""
        table, values = self.table, np.empty_like(ahead)
        anew = self._idle(ahead, ticks_left)
        for place in range(len(table.capacities)):
            anew = _better(anew, self._run(place, 0, ahead, there[:, place], ticks_left))
        values[:, 0] = anew
        anywhere = np.ones(len(there), dtype=bool)
        for place in range(len(table.capacities)):
            kept = there[:, place] if table.revocable[place] else anywhere
            for age in range(1, table.ages + 1):
                on = self._run(place, age, ahead, kept, ticks_left)
                values[:, situation(table, place, age)] = _better(on, anew)
        values[..., 0] = 0.0
        return values

    def _idle(self, ahead: _Values, ticks_left: int) -> _Values:
        values: _Values = ahead[:, 0].copy()
        if self.net:
            values[0][:, self.net.after_idle >= ticks_left] = self.miss
        return values

    def _run(self, place: int, age: int, ahead: _Values, there: Flags, ticks_left: int) -> _Values:
        column = situation(self.table, place, age + 1)
        values: _Values = np.take(ahead[:, column], self.after[place][age], axis=-1)
        values[0] += self.charge[place][age]
        if self.net:
            values[0][:, self.net.after_run[place, age] >= ticks_left] = self.miss
        values[0, ~there] = np.inf
        return values


def _better(one: _Values, other: _Values) -> _Values:
    """The choice with fewer dollars in each state; the first where they are equal."""
    if len(one) == 1:
        return np.minimum(one, other)
    return np.where(one[0] <= other[0], one, other)


def choice_values(programmes: NDArray[np.float32], table: Timetable, *, units: int, running: int, age: int) -> Floats:
    """Expected dollars of each choice, under several programmes at once.

    Args:
        programmes: `future` of each at this tick and state, [programmes, situations, work + 1].
        table: The job.
        units: Units left.
        running: What runs, or IDLE.
        age: For how many ticks it has.

    Returns:
        Dollars of idleness and then of each capacity, [programmes, 1 + capacities], as if all were there.
    """
    values = np.empty((len(programmes), 1 + len(table.capacities)))
    values[:, 0] = programmes[:, 0, units]
    for place in range(len(table.capacities)):
        run = age if place == running else 0
        left = max(units - int(table.progress[place, run]), 0)
        charge = float(table.price[place]) * min(1.0, float(table.warming[run]) + units / float(table.speed[place]))
        values[:, 1 + place] = charge + programmes[:, situation(table, place, run + 1), left]
    return values
