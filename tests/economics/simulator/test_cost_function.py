"""The quick total that searches compare by."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from costopt.economics.instruments import InstrumentKind as Kind
from costopt.economics.simulator.cost_function import CostFunction, total_cost
from costopt.economics.simulator.settlement import settle
from costopt.errors import DemandError
from tests.oracles.hourly_estate import START, demand, gce, holding, item

ITEMS = [item("m5", "1"), item("c5", "2"), gce("n1"), gce("n2", variant="memory")]
RANDOM = np.random.default_rng(7)
USAGE = demand({one: RANDOM.lognormal(0, 1, 900) for one in ITEMS})
PLANS = [
    holding(Kind.EC2_INSTANCE_SP, 0.4, {ITEMS[0]: 0.6}, USAGE, account="2"),
    holding(Kind.COMPUTE_SP, 0.9, {ITEMS[0]: 0.7, ITEMS[1]: 0.65}, USAGE, account="1", end=START + timedelta(days=9)),
    holding(Kind.FLEXIBLE_CUD, 0.5, {ITEMS[2]: 0.72, ITEMS[3]: 0.72}, USAGE),
]


@pytest.mark.parametrize("sharing", [True, False])
@pytest.mark.parametrize("sustained_use", [True, False])
def test_it_is_the_total_of_the_bill(sharing: bool, sustained_use: bool) -> None:
    bill = settle(USAGE, PLANS, sharing=sharing, sustained_use=sustained_use).bill
    quick = total_cost(USAGE, PLANS, sharing=sharing, sustained_use=sustained_use)
    assert quick == pytest.approx(float(bill.total), abs=1e-5)


def test_hours_that_repeat_are_settled_once_and_counted_as_often_as_they_come() -> None:
    day = RANDOM.lognormal(0, 1, 24)
    usage = demand({one: np.tile(day * scale, 40) for scale, one in enumerate(ITEMS[:2], start=1)})
    plans = [
        holding(Kind.EC2_INSTANCE_SP, 0.4, {ITEMS[0]: 0.6}, usage, start=START + timedelta(hours=100)),
        holding(Kind.COMPUTE_SP, 0.9, {ITEMS[0]: 0.7, ITEMS[1]: 0.65}, usage, end=START + timedelta(hours=501)),
    ]
    assert total_cost(usage, plans) == pytest.approx(float(settle(usage, plans).bill.total), abs=1e-5)


def test_what_goes_on_to_cost_beside_a_commitment_is_part_of_the_total() -> None:
    plain = holding(Kind.RESOURCE_CUD, 0.8, {ITEMS[2]: 1.0}, USAGE)
    premium = np.array([0.02 if item == ITEMS[2] else 0.0 for item in USAGE.items])
    dear = replace(plain, instrument=replace(plain.instrument, premium=premium))
    paid = float(settle(USAGE, [plain]).covered.sum())
    assert total_cost(USAGE, [dear]) == pytest.approx(total_cost(USAGE, [plain]) + 0.02 * paid)
    assert total_cost(USAGE, [dear]) == pytest.approx(float(settle(USAGE, [dear]).bill.total), abs=1e-5)


def test_other_quantities_are_tried_without_traces() -> None:
    cost = CostFunction(USAGE, PLANS)
    before = cost([0.4, 0.9, 0.5])
    assert cost([0, 0, 0]) == pytest.approx(float(settle(USAGE, []).bill.total))
    assert cost([9, 9, 9]) > before
    assert cost([0.4, 0.9, 0.5]) == before == total_cost(USAGE, PLANS)


def test_a_number_of_quantities_that_is_not_that_of_the_holdings_is_refused() -> None:
    with pytest.raises(DemandError, match="2 quantities for 3 commitments"):
        CostFunction(USAGE, PLANS)([1, 2])
