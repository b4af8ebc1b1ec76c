"""Which capacity a job is planned on, and which blocks are bought for it, by expected cost."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from itertools import chain, combinations

from costopt.errors import InfeasiblePlan, WorkloadError
from costopt.optimizer.training.availability import AvailabilityModel, Trace
from costopt.optimizer.training.dynamic_program import solve
from costopt.optimizer.training.environment import Models, join
from costopt.optimizer.training.estimation import fit
from costopt.optimizer.training.job import Capacity, CapacityKind, TrainingJob
from costopt.optimizer.training.safety import spread_net
from costopt.optimizer.training.timetable import FINEST, Timetable, lay_out

MOST_TICKS = 300
"""Ticks to the deadline; shorter ones are joined. Keeps the tables of a job within about 300 MB."""
MOST_SPOT = 2
"""Spot capacities that are planned together; of more, those that are cheapest alone."""
MOST_BLOCKS = 4
"""Blocks of which every combination is tried."""

_TICKS_AT_ONCE = 100
"""Ticks of a job that has none to spare."""
_SURE = 1 - 1e-9
"""Chance that is certainty but for rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is known of capacity that comes and goes, by its name: a history, or else a model."""

    histories: Mapping[str, Trace] = field(default_factory=dict)
    """Availability until the job's start, or until earlier; all with the same ticks."""
    models: Mapping[str, AvailabilityModel] = field(default_factory=dict)
    """For capacity without a history, such as one of which only an interruption rate is known."""

    def coarsened(self, factor: int) -> "Outlook":
        """All with ticks `factor` times as long."""
        return Outlook(
            histories={name: one.coarsened(factor) for name, one in self.histories.items()},
            models={name: one.coarsened(factor) for name, one in self.models.items()},
        )

    def tick_hours(self) -> float:
        """Hours of a tick.

        Raises:
            WorkloadError: ticks that differ, or nothing known of any capacity.
        """
        ticks = [one.tick_hours for one in self.histories.values()] + [one.tick_hours for one in self.models.values()]
        known = {round(one, 9) for one in ticks}
        if len(known) > 1:
            raise WorkloadError(
                f"histories of availability have ticks of {', '.join(f'{one:g}' for one in sorted(known))} hours",
                hint="Bring them to the same tick with `coarsened`.",
            )
        return ticks[0] if ticks else 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Choice:
    """Capacity for a job."""

    table: Timetable
    """The job on what was chosen."""
    models: Models
    """The fitted models of what comes and goes."""
    outlook: Outlook
    """What is known, in the ticks of the timetable."""
    expected_dollars: float
    """Upfront price and expected cost of use if the fitted models hold."""

    @property
    def blocks(self) -> tuple[Capacity, ...]:
        """Blocks that are used."""
        return tuple(one for one in self.table.capacities if one.kind is CapacityKind.BLOCK)


def choose(
    job: TrainingJob, capacities: Sequence[Capacity], outlook: Outlook, *, miss_dollars: float | None = None
) -> Choice:
    """The capacity on which a job is expected to cost the least.

    Each combination of blocks is judged by the dynamic programme under the fitted models, with its upfront price.

    Args:
        job: The job.
        capacities: All that may be used or bought.
        outlook: What is known of spot capacity. Each needs a history or a model.
        miss_dollars: What missing the deadline costs; None to avoid it at any price.

    Raises:
        WorkloadError: spot capacity of which nothing is known, ticks that differ, no capacity that is large enough.
        InfeasiblePlan: the job cannot be done by its deadline; says when at the earliest.
    """
    tick_hours = outlook.tick_hours()
    factor = math.ceil(job.hours / tick_hours / MOST_TICKS - 1e-9)
    if factor > 1:
        outlook, tick_hours = outlook.coarsened(factor), tick_hours * factor
    usable = [one for one in capacities if one.machines is None or one.machines >= job.machines]
    steady = [one for one in usable if one.kind is CapacityKind.ON_DEMAND]
    offered = [one for one in usable if one.kind is CapacityKind.BLOCK]
    spot = _cheapest_spot(job, usable, steady, outlook, tick_hours)
    return _with_blocks(job, [*spot, *steady], offered, outlook, tick_hours, miss_dollars)


def upfront_dollars(job: TrainingJob, blocks: Sequence[Capacity]) -> Decimal:
    """Paid in advance for the machines that a job uses of blocks."""
    return sum((one.upfront * job.machines for one in blocks), Decimal(0))


