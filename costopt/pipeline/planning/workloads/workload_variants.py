"""The variants of a file's plan: what runs, what is bought for it, and how far the optimum can be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal

from costopt.economics.lookups import PriceBook
from costopt.economics.simulator.settlement import settle
from costopt.model.money import USD, Money
from costopt.model.plan import Certificate, SolveStatus, Variant
from costopt.pipeline.plan_request import PlanRequest
from costopt.pipeline.planning import variants
from costopt.pipeline.planning.portfolios import CHEAPEST, SAFE, Portfolio, Portfolios, build_portfolios
from costopt.pipeline.planning.workloads.planned_workload import Pattern, PlannedWorkload, Use, dollars
from costopt.pipeline.planning.workloads.relaxed_workload import Relaxation
from costopt.pipeline.planning.workloads.workload_demand import (
    AllowedOffers,
    Horizon,
    WorkloadDemand,
    allowed_offers,
    demand_of,
)
from costopt.pipeline.planning.workloads.workload_plans import FilePlans, as_it_is, as_planned

TOLERANCE = 0.0025
"""Share of the cost within which a plan counts as optimal."""

_CENT = Decimal("0.01")
_FOR_PURCHASES = 0.25
"""Share of a time limit."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Way:
    """Machines for all workloads, and portfolios of commitments for them."""

    plans: tuple[PlannedWorkload, ...]
    """What runs."""
    demand: WorkloadDemand
    """What commitments may pay for."""
    offers: AllowedOffers
    """What may be bought."""
    portfolios: Portfolios
    """What is bought."""
    chosen: Portfolio
    """What the request asks for."""
    spot: Money
    """Spot capacity a month."""

    @property
    def total(self) -> Decimal:
        """Dollars a month of what the request asks for, commitments and on demand over the horizon."""
        return self.chosen.settlement.bill.total / Decimal(_months(self.demand)) + self.spot.amount


def best_way(found: FilePlans, horizon: Horizon, book: PriceBook, request: PlanRequest) -> Way:
    """Machines and commitments together: whatever machines were chosen by, those whose whole bill is lowest.

    Raises:
        InfeasiblePlan: no purchases keep the limits.
    """
    differing = found.ways()
    limit = request.time_limit
    share = replace(request, time_limit=None if limit is None else limit * _FOR_PURCHASES / len(differing))
    ways = [_way(plans, horizon, book, share) for plans in differing]
    return min(ways, key=lambda one: one.total)


def _way(plans: tuple[PlannedWorkload, ...], horizon: Horizon, book: PriceBook, request: PlanRequest) -> Way:
    spot = [use for one in plans for use in one.spot]
    uses = [use for one in plans for use in one.on_demand] or [_idle(use) for use in spot]
    demand = demand_of(uses, horizon)
    offers = allowed_offers(demand, book, request)
    portfolios = build_portfolios(demand.demand, offers.instruments, (), request)
    return Way(
        plans=plans,
        demand=demand,
        offers=offers,
        portfolios=portfolios,
        chosen=portfolios.chosen(request),
        spot=dollars(horizon.monthly(spot)),
    )


def variants_of(
    way: Way, horizon: Horizon, relaxed: Mapping[str, Sequence[Relaxation]], floor: Decimal
) -> tuple[Variant, ...]:
    """As it is, safe, recommended and cheapest.

    Args:
        way: machines and commitments.
        horizon: the hours.
        relaxed: what relaxing requirements would save, by workload.
        floor: dollars a month below which no machines and no purchases are.
    """
    months = variants.Months(horizon.months)
    plain = demand_of([use for one in way.plans for use in one.plain_uses], horizon)
    nothing = settle(way.demand.demand, []).bill
    assignments = [as_planned(one, relaxed.get(one.workload.name, ())) for one in way.plans]

    def variant(name: str, portfolio: Portfolio) -> Variant:
        made = variants.planned_variant(
            name,
            portfolio,
            spot=way.spot,
            months=months,
            before=nothing,
            without=nothing,
            qualities=way.offers.qualities,
            assignments=assignments,
        )
        return replace(made, certificate=_certificate(made.total, floor, portfolio, way.plans))

    before = variants.as_it_is(settle(plain.demand, []).bill, Money.zero(), months)
    return (
        replace(before, assignments=tuple(as_it_is(one) for one in way.plans)),
        variant("safe", way.portfolios.found[SAFE]),
        variant("recommended", way.chosen),
        variant("cheapest", way.portfolios.found[CHEAPEST]),
    )


def _certificate(cost: Money, bound: Decimal, portfolio: Portfolio, plans: Sequence[PlannedWorkload]) -> Certificate:
    """The proof for machines and purchases together."""
    floor = min(bound.quantize(_CENT, ROUND_FLOOR), cost.amount)
    proved = floor > 0 and cost.amount - floor <= Decimal(repr(TOLERANCE)) * cost.amount
    methods = ", ".join(dict.fromkeys(one.method for one in plans))
    return Certificate(
        status=SolveStatus.OPTIMAL if proved else SolveStatus.FEASIBLE,
        cost=cost,
        bound=Money(amount=floor, currency=USD) if floor > 0 else None,
        method=f"machines by {methods}; purchases by {portfolio.method}; the bound takes every commitment at"
        " its lowest rate, and to be worth most in the hours in which that proves most",
    )


def _idle(use: Use) -> Use:
    """A use of which nothing runs: a file that needs nothing on demand still has a demand, of zero."""
    return replace(use, counts=Pattern.always(0))


def _months(demand: WorkloadDemand) -> int:
    return demand.demand.hours // 730
