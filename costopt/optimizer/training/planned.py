"""The planned policy: the dynamic programme's choices, under the models that what was seen speaks for."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

import numpy as np
from numpy.typing import NDArray

from costopt.optimizer.training.availability import Trace, hours_of_day
from costopt.optimizer.training.beliefs import Belief, Candidates
from costopt.optimizer.training.dynamic_program import Programme, choice_values, solve
from costopt.optimizer.training.environment import Models, join
from costopt.optimizer.training.safety import SafetyNet, spread_net
from costopt.optimizer.training.simulation import Decide, Moment
from costopt.optimizer.training.timetable import IDLE, Timetable

_REASON_TO_WAIT = 1e-4
"""What waiting must save, in ticks of the dearest capacity: where it costs the same, the sooner done the better."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Planned:
    """The programme of each candidate, solved for one job; the belief weighs what they expect of each choice.

    Taking the mean of what each candidate expects supposes that which of them holds is known from the next tick on;
    that is a little too hopeful of waiting, and far cheaper than planning over beliefs.
    """

    table: Timetable
    """The job."""
    candidates: Candidates
    """Models."""
    net: SafetyNet
    """What keeps the promise."""
    programmes: tuple[Programme, ...]
    """One for each candidate."""
    name: str = "planned"
    """For tables."""

    @classmethod
    def solve(cls, table: Timetable, candidates: Candidates, *, miss_dollars: float | None = None) -> Self:
        """Solve the programmes of a job; `miss_dollars` as in `dynamic_program.solve`."""
        net = spread_net(table)
        programmes = tuple(
            solve(table, join(table, models), net=net, miss_dollars=miss_dollars) for models in candidates.models
        )
        return cls(table=table, candidates=candidates, net=net, programmes=programmes)

    @classmethod
    def of_one(cls, table: Timetable, models: Models) -> Self:
        """The policy that trusts one model."""
        return cls.solve(table, Candidates.only(models))

    def begin(self, table: Timetable, histories: dict[int, Trace]) -> Decide:
        """Begin a job with what was there before its start; histories end at the start."""
        belief = Belief(self.candidates, histories, table.tick_hours)
        before = table.job.start - timedelta(hours=table.tick_hours)
        hours = hours_of_day(before, table.tick_hours, table.ticks)

        def decide(moment: Moment) -> int:
            belief.observe(int(hours[moment.tick]), moment.available)
            return self._cheapest(moment, belief)

        return decide

    def _cheapest(self, moment: Moment, belief: Belief) -> int:
        futures: NDArray[np.float32] = np.stack([one.future[moment.tick, :, belief.state] for one in self.programmes])
        values = belief.weights @ choice_values(
            futures, self.table, units=moment.units, running=moment.running, age=moment.age
        )
        values[0] += _REASON_TO_WAIT * self.table.price.max()
        left = self.table.ticks - moment.tick
        for choice in range(IDLE, len(self.table.capacities)):
            running = choice == moment.running
            there = choice == IDLE or moment.available[choice] or running
            if not (there and self.net.allows(choice, moment.age if running else 0, moment.units, left)):
                values[1 + choice] = np.inf
        return int(values.argmin()) - 1
