"""The plan of a file of workloads: the infrastructure planner for what does not exist yet."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from costopt.config.settings import Settings
from costopt.config.workload_file import WorkloadFile, read_workload_file
from costopt.model.plan import PLAN_SCHEMA_VERSION, BindingLimit, Plan, PlanSource
from costopt.model.workload import Workload, WorkloadKind
from costopt.optimizer.solver import Deadline
from costopt.pipeline.plan_request import PlanRequest
from costopt.pipeline.planning import variants
from costopt.pipeline.planning.portfolios import CHEAPEST, SAFE
from costopt.pipeline.planning.workloads.conditions import ASSUMED_ZONES, Conditions
from costopt.pipeline.planning.workloads.file_floor import floor_of
from costopt.pipeline.planning.workloads.offered_type import Basis
from costopt.pipeline.planning.workloads.offered_types import TypeMarket
from costopt.pipeline.planning.workloads.planned_workload import CAPACITY_BLOCK, dollars
from costopt.pipeline.planning.workloads.relaxed_workload import Relaxation, relaxations_of
from costopt.pipeline.planning.workloads.weekly_levels import levels_of
from costopt.pipeline.planning.workloads.workload_demand import horizon_of
from costopt.pipeline.planning.workloads.workload_plans import PLANNERS, FilePlans, plan_all
from costopt.pipeline.planning.workloads.workload_variants import Way, best_way, variants_of
from costopt.pipeline.pricing import price_book, refreshed_catalog
from costopt.pipeline.version import tool_version
from costopt.prices.catalog import embedded_catalog_path
from costopt.prices.refresh.shelf import require_current

SOLVE_SECONDS = 10.0
"""Longest search for one workload and level of its load, where no time limit is given."""

FLOOR_SECONDS = 30.0
"""After which the bound is not improved, where no time limit is given."""

RELAXED_SECONDS = 20.0
"""After which no further relaxation is begun, where no time limit is given."""


def plan_workloads(path: Path, settings: Settings, request: PlanRequest, *, now: datetime) -> Plan:
    """Plan what a file of workloads describes.

    Args:
        path: YAML; see `costopt.config.workload_file`.
        settings: the user's settings: where prices are, and discounts.
        request: horizon, growth, limits, goal.
        now: when the plan begins, aware.

    Raises:
        WorkloadError: a file that cannot be used, or a workload that cannot be meant.
        InfeasiblePlan: no plan keeps every requirement; the message names the workload and the requirement.
        CatalogError: prices that cannot be read.
        UsageError: scenarios of the user's own that cannot be used.
    """
    content = read_workload_file(path)
    book = price_book(settings.prices)
    refreshed = require_current(refreshed_catalog(settings.prices))
    market = TypeMarket(
        book,
        [one for one in (embedded_catalog_path(), refreshed) if one is not None],
        spot_prices=content.spot_prices,
        horizon_months=request.horizon_months,
        upfront=request.upfront_budget is not None,
    )
    conditions = Conditions(
        market=market,
        basis=Basis.ON_DEMAND,
        performance=content.performance,
        now=now.astimezone(UTC),
        solve_seconds=_solve_seconds(request, content.workloads),
        deadline=Deadline.after(None if request.time_limit is None else request.time_limit / 2),
    )
    found = plan_all(content.workloads, conditions)
    horizon = horizon_of(conditions.now, request)
    way = best_way(found, horizon, book, request)
    floor = floor_of(found.listed, horizon, _deadline(FLOOR_SECONDS, request))
    relaxed = _relaxed(found, conditions, request)
    months = variants.Months(request.horizon_months)
    names = {SAFE: "safe", CHEAPEST: "cheapest", way.chosen.name: "recommended"}
    return Plan(
        schema_version=PLAN_SCHEMA_VERSION,
        now=conditions.now,
        horizon_months=request.horizon_months,
        goal=request.goal,
        source=PlanSource(
            kind="workloads",
            name=path.name,
            demand="the file",
            demand_period=None,
            catalog_version=book.version,
            tool_version=tool_version(),
        ),
        variants=variants_of(way, horizon, relaxed, floor),
        frontier=variants.frontier_of(tuple(way.portfolios.found.values()), names, way.spot, months),
        binding=(*variants.binding_limits(way.chosen.binding, months), *_limits(relaxed)),
        curves=variants.load_curves(way.chosen),
        unplanned=found.unplanned,
        assumptions=_assumptions(content, settings, way, request),
    )


def _solve_seconds(request: PlanRequest, workloads: Sequence[Workload]) -> float:
    """Longest search for one workload and level; half of a time limit is for commitments, the bound and relaxations."""
    if request.time_limit is None:
        return SOLVE_SECONDS
    searches = sum(_searches(one) for one in workloads)
    return min(SOLVE_SECONDS, request.time_limit / 2 / max(searches, 1))


def _searches(workload: Workload) -> int:
    """About how many searches a workload's plans take, at on-demand prices and at committed rates."""
    if workload.kind not in (WorkloadKind.FLEET, WorkloadKind.PODS):
        return 0
    levels = len(levels_of(workload.profile))
    return 8 * levels if workload.kind is WorkloadKind.FLEET else 2 * levels * (levels + 1) + 14


