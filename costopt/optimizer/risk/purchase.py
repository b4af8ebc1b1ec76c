"""What to buy now against sampled hours: the look-back of a policy, or scenarios of what may come."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache

import numpy as np
import pulp
from numpy.typing import NDArray

from costopt.economics.demand import Dollars
from costopt.economics.instruments import Instrument
from costopt.economics.sustained_use import incremental_rates
from costopt.optimizer.bundle import minimise
from costopt.optimizer.commitments.oracle import Column, HourlyRecourse
from costopt.optimizer.commitments.recourse import sustained_use_prices
from costopt.optimizer.risk.scenarios import Scenarios, with_migrated
from costopt.optimizer.risk_measure import Risk
from costopt.optimizer.solver import add_row, expression

Quantities = NDArray[np.float64]
"""Units an hour of each offer, [offers]."""
ANY_HOUR = datetime(2000, 1, 1, tzinfo=UTC)
"""Rows of scenarios have no date; prices do not depend on it, but for a month's rows lying in one month."""
_GROUPS = 6
"""Cuts for each look at a sample of plain hours."""
TOLERANCE = 5e-4
"""Relative gap at which a purchase is good enough: far below what any look-back knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyCap:
    """How much may be bound to a family, so that its migration strands little."""

    share: float
    """Of the percentile, 0 or more."""
    percentile: float = 10.0
    """Of the family's hourly dollars over the look-back, 0..100."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CapRow:
    """A cap on what is bound to the items of one scope, by all offers within it together."""

    scope: str
    """The scope, in words."""
    dollars_per_unit: Quantities
    """On-demand dollars that a unit of each offer pays for, [offers]; 0 for those that are not within the scope."""
    limit: float
    """Dollars an hour that may still be bound."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Limits:
    """What may be bought on top of what is active."""

    most: Quantities
    """Units of each offer, [offers]."""
    caps: tuple[CapRow, ...] = ()
    """Of family-bound offers."""


def purchase_limits(
    recent: Dollars,
    offers: Sequence[Instrument],
    active: Quantities,
    cap: FamilyCap | None,
    *,
    longest: int | None = None,
) -> Limits:
    """What may be bought: at most the highest need, and of offers that pay for the same items only the cheapest.

    Args:
        recent: dollars of the look-back, [hours, items].
        offers: what can be bought.
        active: units that run already, [offers].
        cap: for offers bound to a family; None for no cap.
        longest: months of the longest term to buy; None for any.
    """
    needs = np.array([float((recent[:, offer.covers] @ offer.take[offer.covers]).max()) for offer in offers])
    usable = [index for index, offer in enumerate(offers) if longest is None or offer.term_months <= longest]
    chosen = _cheapest_of_scope(offers, usable)
    most = np.where(chosen, np.maximum(needs - active, 0), 0)
    return Limits(most=most, caps=() if cap is None else _cap_rows(recent, offers, active, cap))


def _cap_rows(recent: Dollars, offers: Sequence[Instrument], active: Quantities, cap: FamilyCap) -> tuple[CapRow, ...]:
    """A row for each scope of a family-bound offer: a reservation within a family's plan counts against both."""
    bound = [index for index, offer in enumerate(offers) if offer.kind.family_bound]
    dollars = recent.sum(axis=0)
    per_unit = np.zeros(len(offers))
    for index in bound:
        covers, take = offers[index].covers, offers[index].take
        units = float(dollars[covers] @ take[covers])
        per_unit[index] = float(dollars[covers].sum()) / units if units else 0.0
    rows = {}
    for index in bound:
        scope = offers[index].covers
        inside = np.array(
            [other in bound and not (offers[other].covers & ~scope).any() for other in range(len(offers))]
        )
        weights = np.where(inside, per_unit, 0.0)
        low = cap.share * float(np.percentile(recent[:, scope].sum(axis=1), cap.percentile))
        rows[scope.tobytes()] = CapRow(
            scope=offers[index].scope, dollars_per_unit=weights, limit=max(low - float(weights @ active), 0.0)
        )
    return tuple(rows.values())


