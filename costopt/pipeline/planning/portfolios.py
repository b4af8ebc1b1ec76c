"""Portfolios of commitments from the cheapest to the safest, each held against all scenarios."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

import numpy as np

from costopt.config.scenario_file import read_scenarios
from costopt.economics.demand import HourlyDemand
from costopt.economics.ec2_cost import LEAST_MONTHLY
from costopt.economics.instruments import Holding, Instrument
from costopt.economics.simulator.settlement import Settlement, settle
from costopt.errors import InfeasiblePlan
from costopt.model.money import HOURS_PER_MONTH, USD
from costopt.model.plan import Goal
from costopt.optimizer.bundle import DEFAULT_TOLERANCE
from costopt.optimizer.commitments.explanation import Binding, LoadDuration, load_durations
from costopt.optimizer.commitments.plan import PortfolioPlan
from costopt.optimizer.commitments.portfolio import plan_commitments
from costopt.optimizer.commitments.purchase_dates import purchase_dates
from costopt.optimizer.commitments.terms import FAMILY_BOUND_SHARE, PlanTerms
from costopt.pipeline.plan_request import PlanRequest
from costopt.pipeline.planning.stress import Scenario, StressTest, scenarios_of

SAFE, BALANCED, CHEAPEST = "safe", "balanced", "cheapest"
_BETWEEN = (0.25, 0.75)
"""Further caps on family-bound commitments, as shares of what a family rarely falls below, for the frontier."""
_LEAST_SHARE = Decimal("0.002")
"""Of the bill, what a purchase saves at least to be worth it where that is less than the dollars that a change of size
must save."""
_TRIALS_BETWEEN = 100
"""Bills that are simulated to polish a point of the frontier that no variant stands at."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Portfolio:
    """One way to buy."""

    name: str
    """`safe`, `balanced`, `cheapest`, or a cap in words."""
    label: str
    """What was chosen, in words."""
    purchases: tuple[Holding, ...]
    """What to buy."""
    settlement: Settlement
    """The planned demand with what is owned and what is bought."""
    bound: Decimal
    """Dollars over the horizon that no portfolio under the same limits is below, what is owned included."""
    optimal: bool
    """Whether the bill is within the tolerance of the bound."""
    method: str
    """How it was found."""
    binding: tuple[Binding, ...]
    """Limits that cost money."""
    curves: tuple[LoadDuration, ...]
    """The load that each commitment faces."""
    stress: StressTest
    """Its bills in all scenarios."""
    savings: tuple[Decimal, ...]
    """Dollars that the purchases save in each scenario over the horizon, the planned demand first."""

    @property
    def worst(self) -> Decimal:
        """Dollars saved in the scenario that is worst for it; negative is a loss."""
        return min(self.savings)

    @property
    def expected(self) -> Decimal:
        """Mean over the scenarios."""
        return sum(self.savings, Decimal(0)) / len(self.savings)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Portfolios:
    """All that were worked out."""

    scenarios: tuple[Scenario, ...]
    """What they were held against."""
    found: Mapping[str, Portfolio]
    """By name, cheapest bill first."""

    def chosen(self, request: PlanRequest) -> Portfolio:
        """The one that the request asks for.

        The goal names one; where that loses more than `max_risk` of what it saves, the cheapest that does not is taken.

        Raises:
            InfeasiblePlan: none keeps the limit.
        """
        named = {Goal.COST: CHEAPEST, Goal.BALANCED: BALANCED, Goal.SAFE: SAFE}[request.goal]
        wanted = self.found[named]
        if request.max_risk is None or _risk(wanted) <= request.max_risk:
            return wanted
        able = [one for one in self.found.values() if _risk(one) <= request.max_risk]
        if not able:
            raise InfeasiblePlan(
                f"every portfolio loses more than {request.max_risk:.0%} of what it saves in some scenario",
                hint="Raise --max-risk.",
            )
        return min(able, key=lambda one: one.settlement.bill.total)


