"""How capacity comes and goes: spells of having it and of missing it, and the chance that each ends."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

import numpy as np
from numpy.typing import NDArray

from costopt.errors import DemandError
from costopt.optimizer.training.timetable import Flags, Floats, Units

HOURS_PER_DAY = 24

LEAST_CHANCE, LARGEST_CHANCE = 1e-4, 0.98
"""Bounds of every chance: no spell is sure to last or to end."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trace:
    """Whether capacity could be had, tick by tick, without holes."""

    start: datetime
    """First moment of the first tick, UTC."""
    tick_hours: float
    """Hours of a tick."""
    available: Flags
    """Whether it could be had and kept for the whole tick, [ticks]."""

    def __post_init__(self) -> None:
        """Refuse what is no history.

        Raises:
            DemandError: no ticks, ticks without length, a start without UTC.
        """
        if not self.available.size or self.available.ndim != 1:
            raise DemandError(f"there is no history of availability: {self.available.shape} ticks")
        if not 0 < self.tick_hours <= HOURS_PER_DAY:
            raise DemandError(f"a history of availability has ticks of {self.tick_hours} hours")
        if self.start.utcoffset() != timedelta(0):
            raise DemandError(f"a history of availability starts at {self.start}, which is not in UTC")

    @property
    def end(self) -> datetime:
        """First moment after it, UTC."""
        return self.start + timedelta(hours=len(self.available) * self.tick_hours)

    def hours_of_day(self) -> Units:
        """Hour of day, UTC, in which each tick begins, [ticks]."""
        return hours_of_day(self.start, self.tick_hours, len(self.available))

    def ages(self) -> Units:
        """Ticks that the spell has lasted, this one included, [ticks]. The first spell counts from the first tick."""
        ticks = np.arange(len(self.available))
        begins = np.concatenate([[True], self.available[1:] != self.available[:-1]])
        return ticks - np.maximum.accumulate(np.where(begins, ticks, 0)) + 1

    def between(self, first: int, last: int) -> Self:
        """The ticks `first` to before `last`."""
        start = self.start + timedelta(hours=first * self.tick_hours)
        return replace(self, start=start, available=self.available[first:last])

    def coarsened(self, factor: int) -> Self:
        """Ticks `factor` times as long; one can be had where all that it is made of could. A rest is left out."""
        whole = len(self.available) // factor * factor
        joined: Flags = np.all(self.available[:whole].reshape(-1, factor), axis=1)
        return replace(self, tick_hours=self.tick_hours * factor, available=joined)


