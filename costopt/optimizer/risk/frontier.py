"""Cost against risk: purchases that bind more or less, each settled on the same scenarios in the provider's order.

What commitments do not pay for is after Google's sustained use discounts, month by month.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Holding, Instrument
from costopt.economics.simulator.cost_function import CostFunction
from costopt.economics.sustained_use import incremental_rates
from costopt.errors import DemandError
from costopt.model.plan import Goal
from costopt.optimizer.risk.purchase import ANY_HOUR, FamilyCap, Quantities, hedged_purchase, purchase_limits
from costopt.optimizer.risk.scenarios import Scenarios, with_migrated
from costopt.optimizer.risk_measure import cvar

TAIL = 0.9
"""Level of the CVaR: the mean of the worst tenth of scenarios."""
_SHARES = (0.0, 0.25, 0.5, 0.75, None)
"""Caps on what is bound to a family; None for no cap."""
_WEIGHTS = (0.0, 0.5, 0.95)
"""Of the CVaR against the mean."""
_LOOK_BACK = 30 * 24
_NO_LOSS = 1e-6
"""Net loss, as a share of on demand, that counts as none: below what steps of purchase make."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RiskPoint:
    """One purchase and what it came to over the scenarios, in dollars of the whole term, what runs already included."""

    label: str
    """How it was chosen, in words."""
    quantities: Quantities
    """Units to buy of each offer, [offers]."""
    expected: float
    """Mean cost."""
    worst: float
    """Highest cost."""
    expected_loss: float
    """Mean of cost less the cost without the purchase; negative is a saving."""
    tail_loss: float
    """CVaR of the same: mean of its worst tenth. At or below 0 where the purchase pays even then."""
    largest_loss: float
    """Highest of the same over the scenarios."""
    family_bound_fraction: float
    """Share of the purchase's cost that is bound to a family, 0..1."""
    commitment_months: float
    """Mean term of what it buys, weighted by cost; 0 for nothing."""
    on_frontier: bool
    """Whether no other point has a lower mean cost at no more tail loss, or less tail loss at no more cost."""


def cost_risk_points(
    past: HourlyDemand,
    scenarios: Scenarios,
    offers: Sequence[Instrument],
    active: Quantities,
) -> tuple[RiskPoint, ...]:
    """Purchases from none to the boldest, cheapest in the mean first, those on the frontier marked.

    They differ in the cap on family-bound plans, in the weight of the worst scenarios, and in the terms that are used.
    Commitments shorter than the scenarios count as renewed: that they need not be is not credited to them.

    Args:
        past: history, of which the last 30 days set caps.
        scenarios: of the term; at least as long as each offer's.
        offers: what can be bought.
        active: units that run already, [offers].

    Raises:
        DemandError: an offer runs longer than the scenarios, so that its end would be free.
    """
    months = scenarios.months
    long = [offer.id for offer in offers if offer.term_months > months]
    if long:
        raise DemandError(
            f"{long[0]} runs longer than the scenarios of {months} months", hint="Draw scenarios of its whole term."
        )
    settled = _Settlement(past, scenarios, offers, active)
    tried: dict[tuple[float, ...], RiskPoint] = {}
    for label, quantities in _candidates(past, scenarios, offers, active):
        tried.setdefault(tuple(np.round(quantities, 6)), settled.point(label, quantities))
    points = sorted(tried.values(), key=lambda one: (one.expected, one.tail_loss))
    return tuple(_marked(points))


def pick(points: Sequence[RiskPoint], goal: Goal) -> RiskPoint:
    """The point for a goal.

    Args:
        points: of `cost_risk_points`, buying nothing among them.
        goal: COST takes the lowest mean. BALANCED takes the point of the frontier that is nearest to having both its
            lowest mean and its lowest tail loss, each measured by its range. SAFE takes the lowest mean of those that
            lose in no scenario and have no more tail loss than the balanced one.
    """
    if goal is Goal.COST:
        return min(points, key=lambda one: one.expected)
    balanced = _nearest_to_both([one for one in points if one.on_frontier])
    if goal is Goal.BALANCED:
        return balanced
    harmless = [one for one in points if one.largest_loss <= _NO_LOSS * one.worst]
    calm = [one for one in harmless if one.tail_loss <= balanced.tail_loss] or harmless
    return min(calm, key=lambda one: one.expected)


