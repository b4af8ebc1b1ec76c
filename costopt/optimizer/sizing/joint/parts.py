"""An estate in parts that nothing connects: sizes and commitments of each are decided by themselves.

To the links between usage items that commitments make (`commitments/parts.py`) come two: a workload may run on any of
its options' items, and a cap is reckoned from all usage of its family. Clouds, and regions between which no workload
may move and nothing bought or owned pays for both, are parts; the bounds of parts add up to that of the whole.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from costopt.economics.demand import UsageItem
from costopt.economics.instruments import Holding, Instrument
from costopt.economics.simulator.settlement import settle
from costopt.optimizer.commitments.domination import drop_dominated
from costopt.optimizer.commitments.limits import define_limits
from costopt.optimizer.commitments.options import Option, list_options
from costopt.optimizer.commitments.parts import (
    Items,
    find_parts,
    links_of_commitments,
    links_of_limits,
    links_of_sustained_use,
)
from costopt.optimizer.commitments.terms import PlanTerms
from costopt.optimizer.sizing.joint.columns import Columns
from costopt.optimizer.sizing.joint.plan import JointPlan, status_of
from costopt.optimizer.sizing.joint.problem import JointProblem
from costopt.optimizer.sizing.judgement import Candidates


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JointPart:
    """A part of a problem that is a problem of its own."""

    workloads: tuple[int, ...]
    """Places of its workloads in the whole."""
    items: Items
    """Its items, [items of the whole]."""
    problem: JointProblem
    """The part; without workloads where only purchases are open."""


def split(problem: JointProblem) -> tuple[JointPart, ...]:
    """The parts, the smallest first. Whatever no workload may run on is one part, which has no workloads.

    Raises:
        DemandError: an option belongs to no item of the demand.
    """
    items, terms = problem.base.items, problem.terms
    reach = _reach(problem)
    kept, _ = drop_dominated(problem.offers, upfront_matters=terms.upfront_budget is not None)
    purchases = list_options(problem.base, kept, terms.purchase_at, terms.also_at)
    limits = define_limits(problem.base, purchases, problem.owned, terms)
    links = [
        *reach,
        *links_of_commitments([*kept, *(one.instrument for one in problem.owned)]),
        *links_of_sustained_use(items),
        *links_of_limits(purchases, limits),
        *(links_of_families(items) if terms.family_bound_share is not None else ()),
    ]
    nothing = np.zeros((1, len(items)), dtype=bool)
    open_ = np.any([*nothing, *reach], axis=0)
    sized = [part for part in find_parts(links, len(items)) if (part & open_).any()]
    rest = ~np.any([*nothing, *sized], axis=0)
    parts = [_part(problem, mask, reach, purchases) for mask in ([*sized, rest] if rest.any() else sized)]
    return tuple(sorted(parts, key=lambda part: (len(part.workloads), int(part.items.sum()))))


def links_of_families(items: Sequence[UsageItem]) -> Iterable[Items]:
    """Usage of one family and region: what may be bound to it is a share of all of it."""
    families: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        families[item.service, item.family, item.region].append(place)
    return (np.isin(np.arange(len(items)), places) for places in families.values())


def _reach(problem: JointProblem) -> Sequence[Items]:
    """Items that each workload may add to, [workloads]."""
    columns = Columns(problem.base.items, problem.catalog)
    numbers = np.arange(len(problem.base.items))
    return [
        np.isin(numbers, [item for billed in columns.of(options) for item, _ in billed])
        for options in problem.candidates
    ]


def _part(problem: JointProblem, items: Items, reach: Sequence[Items], purchases: Sequence[Option]) -> JointPart:
    workloads = tuple(place for place, mine in enumerate(reach) if (mine & items).any())
    profiles, candidates = _following([problem.candidates[place] for place in workloads])
    return JointPart(
        workloads=workloads,
        items=items,
        problem=replace(
            problem,
            candidates=candidates,
            base=problem.base.only(items),
            profiles=problem.profiles[:, profiles],
            offers=tuple(one.only(items) for one in problem.offers if one.covers[items].any()),
            owned=tuple(one.only(items) for one in problem.owned if one.instrument.covers[items].any()),
            terms=_terms(problem, items, purchases),
        ),
    )


def _following(candidates: Sequence[Candidates]) -> tuple[list[int], tuple[Candidates, ...]]:
    """Profiles that workloads follow, and the workloads with their profiles numbered among these."""
    profiles = sorted({one.workload.profile for one in candidates})
    number = {profile: place for place, profile in enumerate(profiles)}
    renumbered = (replace(one.workload, profile=number[one.workload.profile]) for one in candidates)
    return profiles, tuple(replace(one, workload=own) for one, own in zip(candidates, renumbered, strict=True))


def _terms(problem: JointProblem, items: Items, purchases: Sequence[Option]) -> PlanTerms:
    """The terms without floors that another part has the purchases for."""
    terms = problem.terms
    elsewhere = [one.instrument for one in purchases if not one.instrument.covers[items].any()]
    floors = {
        family: floor
        for family, floor in terms.family_floors.items()
        if not any(_binds_to(one, problem.base.items) == {family} for one in elsewhere)
    }
    return replace(terms, family_floors=floors)


def _binds_to(instrument: Instrument, items: Sequence[UsageItem]) -> set[str]:
    return {item.family for item, covers in zip(items, instrument.covers, strict=True) if covers}


def join(problem: JointProblem, parts: Sequence[JointPart], plans: Sequence[JointPlan]) -> JointPlan:
    """The plan of the whole: its parts' sizes and purchases, settled at once, and the sum of their bounds."""
    terms = problem.terms
    dollars = np.zeros_like(problem.base.dollars)
    for part, plan in zip(parts, plans, strict=True):
        dollars[:, part.items] = plan.settlement.demand.dollars
    demand = replace(problem.base, dollars=dollars)
    offers = {one.id: one for one in problem.offers}
    purchases = tuple(_of_whole(one, offers) for plan in plans for one in plan.purchases)
    settlement = settle(demand, [*problem.owned, *purchases], sharing=terms.sharing, sustained_use=terms.sustained_use)
    licences = sum((plan.licence_cost for plan in plans), Decimal(0))
    bound = sum((plan.bound for plan in plans), Decimal(0))
    sized = [
        pair for part, plan in zip(parts, plans, strict=True) for pair in zip(part.workloads, plan.sizes, strict=True)
    ]
    return JointPlan(
        status=status_of(settlement.bill.total + licences, bound, terms.tolerance),
        sizes=tuple(size for _, size in sorted(sized, key=lambda pair: pair[0])),
        purchases=purchases,
        settlement=settlement,
        licence_cost=licences,
        bound=bound,
        orders=_orders(plans),
        stranded=tuple(one for plan in plans for one in plan.stranded),
        postponed=tuple(one for plan in plans for one in plan.postponed),
        iterations=sum(plan.iterations for plan in plans),
    )


def _of_whole(purchase: Holding, offers: dict[str, Instrument]) -> Holding:
    return replace(purchase, instrument=offers[purchase.instrument.id])


def _orders(plans: Sequence[JointPlan]) -> dict[str, Decimal]:
    """What simpler orders come to where every part with workloads has one; the others have nothing to order."""
    named = [plan.orders for plan in plans if plan.sizes]
    names = [name for name in named[0] if all(name in orders for orders in named)] if named else []
    return {name: sum((plan.orders.get(name, plan.cost) for plan in plans), Decimal(0)) for name in names}
