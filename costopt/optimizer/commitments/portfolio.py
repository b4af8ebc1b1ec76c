"""Which commitments to buy for a demand, when and how much, given those that are owned.

A linear model in which commitments pay where it is best gives the quantities and a bound (`bundle`, `oracle`); what is
bought is in whole steps and judged by the provider's own bill (`polish`, the simulator). The provider never does better
than the model, so the distance between bill and bound is proved, whatever the provider's order does.

What nothing connects is decided apart (`parts`): each part has a model of its own, with fewer overlapping pools and
fewer different hours than the whole. The bill is that of all parts together, settled at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import ROUND_FLOOR, Decimal

import numpy as np

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Holding, Instrument
from costopt.economics.simulator.cost_function import CostFunction
from costopt.errors import InfeasiblePlan
from costopt.optimizer.bundle import Optimum, minimise
from costopt.optimizer.commitments.case import Array, Case, Part, make_ready
from costopt.optimizer.commitments.explanation import explain_limits, load_durations
from costopt.optimizer.commitments.master import build_master, check_limits
from costopt.optimizer.commitments.options import good_start
from costopt.optimizer.commitments.oracle import HourlyRecourse
from costopt.optimizer.commitments.plan import PortfolioPlan
from costopt.optimizer.commitments.polish import Found, polish, round_to_steps
from costopt.optimizer.commitments.pools import MOST_OUTER
from costopt.optimizer.commitments.recourse import hourly_recourse
from costopt.optimizer.commitments.terms import PlanTerms
from costopt.optimizer.solver import Deadline, Status

_CENT_OF_A_CENT = Decimal("0.0001")
_STEPS_OF_A_SEARCH, _AFFORDABLE, _MOST_SEARCHED = 7, 10**8, 4
"""Steps for each price that is searched, and how many steps of items and hours an oracle's call may take: seconds."""
_ROUNDING = 1e-9
"""Relative error of a solver's objective and of float sums, taken off the bound."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Solved:
    """A part, with what was found for it."""

    part: Part
    optimum: Optimum
    found: Found


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
    case = make_ready(demand, offers, owned, terms or PlanTerms())
    check_limits(case.limits, case.most)
    solved = list(_solve_parts(case))
    quantities = np.zeros(len(case.options))
    for one in solved:
        quantities[one.part.options] = one.found.quantities
    purchases = [
        option.holding(_in_steps(quantity, option.instrument.step))
        for option, quantity in zip(case.options, quantities, strict=True)
        if quantity > 0
    ]
    return _conclude(case, solved, purchases)


def _solve_parts(case: Case) -> Iterator[_Solved]:
    """Each part by itself; what time the small ones leave is for the large ones."""
    deadline, parts = Deadline.after(case.terms.time_limit), case.parts()
    for place, part in enumerate(parts):
        own = deadline.share(1 / (len(parts) - place))
        optimum, recourse = _decompose(part.case, own)
        yield _Solved(part=part, optimum=optimum, found=_buy(part.case, optimum, recourse, own))


def _decompose(case: Case, deadline: Deadline) -> tuple[Optimum, HourlyRecourse]:
    """Quantities of the linear model, and its bound; owned commitments pay, but their cost is not counted.

    Where many pools overlap, a relaxed model leads near the optimum, and the exact one goes on from there.
    """
    start, bound, exact = good_start(case.demand, case.options, case.owned), -np.inf, False
    for most_outer in sorted({MOST_OUTER, _most_affordable(case.demand)}):
        if exact or (deadline.passed and bound > -np.inf):
            break
        recourse = hourly_recourse(case.demand, case.options, case.owned, case.terms, most_outer=most_outer)
        optimum = _minimise(case, recourse, start, case.most, deadline)
        start, bound, exact = optimum.x, max(bound, optimum.bound), recourse.pools.exact
    return replace(optimum, bound=bound), recourse


def _minimise(
    case: Case, recourse: HourlyRecourse, start: Array, most: Array, deadline: Deadline, least: Array | None = None
) -> Optimum:
    master, quantities = build_master(case.options, case.limits, most, least)
    return minimise(
        master,
        quantities,
        recourse,
        recourse.groups,
        start=start,
        # Half of the tolerance is for the model, the rest for whole steps and the provider's order.
        tolerance=case.terms.tolerance / 2,
        deadline=deadline,
    )


def _most_affordable(demand: HourlyDemand) -> int:
    """Overlapping pools that can be searched exactly: each makes an hour some seven times as dear."""
    most = MOST_OUTER
    while _STEPS_OF_A_SEARCH ** (most + 1) * demand.dollars.size <= _AFFORDABLE and most < _MOST_SEARCHED:
        most += 1
    return most


def _buy(case: Case, optimum: Optimum, recourse: HourlyRecourse, deadline: Deadline) -> Found:
    """Whole steps near the model's quantities, with the lowest bill that was found.

    The start with the lowest bill is searched from first, the others with the trials that it leaves.
    """
    holdings = [*case.owned, *(option.holding(Decimal(1)) for option in case.options)]
    total = CostFunction(case.demand, holdings, sharing=case.terms.sharing, sustained_use=case.terms.sustained_use)
    held = np.array([float(holding.quantity) for holding in case.owned])

    def bill(quantities: Array) -> float:
        return total(np.concatenate([held, quantities]))

    good_enough = (optimum.bound + case.sunk) / (1 - case.terms.tolerance)
    found, trials = None, 0
    for start in sorted(_starts(case, optimum, recourse, deadline), key=bill):
        if found is not None and (found.bill <= good_enough or trials >= case.terms.trials or deadline.passed):
            break
        tried = polish(
            bill,
            start,
            case.steps,
            case.limits,
            most=case.most,
            good_enough=good_enough,
            trials=case.terms.trials - trials,
            deadline=deadline,
        )
        trials += tried.trials
        found = tried if found is None or tried.bill < found.bill else found
    if found is None or not np.isfinite(found.bill):
        missed = [f"{one.name} by {one.missing(start):.6g} {one.unit}" for one in case.limits if one.missing(start)]
        raise InfeasiblePlan(
            f"no whole steps of purchase keep every limit: the nearest miss {', '.join(missed)}",
            hint="Leave a step of room between floors and caps.",
        )
    return replace(found, trials=trials)


def _starts(case: Case, optimum: Optimum, recourse: HourlyRecourse, deadline: Deadline) -> Iterator[Array]:
    """Whole steps to begin a search from, [options]: the model's, rounded down, and what may do better.

    What a reservation leaves when it is rounded to whole instances, a plan can pay for cent by cent: so the model is
    solved again beside whole units, rounded down and to the nearest, of all that is not sold in dollars. And since
    providers do not let wide plans pay where that saves most, it may be best to have none: so it is solved without
    them, too.
    """
    whole = round_to_steps(optimum.x, case.steps, case.limits)
    yield whole
    coarse = np.array([not option.instrument.kind.in_dollars for option in case.options], dtype=bool)
    wide = np.array([not option.instrument.kind.family_bound for option in case.options], dtype=bool)
    nearest = np.round(optimum.x / case.steps) * case.steps
    rounded = [whole, nearest] if (nearest - whole)[coarse].any() else [whole]
    if not coarse.all() and (optimum.x - whole)[coarse].any():
        for units in rounded:
            yield from _beside(case, np.where(coarse, units, np.nan), optimum, recourse, deadline)
    if not wide.all() and optimum.x[wide].any():
        yield from _beside(case, np.where(wide, 0.0, np.nan), optimum, recourse, deadline)


def _beside(
    case: Case, fixed: Array, optimum: Optimum, recourse: HourlyRecourse, deadline: Deadline
) -> Iterator[Array]:
    """Whole steps of the model's best quantities beside fixed ones, [options], nan where free; nothing without time."""
    if deadline.passed:
        return
    free = np.isnan(fixed)
    least, most = np.where(free, 0.0, fixed), np.where(free, case.most, fixed)
    try:
        found = _minimise(case, recourse, optimum.x, most, deadline, least)
    except InfeasiblePlan:
        return
    yield round_to_steps(found.x, case.steps, case.limits)


