"""The bound for few large nodes."""

from decimal import Decimal

import numpy as np

from costopt.optimizer.fleets.branching import raise_bound
from costopt.optimizer.fleets.columns import Master
from costopt.optimizer.fleets.first_fit import first_fit
from costopt.optimizer.fleets.knapsack import Bins, Items, Pricer
from costopt.optimizer.fleets.packing import pack
from costopt.optimizer.fleets.pods import NodeType, PodKind
from costopt.optimizer.solver import Deadline
from tests.oracles.exact_fleets import shape

ITEMS = Items(cpu=np.array([3]), memory=np.array([1]))
BINS = Bins(cpu=np.array([12]), memory=np.array([100]), pods=np.array([110]))
PRICES, DEMAND = np.array([1.0]), np.array([5])


def master() -> Master:
    """Five pods of which four fill a node: 1.25 nodes as a fraction, two in fact."""
    made = Master(Pricer(ITEMS, BINS), PRICES, 1)
    made.add(column for column, _ in first_fit(ITEMS, BINS, PRICES, DEMAND))
    return made


def test_the_fractional_plan_takes_a_quarter_of_a_node() -> None:
    plan = master().generate(DEMAND, gap=0.0, most_rounds=20)
    assert (round(plan.cost, 9), round(plan.bound, 9)) == (1.25, 1.25)


def test_whole_nodes_prove_what_fractions_cannot() -> None:
    found = raise_bound(master(), PRICES, DEMAND, bound=1.25, cost=2.0, gap=0.0, deadline=Deadline.after(None))
    assert found == 2.0


def test_a_bound_is_never_above_a_plan_that_is_not_the_best() -> None:
    found = raise_bound(master(), PRICES, DEMAND, bound=1.25, cost=3.0, gap=0.0, deadline=Deadline.after(None))
    assert 1.25 <= found <= 2.0 + 1e-9


def test_without_time_the_bound_stays() -> None:
    found = raise_bound(master(), PRICES, DEMAND, bound=1.25, cost=2.0, gap=0.0, deadline=Deadline.after(0.0))
    assert found == 1.25


def test_a_plan_of_few_large_nodes_is_proven() -> None:
    node = NodeType(shape=shape("m5.3xlarge", 12, 100.0), hourly_price=Decimal("0.576"), cpu=12.0, memory_gib=100.0)
    packing = pack([PodKind(name="api", cpu=3.0, memory_gib=1.0, count=5)], [node])
    assert (packing.hourly_cost, packing.gap) == (Decimal("1.152"), 0.0)
