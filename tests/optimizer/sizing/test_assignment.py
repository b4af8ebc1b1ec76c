"""One option for each workload under shared limits: as good as trying everything, and proved."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from costopt.errors import InfeasiblePlan, WorkloadError
from costopt.optimizer.sizing import relax_and_fix
from costopt.optimizer.sizing.candidates import find_candidates
from costopt.optimizer.sizing.coupling import Coupling, Pool, Quota, Scope, list_options, prune_all
from costopt.optimizer.sizing.family_bound import bound_families
from costopt.optimizer.sizing.limit_prices import Prices, price_limits, relax_all
from costopt.optimizer.sizing.machines import tabulate
from costopt.optimizer.sizing.relax_and_fix import assign
from costopt.optimizer.solver import Deadline, Status
from tests.oracles.sizing_estate import ACCOUNT, cheapest_by_trying, load, machine, workload

MACHINES = [
    machine("c5.large", "0.085"),
    machine("c5.xlarge", "0.17"),
    machine("m5.large", "0.10"),
    machine("m5.xlarge", "0.19"),
    machine("m6i.xlarge", "0.21"),
    machine("r5.large", "0.13"),
]
CATALOG = tabulate(MACHINES)
THREE = [
    workload("a", load=load(vcpu=2, memory=4)),
    workload("b", load=load(vcpu=3, memory=6), max_replicas=3),
    workload("c", load=load(vcpu=1, memory=14), max_replicas=2),
]


def table_of(workloads, coupling, machines=MACHINES, *, pruned=True):
    catalog = tabulate(machines)
    found = find_candidates(workloads, catalog)
    return list_options(prune_all(found, catalog, coupling) if pruned else found, catalog, coupling)


def of(*families):
    return Scope(families=frozenset(families))


def chosen(table, found):
    return [table.families[table.family[row]] for row in found.rows]


def test_without_shared_limits_each_takes_its_cheapest_and_nothing_is_solved():
    table = table_of(THREE, Coupling())
    found = assign(table, Coupling())
    assert chosen(table, found) == ["c5", "c5", "r5"]
    assert found.cost == pytest.approx(0.085 + 0.17 + 0.13)
    assert (found.status, found.gap) == (Status.OPTIMAL, 0.0)


def test_a_quota_moves_what_costs_least_to_move():
    coupling = Coupling(quotas=(Quota(name="c", vcpus=4, scope=of("c5")),))
    table = table_of(THREE, coupling)
    found = assign(table, coupling)
    assert chosen(table, found) == ["m5", "c5", "r5"]  # 0.015 for a, 0.02 for b
    assert found.prices.toll[0] >= 0


def test_at_most_one_family():
    coupling = Coupling(max_families=1)
    table = table_of(THREE, coupling)
    assert chosen(table, assign(table, coupling)) == ["m5", "m5", "m5"]


def test_a_reserved_pool_draws_workloads_until_it_is_used_up():
    coupling = Coupling(pools=(Pool(name="m", hourly=Decimal("0.10"), scope=of("m5")),))
    table = table_of(THREE, coupling)
    found = assign(table, coupling)
    assert chosen(table, found) == ["m5", "c5", "r5"]
    assert found.cost == pytest.approx(0.17 + 0.13)


def test_limits_of_another_account_do_not_count():
    coupling = Coupling(quotas=(Quota(name="q", vcpus=0, scope=Scope(account="999988887777")),))
    table = table_of(THREE, coupling)
    assert chosen(table, assign(table, coupling)) == ["c5", "c5", "r5"]
    own = Coupling(quotas=(Quota(name="q", vcpus=0, scope=Scope(account=ACCOUNT)),))
    with pytest.raises(InfeasiblePlan):
        assign(table_of(THREE, own), own)


@pytest.mark.parametrize(("whole", "families"), [(10_000, None), (0, None), (0, 3)])
def test_limits_that_nothing_keeps_are_named(whole, families, monkeypatch):
    monkeypatch.setattr(relax_and_fix, "_WHOLE_OPTIONS", whole)
    coupling = Coupling(
        quotas=(Quota(name="all", vcpus=7, scope=Scope()), Quota(name="m", vcpus=100, scope=of("m5", "m6i"))),
        max_families=families,
    )
    with pytest.raises(InfeasiblePlan, match=r"quota 'all' \(7 vCPUs\) is exceeded by 1$") as told:
        assign(table_of(THREE, coupling), coupling)
    assert "Raise the quota" in told.value.hint


def test_too_few_families_to_host_all_is_named():
    apart = [workload("a", families=frozenset({"c5"})), workload("b", families=frozenset({"m5"}))]
    coupling = Coupling(max_families=1)
    with pytest.raises(InfeasiblePlan, match="no 1 families can host all 2 workloads"):
        assign(table_of(apart, coupling), coupling)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"max_families": 0}, "at most 0 families"),
        ({"quotas": (Quota(name="q", vcpus=-1, scope=Scope()),)}, "negative"),
        ({"quotas": (Quota(name="q", vcpus=1, scope=Scope()), Quota(name="q", vcpus=2, scope=Scope()))}, "same name"),
    ],
)
def test_limits_that_cannot_be_meant_are_refused(fields, message):
    with pytest.raises(WorkloadError, match=message):
        Coupling(**fields)


def test_pools_that_overlap_are_refused():
    pools = (Pool(name="a", hourly=Decimal(1), scope=of("m5")), Pool(name="b", hourly=Decimal(1), scope=Scope()))
    with pytest.raises(WorkloadError, match="overlap"):
        table_of(THREE, Coupling(pools=pools))


@st.composite
def estates(draw, most: int = 4):
    """A few workloads and limits over the six machines."""
    number = draw(st.integers(1, most))
    workloads = [
        workload(
            f"w{place}",
            load=load(vcpu=draw(st.sampled_from([1, 2, 3, 5])), memory=draw(st.sampled_from([3, 7, 14, 30]))),
            max_replicas=draw(st.integers(2, 4)),
        )
        for place in range(number)
    ]
    quotas = tuple(
        Quota(name=f"quota {family}", vcpus=draw(st.sampled_from([2, 4, 6, 10])), scope=of(family))
        for family in draw(st.sets(st.sampled_from(["c5", "m5", "m6i"])))
    )
    pools = tuple(
        Pool(name=f"pool {family}", hourly=draw(st.sampled_from([Decimal("0.1"), Decimal("0.25")])), scope=of(family))
        for family in draw(st.sets(st.sampled_from(["m5", "r5"])))
    )
    families = draw(st.none() | st.integers(1, 3))
    return workloads, Coupling(quotas=quotas, pools=pools, max_families=families)


@settings(max_examples=40, deadline=None)
@given(estate=estates())
def test_the_choice_is_the_best_of_all_and_pruning_loses_nothing(estate):
    workloads, coupling = estate
    try:
        table = table_of(workloads, coupling)
    except InfeasiblePlan:
        assume(False)
    best = cheapest_by_trying(table_of(workloads, coupling, pruned=False), coupling)
    if best is None:
        with pytest.raises(InfeasiblePlan):
            assign(table, coupling)
        return
    found = assign(table, coupling, tolerance=1e-6)
    assert found.cost == pytest.approx(best, rel=1e-5)
    assert found.bound <= best + 1e-6


@settings(max_examples=25, deadline=None)
@given(estate=estates())
def test_relaxing_and_fixing_gives_the_same_within_its_gap(estate):
    """The way of large estates, on estates small enough to try everything."""
    workloads, coupling = estate
    try:
        table = table_of(workloads, coupling)
    except InfeasiblePlan:
        assume(False)
    best = cheapest_by_trying(table, coupling)
    assume(best is not None and coupling.couples)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relax_and_fix, "_WHOLE_OPTIONS", 0)
        found = assign(table, coupling)
    assert found.bound <= best + 1e-6 <= found.cost + 2e-6


@settings(max_examples=20, deadline=None)
@given(estate=estates(), seed=st.integers(0, 100))
def test_any_prices_give_a_bound(estate, seed):
    workloads, coupling = estate
    coupling = replace(coupling, max_families=coupling.max_families or 2)
    try:
        table = table_of(workloads, coupling)
        best = cheapest_by_trying(table, coupling)
        rng = np.random.default_rng(seed)
        prices = Prices(toll=rng.random(len(coupling.quotas)) * 0.05, rebate=rng.random(len(coupling.pools)))
        proved = bound_families(table, coupling, prices)
    except InfeasiblePlan:
        assume(False)
    assume(best is not None)
    assert proved.bound <= best + 1e-6
    assert proved.with_family.min() <= best + 1e-6


def many(number):
    """Workloads of various sizes, each with several options in each family."""
    rng = np.random.default_rng(7)
    return [
        workload(
            f"w{place:03}",
            load=load(vcpu=float(rng.uniform(1, 9)), memory=float(rng.uniform(2, 40))),
            max_replicas=20,
        )
        for place in range(number)
    ]


QUOTAS = tuple(
    Quota(name=f"q {family}", vcpus=vcpus, scope=of(family)) for family, vcpus in (("c5", 150), ("m5", 200), ("r5", 60))
)


def test_a_large_estate_is_within_its_proven_gap_and_keeps_the_limits(monkeypatch):
    monkeypatch.setattr(relax_and_fix, "_WHOLE_OPTIONS", 0)
    coupling = Coupling(quotas=QUOTAS, max_families=3)
    table = table_of(many(60), coupling)
    found = assign(table, coupling)
    assert found.bound <= found.cost
    assert found.gap < 0.01
    for quota, cells in zip(coupling.quotas, table.in_quota, strict=True):
        assert table.vcpu[found.rows] @ cells[table.cell[found.rows]] <= quota.vcpus + 1e-6
    assert len(set(chosen(table, found))) <= 3


def test_a_sample_chooses_families_and_the_bound_holds_for_all(monkeypatch):
    coupling = Coupling(quotas=QUOTAS, max_families=3)
    table = table_of(many(60), coupling)
    exact = assign(table, coupling, tolerance=1e-4)
    for name, figure in (("_WHOLE_OPTIONS", 0), ("_WHOLE_WORKLOADS", 30), ("_SAMPLE", 20)):
        monkeypatch.setattr(relax_and_fix, name, figure)
    found = assign(table, coupling)
    assert found.bound <= exact.cost
    assert exact.bound <= found.cost
    assert found.gap < 0.1


def test_scaling_all_prices_scales_the_cost():
    coupling = Coupling(quotas=QUOTAS, max_families=2)
    dear = [replace(one, hourly=one.hourly * 3) for one in MACHINES]
    plain = assign(table_of(many(10), coupling), coupling, tolerance=1e-6)
    scaled = assign(table_of(many(10), coupling, dear), coupling, tolerance=1e-6)
    assert scaled.cost == pytest.approx(3 * plain.cost, rel=1e-5)


def test_the_order_of_workloads_and_machines_changes_no_cost():
    coupling = Coupling(quotas=QUOTAS, max_families=2)
    plain = assign(table_of(many(10), coupling), coupling, tolerance=1e-6)
    turned = assign(table_of(many(10)[::-1], coupling, MACHINES[::-1]), coupling, tolerance=1e-6)
    assert turned.cost == pytest.approx(plain.cost, rel=1e-5)


def test_a_time_limit_ends_with_an_honest_gap(monkeypatch):
    monkeypatch.setattr(relax_and_fix, "_WHOLE_OPTIONS", 0)
    coupling = Coupling(quotas=QUOTAS, max_families=3)
    table = table_of(many(40), coupling)
    found = assign(table, coupling, time_limit=1.0)
    assert found.bound <= found.cost
    assert (found.status is Status.OPTIMAL) == (found.cost - found.bound <= 0.0025 * found.cost)


def test_prices_of_limits_prove_the_cost_of_split_workloads():
    coupling = Coupling(quotas=QUOTAS)
    table = table_of(many(40), coupling)
    relaxed = price_limits(table, coupling, Prices.free(coupling), Deadline.after(None))
    again = price_limits(table, coupling, relax_all(table, coupling), Deadline.after(None))
    assert again.bound == pytest.approx(relaxed.bound, rel=1e-5)
