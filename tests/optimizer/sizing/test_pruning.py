"""Options that no plan needs are dropped, and no others."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from costopt.optimizer.sizing.judgement import Candidates
from costopt.optimizer.sizing.pruning import prune, prune_parts
from tests.oracles.sizing_estate import workload


def options(figures):
    """Options of (on demand, licence, vCPUs), cheapest first."""
    rows = sorted(figures, key=lambda row: (row[0] + row[1], row[2]))
    columns = np.array(rows, dtype=float).reshape(-1, 3).T
    count = np.arange(len(rows))
    return Candidates(
        workload=workload(),
        machine=count,
        family=np.zeros(len(rows), dtype=np.int64),
        replicas=np.ones(len(rows), dtype=np.int64),
        on_demand=columns[0],
        licence=columns[1],
        vcpu=columns[2],
    )


def one_group(found):
    return np.zeros(len(found.machine), dtype=np.int64)


def test_a_dearer_option_with_as_many_vcpus_is_dropped():
    found = options([(1.0, 0, 4), (1.2, 0, 4), (1.5, 0, 2), (1.6, 0, 3)])
    assert prune(found, one_group(found)).on_demand.tolist() == [1.0, 1.5]


def test_where_nothing_counts_vcpus_the_cheapest_is_enough():
    found = options([(1.0, 0, 4), (1.5, 0, 2)])
    assert prune(found, one_group(found), count_vcpu=False).on_demand.tolist() == [1.0]


def test_groups_do_not_compete():
    found = options([(1.0, 0, 4), (1.2, 0, 4)])
    assert len(prune(found, np.array([0, 1])).machine) == 2


def test_a_dearer_machine_with_a_cheaper_licence_is_kept_as_commitments_may_turn_it():
    found = options([(1.0, 0.5, 4), (1.2, 0.4, 4), (1.3, 0.4, 4)])
    assert prune(found, one_group(found)).on_demand.tolist() == [1.0, 1.2]


def test_of_equal_options_one_is_kept():
    for licence in (0.0, 0.3):
        found = options([(1.0, licence, 4)] * 3)
        assert len(prune(found, one_group(found)).machine) == 1


figures = st.lists(
    st.tuples(st.integers(1, 5), st.sampled_from([0, 0, 1, 2]), st.integers(1, 5)), min_size=1, max_size=12
)


@given(rows=figures, groups=st.integers(1, 3), price=st.floats(0, 1), toll=st.floats(0, 3))
def test_no_price_of_dollars_and_vcpus_makes_a_dropped_option_the_best(rows, groups, price, toll):
    found = options(rows)
    group = np.arange(len(rows)) % groups
    kept = prune(found, group)
    for number in range(groups):

        def cost(these, mask):
            return (price * these.on_demand + these.licence + toll * these.vcpu)[mask].min(initial=np.inf)

        assert cost(kept, group[kept.machine] == number) == cost(found, group == number)


@given(
    figures=st.lists(st.tuples(*[st.integers(0, 3)] * 3), min_size=1, max_size=12),
    prices=st.tuples(*[st.floats(0, 1)] * 2),
)
def test_of_machines_that_are_billed_in_parts_the_cheapest_is_kept_at_any_prices(figures, prices):
    """Dollars of vCPUs, of memory, and licences."""
    dollars = np.array(figures, dtype=float)
    found = options([(float(place), row[2], 1) for place, row in enumerate(figures)])
    # `options` sorts by on demand and licence: the dollars follow.
    dollars = dollars[found.on_demand.astype(int)]
    costs = dollars[:, :2] @ np.array(prices) + found.licence
    kept = prune_parts(found, dollars[:, :2]).machine
    assert costs[kept].min() == costs.min()
