"""Pods on nodes: against trying everything, and what must hold for any set of them."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from costopt.errors import InfeasiblePlan, WorkloadError
from costopt.optimizer.fleets.packing import pack, pack_in_parts
from costopt.optimizer.fleets.pods import NodeType, Packing, PodKind
from tests.oracles.exact_fleets import cheapest_nodes, shape


def node(name: str, cpu: float, memory_gib: float, price: str, pods: int = 110) -> NodeType:
    made = shape(name, int(cpu), memory_gib)
    return NodeType(shape=made, hourly_price=Decimal(price), cpu=cpu, memory_gib=memory_gib, pods=pods)


def pod(name: str, cpu: float, memory_gib: float, count: int) -> PodKind:
    return PodKind(name=name, cpu=cpu, memory_gib=memory_gib, count=count)


SMALL, LARGE = node("small", 2, 4, "0.10"), node("large", 8, 32, "0.40")
API, CACHE = pod("api", 1.0, 1.0, 6), pod("cache", 0.5, 7.0, 4)


def check_carries(packing: Packing, kinds: list[PodKind]) -> None:
    """Every pod once, and no node with more than it has."""
    size = {kind.name: kind for kind in kinds}
    placed: Counter[str] = Counter()
    for nodes in packing.nodes:
        placed.update({name: count * nodes.count for name, count in nodes.pods})
        assert sum(size[name].cpu * count for name, count in nodes.pods) <= nodes.node.cpu + 1e-9
        assert sum(size[name].memory_gib * count for name, count in nodes.pods) <= nodes.node.memory_gib + 1e-9
        assert sum(count for _, count in nodes.pods) <= nodes.node.pods
    assert placed == {kind.name: kind.count for kind in kinds}
    assert packing.hourly_cost == sum(nodes.node.hourly_price * nodes.count for nodes in packing.nodes)


def test_two_kinds_that_complement_each_other_share_a_node() -> None:
    """One large node takes four caches (2 cores, 28 GiB) and four APIs; two APIs are left for a small one."""
    packing = pack([API, CACHE], [SMALL, LARGE])
    check_carries(packing, [API, CACHE])
    assert packing.hourly_cost == Decimal("0.50")
    assert [(nodes.node.shape.instance_type, nodes.count) for nodes in packing.nodes] == [("large", 1), ("small", 1)]


def test_the_limit_of_pods_binds_where_they_are_small() -> None:
    assert pack([pod("tiny", 0.1, 0.1, 9)], [node("small", 2, 4, "0.10", pods=3)]).node_count == 3


def test_a_dominated_type_changes_nothing() -> None:
    dearer = node("dearer", 8, 32, "0.41")
    assert pack([API, CACHE], [dearer, SMALL, LARGE]) == pack([API, CACHE], [SMALL, LARGE])


def test_a_pod_that_no_node_can_host_is_named_with_what_it_asks_for() -> None:
    with pytest.raises(InfeasiblePlan, match=r"pods whale.*64\.0 cores and 1\.0 GiB"):
        pack([API, pod("whale", 64.0, 1.0, 1)], [SMALL, LARGE])


def test_no_pods_and_twins_are_refused() -> None:
    with pytest.raises(WorkloadError, match="no pods"):
        pack([], [SMALL])
    with pytest.raises(WorkloadError, match="same name"):
        pack([API, API], [SMALL])


def test_no_node_types_is_infeasible() -> None:
    with pytest.raises(InfeasiblePlan, match="none of 0 node types"):
        pack([API], [])


def test_hardly_any_time_gives_a_whole_plan_with_an_honest_gap() -> None:
    packing = pack([API, CACHE, pod("job", 1.5, 3.0, 7)], [SMALL, LARGE], time_limit=0.001)
    check_carries(packing, [API, CACHE, pod("job", 1.5, 3.0, 7)])
    assert packing.bound <= packing.hourly_cost <= packing.first_fit_cost


def test_without_time_a_hundred_kinds_are_carried_and_the_bound_holds_for_the_better_plan_too() -> None:
    random = np.random.default_rng(3)
    kinds = [
        pod(f"k{number}", 0.1 + float(random.integers(1, 2000)) / 1000, float(random.integers(1, 9000)) / 1000, 40)
        for number in range(100)
    ]
    types = [SMALL, LARGE, node("wide", 16, 32, "0.60"), node("high", 8, 64, "0.50")]
    hurried = pack(kinds, types, time_limit=0.0)
    check_carries(hurried, kinds)
    assert 0 < hurried.gap < 0.3
    assert hurried.rounds == 0
    assert pack_in_parts(kinds, types, time_limit=0.0).bound == pytest.approx(float(hurried.bound), abs=1e-6)
    # No plan is below the bound: neither is what pods ask for in all, on the cheapest core and GiB.
    cores, memory = (sum(getattr(one, what) * one.count for one in kinds) for what in ("cpu", "memory_gib"))
    assert float(hurried.bound) <= float(hurried.hourly_cost)
    assert float(hurried.bound) >= max(cores * 0.0375, memory * 0.0078125) / 2


def test_parts_of_nodes_cost_no_more_than_whole_ones_and_as_much_as_their_bound() -> None:
    """Ten cores and 34 GiB: a large node and a half of a small one at 0.10 for two cores."""
    parts = pack_in_parts([API, CACHE], [SMALL, LARGE], time_limit=10.0)
    assert parts.bound <= 0.50
    cost = sum(float(one.hourly_price) * count for one, count in parts.nodes)
    assert parts.bound == pytest.approx(cost, rel=1e-3)


def test_hundreds_of_pods_are_within_two_percent_of_the_bound() -> None:
    rng = np.random.default_rng(5)
    kinds = [
        pod(f"kind{number}", float(rng.choice([0.25, 0.5, 1, 2, 4])), float(rng.choice([1, 2, 4, 8, 12])), int(count))
        for number, count in enumerate(rng.integers(5, 60, 12))
    ]
    types = [
        node(f"{family}{vcpu}", vcpu * 0.94, vcpu * ratio * 0.9, f"{vcpu * price:.4f}")
        for family, ratio, price in (("c", 2, 0.0425), ("m", 4, 0.048), ("r", 8, 0.063))
        for vcpu in (2, 4, 8, 16, 32)
    ]
    packing = pack(kinds, types, time_limit=5.0)
    check_carries(packing, kinds)
    assert packing.gap <= 0.02
    assert packing.hourly_cost <= packing.first_fit_cost


PODS = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(1, 3)), min_size=1, max_size=3)
NODES = st.lists(
    st.tuples(st.integers(6, 12), st.integers(6, 12), st.integers(2, 6), st.integers(5, 30)), min_size=1, max_size=3
)


def made(pods: list[tuple[int, ...]], nodes: list[tuple[int, ...]]) -> tuple[list[PodKind], list[NodeType]]:
    return (
        [pod(f"p{number}", cpu, memory, count) for number, (cpu, memory, count) in enumerate(pods)],
        [
            node(f"n{number}", cpu, memory, f"0.{price:02}", most)
            for number, (cpu, memory, most, price) in enumerate(nodes)
        ],
    )


@settings(max_examples=25, deadline=None)
@example(pods=[(1, 1, 3), (1, 1, 3), (4, 1, 3)], nodes=[(8, 6, 3, 5)])
@given(PODS, NODES)
def test_no_packing_is_cheaper_than_the_bound_and_the_plan_is_the_cheapest(pods, nodes) -> None:
    kinds, types = made(pods, nodes)
    packing = pack(kinds, types, gap=0.0)
    check_carries(packing, kinds)
    cheapest = cheapest_nodes(
        [(cpu, memory) for cpu, memory, _ in pods],
        [((cpu, memory), most) for cpu, memory, most, _ in nodes],
        [one.hourly_price for one in types],
        [count for _, _, count in pods],
    )
    assert packing.bound <= cheapest <= packing.hourly_cost <= packing.first_fit_cost
    assert packing.hourly_cost == cheapest


@settings(max_examples=10, deadline=None)
@given(PODS, NODES, st.integers(2, 50))
def test_prices_times_a_factor_cost_that_factor(pods, nodes, factor) -> None:
    kinds, types = made(pods, nodes)
    dearer = [replace(one, hourly_price=one.hourly_price * factor) for one in types]
    once, times = pack(kinds, types, gap=0.0), pack(kinds, dearer, gap=0.0)
    assert float(times.bound) == pytest.approx(factor * float(once.bound), rel=2e-3)
    assert times.bound <= factor * once.hourly_cost


@settings(max_examples=10, deadline=None)
@given(PODS, NODES)
def test_the_bound_of_more_pods_is_not_below_that_of_fewer(pods, nodes) -> None:
    kinds, types = made(pods, nodes)
    more = [replace(kind, count=kind.count + 1) for kind in kinds]
    assert pack(kinds, types).bound <= pack(more, types).hourly_cost
