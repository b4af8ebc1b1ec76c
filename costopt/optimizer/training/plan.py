"""The plan of a job with a deadline: on which capacity, with which blocks bought, at what expected cost and risk."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import inf

from costopt.errors import InfeasiblePlan, WorkloadError
from costopt.optimizer.training.availability import Trace
from costopt.optimizer.training.beliefs import Candidates
from costopt.optimizer.training.choice import Choice, Outlook, choose, hours_on, upfront_dollars
from costopt.optimizer.training.job import Capacity, CapacityKind, TrainingJob
from costopt.optimizer.training.planned import Planned
from costopt.optimizer.training.rehearsal import Rehearsal, rehearse
from costopt.optimizer.training.timetable import Timetable

RUNS = 100
"""Sampled futures behind the expected cost; `Rehearsal.standard_error` says how good its mean is."""

_CENT = Decimal("0.01")
_SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinePlan:
    """What to run a job on."""

    job: TrainingJob
    """The job."""
    policy: Planned
    """What to choose at each moment; its timetable names the capacities."""
    blocks: tuple[Capacity, ...]
    """Blocks to use, and to buy where they have an upfront price."""
    rehearsal: Rehearsal
    """Sampled outcomes."""
    upfront_dollars: Decimal
    """Paid in advance for blocks."""
    on_demand_dollars: Decimal | None
    """Cost of the job on its cheapest certain on-demand capacity; None where there is none."""

    @property
    def expected_dollars(self) -> Decimal:
        """Upfront payments and mean cost of use, to the cent: an estimate from samples, not a price."""
        return self.upfront_dollars + Decimal(str(self.rehearsal.mean_dollars)).quantize(_CENT)

    @property
    def chance_of_miss(self) -> float:
        """Chance of missing the deadline; zero by construction where on-demand capacity is certain."""
        return self.rehearsal.chance_of_miss


def plan_job(
    job: TrainingJob,
    capacities: Sequence[Capacity],
    outlook: Outlook,
    *,
    seed: int,
    runs: int = RUNS,
    miss_dollars: float | None = None,
) -> DeadlinePlan:
    """The cheapest plan for a job: what `choose` finds, planned under variants of its models as well, and rehearsed.

    Args:
        job: The job.
        capacities: All that may be used or bought. Moving between them costs a restart.
        outlook: What is known of spot capacity. Each needs a history or a model.
        seed: Of the random numbers.
        runs: Sampled futures.
        miss_dollars: What missing the deadline costs; None to avoid it at any price.

    Raises:
        WorkloadError: spot capacity of which nothing is known, ticks that differ, no capacity that is large enough.
        InfeasiblePlan: the job cannot be done by its deadline; says when at the earliest.
    """
    choice = choose(job, capacities, outlook, miss_dollars=miss_dollars)
    table, models = choice.table, choice.models
    steady = [place for place in models if table.capacities[place].kind is not CapacityKind.SPOT]
    policy = Planned.solve(table, Candidates.around(models, steady=steady), miss_dollars=miss_dollars)
    return DeadlinePlan(
        job=job,
        policy=policy,
        blocks=choice.blocks,
        rehearsal=rehearse(policy, _recent(choice), runs=runs, seed=seed),
        upfront_dollars=upfront_dollars(job, choice.blocks),
        on_demand_dollars=_on_demand(job, table),
    )


def plan_jobs(
    jobs: Sequence[TrainingJob], capacities: Sequence[Capacity], outlook: Outlook, *, seed: int, runs: int = RUNS
) -> tuple[DeadlinePlan, ...]:
    """Plans of jobs that share blocks, in the order of the jobs.

    The machines of a block go first to the jobs to which blocks save the most dollars a machine. That is a heuristic;
    machines are taken for a block's whole window, even where two jobs could use them in turn.

    Args:
        jobs: The jobs, each name once.
        capacities: All that may be used or bought, by any of them.
        outlook: What is known of spot capacity.
        seed: Of the random numbers.
        runs: Sampled futures of each job.

    Raises:
        WorkloadError: as of `plan_job`.
        InfeasiblePlan: a job cannot be done by its deadline on what others leave of the blocks.
    """
    plans: dict[int, DeadlinePlan] = {}
    left = {one.name: one.machines for one in capacities}
    for place in sorted(range(len(jobs)), key=lambda place: -_saved_by_blocks(jobs[place], capacities, outlook)):
        offered = [replace(one, machines=left[one.name]) for one in capacities]
        plan = plan_job(jobs[place], offered, outlook, seed=seed + place, runs=runs)
        for block in plan.blocks:
            if block.machines is not None:
                left[block.name] = block.machines - jobs[place].machines
        plans[place] = plan
    return tuple(plans[place] for place in range(len(jobs)))


def _saved_by_blocks(job: TrainingJob, capacities: Sequence[Capacity], outlook: Outlook) -> float:
    """Dollars a machine that blocks save; without bound where the job cannot be done without them."""
    others = [one for one in capacities if one.kind is not CapacityKind.BLOCK]
    if len(others) == len(capacities):
        return 0.0
    try:
        without = choose(job, others, outlook).expected_dollars
    except (InfeasiblePlan, WorkloadError):
        return inf
    return (without - choose(job, capacities, outlook).expected_dollars) / job.machines


def _recent(choice: Choice) -> dict[int, Trace]:
    """Histories that end where the job begins, so that their last spell is still going on."""
    table = choice.table
    named = {place: choice.outlook.histories.get(table.capacities[place].name) for place in choice.models}
    return {
        place: history
        for place, history in named.items()
        if history is not None
        and abs((table.job.start - history.end).total_seconds()) < table.tick_hours * _SECONDS_PER_HOUR
    }


def _on_demand(job: TrainingJob, table: Timetable) -> Decimal | None:
    """The job on one on-demand capacity from start to end, at its price, in exact hours."""

    def dollars(one: Capacity) -> Decimal:
        return (one.price_per_hour * job.machines * Decimal(str(hours_on(job, one)))).quantize(_CENT)

    in_time = [one for one in table.capacities if one.certain and hours_on(job, one) <= job.hours]
    return min((dollars(one) for one in in_time), default=None)
