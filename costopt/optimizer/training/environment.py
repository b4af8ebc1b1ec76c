"""What may be had in each tick, as one Markov chain over all capacities of a job."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np

from costopt.optimizer.training.availability import AvailabilityModel, hours_of_day, long_run
from costopt.optimizer.training.timetable import Flags, Floats, Timetable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Environment:
    """States of availability and the chances between them. Capacities come and go independently of each other."""

    transition: Floats
    """Chances from a tick to the next, [ticks or 1, states, states]."""
    available: Flags
    """Whether a capacity is there, [ticks + 1 or 1, states, capacities]."""

    def transition_at(self, tick: int) -> Floats:
        """Chances from this tick to the next, [states, states]."""
        chances: Floats = self.transition[min(tick, len(self.transition) - 1)]
        return chances

    def available_at(self, tick: int) -> Flags:
        """Whether a capacity is there in a tick, [states, capacities]."""
        there: Flags = self.available[min(tick, len(self.available) - 1)]
        return there

    def long_run(self) -> Floats:
        """Share of time in each state in the long run, over the hours of day, [states]."""
        return long_run(self.transition.mean(axis=0))


Models = Mapping[int, AvailabilityModel]
"""Model of each capacity that comes and goes, by its place in the timetable, in rising order."""


def join(table: Timetable, models: Models) -> Environment:
    """The environment of a job, from a model of each capacity that comes and goes; the others are always there.

    The states are the product of the models' states, the last model's running fastest.
    """
    hours = hours_of_day(table.job.start, table.tick_hours, table.ticks)
    daily = any(model.daily for model in models.values())
    by_hour = {
        int(hour): reduce(_side_by_side, (model.transition(int(hour)) for model in models.values()), np.ones((1, 1)))
        for hour in (np.unique(hours) if daily else hours[:1])
    }
    chances = np.stack([by_hour[int(hour)] for hour in (hours if daily else hours[:1])])
    sizes = [len(model.state_is_available) for model in models.values()]
    there = np.ones((chances.shape[1], len(table.capacities)), dtype=bool)
    parts = np.unravel_index(np.arange(chances.shape[1]), sizes) if sizes else ()
    for (place, model), part in zip(models.items(), parts, strict=True):
        there[:, place] = model.state_is_available[part]
    return Environment(transition=chances, available=there[None] & table.open[:, None, :])


def _side_by_side(one: Floats, other: Floats) -> Floats:
    return np.asarray(np.kron(one, other), dtype=np.float64)


def foreseen(available: Flags) -> Environment:
    """The environment of somebody who knows what will be there.

    Args:
        available: Whether each capacity is there, within its window, [ticks, capacities].
    """
    there = np.concatenate([available, available[-1:]])[:, None, :]
    return Environment(transition=np.ones((1, 1, 1)), available=there)
