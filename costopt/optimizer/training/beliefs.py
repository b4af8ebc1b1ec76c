"""Which of several models of availability holds now, judged by what was seen lately.

A history may end before the times change. So the plan does not rest on the fitted model alone: variants of it, with
capacity that is lost or returns more or less often, are weighed by how well they foretold what happened, and what lies
far back counts little.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from costopt.errors import DemandError
from costopt.optimizer.training.availability import AvailabilityModel, Trace
from costopt.optimizer.training.environment import Models
from costopt.optimizer.training.timetable import Floats

VARIANTS = (0.25, 1.0, 4.0)
"""Factors on the chances of loss and of return, each with each."""

FITTED_WEIGHT = 0.5
"""Belief in the fitted model before anything is seen; the variants share the rest."""

_SAME_TICK = 1e-6
"""Hours by which two ticks may differ."""

MEMORY_HOURS = 24.0
"""Time after which what was seen counts for 1/e: regimes of spot capacity are taken to last about a day."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidates:
    """Models between which the belief is divided."""

    models: tuple[Models, ...]
    """Each with the same capacities and the same states."""
    prior: Floats
    """Belief before anything is seen, [candidates]."""

    @classmethod
    def only(cls, models: Models) -> Self:
        """One set of models, which is trusted."""
        return cls(models=(models,), prior=np.ones(1))

    @classmethod
    def around(cls, fitted: Models, *, steady: Collection[int] = ()) -> Self:
        """The fitted models and their variants; those of `steady` capacities do not vary."""
        if all(place in steady for place in fitted):
            return cls.only(fitted)
        pairs = [(loss, back) for loss in VARIANTS for back in VARIANTS]
        others = len(pairs) - 1
        return cls(
            models=tuple(
                {
                    place: model if place in steady else model.scaled(loss=loss, back=back)
                    for place, model in fitted.items()
                }
                for loss, back in pairs
            ),
            prior=np.array([FITTED_WEIGHT if pair == (1.0, 1.0) else (1 - FITTED_WEIGHT) / others for pair in pairs]),
        )


class Belief:
    """The belief of one moment, and the spells that go on in it. Made anew for each run of a job."""

    def __init__(self, candidates: Candidates, histories: dict[int, Trace], tick_hours: float) -> None:
        """Begin with what was seen.

        Args:
            candidates: The models.
            histories: What was there until now, by place.
            tick_hours: Hours of a tick.

        Raises:
            DemandError: a history with other ticks.
        """
        self._fading = float(np.exp(-tick_hours / MEMORY_HOURS))
        self._evidence = np.zeros(len(candidates.prior))
        self._log_prior = np.log(candidates.prior)
        self._spells = [
            _Spell([models[place] for models in candidates.models], place, histories.get(place))
            for place in candidates.models[0]
        ]
        for spell in self._spells:
            if (history := histories.get(spell.place)) is not None:
                if abs(history.tick_hours - tick_hours) > _SAME_TICK:
                    raise DemandError(
                        f"a history has ticks of {history.tick_hours:g} hours, the job of {tick_hours:g}",
                        hint="Lay the job out in the history's ticks, or coarsen the history.",
                    )
                self._evidence += spell.evidence_of(history, self._fading)

    @property
    def weights(self) -> Floats:
        """Belief in each candidate, summing to one, [candidates]."""
        logs = self._log_prior + self._evidence
        weights: Floats = np.exp(logs - logs.max())
        normalised: Floats = weights / weights.sum()
        return normalised

    @property
    def state(self) -> int:
        """State of the environment, numbered as `environment.join` does."""
        number = 0
        for spell in self._spells:
            number = number * spell.states + spell.state
        return number

    def observe(self, hour_before: int, available: NDArray[np.bool_]) -> None:
        """Take in what is there in a tick.

        Args:
            hour_before: Hour of day, UTC, of the tick before.
            available: Whether each capacity is there, [capacities].
        """
        self._evidence *= self._fading
        for spell in self._spells:
            self._evidence += spell.move(hour_before, available=bool(available[spell.place]))


class _Spell:
    """A capacity that is there, or missing, for some time already."""

    def __init__(self, models: list[AvailabilityModel], place: int, history: Trace | None) -> None:
        self.place = place
        self._model = models[0]
        self._ends = np.stack([[model.chance_of_return, model.chance_of_loss] for model in models])
        self._available = None if history is None else bool(history.available[-1])
        self._age = 1 if history is None else int(history.ages()[-1])

    @property
    def states(self) -> int:
        return 2 * self._model.classes

    @property
    def state(self) -> int:
        return self._model.state_of(available=bool(self._available), age=self._age)

    def evidence_of(self, history: Trace, fading: float) -> Floats:
        """Log-likelihood of a history under each candidate, faded with the time since."""
        here = history.available[:-1].astype(int)
        ended = history.available[1:] != history.available[:-1]
        classes = np.searchsorted(self._model.age_classes, history.ages()[:-1], side="right") - 1
        hours = history.hours_of_day()[:-1] % self._ends.shape[2]
        chances = self._ends[:, here, hours, classes]
        logs: Floats = np.log(np.where(ended, chances, 1 - chances))
        faded: Floats = logs @ fading ** np.arange(len(here))[::-1]
        return faded

    def move(self, hour_before: int, *, available: bool) -> Floats:
        """Go on by a tick; log-likelihood of what was seen under each candidate, [candidates]."""
        if self._available is None:
            self._available = available
            return np.zeros(len(self._ends))
        place = self._model.state_of(available=True, age=self._age)
        ends = self._ends[:, int(self._available), hour_before % self._ends.shape[2], place]
        ended = available != self._available
        self._available, self._age = available, 1 if ended else self._age + 1
        seen: Floats = np.log(ends if ended else 1 - ends)
        return seen