def hours_on(job: TrainingJob, capacity: Capacity) -> float:
    """Hours of a job on one capacity without interruption."""
    return job.hours_to_do / capacity.throughput + job.restart_hours


def _with_blocks(
    job: TrainingJob,
    others: Sequence[Capacity],
    offered: Sequence[Capacity],
    outlook: Outlook,
    tick_hours: float,
    miss_dollars: float | None,
) -> Choice:
    """The choice of blocks with which the job is expected to cost the least; the fewest where it is the same."""
    found: list[Choice] = []
    refused: list[InfeasiblePlan] = []
    for blocks in _combinations(offered):
        if not (*others, *blocks):
            continue
        try:
            table = lay_out(job, [*others, *blocks], tick_hours=tick_hours)
            models = _models(table, outlook)
            dollars = float(upfront_dollars(job, blocks)) + _expected(table, models, miss_dollars)
        except InfeasiblePlan as error:
            refused.append(error)
            continue
        found.append(Choice(table=table, models=models, outlook=outlook, expected_dollars=dollars))
    if found:
        return min(found, key=lambda one: one.expected_dollars)
    table = _at_once(job, others, refused)
    return Choice(table=table, models={}, outlook=outlook, expected_dollars=_expected(table, {}, None))


def _at_once(job: TrainingJob, others: Sequence[Capacity], refused: Sequence[InfeasiblePlan]) -> Timetable:
    """A job without a tick to spare is on demand throughout, on what finishes in time by the exact hours.

    Its own timetable is finer, and has two ticks more to hold what rounding adds.
    """
    certain = [one for one in others if one.certain and hours_on(job, one) <= job.hours]
    if certain:
        tick_hours = job.hours / _TICKS_AT_ONCE
        rounded = replace(job, deadline=job.deadline + timedelta(hours=2 * tick_hours))
        return lay_out(rounded, certain, tick_hours=tick_hours, units_per_tick=FINEST)
    if refused:
        raise refused[0]
    raise WorkloadError(
        f"job {job.name} has no capacity with {job.machines} machines at once",
        hint="Add on-demand capacity, or a block that is large enough.",
    )


def _combinations(blocks: Sequence[Capacity]) -> Iterator[tuple[Capacity, ...]]:
    """No block first; of many blocks only one at a time."""
    most = len(blocks) if len(blocks) <= MOST_BLOCKS else 1
    return chain.from_iterable(combinations(blocks, count) for count in range(most + 1))


def _cheapest_spot(
    job: TrainingJob,
    usable: Sequence[Capacity],
    steady: Sequence[Capacity],
    outlook: Outlook,
    tick_hours: float,
) -> list[Capacity]:
    spot = [one for one in usable if one.kind is CapacityKind.SPOT]
    for one in spot:
        if one.name not in outlook.histories and one.name not in outlook.models:
            raise WorkloadError(
                f"nothing is known of how often {one.name} is there",
                hint="Give a history of its availability, or an interruption rate.",
            )
    if len(spot) <= MOST_SPOT:
        return spot

    def alone(one: Capacity) -> float:
        try:
            table = lay_out(job, [one, *steady], tick_hours=tick_hours)
        except InfeasiblePlan:
            return math.inf
        return _expected(table, _models(table, outlook), None)

    return sorted(spot, key=alone)[:MOST_SPOT]


def _models(table: Timetable, outlook: Outlook) -> Models:
    """Several spot capacities have plain models each, so that the product of their states stays small."""
    several = sum(one.kind is CapacityKind.SPOT for one in table.capacities) > 1
    models = {}
    for place, one in enumerate(table.capacities):
        if one.kind is CapacityKind.SPOT:
            history = outlook.histories.get(one.name)
            models[place] = outlook.models[one.name] if history is None else fit(history, by_age=not several)
        elif one.obtainable < 1:
            models[place] = AvailabilityModel.independent(tick_hours=table.tick_hours, chance=one.obtainable)
    return models


def _expected(table: Timetable, models: Models, miss_dollars: float | None) -> float:
    """Expected dollars, over the states of the environment as often as they are met."""
    environment = join(table, models)
    programme = solve(table, environment, net=spread_net(table), miss_dollars=miss_dollars)
    if programme.chance_of_miss.min() >= _SURE:
        names = ", ".join(one.name for one in table.capacities)
        raise InfeasiblePlan(
            f"job {table.job.name} cannot be done by {table.job.deadline} while there is capacity: {names}",
            hint="Move the deadline, start earlier, or add capacity that is there for longer.",
        )
    return float(environment.long_run() @ programme.expected)
