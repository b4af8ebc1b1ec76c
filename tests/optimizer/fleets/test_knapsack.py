"""What a node can carry at most, against trying everything."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.optimizer.fleets.knapsack import Bins, Items, Pricer
from tests.oracles.exact_fleets import contents

SIZES = [(2, 3), (3, 2), (1, 5)]
ROOMS = [((5, 6), 110), ((9, 9), 110), ((9, 9), 2), ((1, 1), 110), ((0, 0), 0)]


def arrays(sizes: list[tuple[int, int]], rooms: list[tuple[tuple[int, int], int]]) -> tuple[Items, Bins]:
    whole = np.int64
    return (
        Items(cpu=np.array([cpu for cpu, _ in sizes], whole), memory=np.array([memory for _, memory in sizes], whole)),
        Bins(
            cpu=np.array([room[0] for room, _ in rooms], whole),
            memory=np.array([room[1] for room, _ in rooms], whole),
            pods=np.array([pods for _, pods in rooms], whole),
        ),
    )


def best(sizes, room, pods, values, copies) -> float:
    return max(float(np.dot(content, values)) for content in contents(sizes, room, pods, copies))


def test_one_table_answers_for_every_type_of_node() -> None:
    values, copies = np.array([4.0, 5.0, 3.0]), np.array([3, 2, 1])
    items, bins = arrays(SIZES, ROOMS)
    pricing = Pricer(items, bins).price(values, copies)
    exact = [best(SIZES, room, pods, values, copies) for room, pods in ROOMS]
    assert pricing.value.tolist() == exact == [9.0, 14.0, 10.0, 0.0, 0.0]
    assert pricing.patterns[1].tolist() == [1, 2, 0]


def test_a_bound_is_the_value_where_the_table_is_exact_and_pods_do_not_bind() -> None:
    items, bins = arrays(SIZES, ROOMS[:2])
    pricing = Pricer(items, bins).price(np.array([4.0, 5.0, 3.0]), np.array([3, 2, 1]))
    np.testing.assert_allclose(pricing.upper, pricing.value)


def test_sizes_with_a_common_divisor_need_no_finer_table() -> None:
    coarse, fine = (
        arrays(SIZES, ROOMS),
        arrays([(250 * c, 128 * m) for c, m in SIZES], [((250 * c + 249, 128 * m), p) for (c, m), p in ROOMS]),
    )
    values, copies = np.array([4.0, 5.0, 3.0]), np.array([3, 2, 1])
    assert (
        Pricer(*fine, most_cells=100).price(values, copies).value == Pricer(*coarse).price(values, copies).value
    ).all()


def test_a_worthless_kind_is_still_put_where_it_fits() -> None:
    """Duals of zero are common, and a pod that rides along is one that needs no node of its own."""
    items, bins = arrays([(1, 1), (1, 1)], [((2, 2), 110)])
    assert Pricer(items, bins).price(np.array([1.0, 0.0]), np.array([1, 5])).patterns.tolist() == [[1, 1]]


KNAPSACKS = st.tuples(
    st.lists(
        st.tuples(st.integers(1, 7), st.integers(1, 7), st.integers(0, 9), st.integers(1, 3)), min_size=1, max_size=4
    ),
    st.lists(st.tuples(st.tuples(st.integers(0, 15), st.integers(0, 15)), st.integers(0, 6)), min_size=1, max_size=4),
)


@settings(max_examples=60, deadline=None)
@given(KNAPSACKS, st.sampled_from([10, 60, 10_000]))
def test_patterns_fit_and_no_content_is_worth_more_than_the_bound(knapsack, most_cells) -> None:
    """With tables too small for the nodes as well: then patterns may be worse, never the bound."""
    kinds, rooms = knapsack
    sizes = [(cpu, memory) for cpu, memory, _, _ in kinds]
    values, copies = np.array([float(kind[2]) for kind in kinds]), np.array([kind[3] for kind in kinds])
    pricing = Pricer(*arrays(sizes, rooms), most_cells=most_cells).price(values, copies)
    for place, (room, pods) in enumerate(rooms):
        assert tuple(pricing.patterns[place].tolist()) in contents(sizes, room, pods, copies.tolist())
        assert pricing.value[place] - 1e-9 <= best(sizes, room, pods, values, copies) <= pricing.upper[place] + 1e-9


@settings(max_examples=40, deadline=None)
@given(KNAPSACKS)
def test_without_a_limit_of_pods_the_pattern_is_the_best(knapsack) -> None:
    kinds, rooms = knapsack
    sizes, wide = [(cpu, memory) for cpu, memory, _, _ in kinds], [(room, 1000) for room, _ in rooms]
    values, copies = np.array([float(kind[2]) for kind in kinds]), np.array([kind[3] for kind in kinds])
    pricing = Pricer(*arrays(sizes, wide)).price(values, copies)
    exact = [best(sizes, room, pods, values, copies) for room, pods in wide]
    np.testing.assert_allclose(pricing.value, exact, atol=1e-9)
