"""What a job costs at least, however its work is divided among the hours until its deadlines and kinds of capacity."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from costopt.model.workload import Job
from costopt.optimizer.commitments.worth_of_hours import Factor, Mix, Proof
from costopt.pipeline.planning.workloads.job_question import JobQuestion
from costopt.pipeline.planning.workloads.planned_workload import Asked, Pattern

_HOURS_PER_MONTH = 730
_MINUTES = 60


def asked_of_job(job: Job, question: JobQuestion) -> Asked:
    """What a job asks for: its work in any of the hours from the start of a run to its deadline.

    Args:
        job: one run; runs begin evenly over the month.
        question: what it may run on.
    """
    runs = max(math.ceil(job.runs_per_month), 1)
    hours = np.zeros(_HOURS_PER_MONTH, dtype=bool)
    for run in range(runs):
        first = run * _HOURS_PER_MONTH / runs
        hours[np.arange(math.floor(first), math.ceil(first + job.deadline_hours)) % _HOURS_PER_MONTH] = True
    machines = job.workers * job.runs_per_month / int(hours.sum())
    return Asked(
        hours=Pattern.within(hours), prove=_Floor(job=job, question=question, machines=machines), anywhere=True
    )


class _Way(NamedTuple):
    """A machine for an hour."""

    speed: float
    """Work that it does, in hours of the reference type."""
    fixed: float
    """Dollars that no commitment changes."""
    on_demand: float = 0.0
    """Dollars on demand."""
    rate: float = 1.0
    """The lowest committed rate over the rate on demand."""

    def price(self, factor: Factor) -> float:
        """Dollars where those on demand are multiplied with a factor."""
        return self.fixed + self.on_demand * factor(self.rate)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Floor:
    """Dollars of a job's runs, in the mean of an hour of those that it has."""

    job: Job
    """One run."""
    question: JobQuestion
    """What it may run on."""
    machines: float
    """Machines of all runs together, over the hours."""

    def __call__(self, factor: Factor) -> Proof:
        """At prices on demand that are multiplied with the factor.

        A block is paid for over its whole window. So a run that uses one costs at least what the cheapest block does.
        """
        singly, blocks = list(self._singly()), list(self._blocks())
        mixed = self._least([*singly, *blocks], factor)
        if not blocks:
            return mixed
        whole = self._cheapest_block()
        with_block = mixed if mixed.bound >= whole else Proof(whole, Mix(dollars={}, fixed=whole))
        without = self._least(singly, factor) if singly else with_block
        return min(with_block, without, key=lambda proof: proof.bound)

    def _least(self, ways: Sequence[_Way], factor: Factor) -> Proof:
        """The work where it is cheapest, and one start a run."""
        job = self.job
        work = min(ways, key=lambda way: way.price(factor) / way.speed)
        start = min(ways, key=lambda way: way.price(factor))
        parts = ((work, job.work_hours / work.speed), (start, job.restart_minutes / _MINUTES))
        dollars: dict[float, float] = defaultdict(float)
        for way, hours in parts:
            dollars[way.rate] += way.on_demand * hours * self.machines
        fixed = sum(way.fixed * hours for way, hours in parts) * self.machines
        bound = sum(way.price(factor) * hours for way, hours in parts) * self.machines
        return Proof(bound, Mix(dollars={rate: one for rate, one in dollars.items() if one}, fixed=fixed))

    def _singly(self) -> Iterator[_Way]:
        speeds = dict(self.job.throughput)
        for name, one in self.question.types.items():
            if name.endswith(" spot") and one.spot is not None:
                yield _Way(speeds[one.name], float(one.spot))
            else:
                yield _Way(speeds[one.name], 0.0, float(one.on_demand), one.rate)

    def _blocks(self) -> Iterator[_Way]:
        speeds = dict(self.job.throughput)
        for pool in self.question.blocks.values():
            yield _Way(speeds[pool.instance_type], float(pool.dollars_per_hour))

    def _cheapest_block(self) -> float:
        """Dollars of the cheapest whole block, in the mean of an hour."""
        whole = (
            float(pool.dollars_per_hour) * (pool.until_hour - pool.from_hour) for pool in self.question.blocks.values()
        )
        return min(whole) * self.machines