def _nearest_to_both(frontier: Sequence[RiskPoint]) -> RiskPoint:
    means, tails = (np.array([getattr(one, name) for one in frontier]) for name in ("expected", "tail_loss"))
    distance = np.hypot(*((values - values.min()) / max(float(np.ptp(values)), 1e-9) for values in (means, tails)))
    return frontier[int(np.argmin(distance))]


class _Settlement:
    """The simulator over all scenarios."""

    def __init__(
        self, past: HourlyDemand, scenarios: Scenarios, offers: Sequence[Instrument], active: Quantities
    ) -> None:
        self.offers, self.active, self.hours_per_row = offers, active, scenarios.hours_per_row
        extended = with_migrated(offers, past.dollars[-_LOOK_BACK:])
        self.bills = [
            [_bill(demand, extended) for demand in _demands(scenarios, number)] for number in range(scenarios.count)
        ]
        self.without = self.costs(np.zeros(len(offers)))

    def costs(self, quantities: Quantities) -> NDArray[np.float64]:
        """Dollars of each scenario, [scenarios]."""
        units = self.active + quantities
        return np.array([sum(bill(units) for bill in bills) * self.hours_per_row for bills in self.bills])

    def point(self, label: str, quantities: Quantities) -> RiskPoint:
        """What a purchase comes to."""
        costs = self.costs(quantities)
        losses = costs - self.without
        spent = quantities * np.array([float(offer.hourly_cost) for offer in self.offers])
        bound = np.array([offer.kind.family_bound for offer in self.offers])
        terms = np.array([offer.term_months for offer in self.offers])
        total = float(spent.sum())
        return RiskPoint(
            label=label,
            quantities=quantities,
            expected=float(costs.mean()),
            worst=float(costs.max()),
            expected_loss=float(losses.mean()),
            tail_loss=cvar(losses, np.full(len(losses), 1 / len(losses)), TAIL),
            largest_loss=float(losses.max()),
            family_bound_fraction=float(spent[bound].sum()) / total if total else 0.0,
            commitment_months=float(spent @ terms) / total if total else 0.0,
            on_frontier=False,
        )


def _demands(scenarios: Scenarios, number: int) -> Sequence[HourlyDemand]:
    """One scenario; month by month where sustained use is discounted, which is by the month."""
    if any(incremental_rates(item) for item in scenarios.items):
        return scenarios.by_month(number, ANY_HOUR)
    return (scenarios.demand(number, ANY_HOUR),)


def _bill(demand: HourlyDemand, offers: Sequence[Instrument]) -> CostFunction:
    holdings = [Holding(instrument=offer, quantity=Decimal(1), start=demand.start, end=demand.end) for offer in offers]
    return CostFunction(demand, holdings)


def _candidates(
    past: HourlyDemand, scenarios: Scenarios, offers: Sequence[Instrument], active: Quantities
) -> list[tuple[str, Quantities]]:
    recent = past.dollars[-_LOOK_BACK:]
    found = [("nothing", np.zeros(len(offers)))]
    terms = sorted({offer.term_months for offer in offers})
    for longest in terms:
        for share in _SHARES:
            cap = None if share is None else FamilyCap(share=share)
            limits = purchase_limits(recent, offers, active, cap, longest=longest)
            for weight in _WEIGHTS:
                bought = hedged_purchase(scenarios, recent, offers, active, limits, weight=weight, tail=TAIL)
                found.append((_label(share, weight, longest), bought))
    return found


def _label(share: float | None, weight: float, longest: int) -> str:
    cap = "any share" if share is None else f"at most {share:.0%}"
    risk = f", CVaR weight {weight:g}" if weight else ""
    return f"{cap} of a family bound to it{risk}, up to {longest} months"


def _marked(points: Sequence[RiskPoint]) -> list[RiskPoint]:
    """Points by mean cost; each is on the frontier that has less tail loss than all cheaper ones."""
    lowest = float("inf")
    marked = []
    for one in points:
        marked.append(replace(one, on_frontier=one.tail_loss < lowest))
        lowest = min(lowest, one.tail_loss)
    return marked