def build_portfolios(
    demand: HourlyDemand,
    offers: Sequence[Instrument],
    owned: Sequence[Holding],
    request: PlanRequest,
    *,
    balanced_share: float | None = FAMILY_BOUND_SHARE,
    dates: Mapping[str, tuple[datetime, ...]] | None = None,
    bound: Decimal | None = None,
) -> Portfolios:
    """Work out the portfolios.

    The safe one is the best for the least demand of all scenarios, hour by hour: what it buys is used in every one of
    them at least as much, and so loses in none.

    Args:
        demand: planned demand of the horizon.
        offers: what can be bought.
        owned: what is owned.
        request: budget and time limit.
        balanced_share: cap on what is bound to a family of the balanced portfolio, as a share of what the family rarely
            falls below; None for no cap.
        dates: when each offer may be bought, by its id, where sizes were decided for the same dates; None for its own.
        bound: dollars over the horizon that no sizes and purchases are below, where sizes were decided too. It is for
            the cheapest alone, and for no limit on risk; of the others is told what is proved for the sizes as chosen.

    Raises:
        InfeasiblePlan: no purchases keep the limits.
        UsageError: the file of scenarios cannot be used.
    """
    scenarios = scenarios_of(demand, () if request.what_if is None else read_scenarios(request.what_if))
    terms = PlanTerms(
        also_at=purchase_dates(demand, offers, owned) if dates is None else dates,
        upfront_budget=request.upfront_budget,
        # Five searches share the time.
        time_limit=None if request.time_limit is None else request.time_limit / 5,
    )
    least = _least_demand(demand, scenarios)
    asked = [
        # What no scenario strands needs no cap.
        (SAFE, "only what pays in every scenario", least, replace(terms, family_bound_share=None)),
        (BALANCED, _cap_words(balanced_share), demand, replace(terms, family_bound_share=balanced_share)),
        (CHEAPEST, _cap_words(None), demand, replace(terms, family_bound_share=None)),
    ]
    asked += [
        (
            f"cap {share:.0%}",
            _cap_words(share),
            demand,
            replace(terms, family_bound_share=share, trials=_TRIALS_BETWEEN),
        )
        for share in _BETWEEN
        if share != balanced_share
    ]
    found = [_portfolio(name, words, demand, on, offers, owned, own, scenarios) for name, words, on, own in asked]
    # Whatever keeps a limit is not below what no limit allows.
    lowest = next(one.bound for one in found if one.name == CHEAPEST)
    found = [replace(one, bound=max(one.bound, lowest)) for one in found]
    if bound is not None:
        found = [_with_sizes_open(one, bound) for one in found]
    cheapest_first = sorted(found, key=lambda one: (one.settlement.bill.total, one.name))
    return Portfolios(scenarios=scenarios, found={one.name: one for one in cheapest_first})


def _portfolio(
    name: str,
    label: str,
    demand: HourlyDemand,
    planned_on: HourlyDemand,
    offers: Sequence[Instrument],
    owned: Sequence[Holding],
    terms: PlanTerms,
    scenarios: Sequence[Scenario],
) -> Portfolio:
    plan = plan_commitments(planned_on, offers, owned, terms)
    held = [one for one in owned if one.end > demand.start]
    same = planned_on is demand
    purchases = _worth_buying(plan, demand, held, scenarios)
    settlement = settle(demand, [*held, *purchases])
    # What is best for less demand is a choice of its own: nothing is proved of it for the demand that is planned.
    bound = plan.bound if same else Decimal(0)
    stress = StressTest(demand, scenarios, held, purchases)
    return Portfolio(
        name=name,
        label=label,
        purchases=purchases,
        settlement=settlement,
        bound=bound,
        optimal=same and _is_close(settlement.bill.total, bound),
        method=f"decomposition in {plan.iterations} steps, then {plan.trials} simulated bills",
        binding=plan.binding if same else (),
        curves=load_durations(settlement),
        stress=stress,
        savings=stress.savings(),
    )


def _worth_buying(
    plan: PortfolioPlan, demand: HourlyDemand, owned: Sequence[Holding], scenarios: Sequence[Scenario]
) -> tuple[Holding, ...]:
    """Purchases without those that save too little to be worth the work of buying and watching them."""
    months = Decimal(demand.hours) / HOURS_PER_MONTH
    least = min(LEAST_MONTHLY * months, _LEAST_SHARE * plan.bill.total)
    uses = StressTest(demand, scenarios[:1], owned, plan.purchases).uses(USD)
    return tuple(
        one for one, (planned, *_) in zip(plan.purchases, uses, strict=True) if planned.net_saving.amount >= least
    )


def _is_close(total: Decimal, bound: Decimal) -> bool:
    return float(total - bound) <= DEFAULT_TOLERANCE * float(total)


def _with_sizes_open(portfolio: Portfolio, bound: Decimal) -> Portfolio:
    """What is proved where sizes were decided too."""
    if portfolio.name != CHEAPEST:
        return replace(portfolio, method=f"{portfolio.method}; proved for the sizes as they were chosen")
    close = _is_close(portfolio.settlement.bill.total, bound)
    return replace(portfolio, bound=bound, optimal=close, method=f"{portfolio.method}; proved for all sizes together")


def _least_demand(demand: HourlyDemand, scenarios: Sequence[Scenario]) -> HourlyDemand:
    """The least dollars of each hour and item over the scenarios, without what has moved away."""
    least = np.minimum.reduce([one.demand.dollars[:, : len(demand.items)] for one in scenarios])
    return HourlyDemand(items=demand.items, dollars=least, start=demand.start)


def _cap_words(share: float | None) -> str:
    if share is None:
        return "no cap on what is bound to a family"
    return f"at most {share:.0%} of what a family rarely falls below is bound to it"


def _risk(portfolio: Portfolio) -> float:
    """Share of the saving of the planned demand that is lost in the worst scenario."""
    loss, saving = -float(portfolio.worst), float(portfolio.savings[0])
    return max(loss, 0.0) / saving if saving > 0 else (0.0 if loss <= 0 else float("inf"))