def _conclude(case: Case, solved: Sequence[_Solved], purchases: Sequence[Holding]) -> PortfolioPlan:
    """The plan: purchases billed in the provider's order, beside the bound."""
    settlement = case.settle(purchases)
    bill, bound = settlement.bill, _rounded_down(sum(one.optimum.bound for one in solved) + case.sunk)
    close = float(bill.total - bound) <= case.terms.tolerance * float(bill.total)
    duals = {name: price for one in solved for name, price in one.optimum.duals.items()}
    return PortfolioPlan(
        status=Status.OPTIMAL if close else Status.FEASIBLE,
        purchases=tuple(purchases),
        settlement=settlement,
        bill=bill,
        baseline=case.settle([]).bill,
        bound=bound,
        residual_liability=sum((_liability(case.demand, one) for one in purchases), Decimal(0)),
        upfront=sum((one.quantity * one.instrument.upfront for one in purchases), Decimal(0)),
        binding=explain_limits(case.limits, duals),
        curves=load_durations(settlement),
        dominated=case.dominated,
        expired=case.expired,
        iterations=sum(one.optimum.iterations for one in solved),
        trials=sum(one.found.trials for one in solved),
    )


def _liability(demand: HourlyDemand, holding: Holding) -> Decimal:
    """Effective dollars of a commitment after the last hour of the demand."""
    hours = max(0, (holding.end - max(holding.start, demand.end)) // timedelta(hours=1))
    return holding.quantity * holding.instrument.hourly_cost * hours


def _in_steps(quantity: float, step: Decimal) -> Decimal:
    return Decimal(round(quantity / float(step))) * step


def _rounded_down(dollars: float) -> Decimal:
    return Decimal(repr(float(dollars) * (1 - _ROUNDING))).quantize(_CENT_OF_A_CENT, rounding=ROUND_FLOOR)
