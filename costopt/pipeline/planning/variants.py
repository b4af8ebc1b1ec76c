"""The variants that stand side by side, their frontier, and what holds the recommended one back."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal

import numpy as np

from costopt.economics.instruments import Holding
from costopt.economics.simulator.bill import Bill
from costopt.model.money import USD, Money
from costopt.model.plan import (
    Assignment,
    BindingLimit,
    Certificate,
    FrontierPoint,
    LoadCurve,
    Purchase,
    SolveStatus,
    Variant,
)
from costopt.model.price import Quality
from costopt.optimizer.commitments.explanation import Binding
from costopt.pipeline.planning.portfolios import Portfolio
from costopt.pipeline.planning.purchases import list_purchases

_CENT = Decimal("0.01")
_RELAXED = {
    "dollars": "one dollar more",
    "dollars an hour": "one dollar an hour more or less",
    "on-demand dollars an hour": "one dollar an hour more",
}
"""What a limit is relaxed by, by its unit."""


class Months:
    """Dollars of the horizon as dollars a month, to the cent."""

    def __init__(self, horizon_months: int) -> None:
        self.count = horizon_months

    def money(self, dollars: Decimal) -> Money:
        """A month of it."""
        return Money(amount=(dollars / self.count).quantize(_CENT), currency=USD)

    def bound(self, dollars: Decimal) -> Money:
        """The same of what nothing is below: rounded down, since nobody proved the cent above."""
        return Money(amount=(dollars / self.count).quantize(_CENT, rounding=ROUND_FLOOR), currency=USD)


def as_it_is(bill: Bill, spot: Money, months: Months) -> Variant:
    """What the estate costs if nothing is done.

    Args:
        bill: over the horizon, with what is owned alone.
        spot: spot capacity a month.
        months: the horizon.
    """
    return _variant("as_is", bill, spot, months, waste_removed=Money.zero())


def planned_variant(
    name: str,
    portfolio: Portfolio,
    *,
    spot: Money,
    months: Months,
    before: Bill,
    without: Bill,
    qualities: Mapping[str, Quality],
    assignments: Sequence[Assignment] = (),
) -> Variant:
    """A variant with purchases.

    Args:
        name: `safe`, `recommended` or `cheapest`.
        portfolio: what is bought.
        spot: spot capacity a month.
        months: the horizon.
        before: bill of the estate as it is.
        without: bill after the audit's findings, without sizes and purchases.
        qualities: how good the price of each offer is.
        assignments: what runs where.
    """
    bill = portfolio.settlement.bill
    purchases = list_purchases(
        portfolio.purchases,
        portfolio.stress.uses(USD),
        qualities,
        months.count,
        [_subject(one.name) for one in portfolio.binding],
    )
    worst = bill.total + portfolio.savings[0] - portfolio.worst
    cost = months.money(bill.commitment_cost) + months.money(bill.on_demand_cost) + spot
    # The parts of the cost are rounded each by itself, so that their sum may be a cent below.
    bound = min(months.bound(portfolio.bound) + spot, cost, key=lambda money: money.amount)
    return _variant(
        name,
        bill,
        spot,
        months,
        waste_removed=months.money(before.total - without.total),
        upfront=Money(amount=sum((one.upfront.amount for one in purchases), Decimal(0)), currency=USD),
        worst_case=months.money(worst) + spot,
        family_bound_fraction=_bound_fraction(portfolio.purchases),
        purchases=purchases,
        assignments=tuple(assignments),
        certificate=Certificate(
            status=SolveStatus.OPTIMAL if portfolio.optimal else SolveStatus.FEASIBLE,
            cost=cost,
            bound=None if portfolio.bound <= 0 else bound,
            method=portfolio.method,
        ),
    )


def _variant(
    name: str,
    bill: Bill,
    spot: Money,
    months: Months,
    *,
    waste_removed: Money,
    upfront: Money | None = None,
    worst_case: Money | None = None,
    family_bound_fraction: float = 0.0,
    purchases: tuple[Purchase, ...] = (),
    assignments: tuple[Assignment, ...] = (),
    certificate: Certificate | None = None,
) -> Variant:
    """The parts are rounded to the cent, and the total is their sum."""
    commitments, on_demand = months.money(bill.commitment_cost), months.money(bill.on_demand_cost)
    return Variant(
        name=name,
        total=commitments + on_demand + spot,
        commitments=commitments,
        on_demand=on_demand,
        spot=spot,
        waste_removed=waste_removed,
        upfront=upfront or Money.zero(),
        worst_case=worst_case,
        family_bound_fraction=family_bound_fraction,
        purchases=purchases,
        assignments=assignments,
        certificate=certificate,
    )


def _bound_fraction(bought: Sequence[Holding]) -> float:
    costs = [(one.quantity * one.instrument.hourly_cost, one.instrument.kind.family_bound) for one in bought]
    total = sum((cost for cost, _ in costs), Decimal(0))
    return float(sum((cost for cost, bound in costs if bound), Decimal(0)) / total) if total else 0.0


def frontier_of(
    portfolios: Sequence[Portfolio], names: Mapping[str, str], spot: Money, months: Months
) -> tuple[FrontierPoint, ...]:
    """Cost against risk, cheapest first; what is dearer and riskier than another is left out.

    Args:
        portfolios: all that were worked out.
        names: variant that stands at a portfolio, by the portfolio's name.
        spot: spot capacity a month.
        months: the horizon.
    """
    points: list[FrontierPoint] = []
    for one in sorted(portfolios, key=lambda one: (-one.expected, one.name)):
        without = one.settlement.bill.total + one.savings[0]
        worst = months.money(without - one.worst) + spot
        if not points or worst.amount < points[-1].worst.amount:
            points.append(
                FrontierPoint(
                    label=one.label,
                    expected=months.money(without - one.expected) + spot,
                    worst=worst,
                    commitment_months=_mean_term(one.purchases),
                    variant=names.get(one.name),
                )
            )
    return tuple(points)


def _mean_term(bought: Sequence[Holding]) -> float:
    weights = [float(one.quantity * one.instrument.hourly_cost) for one in bought]
    return float(np.average([one.instrument.term_months for one in bought], weights=weights)) if sum(weights) else 0.0


def binding_limits(binding: Sequence[Binding], months: Months) -> tuple[BindingLimit, ...]:
    """Limits of the commitments as readers know them."""
    return tuple(
        BindingLimit(
            subject="estate" if one.name.startswith("budget") else _subject(one.name).strip("[]"),
            limit=_limit_words(one),
            relaxing_saves=months.money(one.saves),
            relaxation=_RELAXED[one.unit],
        )
        for one in binding
    )


def _limit_words(one: Binding) -> str:
    if one.name.startswith("budget"):
        return f"at most ${one.right:,.2f} are paid upfront"
    if one.name.startswith("bound"):
        return f"commitments bound to it pay for at most ${one.right:,.3f} an hour at on-demand prices"
    return f"{one.name.partition('[')[0]} of ${one.right:,.3f} an hour"


def _subject(name: str) -> str:
    """`[m6g eu-west-1` of `bound[m6g eu-west-1,2026-11-20]`."""
    return "[" + name.partition("[")[2].partition(",")[0]


def load_curves(portfolio: Portfolio) -> tuple[LoadCurve, ...]:
    """The load that each purchase faces, in dollars at on-demand prices."""
    instruments = {one.instrument.id: one.instrument for one in portfolio.purchases}
    weights = portfolio.settlement.demand.dollars.sum(axis=0)
    curves = []
    for one in portfolio.curves:
        instrument = instruments.get(one.instrument)
        if instrument is None or not (weights * instrument.covers).any():
            continue
        covered = instrument.covers & (weights > 0)
        take = float(np.average(instrument.take[covered], weights=weights[covered]))
        curves.append(
            LoadCurve(
                subject=f"{instrument.kind.value} {one.scope}",
                dollars_per_hour=tuple(round(float(need) / take, 6) for need in one.need),
                committed=round(float(one.committed) / take, 6),
            )
        )
    return tuple(curves)
