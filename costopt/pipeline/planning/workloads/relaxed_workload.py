"""What a workload would save if it asked for one thing less, found by planning it anew."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from costopt.errors import InfeasiblePlan, SolverFailed, WorkloadError
from costopt.model.workload import Workload, WorkloadKind
from costopt.optimizer.solver import Deadline
from costopt.pipeline.planning.workloads.conditions import Conditions
from costopt.pipeline.planning.workloads.planned_workload import PlannedWorkload

Planner = Callable[[Workload, Conditions], PlannedWorkload]

_WORTH_SAYING = Decimal("0.01")
"""Share of a workload's cost below which a relaxation is not told: searches and samples differ by as much."""

_ARM = "arm64"
_LATER_HOURS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """One requirement less."""

    limit: str
    """The requirement as it is."""
    relaxation: str
    """What is asked for instead, as it reads after "with"."""
    monthly_saving: Decimal
    """Dollars a month at on-demand and spot prices, above zero."""

    @property
    def words(self) -> str:
        """For readers of one workload."""
        return f"with {self.relaxation} it would cost ${self.monthly_saving:,.2f} a month less at list prices"


def relaxations_of(
    workload: Workload, planned: PlannedWorkload, plan: Planner, conditions: Conditions, deadline: Deadline
) -> tuple[Relaxation, ...]:
    """What each requirement of a workload costs, the dearest first.

    Args:
        workload: what is asked for.
        planned: the plan under the same conditions.
        plan: how workloads of its kind are planned.
        conditions: prices; each plan may take a part of their time.
        deadline: after which no further requirement is left out.
    """
    found = []
    cheap = conditions.in_short()
    for limit, relaxation, relaxed, own in _relaxed(workload, cheap):
        if deadline.passed:
            break
        try:
            saved = planned.monthly - plan(relaxed, own).monthly
        except (InfeasiblePlan, SolverFailed, WorkloadError):
            continue  # Less was asked for and nothing found in the short time: there is nothing to tell.
        if saved > _WORTH_SAYING * planned.monthly:
            found.append(Relaxation(limit=limit, relaxation=relaxation, monthly_saving=saved))
    return tuple(sorted(found, key=lambda one: (-one.monthly_saving, one.limit)))


def _relaxed(workload: Workload, conditions: Conditions) -> Iterator[tuple[str, str, Workload, Conditions]]:
    """The limit, what is given up, the workload without it, and under which conditions."""
    if workload.kind is WorkloadKind.BATCH:
        yield from _of_job(workload, conditions)
        return
    needs = workload.requirements

    def asking(**changed: object) -> Workload:
        return replace(workload, requirements=replace(needs, **changed))  # type: ignore[arg-type]

    if _ARM not in needs.architectures and needs.operating_system == "linux" and not needs.gpus:
        arm = asking(architectures=(*needs.architectures, _ARM))
        words = "arm64 allowed as well, where a vCPU is taken to do the same work unless the file says otherwise"
        yield "software that runs on x86_64 alone", words, arm, _with_arm(arm, conditions)
    if not needs.previous_generations:
        yield "current generations alone", "previous generations allowed", asking(previous_generations=True), conditions
    if needs.families:
        yield f"families {', '.join(needs.families)}", "all families allowed", asking(families=()), conditions
    if workload.kind in (WorkloadKind.FLEET, WorkloadKind.PODS):
        yield from _of_spread(workload, conditions)


def _of_spread(workload: Workload, conditions: Conditions) -> Iterator[tuple[str, str, Workload, Conditions]]:
    spread = workload.spread
    if spread.survive_zone_loss:
        without = replace(workload, spread=replace(spread, survive_zone_loss=False))
        yield "the loss of any one zone is survived", "no loss of a zone survived", without, conditions
    if not (spread.spot or workload.reserved) and conditions.market.offered(workload).spot:
        spot = replace(workload, spread=replace(spread, spot=True))
        yield "no spot capacity", f"spot for {1 - spread.on_demand_fraction:.0%} of it", spot, conditions


def _of_job(workload: Workload, conditions: Conditions) -> Iterator[tuple[str, str, Workload, Conditions]]:
    job = workload.job
    if job is None:
        return
    later = replace(job, deadline_hours=job.deadline_hours + _LATER_HOURS)
    limit = f"a deadline after {job.deadline_hours:g} hours"
    yield limit, f"a deadline {_LATER_HOURS:g} hour later", replace(workload, job=later), conditions
    if not job.spot:
        yield "no spot capacity", "spot allowed", replace(workload, job=replace(job, spot=True)), conditions


def _with_arm(workload: Workload, conditions: Conditions) -> Conditions:
    """The conditions, with every arm64 family that was not measured taken to be as fast as the reference."""
    families = {one.family for one in conditions.market.shapes(workload) if _ARM in one.architectures}
    assumed: Mapping[str, float] = dict.fromkeys(families, 1.0) | dict(conditions.performance)
    return replace(conditions, performance=assumed)
