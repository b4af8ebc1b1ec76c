"""Bills are exact: parts add up to totals and months to the whole, to the last digit."""

from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import InstrumentKind as Kind
from costopt.economics.simulator.settlement import settle
from costopt.errors import DemandError
from tests.oracles.hourly_estate import START, demand, gce, holding, item

M5, C5 = item("m5"), item("c5")


def test_amounts_are_rounded_to_a_billionth_of_a_dollar_in_every_hour() -> None:
    """Three hours of a third of a dollar are $0.999999999."""
    assert settle(demand({M5: [1 / 3] * 3}), []).bill.total == Decimal("0.999999999")


def test_a_sum_of_floats_that_is_not_exact_is_exact_in_the_bill() -> None:
    """Ten hours of $0.1: added as floats they are 0.9999999999999999."""
    assert settle(demand({M5: [0.1] * 10}), []).bill.total == 1


def test_the_bill_says_what_each_commitment_costs_and_what_of_it_was_for_nothing() -> None:
    two = demand({M5: [1.0, 0.25], C5: [0.0, 0.0]})
    plans = [
        holding(Kind.EC2_INSTANCE_SP, "0.3", {M5: 0.6}, two, name="m5", cost="1.05"),
        holding(Kind.EC2_INSTANCE_SP, "0.2", {C5: 0.6}, two, name="c5"),
    ]
    bill = settle(two, plans).bill
    assert bill.commitments == (Decimal("0.63"), Decimal("0.4"))
    assert bill.unused == (Decimal("0.1575"), Decimal("0.4"))
    assert bill.on_demand == (Decimal("0.5"), Decimal(0))
    assert (bill.commitment_cost, bill.unused_cost, bill.total) == (Decimal("1.03"), Decimal("0.5575"), Decimal("1.53"))


def test_the_cost_of_a_reservation_is_its_effective_cost_by_the_hour() -> None:
    hour = demand({M5: [1.0]})
    bill = settle(hour, [holding(Kind.REGIONAL_RI, 24, {M5: 1 / 0.024}, hour, cost="0.0123456789")]).bill
    assert bill.commitments == (Decimal("0.296296294"),)


def test_months_are_calendar_months_in_utc_and_add_up_to_the_whole() -> None:
    start = datetime(2026, 1, 31, 22, tzinfo=UTC)
    usage = demand({M5: np.linspace(0.1, 0.9, 2 + 28 * 24 + 1)}, start)
    settled = settle(usage, [holding(Kind.COMPUTE_SP, "0.333", {M5: 0.7}, usage)])
    months = settled.bills_by_month()
    assert list(months) == [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2, 3)]
    assert [one.commitment_cost for one in months.values()] == [Decimal("0.333") * hours for hours in (2, 672, 1)]
    assert sum(one.total for one in months.values()) == settled.bill.total


@given(
    st.lists(st.floats(0, 1e5), min_size=1, max_size=40),
    st.decimals(0, 1000, places=3),
    st.floats(0.3, 0.9),
    st.integers(0, 700),
)
@settings(max_examples=60, deadline=None)
def test_parts_add_up_exactly(dollars: list[float], quantity: Decimal, take: float, first: int) -> None:
    n2 = gce("n2")
    usage = demand({n2: dollars}, START.replace(day=1 + first // 24, hour=first % 24))
    settled = settle(usage, [holding(Kind.FLEXIBLE_CUD, quantity, {n2: take}, usage)])
    bill, months = settled.bill, settled.bills_by_month().values()
    assert bill.total == bill.commitment_cost + sum(bill.on_demand)
    assert 0 <= bill.unused_cost <= bill.commitment_cost
    for part in ("commitment_cost", "unused_cost", "on_demand_cost", "total"):
        assert sum(getattr(month, part) for month in months) == getattr(bill, part)


def test_a_year_of_a_very_large_estate_is_added_exactly() -> None:
    """In billionths it is more than 64 bits hold."""
    usage = demand({M5: [123_456_789.125] * 8760})
    assert settle(usage, []).bill.total == Decimal("123456789.125") * 8760


def test_an_hour_that_no_integer_holds_is_refused() -> None:
    with pytest.raises(DemandError, match="dollars in one hour"):
        settle(demand({M5: [1e10]}), [])


def test_hours_in_another_order_have_the_same_bill() -> None:
    random = np.random.default_rng(1)
    dollars = random.lognormal(0, 2, (200, 2))
    items, take = (M5, C5), {M5: 0.7, C5: 0.6}
    bills = set()
    for order in (range(200), random.permutation(200)):
        usage = HourlyDemand(items=items, dollars=dollars[list(order)], start=START)
        bills.add(settle(usage, [holding(Kind.COMPUTE_SP, 2, take, usage)]).bill)
    assert len(bills) == 1
