"""Cost against risk of machines of Google: what is not committed costs what it does after sustained use discounts."""

from decimal import Decimal

import numpy as np
import pytest

from costopt.economics.demand import HourlyDemand, UsageItem
from costopt.economics.instruments import Instrument, InstrumentKind
from costopt.optimizer.risk.frontier import cost_risk_points
from costopt.optimizer.risk.scenarios import WEEK, Outlook, Scenarios, draw_scenarios
from tests.oracles.made_replays import START

VCPU = 0.031611
"""Dollars an hour of a vCPU of N1 or N2 in us-central1. Source: https://cloud.google.com/compute/vm-instance-pricing."""
DAY = np.tile([1.0] * 12 + [0.0] * 12, 7 * 12)
"""On for twelve hours of each day, twelve weeks."""
STEADY = np.ones(12 * WEEK)


def past(family: str, pattern: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> HourlyDemand:
    """A hundred vCPUs of one series."""
    item = UsageItem(
        provider="gcp", account="acme-web", region="us-central1", service="gce", family=family, variant="vcpu",
        dollars_per_unit=VCPU,
    )  # fmt: skip
    return HourlyDemand(items=(item,), dollars=(100 * VCPU * pattern)[:, None], start=START)


def scenarios(demand: HourlyDemand) -> Scenarios:
    return draw_scenarios(demand, Outlook(count=6, months=12, migration_hazard=0.0), seed=0)


def resource_commitment(discount: float) -> Instrument:
    """vCPUs at so much off the price on demand."""
    return Instrument(
        id="resource_cud", kind=InstrumentKind.RESOURCE_CUD, scope="n1 vcpu us-central1", term_months=12,
        payment="monthly", hourly_cost=Decimal(str(VCPU * (1 - discount))), upfront=Decimal(0),
        take=np.array([1 / VCPU]),
    )  # fmt: skip


def flexible_commitment(discount: float) -> Instrument:
    """Dollars an hour at so much off."""
    return Instrument(
        id="flexible_cud", kind=InstrumentKind.FLEXIBLE_CUD, scope="Compute Engine", term_months=12, payment="monthly",
        hourly_cost=Decimal(1), upfront=Decimal(0), take=np.array([1 - discount]),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("family", "pattern", "paid"),
    [
        ("n1", STEADY, (1 + 0.8 + 0.6 + 0.4) / 4),  # 0.7
        ("n2", STEADY, (1 + 0.8678 + 0.733 + 0.6) / 4),  # 0.8002
        ("n1", DAY, (1 + 0.8) / 2),  # half of each month pays the first two quarters' rates
        ("e2", STEADY, 1.0),
    ],
)
def test_without_a_purchase_a_month_costs_what_is_left_after_the_discount(family, pattern, paid):
    drawn = scenarios(past(family, pattern))
    points = cost_risk_points(past(family, pattern), drawn, [resource_commitment(0.0)], np.zeros(1))
    (none,) = (one for one in points if not one.quantities.any())
    assert none.expected == pytest.approx(paid * drawn.on_demand.mean(), rel=1e-6)


def test_a_commitment_that_takes_less_off_than_sustained_use_is_not_bought():
    """28 % of a flexible commitment of a year is less than the 30 % that N1 gets by itself, and more than E2's none."""
    for family, buys in (("n1", False), ("e2", True)):
        demand = past(family, STEADY)
        points = cost_risk_points(demand, scenarios(demand), [flexible_commitment(0.28)], np.zeros(1))
        assert any(one.quantities.any() and one.expected_loss < 0 for one in points) is buys


def test_a_resource_commitment_saves_its_discount_less_the_one_that_is_lost():
    """37 % off instead of 30 %: a tenth of what N1 costs after sustained use discounts."""
    demand = past("n1", STEADY)
    drawn = scenarios(demand)
    flat = Scenarios(
        items=drawn.items, dollars=np.where(drawn.dollars > 0, 100 * VCPU, 0.0), months=12,
        hours_per_row=drawn.hours_per_row,
    )  # fmt: skip
    cheapest = cost_risk_points(demand, flat, [resource_commitment(0.37)], np.zeros(1))[0]
    assert cheapest.quantities == pytest.approx([100], rel=1e-3)
    assert cheapest.expected_loss == pytest.approx((0.63 - 0.7) * flat.on_demand.mean(), rel=1e-3)