def _deadline(seconds: float, request: PlanRequest) -> Deadline:
    """The end of work of which so much is done, or an eighth of a time limit where that is less."""
    return Deadline.after(seconds if request.time_limit is None else min(seconds, request.time_limit / 8))


def _relaxed(found: FilePlans, conditions: Conditions, request: PlanRequest) -> Mapping[str, Sequence[Relaxation]]:
    """What relaxing requirements would save, by workload, the dearest workloads first, for as long as time allows."""
    deadline = _deadline(RELAXED_SECONDS, request)
    relaxed = {}
    for one in sorted(found.listed, key=lambda each: (-each.monthly, each.workload.name)):
        if not deadline.passed:
            own = replace(conditions, basis=Basis.ON_DEMAND)
            relaxed[one.workload.name] = relaxations_of(one.workload, one, PLANNERS[one.workload.kind], own, deadline)
    return relaxed


def _limits(relaxed: Mapping[str, Sequence[Relaxation]]) -> Sequence[BindingLimit]:
    """Requirements that cost money, the dearest first."""
    pairs = [(name, one) for name, found in relaxed.items() for one in found]
    return [
        BindingLimit(
            subject=name,
            limit=one.limit,
            relaxing_saves=dollars(one.monthly_saving),
            relaxation=one.relaxation,
        )
        for name, one in sorted(pairs, key=lambda pair: (-pair[1].monthly_saving, pair[0]))
    ]


def _assumptions(content: WorkloadFile, settings: Settings, way: Way, request: PlanRequest) -> tuple[str, ...]:
    """What was taken for granted, in sentences."""
    discounted = ", less the discounts of the settings" if settings.prices.discounts else ""
    found = [
        f"machines are paid at list prices{discounted}; storage, traffic and licences beyond the operating system are"
        " not counted",
        f"the load of the file comes at once and grows by {request.growth:.0%} a year; machines are listed for today",
        f"commitments end within the horizon of {request.horizon_months} months, and {request.upfront_words}",
    ]
    return (
        *found,
        *_conditional(content, way),
        *(note for one in way.plans for note in one.assumptions),
        *way.offers.missing,
    )


def _conditional(content: WorkloadFile, way: Way) -> Sequence[str]:
    """Assumptions that matter for some files only."""
    found = []
    workloads = content.workloads
    if any(not one.spread.zones and (one.spread.survive_zone_loss or one.spread.spot) for one in workloads):
        found.append(f"where a workload names no zones, {len(ASSUMED_ZONES)} are taken, all with the region's prices")
    if any(one.requirements.vcpu for one in workloads):
        measured = f", but for {', '.join(sorted(content.performance))}" if content.performance else ""
        found.append(f"a vCPU does the same work in all families of an architecture{measured}")
    if content.spot_prices:
        found.append(f"spot prices of {', '.join(sorted(content.spot_prices))} are those of the file")
    if any(use.usage[1].service == CAPACITY_BLOCK for one in way.plans for use in one.on_demand):
        found.append("capacity blocks are counted as on demand, as no commitment pays for them")
    if any(one.provider == "gcp" for one in workloads):
        found.append(
            "machines of Compute Engine are listed at what they cost when they run at all hours, after sustained use"
            " discounts; totals hold the discounts that their hours really get"
        )
    if any(one.workload.job for one in way.plans):
        found.append("runs of jobs begin evenly over the month, and cost what they are expected to")
    return found