def hours_of_day(start: datetime, tick_hours: float, ticks: int) -> Units:
    """Hour of day, UTC, in which each of `ticks` begins, [ticks]."""
    first = start.hour + start.minute / 60 + start.second / 3600
    hours: NDArray[np.float64] = np.floor(first + np.arange(ticks) * tick_hours + 1e-9)
    return hours.astype(np.int64) % HOURS_PER_DAY


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AvailabilityModel:
    """A two-state Markov model whose chances may depend on the age of the spell and on the hour of day.

    The states are the classes of age, first of spells in which capacity is there, then of those in which it is not.
    Falling chances with age are what heavy tails and alternating calm and stormy times look like.
    """

    tick_hours: float
    """Hours of a tick."""
    age_classes: tuple[int, ...]
    """Ticks at which each class of age begins, rising from 1."""
    chance_of_loss: Floats
    """That capacity which is there is gone in the next tick, [hours of day or 1, classes]."""
    chance_of_return: Floats
    """That capacity which is missing is there in the next tick, [hours of day or 1, classes]."""

    @classmethod
    def from_rates(cls, *, tick_hours: float, mean_up_hours: float, mean_down_hours: float) -> Self:
        """A plain model from the mean length of spells, for where there is no history but an interruption rate.

        Args:
            tick_hours: Hours of a tick.
            mean_up_hours: Hours for which capacity stays; the inverse of the interruptions per hour.
            mean_down_hours: Hours until it is there again.
        """
        loss, back = (np.array([[bounded(tick_hours / hours)]]) for hours in (mean_up_hours, mean_down_hours))
        return cls(tick_hours=tick_hours, age_classes=(1,), chance_of_loss=loss, chance_of_return=back)

    @classmethod
    def independent(cls, *, tick_hours: float, chance: float) -> Self:
        """Capacity that is there with one chance in every tick, whatever was before."""
        loss, back = np.array([[bounded(1 - chance)]]), np.array([[bounded(chance)]])
        return cls(tick_hours=tick_hours, age_classes=(1,), chance_of_loss=loss, chance_of_return=back)

    @property
    def classes(self) -> int:
        """Number of classes of age."""
        return len(self.age_classes)

    @property
    def state_is_available(self) -> Flags:
        """Whether capacity is there, [states]."""
        return np.arange(2 * self.classes) < self.classes

    @property
    def daily(self) -> bool:
        """Whether the hour of day matters."""
        return len(self.chance_of_loss) > 1

    @property
    def availability(self) -> float:
        """Share of time for which capacity is there in the long run, over the hours of day."""
        chances = np.mean([self.transition(hour) for hour in range(len(self.chance_of_loss))], axis=0)
        return float(long_run(chances)[: self.classes].sum())

    def state_of(self, *, available: bool, age: int) -> int:
        """State of a spell that has lasted `age` ticks."""
        place = int(np.searchsorted(self.age_classes, age, side="right")) - 1
        return place if available else place + self.classes

    def transition(self, hour: int) -> Floats:
        """Chances from state to state in a tick that begins in an hour of day, [states, states].

        A spell leaves its class of age for the next with the inverse of the class's length.
        """
        count = self.classes
        chances = np.zeros((2 * count, 2 * count))
        lengths = np.append(np.diff(self.age_classes), np.inf)
        for first, other, ends in ((0, count, self.chance_of_loss), (count, 0, self.chance_of_return)):
            ending = ends[hour % len(ends)]
            for place in range(count):
                chances[first + place, other] = ending[place]
                chances[first + place, first + place] += (1 - ending[place]) * (1 - 1 / lengths[place])
                if place + 1 < count:
                    chances[first + place, first + place + 1] = (1 - ending[place]) / lengths[place]
        return chances

    def coarsened(self, factor: int) -> Self:
        """Ticks `factor` times as long: a spell ends in one where it ends in any of the ticks that it is made of."""
        ages = [1]
        for age in self.age_classes[1:]:
            ages.append(max((age - 1) // factor + 1, ages[-1] + 1))
        return replace(
            self,
            tick_hours=self.tick_hours * factor,
            age_classes=tuple(ages),
            chance_of_loss=np.clip(1 - (1 - self.chance_of_loss) ** factor, LEAST_CHANCE, LARGEST_CHANCE),
            chance_of_return=np.clip(1 - (1 - self.chance_of_return) ** factor, LEAST_CHANCE, LARGEST_CHANCE),
        )

    def scaled(self, *, loss: float, back: float) -> Self:
        """The same with every chance of loss and of return multiplied."""
        return replace(
            self,
            chance_of_loss=np.clip(self.chance_of_loss * loss, LEAST_CHANCE, LARGEST_CHANCE),
            chance_of_return=np.clip(self.chance_of_return * back, LEAST_CHANCE, LARGEST_CHANCE),
        )


def bounded(chance: float) -> float:
    """A chance within the bounds of every chance."""
    return min(max(chance, LEAST_CHANCE), LARGEST_CHANCE)


def long_run(chances: Floats) -> Floats:
    """Share of time that a chain spends in each state, [states], from its chances, [states, states]."""
    count = len(chances)
    balance = np.vstack([chances.T - np.eye(count), np.ones(count)])
    share: Floats = np.linalg.lstsq(balance, np.append(np.zeros(count), 1.0), rcond=None)[0]
    return share
