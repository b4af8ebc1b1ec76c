"""The plan of a snapshot: what to take away, what to buy and when, and what that comes to."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from costopt.config.settings import Settings
from costopt.economics.billing_months import HOUR
from costopt.economics.simulator.settlement import settle
from costopt.model.money import USD, Money
from costopt.model.plan import PLAN_SCHEMA_VERSION, Plan, PlanSource, Variant
from costopt.optimizer.commitments.purchase_dates import purchase_dates
from costopt.optimizer.commitments.terms import PlanTerms
from costopt.pipeline.plan_request import PlanRequest
from costopt.pipeline.planning.portfolios import CHEAPEST, SAFE, Portfolio, Portfolios, build_portfolios
from costopt.pipeline.planning.snapshot.estate import PlannedEstate, read_estate
from costopt.pipeline.planning.snapshot.followed_policy import follow_policy
from costopt.pipeline.planning.snapshot.open_sizes import open_sizes
from costopt.pipeline.planning.snapshot.problem import PlanProblem, pose
from costopt.pipeline.planning.snapshot.sizes import DecidedSizes, decide_sizes
from costopt.pipeline.planning.variants import (
    Months,
    as_it_is,
    binding_limits,
    frontier_of,
    load_curves,
    planned_variant,
)
from costopt.pipeline.version import tool_version

_FOR_SIZES = 1 / 3
"""Share of a time limit in which sizes are decided; the rest is for portfolios."""


def plan_snapshot(
    path: Path,
    settings: Settings,
    request: PlanRequest,
    *,
    now: datetime | None = None,
    store: Path | None = None,
) -> Plan:
    """Plan for what a snapshot holds.

    Args:
        path: directory that a collection wrote.
        settings: the user's settings.
        request: horizon, growth, limits, goal.
        now: when the plan begins, aware; when the snapshot was taken by default.
        store: store of bills that demand and money come from; list prices and the inventory where None.

    Raises:
        SnapshotError, StoreError, EngineError, CatalogError, ConfigError: as `costopt.pipeline.audit.audit`.
        DemandError: nothing runs whose price is known.
        InfeasiblePlan: no plan keeps every limit.
    """
    estate = read_estate(path, settings, now=now, store=store)
    open_ = open_sizes(estate, settings.checks)
    problem = pose(estate, open_, request)
    followed = follow_policy(problem.estate.history, problem.offers)
    dates = purchase_dates(problem.planned, problem.offers, problem.owned)
    terms = PlanTerms(
        upfront_budget=request.upfront_budget,
        time_limit=_share(request, _FOR_SIZES),
        family_bound_share=followed.share,
        also_at=dates,
    )
    sizes = decide_sizes(
        problem.planned,
        open_,
        problem.resizable,
        problem.offers,
        problem.owned,
        terms,
    )
    # Items were needed for every type that might have been chosen; those that nothing runs on only cost time now.
    used = sizes.demand.used
    demand = sizes.demand.only(used)
    offers = [one.only(used) for one in problem.offers if one.covers[used].any()]
    owned = [one.only(used) for one in problem.owned]
    rest = replace(request, time_limit=_share(request, 1 - _FOR_SIZES))
    portfolios = build_portfolios(
        demand, offers, owned, rest, balanced_share=followed.share, dates=dates, bound=sizes.bound
    )
    chosen = portfolios.chosen(request)
    variants = _variants(problem, sizes, portfolios, chosen, request)
    months = Months(request.horizon_months)
    spot = _spot(problem)
    names = {SAFE: "safe", CHEAPEST: "cheapest", chosen.name: "recommended"}
    return Plan(
        schema_version=PLAN_SCHEMA_VERSION,
        now=estate.now,
        horizon_months=request.horizon_months,
        goal=request.goal,
        source=_source(estate, problem),
        variants=variants,
        frontier=frontier_of(tuple(portfolios.found.values()), names, spot, months),
        binding=binding_limits(chosen.binding, months),
        curves=load_curves(chosen),
        policy=followed.choice,
        unplanned=(*problem.unplanned, *sizes.unplanned),
        assumptions=(*_assumptions(estate, problem, sizes, request), *_outlasting(chosen), followed.words),
    )


def _variants(
    problem: PlanProblem, sizes: DecidedSizes, portfolios: Portfolios, chosen: Portfolio, request: PlanRequest
) -> tuple[Variant, ...]:
    months, spot = Months(request.horizon_months), _spot(problem)
    held = [one for one in problem.owned if one.end > problem.planned.start]
    before = settle(problem.as_it_is, held).bill
    without = settle(problem.planned, held).bill

    def variant(name: str, portfolio: Portfolio) -> Variant:
        return planned_variant(
            name,
            portfolio,
            spot=spot,
            months=months,
            before=before,
            without=without,
            qualities=problem.qualities,
            assignments=sizes.assignments,
        )

    return (
        as_it_is(before, spot, months),
        variant("safe", portfolios.found[SAFE]),
        variant("recommended", chosen),
        variant("cheapest", portfolios.found[CHEAPEST]),
    )


def _share(request: PlanRequest, share: float) -> float | None:
    """Seconds for a share of the work."""
    return None if request.time_limit is None else request.time_limit * share


def _spot(problem: PlanProblem) -> Money:
    return Money(amount=problem.spot_monthly.quantize(Decimal("0.01")), currency=USD)


def _source(estate: PlannedEstate, problem: PlanProblem) -> PlanSource:
    return PlanSource(
        kind="snapshot",
        name=estate.snapshot.id,
        demand=problem.estate.words,
        demand_period=problem.estate.period,
        catalog_version=estate.book.version,
        tool_version=tool_version(),
        money=estate.money,
        made=estate.snapshot.manifest.made,
    )


def _assumptions(
    estate: PlannedEstate, problem: PlanProblem, sizes: DecidedSizes, request: PlanRequest
) -> tuple[str, ...]:
    """What was taken for granted, in sentences."""
    findings = estate.findings
    found = [
        f"demand of the coming {request.horizon_months} months is that of {problem.estate.words},"
        f" growing by {request.growth:.0%} a year",
        f"the {findings.applied} findings of the audit that concern running capacity are carried out first;"
        f" what the audit saves elsewhere, ${findings.elsewhere.amount:,.2f} a month, comes on top",
        f"for each of {len(sizes.assignments) + sizes.kept} machines and groups whose load was measured, those types"
        " are considered that are cheaper on demand than today's by what makes a change worth its trouble",
        "commitments are shared among all accounts, as they are unless sharing was turned off",
        request.upfront_words,
    ]
    return (*found, *problem.assumptions)


def _outlasting(chosen: Portfolio) -> tuple[str, ...]:
    """What no total holds: that commitments cost money after the horizon."""
    end = chosen.settlement.demand.end
    left = Decimal(0)
    for one in chosen.purchases:
        hours = max((one.end - max(one.start, end)) // HOUR, 0)
        left += one.quantity * one.instrument.hourly_cost * hours
    if not left:
        return ()
    return (
        f"what the recommended variant buys runs on after the horizon: ${left:,.2f} are to be paid then, used or not,"
        " and are in no total, saving or scenario here",
    )
