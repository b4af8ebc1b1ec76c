"""What cannot be told apart is joined, and nothing else."""

import numpy as np

from costopt.optimizer.commitments.pools import join

NO = np.inf


def test_a_plan_of_one_family_is_used_first_and_leaves_only_the_wide_pool():
    pools = join(np.array([[0.6, NO], [NO, 0.5], [0.7, 0.8]]))
    assert (pools.outer, len(pools.take), pools.exact) == ((), 1, True)
    assert pools.levels[0].cover.max(axis=1).tolist() == [1 / 0.6, 2.0, 0.0]


def test_items_with_the_same_rates_are_one_item():
    pools = join(np.array([[0.6, 0.6, 0.6], [0.7, 0.7, 0.8]]))
    assert pools.take.shape[1] == 2


def test_items_with_prices_of_their_own_are_kept_apart():
    pools = join(np.array([[0.6, 0.6, 0.6]]), apart=np.array([0, 1, 1]))
    assert pools.take.shape == (1, 2)


def test_proportional_plans_are_one_pool():
    pools = join(np.array([[0.6, 0.8], [0.3, 0.4]]))
    assert (len(pools.take), pools.unit[:, 0].tolist()) == (1, [1.0, 2.0])


def test_without_narrow_reservations_types_become_alike_and_the_next_narrow_plan_is_alone():
    """Zonal, then regional of the same family, then wide: three levels, and only the wide one is left."""
    zonal, regional, wide = [1.0, NO, NO], [1.0, 1.0, NO], [0.7, 0.7, 0.8]
    pools = join(np.array([zonal, regional, wide]))
    assert (len(pools.take), pools.outer) == (1, ())
    assert sum(level.cover.any() for level in pools.levels) == 2


def test_two_wide_tables_need_one_searched_price():
    pools = join(np.array([[0.7, 0.8], [0.5, 0.6]]))
    assert (len(pools.outer), len(pools.inner), pools.exact) == (1, 1, True)


def test_more_tables_than_can_be_searched_become_one_at_better_rates():
    take = np.array([[0.7, 0.8, 0.9], [0.5, 0.6, 0.65], [0.71, 0.8, 0.9], [0.6, 0.9, 0.5]])
    pools = join(take, most_outer=2)
    assert (len(pools.outer), pools.exact) == (2, False)
    given = np.linalg.lstsq(pools.unit, np.ones(4), rcond=None)[0]
    assert given.min() > 0, "every instrument still gives units of some pool"


def test_pools_for_different_items_that_overlap_too_much_join_items_in_the_end():
    take = np.full((6, 4), NO)
    for row, pair in enumerate([(0, 1), (1, 2), (2, 3), (0, 2), (1, 3), (0, 3)]):
        take[row, list(pair)] = [0.5 + row / 20, 0.6 + row / 30]
    pools = join(take, most_outer=1)
    assert len(pools.outer) <= 1
    assert not pools.exact


def test_an_instrument_that_pays_for_nothing_is_in_no_pool():
    pools = join(np.array([[NO, NO], [0.7, 0.8]]))
    assert pools.unit[0].tolist() == [0.0]
