"""First-fit decreasing, by hand."""

import numpy as np

from costopt.optimizer.fleets.first_fit import Column, first_fit
from costopt.optimizer.fleets.knapsack import Bins, Items

ITEMS = Items(cpu=np.array([4, 1]), memory=np.array([4, 1]))


def bins(*sizes: tuple[int, int]) -> Bins:
    cpu, memory = (np.array(axis) for axis in zip(*sizes, strict=True))
    return Bins(cpu=cpu, memory=memory, pods=np.full(len(sizes), 110))


def test_the_largest_pods_go_first_and_small_ones_fill_up() -> None:
    """Three pods of 4 and four of 1 on nodes of 6: each takes a large one and two small ones."""
    opened = first_fit(ITEMS, bins((6, 6)), np.array([1.0]), np.array([3, 4]))
    assert opened == [(Column(type=0, pattern=(1, 2)), 2), (Column(type=0, pattern=(1, 0)), 1)]


def test_of_two_types_the_one_that_carries_more_for_its_dollars_is_opened() -> None:
    opened = first_fit(ITEMS, bins((4, 4), (8, 8)), np.array([1.0, 1.5]), np.array([2, 0]))
    assert opened == [(Column(type=1, pattern=(2, 0)), 1)]


def test_no_pods_need_no_nodes() -> None:
    assert first_fit(ITEMS, bins((6, 6)), np.array([1.0]), np.array([0, 0])) == []