def best_purchase(recent: Dollars, offers: Sequence[Instrument], active: Quantities, limits: Limits) -> Quantities:
    """Units that would have cost least over the look-back, on top of what is active, [offers].

    Args:
        recent: dollars of the look-back, [hours, items].
        offers: what can be bought.
        active: units that run already, [offers].
        limits: what may be bought.
    """
    hours = len(recent)
    part = _useful(offers, active, limits)
    if not part.limits.most.any():
        return np.zeros(len(offers))
    oracle = _recourse(recent, part.offers, part.active, np.arange(hours) * min(_GROUPS, hours) // hours, 1.0)
    return part.spread(_bought(oracle, part.offers, part.limits, float(hours)), len(offers))


def hedged_purchase(
    scenarios: Scenarios,
    recent: Dollars,
    offers: Sequence[Instrument],
    active: Quantities,
    limits: Limits,
    *,
    weight: float = 0.0,
    tail: float = 0.9,
) -> Quantities:
    """Units that cost least over scenarios: in the mean, or with weight on the mean of the worst net losses, [offers].

    What is active runs through the term: an expiring commitment can be renewed then, and need not be bought now.

    Args:
        scenarios: of the term.
        recent: dollars of the look-back, [hours, items]: the weights of what a migrated dollar costs.
        offers: against the items of history.
        active: units that run already, [offers].
        limits: what may be bought.
        weight: of the CVaR of net loss, 0..1.
        tail: its level, 0..1.
    """
    part = _useful(with_migrated(offers, recent), active, limits)
    if not part.limits.most.any():
        return np.zeros(len(offers))
    count, rows, items = scenarios.dollars.shape
    scenario = np.arange(count)
    flat = scenarios.dollars.reshape(count * rows, items)
    paid = _paid(scenarios)
    oracle = _recourse(flat, part.offers, part.active, np.repeat(scenario, rows), scenarios.hours_per_row, paid)
    # What runs already is paid for in every scenario: the loss is counted from there.
    without = oracle(np.zeros(len(part.offers))).cost
    risk = Risk(scenario=scenario, probability=np.full(count, 1 / count), on_demand=without, weight=weight, tail=tail)
    return part.spread(_bought(oracle, part.offers, part.limits, rows * scenarios.hours_per_row, risk), len(offers))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Useful:
    """The offers that may be bought or that run already: others would only make hours dearer to work out."""

    places: NDArray[np.int64]
    offers: tuple[Instrument, ...]
    active: Quantities
    limits: Limits

    def spread(self, quantities: Quantities, count: int) -> Quantities:
        """Their quantities among those of all offers."""
        answer = np.zeros(count)
        answer[self.places] = quantities
        return answer


def _useful(offers: Sequence[Instrument], active: Quantities, limits: Limits) -> _Useful:
    places = np.flatnonzero((limits.most > 0) | (active > 0))
    caps = tuple(replace(cap, dollars_per_unit=cap.dollars_per_unit[places]) for cap in limits.caps)
    return _Useful(
        places=places,
        offers=tuple(offers[place] for place in places.tolist()),
        active=active[places],
        limits=Limits(most=limits.most[places], caps=caps),
    )


def _recourse(
    dollars: Dollars,
    offers: Sequence[Instrument],
    active: Quantities,
    group: NDArray[np.int64],
    hours_per_row: float,
    paid: NDArray[np.float64] | None = None,
) -> HourlyRecourse:
    """What hours cost on demand beside purchases that run through all of them, and what is active.

    `paid` is what a dollar of each hour costs after sustained use discounts, [hours, items]; None where there are none.
    """
    rows, items = dollars.shape
    return HourlyRecourse(
        dollars,
        np.array([offer.take for offer in offers]),
        [Column(instrument=index, hours=slice(0, rows)) for index in range(len(offers))],
        np.broadcast_to(active, (rows, len(offers))),
        group=group,
        weight=np.full(rows, hours_per_row),
        on_demand=paid,
        apart=None if paid is None else np.arange(items),
    )


@lru_cache(maxsize=2)
def _paid(scenarios: Scenarios) -> NDArray[np.float64] | None:
    """What a dollar of each row costs after sustained use discounts, [scenarios x rows, items]; None without any.

    Worked out once for all purchases that are tried on the same scenarios.
    """
    if not any(incremental_rates(item) for item in scenarios.items):
        return None
    months = [month for number in range(scenarios.count) for month in scenarios.by_month(number, ANY_HOUR)]
    return np.vstack([prices for month in months if (prices := sustained_use_prices(month)) is not None])


def _bought(
    oracle: HourlyRecourse,
    offers: Sequence[Instrument],
    limits: Limits,
    hours: float,
    risk: Risk | None = None,
) -> Quantities:
    master = pulp.LpProblem("purchase", pulp.LpMinimize)
    variables = define_purchases(master, limits.most)
    define_family_caps(master, variables, limits.caps)
    define_commitment_cost(master, variables, offers, hours)
    return minimise(master, variables, oracle, oracle.groups, risk=risk, tolerance=TOLERANCE).x


def define_purchases(master: pulp.LpProblem, most: Quantities) -> list[pulp.LpVariable]:
    """Units of each offer: 0 <= buy[offer] <= most[offer], units an hour."""
    return [master.add_variable(f"buy_{index}", 0, float(limit)) for index, limit in enumerate(most)]


def define_family_caps(master: pulp.LpProblem, variables: Sequence[pulp.LpVariable], caps: Sequence[CapRow]) -> None:
    """cap[number]: sum over offers in the scope of dollars_per_unit x buy <= limit, dollars an hour on demand."""
    for number, cap in enumerate(caps):
        inside = np.flatnonzero(cap.dollars_per_unit).tolist()
        terms = [(variables[index], float(cap.dollars_per_unit[index])) for index in inside]
        if terms:
            add_row(master, f"cap[{number}]", terms, "<=", cap.limit)


def define_commitment_cost(
    master: pulp.LpProblem, variables: Sequence[pulp.LpVariable], offers: Sequence[Instrument], hours: float
) -> None:
    """Objective in dollars: sum over offers of hours x hourly_cost x buy, used or not."""
    master.objective = expression(
        (variable, hours * float(offer.hourly_cost)) for variable, offer in zip(variables, offers, strict=True)
    )


def _cheapest_of_scope(offers: Sequence[Instrument], usable: Sequence[int]) -> NDArray[np.bool_]:
    """Whether an offer is the cheapest usable one that pays for the same items, the first of equals, [offers]."""
    best: dict[bytes, tuple[float, int]] = {}
    for index in usable:
        offer = offers[index]
        scope = offer.covers.tobytes()
        price = float(offer.price_ratio[offer.covers].mean()) if offer.covers.any() else np.inf
        best[scope] = min(best.get(scope, (np.inf, index)), (price, index))
    chosen = {index for _, index in best.values()}
    return np.array([index in chosen for index in range(len(offers))])
