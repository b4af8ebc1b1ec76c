"""Google's order: resource commitments, flexible ones, and sustained use discounts on what is left."""

from decimal import Decimal

import numpy as np
import pytest

from costopt.economics.instruments import InstrumentKind as Kind
from costopt.economics.simulator.settlement import settle
from tests.oracles.hourly_estate import demand, gce, holding

VCPU = gce("n2", dollars_per_unit=0.03)
MEMORY = gce("n2", variant="memory", dollars_per_unit=0.004)
JANUARY = 31 * 24


def test_resource_commitments_pay_before_flexible_ones() -> None:
    """10 vCPUs: 4 by the resource commitment; $0.0648 at 28 % off are half of the other $0.18."""
    hour = demand({VCPU: 0.3})
    settled = settle(
        hour,
        [
            holding(Kind.FLEXIBLE_CUD, "0.0648", {VCPU: 0.72}, hour),
            holding(Kind.RESOURCE_CUD, 4, {VCPU: 1 / 0.03}, hour, cost="0.0189"),
        ],
        sustained_use=False,
    )
    assert settled.covered[0].tolist() == pytest.approx([0.09, 0.12])
    assert settled.bill.total == Decimal("0.0648") + Decimal("0.0756") + Decimal("0.09")


def test_sustained_use_discounts_are_for_what_no_commitment_pays_for() -> None:
    """10 vCPUs all January, 4 committed: N2's 20 % is taken off the other 6."""
    usage = demand({VCPU: [0.3] * JANUARY})
    settled = settle(usage, [holding(Kind.RESOURCE_CUD, 4, {VCPU: 1 / 0.03}, usage, cost="0.0189")])
    assert settled.bill.on_demand_cost == pytest.approx(Decimal(0.18 * JANUARY * 0.8002), rel=Decimal("1e-6"))
    assert sum(settled.bill.sustained_use) + settled.bill.on_demand_cost == pytest.approx(Decimal(0.18 * JANUARY))


def test_an_invoiced_billing_account_gets_no_sustained_use_discount() -> None:
    usage = demand({VCPU: [0.3] * JANUARY})
    assert settle(usage, [], sustained_use=False).bill.total == Decimal("0.3") * JANUARY


def test_a_resource_commitment_is_for_one_resource_only() -> None:
    hour = demand({VCPU: 0.3, MEMORY: 0.16})
    settled = settle(hour, [holding(Kind.RESOURCE_CUD, 80, {MEMORY: 250}, hour)], sustained_use=False)
    assert settled.on_demand[0].tolist() == pytest.approx([0.3, 0])
    assert settled.utilisation == (0.5,)


def test_a_flexible_commitment_belongs_to_no_project() -> None:
    """Without sharing, a resource commitment stays in its project; a flexible one pays for every project's usage."""
    other = gce("n2", "other", dollars_per_unit=0.03)
    hour = demand({VCPU: 0.3, other: 0.3})
    both = dict.fromkeys((VCPU, other), 1 / 0.03)
    resource = holding(Kind.RESOURCE_CUD, 20, both, hour, account="p")
    flexible = holding(Kind.FLEXIBLE_CUD, 1, dict.fromkeys(both, 0.72), hour, account="p")
    alone = settle(hour, [resource], sharing=False, sustained_use=False)
    assert alone.on_demand[0].tolist() == pytest.approx([0, 0.3])
    assert settle(hour, [flexible], sharing=False).bill.on_demand_cost == 0


def test_cost_is_convex_in_the_level_of_a_commitment_despite_sustained_use() -> None:
    """Slots of the load curve have one price each, whatever is committed below them."""
    random = np.random.default_rng(3)
    usage = demand({VCPU: 0.03 * random.integers(0, 40, JANUARY)})
    costs = [
        float(settle(usage, [holding(Kind.RESOURCE_CUD, level, {VCPU: 1 / 0.03}, usage, cost="0.0189")]).bill.total)
        for level in range(0, 41, 4)
    ]
    assert (np.diff(costs, 2) >= -1e-6).all()
