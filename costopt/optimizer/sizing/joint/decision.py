"""Sizes and commitments decided together: a plan, what it is proved to be within, and what it strands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal
from itertools import product
from math import prod

import numpy as np

from costopt.economics.instruments import Holding
from costopt.economics.simulator.settlement import Settlement, settle
from costopt.economics.simulator.windows import window
from costopt.optimizer.commitments.domination import drop_dominated
from costopt.optimizer.commitments.limits import Limit, define_limits
from costopt.optimizer.commitments.options import Option, list_options
from costopt.optimizer.commitments.portfolio import plan_commitments
from costopt.optimizer.sizing.joint.parts import join, split
from costopt.optimizer.sizing.joint.plan import JointPlan, Size, status_of
from costopt.optimizer.sizing.joint.problem import JointOptions, JointProblem, list_joint_options
from costopt.optimizer.sizing.joint.recourse import JointRecourse
from costopt.optimizer.sizing.joint.relaxation import Relaxation, largest_quantities, relax
from costopt.optimizer.sizing.joint.search import descend, round_shares
from costopt.optimizer.sizing.joint.stranding import find_postponed, find_stranded
from costopt.optimizer.sizing.machines import Floats, Integers
from costopt.optimizer.solver import Deadline

_MOST_ROUNDS = 5
"""Alternations of sizes and purchases; in practice the second or third changes nothing."""

_FEW = 32
"""Choices of sizes up to which each gets purchases of its own, where the best is not proved by then."""

_ROUNDING = 1e-9
_CENT_OF_A_CENT = Decimal("0.0001")


def plan_sizes_and_commitments(problem: JointProblem) -> JointPlan:
    """Decide sizes and purchases together, each part that nothing connects by itself (`parts`).

    The relaxation with sizes as shares gives a bound and a start. Whole sizes are then found at its prices, purchases
    for them exactly, sizes again at what those purchases make prices, until nothing improves. What the simpler orders
    of deciding come to is always among the plans that the best is taken of.

    Raises:
        InfeasiblePlan: no purchases keep the limits; the message names them.
        DemandError: an option belongs to no item of the demand.
    """
    deadline = Deadline.after(problem.terms.time_limit)
    held = tuple(holding for holding in problem.owned if holding.end > problem.base.start)
    problem = replace(problem, owned=held)
    parts = split(problem)
    plans = []
    for place, part in enumerate(parts):
        own = deadline.share(1 / (len(parts) - place))
        plans.append(_decide(part.problem, own) if part.workloads else _purchase(part.problem, own))
    return join(problem, parts, plans)


def _decide(problem: JointProblem, deadline: Deadline) -> JointPlan:
    """Sizes and purchases of a part."""
    options = list_joint_options(problem)
    terms = problem.terms
    kept, _ = drop_dominated(problem.offers, upfront_matters=terms.upfront_budget is not None)
    listed = list_options(problem.base, kept, terms.purchase_at, terms.also_at)
    most = largest_quantities(options, listed, _limits_on_all_sizes(problem, listed))
    purchases = tuple(one for one, units in zip(listed, most.tolist(), strict=True) if units > 0)
    limits = _limits_on_all_sizes(problem, purchases)
    recourse = JointRecourse(options, purchases)
    desk = _Desk(options, purchases, recourse, deadline)
    first = desk.draft(options.cheapest(options.on_demand * options.hours + options.licence))
    relaxed = relax(
        options, purchases, limits, recourse, start=desk.point(first), tolerance=terms.tolerance, deadline=deadline
    )
    best, orders = _search(desk, first, relaxed, deadline)
    return _plan(options, best, relaxed, orders)


def _purchase(problem: JointProblem, deadline: Deadline) -> JointPlan:
    """Purchases of a part in which no size is open."""
    terms = replace(problem.terms, time_limit=deadline.left)
    plan = plan_commitments(problem.base, problem.offers, problem.owned, terms)
    uncapped = (
        plan
        if terms.family_bound_share is None
        else plan_commitments(
            problem.base, problem.offers, problem.owned, replace(terms, family_bound_share=None, trials=0)
        )
    )
    return JointPlan(
        status=status_of(plan.bill.total, uncapped.bound, terms.tolerance),
        sizes=(),
        purchases=plan.purchases,
        settlement=plan.settlement,
        licence_cost=Decimal(0),
        bound=uncapped.bound,
        orders={},
        stranded=(),
        postponed=(),
        iterations=plan.iterations,
    )


def _limits_on_all_sizes(problem: JointProblem, purchases: Sequence[Option]) -> tuple[Limit, ...]:
    """Limits that hold whatever the sizes.

    How much may be bound to a family depends on its demand, so on sizes: the bound is proved without that cap.
    """
    terms = replace(problem.terms, family_bound_share=None)
    return define_limits(problem.base, purchases, problem.owned, terms)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Draft:
    """Sizes, purchases, and the bill."""

    chosen: Integers
    purchases: tuple[Holding, ...]
    settlement: Settlement
    cost: Decimal


class _Desk:
    """Makes drafts, each choice of sizes once."""

    def __init__(
        self, options: JointOptions, purchases: Sequence[Option], recourse: JointRecourse, deadline: Deadline
    ) -> None:
        self.options, self.recourse, self._deadline = options, recourse, deadline
        self._purchases = purchases
        self._known: dict[bytes, _Draft] = {}

    def draft(self, chosen: Integers) -> _Draft:
        """The best purchases for given sizes."""
        key = chosen.tobytes()
        if key not in self._known:
            problem = self.options.problem
            left = self._deadline.left
            # Half of what is left, so that the first draft does not take it all.
            terms = replace(problem.terms, time_limit=None if left is None else left / 2)
            plan = plan_commitments(self.options.demand(chosen), problem.offers, problem.owned, terms)
            self._known[key] = self._priced(chosen, plan.purchases, plan.settlement)
        return self._known[key]

    def resized(self, draft: _Draft, start: Integers) -> _Draft:
        """The best sizes beside the purchases of a draft, from `start`; the draft itself where they break a limit."""
        quantities = self._quantities(draft.purchases)
        chosen = descend(self.options, self.recourse, quantities, start)
        problem = self.options.problem
        demand = self.options.demand(chosen)
        if any(limit.missing(quantities) for limit in self._limits(chosen)):
            return draft
        terms = problem.terms
        settlement = settle(
            demand, [*problem.owned, *draft.purchases], sharing=terms.sharing, sustained_use=terms.sustained_use
        )
        return self._priced(chosen, draft.purchases, settlement)

    def point(self, draft: _Draft) -> Floats:
        """Purchases and amounts of a draft, [options to buy and slots]."""
        return np.concatenate([self._quantities(draft.purchases), self.options.amounts(draft.chosen)])

    def _limits(self, chosen: Integers) -> tuple[Limit, ...]:
        problem = self.options.problem
        return define_limits(self.options.demand(chosen), self._purchases, problem.owned, problem.terms)

    def _priced(self, chosen: Integers, purchases: tuple[Holding, ...], settlement: Settlement) -> _Draft:
        cost = settlement.bill.total + self.options.licence_cost(chosen)
        return _Draft(chosen=chosen, purchases=purchases, settlement=settlement, cost=cost)

    def _quantities(self, purchases: Sequence[Holding]) -> Floats:
        bought = {(one.instrument.id, one.start): float(one.quantity) for one in purchases}
        return np.array([bought.get((one.instrument.id, one.start), 0.0) for one in self._purchases])


def _search(desk: _Desk, first: _Draft, relaxed: Relaxation, deadline: Deadline) -> tuple[_Draft, dict[str, Decimal]]:
    """The best draft, and what the simpler orders of deciding come to."""
    options = desk.options
    orders = {"sizes, then commitments": first.cost}
    drafts = [first]
    if (options.current >= 0).all():
        now = desk.draft(options.current)
        resized = desk.resized(now, options.current)
        orders |= {"sizes as they are": now.cost, "commitments, then sizes": resized.cost}
        drafts += [now, resized]
    rounded = round_shares(options, relaxed)
    starts = [rounded, descend(options, desk.recourse, relaxed.quantities, rounded)]
    drafts += [desk.draft(chosen) for chosen in starts if not deadline.passed]
    best = min(drafts, key=lambda draft: draft.cost)
    for _ in range(_MOST_ROUNDS):
        if deadline.passed:
            break
        resized = desk.resized(best, best.chosen)
        again = min(resized, desk.draft(resized.chosen), key=lambda draft: draft.cost)
        if again.cost >= best.cost:
            break
        best = again
    if float(best.cost) * (1 - options.problem.terms.tolerance) > relaxed.bound + float(_sunk_cost(options.problem)):
        best = min([best, *_all_of_few(desk, deadline)], key=lambda draft: draft.cost)
    return best, orders


def _all_of_few(desk: _Desk, deadline: Deadline) -> Iterator[_Draft]:
    """A draft of every choice of sizes where there are few: moves at given purchases may miss what others would pay."""
    options = desk.options
    rows = [np.flatnonzero(options.workload == place) for place in range(len(options.problem.candidates))]
    if prod(len(own) for own in rows) > _FEW:
        return
    for choice in product(*rows):
        if deadline.passed:
            return
        yield desk.draft(np.array(choice))


def _plan(options: JointOptions, best: _Draft, relaxed: Relaxation, orders: Mapping[str, Decimal]) -> JointPlan:
    problem = options.problem
    bound = Decimal(repr(relaxed.bound * (1 - _ROUNDING))) + _sunk_cost(problem)
    bound = bound.quantize(_CENT_OF_A_CENT, rounding=ROUND_FLOOR)
    return JointPlan(
        status=status_of(best.cost, bound, problem.terms.tolerance),
        sizes=tuple(_size(options, row) for row in best.chosen.tolist()),
        purchases=best.purchases,
        settlement=best.settlement,
        licence_cost=options.licence_cost(best.chosen),
        bound=bound,
        orders=orders,
        stranded=find_stranded(options, best.settlement),
        postponed=find_postponed(options, best.chosen),
        iterations=relaxed.iterations,
    )


def _size(options: JointOptions, row: int) -> Size:
    problem = options.problem
    return Size(
        workload=problem.candidates[options.workload[row]].workload.name,
        machine=problem.catalog.machines[options.machine[row]],
        replicas=int(options.replicas[row]),
    )


def _sunk_cost(problem: JointProblem) -> Decimal:
    """Dollars of owned commitments in the hours of the demand."""
    spans = ((one, window(problem.base, one)) for one in problem.owned)
    costs = (one.quantity * one.instrument.hourly_cost * (hours.stop - hours.start) for one, hours in spans)
    return sum(costs, Decimal(0))
