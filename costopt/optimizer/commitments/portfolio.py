"""Which commitments to buy for a demand, when and how much, given those that are owned.

A linear model in which commitments pay where it is best gives the quantities and a bound (`bundle`, `oracle`); what is
bought is in whole steps and judged by the provider's own bill (`polish`, the simulator). The provider never does better
than the model, so the distance between bill and bound is proved, whatever the provider's order does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import ROUND_FLOOR, Decimal

import numpy as np
from numpy.typing import NDArray

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Holding, Instrument
from costopt.economics.simulator.cost_function import CostFunction
from costopt.economics.simulator.settlement import Settlement, settle
from costopt.economics.simulator.windows import check_holdings, window
from costopt.errors import InfeasiblePlan
from costopt.optimizer.bundle import Optimum, minimise
from costopt.optimizer.commitments.domination import Dominated, drop_dominated
from costopt.optimizer.commitments.explanation import explain_limits, load_durations
from costopt.optimizer.commitments.limits import Limit, define_limits
from costopt.optimizer.commitments.master import build_master, check_limits
from costopt.optimizer.commitments.options import Option, good_start, largest_useful, list_options
from costopt.optimizer.commitments.plan import PortfolioPlan
from costopt.optimizer.commitments.polish import Found, polish, round_to_steps
from costopt.optimizer.commitments.pools import MOST_OUTER
from costopt.optimizer.commitments.recourse import hourly_recourse
from costopt.optimizer.commitments.terms import PlanTerms
from costopt.optimizer.solver import Deadline, Status

Array = NDArray[np.float64]

_CENT_OF_A_CENT = Decimal("0.0001")
_STEPS_OF_A_SEARCH, _AFFORDABLE, _MOST_SEARCHED = 7, 10**8, 4
"""Steps for each price that is searched, and how many steps of items and hours an oracle's call may take: seconds."""
_ROUNDING = 1e-9
"""Relative error of a solver's objective and of float sums, taken off the bound."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Case:
    """A question, made ready."""

    demand: HourlyDemand
    owned: tuple[Holding, ...]
    expired: tuple[Holding, ...]
    options: tuple[Option, ...]
    dominated: tuple[Dominated, ...]
    limits: tuple[Limit, ...]
    most: Array
    terms: PlanTerms
    deadline: Deadline

    @property
    def sunk(self) -> float:
        """Dollars of owned commitments in the hours of the demand."""
        spans = ((one, window(self.demand, one)) for one in self.owned)
        hourly = (one.quantity * one.instrument.hourly_cost * (hours.stop - hours.start) for one, hours in spans)
        return float(sum(hourly, Decimal(0)))

    def settle(self, purchases: Sequence[Holding]) -> Settlement:
        """The provider's bill with purchases beside what is owned."""
        holdings = [*self.owned, *purchases]
        return settle(self.demand, holdings, sharing=self.terms.sharing, sustained_use=self.terms.sustained_use)


def plan_commitments(
    demand: HourlyDemand,
    offers: Sequence[Instrument],
    owned: Sequence[Holding] = (),
    terms: PlanTerms | None = None,
) -> PortfolioPlan:
    """Plan purchases.

    Args:
        demand: What is to be paid for, hour by hour: a forecast, or a past that is taken to come again.
        offers: What can be bought; rates are those of the demand's items.
        owned: What is owned already. Its cost is sunk until it ends and is part of bill and bound alike.
        terms: Limits; None for the default ones.

    Raises:
        InfeasiblePlan: no purchases keep the limits; it names them.
        DemandError: holdings or offers that do not belong to the demand.
        SolverFailed: the solver broke down.
    """
    case = _prepare(demand, offers, owned, terms or PlanTerms())
    check_limits(case.limits, case.most)
    optimum = _decompose(case)
    found = _buy(case, optimum)
    purchases = [
        option.holding(_in_steps(quantity, option.instrument.step))
        for option, quantity in zip(case.options, found.quantities, strict=True)
        if quantity > 0
    ]
    return _conclude(case, optimum, found, purchases)


def _prepare(demand: HourlyDemand, offers: Sequence[Instrument], owned: Sequence[Holding], terms: PlanTerms) -> _Case:
    """Check what is given, leave out what plays no part, and make purchases and limits of the rest."""
    offered = [Holding(instrument=one, quantity=Decimal(1), start=demand.start, end=demand.end) for one in offers]
    check_holdings(demand, [*owned, *offered])
    held = tuple(one for one in owned if one.end > demand.start)
    kept, dominated = drop_dominated(offers, upfront_matters=terms.upfront_budget is not None)
    options = list_options(demand, kept, terms.purchase_at)
    limits = define_limits(demand, options, held, terms)
    return _Case(
        demand=demand,
        owned=held,
        expired=tuple(one for one in owned if one.end <= demand.start),
        options=options,
        dominated=dominated,
        limits=limits,
        most=_with_room_for_floors(largest_useful(demand, options), limits),
        terms=terms,
        deadline=Deadline.after(terms.time_limit),
    )


