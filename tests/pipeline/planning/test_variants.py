"""Dollars of the horizon as a plan tells them: to the cent, and never with a bound above the cost."""

from dataclasses import dataclass, replace
from decimal import Decimal

from costopt.economics.simulator.bill import Bill
from costopt.model.money import Money
from costopt.model.price import Quality
from costopt.pipeline.plan_request import PlanRequest
from costopt.pipeline.planning.portfolios import BALANCED, build_portfolios
from costopt.pipeline.planning.variants import Months, planned_variant
from tests.pipeline.planning.test_portfolios import family_plans, flat

NOTHING = Money(amount=Decimal(0), currency="USD")


@dataclass(frozen=True)
class _Billed:
    """A settlement of which only the bill is asked."""

    bill: Bill


def test_a_bound_is_rounded_down() -> None:
    assert Months(12).bound(Decimal("1.19")).amount == Decimal("0.09")
    assert Months(12).money(Decimal("1.19")).amount == Decimal("0.10")


def test_a_bound_is_never_above_the_cost_whose_parts_are_rounded_each_by_itself() -> None:
    portfolio = build_portfolios(flat(10, 4), family_plans(), (), PlanRequest()).found[BALANCED]
    bill = portfolio.settlement.bill
    # 4.004 of commitments and 6.004 on demand: 4.00 and 6.00, but 10.008 together.
    bill = replace(bill, commitments=(Decimal("4.004"),), on_demand=(Decimal("6.004"),))
    made = planned_variant(
        "recommended",
        replace(portfolio, settlement=_Billed(bill), bound=bill.total),  # type: ignore[arg-type]
        spot=NOTHING,
        months=Months(1),
        before=bill,
        without=bill,
        qualities={one.instrument.id: Quality.LIST for one in portfolio.purchases},
    )
    assert made.certificate is not None
    assert made.certificate.bound == made.certificate.cost == made.total
    assert made.certificate.gap_fraction == 0
