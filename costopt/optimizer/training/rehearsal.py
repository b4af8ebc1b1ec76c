"""What a plan is likely to cost and whether it keeps its deadline: the policy carried out on many sampled futures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from costopt.optimizer.training.availability import HOURS_PER_DAY, AvailabilityModel, Trace, hours_of_day
from costopt.optimizer.training.beliefs import Belief
from costopt.optimizer.training.planned import Planned
from costopt.optimizer.training.simulation import Outcome, carry_out
from costopt.optimizer.training.timetable import IDLE, Flags, Floats, Timetable, Units


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rehearsal:
    """Outcomes of a policy over sampled futures. Dollars are those of use, without upfront payments."""

    dollars: Floats
    """Of each run, rising, [runs]."""
    missed: int
    """Runs that missed the deadline."""
    mean_hours: float
    """Mean hours from start to end."""
    mean_interruptions: float
    """Mean number of times that capacity was taken away."""
    hours_on: Floats
    """Mean hours on each capacity of the timetable, in whole ticks, [capacities]."""

    @property
    def mean_dollars(self) -> float:
        """Mean over the runs."""
        return float(self.dollars.mean())

    @property
    def standard_error(self) -> float:
        """Of the mean, in dollars."""
        return float(self.dollars.std() / np.sqrt(len(self.dollars)))

    @property
    def chance_of_miss(self) -> float:
        """Share of runs that missed the deadline."""
        return self.missed / len(self.dollars)

    def quantile(self, share: float) -> float:
        """Dollars that this share of runs do not exceed."""
        return float(np.quantile(self.dollars, share))


def rehearse(policy: Planned, histories: dict[int, Trace], *, runs: int, seed: int) -> Rehearsal:
    """Carry a policy out on futures drawn from its candidates, each as often as the belief says.

    Args:
        policy: The policy of a job.
        histories: What was there until the job's start, by place; where there is none, futures begin anywhere.
        runs: Number of futures, one or more.
        seed: Of the random numbers.
    """
    table, random = policy.table, np.random.default_rng(seed)
    weights = Belief(policy.candidates, histories, table.tick_hours).weights
    drawn = random.choice(len(weights), size=runs, p=weights)
    there = np.ones((runs, table.ticks, len(table.capacities)), dtype=bool)
    for place in policy.candidates.models[0]:
        models = [models[place] for models in policy.candidates.models]
        there[:, :, place] = _sample(models, drawn, table, histories.get(place), random)
    ended = [carry_out(table, one, policy.begin(table, histories), net=policy.net) for one in there]
    return Rehearsal(
        dollars=np.sort([one.dollars for one in ended]),
        missed=sum(one.missed for one in ended),
        mean_hours=float(np.mean([one.ticks for one in ended])) * table.tick_hours,
        mean_interruptions=float(np.mean([one.interruptions for one in ended])),
        hours_on=_ticks_on(ended, len(table.capacities)) * table.tick_hours,
    )


def _ticks_on(ended: Sequence[Outcome], capacities: int) -> Floats:
    """Mean ticks on each capacity, [capacities]."""
    counts = [np.bincount(np.array(one.choices) - IDLE, minlength=capacities + 1)[1:] for one in ended]
    mean: Floats = np.mean(counts, axis=0)
    return mean


def _sample(
    models: list[AvailabilityModel], drawn: Units, table: Timetable, history: Trace | None, random: np.random.Generator
) -> Flags:
    """Futures of one capacity, [runs, ticks]; without a history a day passes unseen before the first tick."""
    unseen = 1 if history is not None else round(HOURS_PER_DAY / table.tick_hours)
    if history is None:
        state = random.integers(len(models[0].state_is_available), size=len(drawn))
    else:
        here, age = bool(history.available[-1]), int(history.ages()[-1])
        state = np.full(len(drawn), models[0].state_of(available=here, age=age))
    begin = table.job.start - timedelta(hours=unseen * table.tick_hours)
    hours = hours_of_day(begin, table.tick_hours, unseen + table.ticks)
    cumulative = {
        int(hour): np.stack([model.transition(int(hour)) for model in models]).cumsum(axis=2)
        for hour in np.unique(hours)
    }
    seen = np.empty((len(drawn), table.ticks), dtype=bool)
    for step in range(len(hours)):
        if step >= unseen:
            seen[:, step - unseen] = models[0].state_is_available[state]
        below = random.random(len(drawn))[:, None] >= cumulative[int(hours[step])][drawn, state]
        state = np.minimum(below.sum(axis=1), len(models[0].state_is_available) - 1)
    return seen