def _decompose(case: _Case) -> Optimum:
    """Quantities of the linear model, and its bound; owned commitments pay, but their cost is not counted.

    Where many pools overlap, a relaxed model leads near the optimum, and the exact one goes on from there.
    """
    start, bound, exact = good_start(case.demand, case.options, case.owned), -np.inf, False
    for most_outer in sorted({MOST_OUTER, _most_affordable(case.demand)}):
        if exact or (case.deadline.passed and bound > -np.inf):
            break
        recourse = hourly_recourse(case.demand, case.options, case.owned, case.terms, most_outer=most_outer)
        master, quantities = build_master(case.options, case.limits, case.most)
        optimum = minimise(
            master,
            quantities,
            recourse,
            recourse.groups,
            start=start,
            # Half of the tolerance is for the model, the rest for whole steps and the provider's order.
            tolerance=case.terms.tolerance / 2,
            deadline=case.deadline,
        )
        start, bound, exact = optimum.x, max(bound, optimum.bound), recourse.pools.exact
    return replace(optimum, bound=bound)


def _most_affordable(demand: HourlyDemand) -> int:
    """Overlapping pools that can be searched exactly: each makes an hour some seven times as dear."""
    most = MOST_OUTER
    while _STEPS_OF_A_SEARCH ** (most + 1) * demand.dollars.size <= _AFFORDABLE and most < _MOST_SEARCHED:
        most += 1
    return most


def _buy(case: _Case, optimum: Optimum) -> Found:
    """Whole steps near the model's quantities, with the lowest bill that was found."""
    steps = np.array([float(option.instrument.step) for option in case.options])
    holdings = [*case.owned, *(option.holding(Decimal(1)) for option in case.options)]
    total = CostFunction(case.demand, holdings, sharing=case.terms.sharing, sustained_use=case.terms.sustained_use)
    held = np.array([float(holding.quantity) for holding in case.owned])
    start = round_to_steps(optimum.x, steps, case.limits)
    found = polish(
        lambda quantities: total(np.concatenate([held, quantities])),
        start,
        steps,
        case.limits,
        most=case.most,
        good_enough=(optimum.bound + case.sunk) / (1 - case.terms.tolerance),
        trials=case.terms.trials,
        deadline=case.deadline,
    )
    if not np.isfinite(found.bill):
        missed = [f"{one.name} by {one.missing(start):.6g} {one.unit}" for one in case.limits if one.missing(start)]
        raise InfeasiblePlan(
            f"no whole steps of purchase keep every limit: the nearest miss {', '.join(missed)}",
            hint="Leave a step of room between floors and caps.",
        )
    return found


def _conclude(case: _Case, optimum: Optimum, found: Found, purchases: Sequence[Holding]) -> PortfolioPlan:
    """The plan: purchases billed in the provider's order, beside the bound."""
    settlement = case.settle(purchases)
    bill, bound = settlement.bill, _rounded_down(optimum.bound + case.sunk)
    close = float(bill.total - bound) <= case.terms.tolerance * float(bill.total)
    return PortfolioPlan(
        status=Status.OPTIMAL if close else Status.FEASIBLE,
        purchases=tuple(purchases),
        settlement=settlement,
        bill=bill,
        baseline=case.settle([]).bill,
        bound=bound,
        residual_liability=sum((_liability(case.demand, one) for one in purchases), Decimal(0)),
        upfront=sum((one.quantity * one.instrument.upfront for one in purchases), Decimal(0)),
        binding=explain_limits(case.limits, optimum.duals),
        curves=load_durations(settlement),
        dominated=case.dominated,
        expired=case.expired,
        iterations=optimum.iterations,
        trials=found.trials,
    )


def _with_room_for_floors(most: Array, limits: Sequence[Limit]) -> Array:
    """Largest quantities to consider: the useful ones, or what a floor asks for where that is more."""
    room = most.copy()
    for limit in limits:
        counted = limit.weights > 0
        if limit.relation == ">=":
            room[counted] = np.maximum(room[counted], limit.right / limit.weights[counted])
    return room


def _liability(demand: HourlyDemand, holding: Holding) -> Decimal:
    """Effective dollars of a commitment after the last hour of the demand."""
    hours = max(0, (holding.end - max(holding.start, demand.end)) // timedelta(hours=1))
    return holding.quantity * holding.instrument.hourly_cost * hours


def _in_steps(quantity: float, step: Decimal) -> Decimal:
    return Decimal(round(quantity / float(step))) * step


def _rounded_down(dollars: float) -> Decimal:
    return Decimal(repr(float(dollars) * (1 - _ROUNDING))).quantize(_CENT_OF_A_CENT, rounding=ROUND_FLOOR)
