"""Machines that are billed as vCPUs and memory: sizes and commitments together, beside trying everything."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Instrument, InstrumentKind
from costopt.model.shape import Shape
from costopt.optimizer.commitments.portfolio import plan_commitments
from costopt.optimizer.commitments.terms import PlanTerms
from costopt.optimizer.sizing.joint.columns import usage_items
from costopt.optimizer.sizing.joint.decision import plan_sizes_and_commitments
from costopt.optimizer.sizing.joint.problem import JointProblem, list_joint_options
from costopt.optimizer.sizing.judgement import Candidates
from costopt.optimizer.sizing.machines import BilledPart, Machine, tabulate
from costopt.optimizer.sizing.workload import Workload
from tests.oracles.sizing_estate import load

PROJECT, REGION = "acme", "europe-west4"
START = datetime(2026, 11, 1, tzinfo=UTC)
HOURS = 24
TERMS = PlanTerms(family_bound_share=None, tolerance=1e-5)


def machine(series: str, vcpu: int, memory: int, prices: tuple[str, str], paid: str = "1") -> Machine:
    """A type of so many vCPUs and GiB at prices of each, of which sustained use leaves a share."""
    amounts = (("vcpu", vcpu, prices[0]), ("memory", memory, prices[1]))
    parts = tuple(
        BilledPart(
            service="gce",
            family=series,
            variant=name,
            instance_type=f"{series}_{name}",
            hourly=count * Decimal(price),
        )
        for name, count, price in amounts
    )
    shape = Shape(
        instance_type=f"{series}-{vcpu}-{memory}",
        family=series,
        vcpu=vcpu,
        memory_gib=float(memory),
        architectures=("x86_64",),
        current_generation=True,
        burstable=False,
        bare_metal=False,
    )
    hourly = sum((part.hourly for part in parts), Decimal(0)) * Decimal(paid)
    return Machine(shape=shape, region=REGION, hourly=hourly, provider="gcp", parts=parts)


def options_of(name: str, machines: Sequence[Machine], rows: Sequence[int], current: int, profile: int) -> Candidates:
    chosen = sorted(rows, key=lambda row: (machines[row].hourly, row))
    workload = Workload(
        name=name,
        account=PROJECT,
        load=load(),
        regions=frozenset({REGION}),
        current=machines[current].shape,
        profile=profile,
    )
    return Candidates(
        workload=workload,
        machine=np.array(chosen),
        family=np.zeros(len(chosen), dtype=np.int64),
        replicas=np.ones(len(chosen), dtype=np.int64),
        on_demand=np.array([float(machines[row].hourly) for row in chosen]),
        licence=np.zeros(len(chosen)),
        vcpu=np.ones(len(chosen)),
    )


def commitment(items, series: str, resource: str, rate: str) -> Instrument:
    """A resource-based commitment of a year: vCPUs or GiB of a series."""
    take = [
        1 / float(UNIT[series][resource == "memory"]) if (item.family, item.variant) == (series, resource) else np.inf
        for item in items
    ]
    return Instrument(
        id=f"{series} {resource}",
        kind=InstrumentKind.RESOURCE_CUD,
        scope=f"{series} {resource} {REGION}",
        term_months=12,
        payment="monthly",
        hourly_cost=Decimal(rate),
        upfront=Decimal(0),
        take=np.array(take),
        step=Decimal(1),
    )


UNIT = {"e2": ("0.02", "0.003"), "n2": ("0.03", "0.004")}
"""Dollars of a vCPU and of a GiB. N2 gets sustained use discounts, E2 none."""
N2_PAID = "0.8002"


def problem_of(machines: Sequence[Machine], candidates: Sequence[Candidates], offers=(), profiles=None):
    catalog = tabulate(machines)
    items = usage_items(candidates, catalog)
    base = HourlyDemand(items=items, dollars=np.zeros((HOURS, len(items))), start=START)
    return JointProblem(
        candidates=tuple(candidates),
        catalog=catalog,
        base=base,
        profiles=np.ones((HOURS, 1)) if profiles is None else profiles,
        offers=tuple(make(items) for make in offers),
        terms=TERMS,
    )


def best_by_trying(problem: JointProblem) -> Decimal:
    """Every option of every workload, none left out beforehand, with the commitments that suit it."""
    items = problem.base.items
    costs = []
    for choice in itertools.product(*(range(len(one.machine)) for one in problem.candidates)):
        dollars = problem.base.dollars.copy()
        for options, row in zip(problem.candidates, choice, strict=True):
            for part in problem.catalog.machines[options.machine[row]].billed:
                (column,) = [place for place, item in enumerate(items) if item.instance_type == part.instance_type]
                dollars[:, column] += float(part.hourly) * problem.profiles[:, options.workload.profile]
        demand = replace(problem.base, dollars=dollars)
        costs.append(plan_commitments(demand, problem.offers, (), problem.terms).bill.total)
    return min(costs)


def test_a_machine_is_one_item_for_its_vcpus_and_one_for_its_memory():
    machines = [machine("n2", 4, 16, UNIT["n2"])]
    problem = problem_of(machines, [options_of("w", machines, [0], 0, 0)])
    demand = list_joint_options(problem).demand(np.array([0]))
    assert {item.variant: hours.tolist() for item, hours in zip(demand.items, demand.dollars.T, strict=True)} == {
        "vcpu": [0.12] * HOURS,
        "memory": [0.064] * HOURS,
    }


def test_a_smaller_machine_makes_the_commitment_smaller():
    machines = [machine("n2", 8, 32, UNIT["n2"], N2_PAID), machine("n2", 2, 16, UNIT["n2"], N2_PAID)]
    offers = [
        lambda items: commitment(items, "n2", "vcpu", "0.0189"),
        lambda items: commitment(items, "n2", "memory", "0.00252"),
    ]
    planned = plan_sizes_and_commitments(problem_of(machines, [options_of("w", machines, [0, 1], 0, 0)], offers))
    assert planned.sizes[0].machine is machines[1]
    assert {one.instrument.id: one.quantity for one in planned.purchases} == {"n2 vcpu": 2, "n2 memory": 16}
    # 24 h x (2 x 0.0189 + 16 x 0.00252)
    assert planned.cost == Decimal("1.87488")
    assert planned.bound <= planned.cost


def test_an_option_that_is_less_in_memory_only_is_kept_and_one_that_is_more_in_both_is_not():
    machines = [machine("e2", *size, UNIT["e2"]) for size in ((4, 8), (2, 16), (4, 16))]
    problem = problem_of(machines, [options_of("w", machines, [0, 1, 2], 1, 0)])
    options = list_joint_options(problem)
    assert {problem.catalog.machines[row].shape.instance_type for row in options.machine} == {"e2-4-8", "e2-2-16"}


def test_sustained_use_makes_a_dearer_list_price_the_cheaper_machine():
    """N2 at 0.184 an hour, 0.1472 after sustained use, beside E2 of 0.16."""
    dear = machine("n2", 4, 16, UNIT["n2"], N2_PAID)
    plain = machine("e2", 5, 20, UNIT["e2"])
    planned = plan_sizes_and_commitments(problem_of([dear, plain], [options_of("w", [dear, plain], [0, 1], 0, 0)]))
    assert planned.sizes[0].machine is dear
    assert float(planned.cost) == pytest.approx(HOURS * 0.184 * 0.8002, rel=1e-6)
    assert planned.cost - planned.bound < Decimal("0.0002")


@st.composite
def problems(draw):
    """Up to three workloads on sizes of two series, whose vCPUs and memory may be committed; a day."""
    sizes = [("e2", 2, 16), ("e2", 4, 8), ("n2", 2, 12), ("n2", 4, 8), ("e2", 4, 16), ("n2", 8, 8)]
    machines = [machine(*size, UNIT[size[0]], N2_PAID if size[0] == "n2" else "1") for size in sizes]
    day = (np.arange(HOURS) % 24 < draw(st.integers(6, 20))).astype(float)
    candidates = []
    for number in range(draw(st.integers(1, 3))):
        rows = draw(st.lists(st.integers(0, len(sizes) - 1), min_size=2, max_size=3, unique=True))
        candidates.append(options_of(f"w{number}", machines, rows, rows[0], draw(st.integers(0, 1))))
    share = Decimal(draw(st.sampled_from(["0.55", "0.63", "0.75"])))
    made = [
        (series, place, Decimal(UNIT[series][place]) * share)
        for series in draw(st.sampled_from([["e2"], ["n2"], ["e2", "n2"]]))
        for place in (0, 1)
    ]
    # An offer is for what may run: a commitment for nothing is refused.
    used = {machines[row].shape.family for one in candidates for row in one.machine.tolist()}
    offers = [
        lambda items, one=one: commitment(items, one[0], ("vcpu", "memory")[one[1]], str(one[2]))
        for one in made
        if one[0] in used
    ]
    return problem_of(machines, candidates, offers, np.stack([np.ones(HOURS), day], axis=1))


@settings(max_examples=8, deadline=None)
@given(problem=problems())
def test_the_plan_is_within_its_gap_of_the_best_of_all(problem):
    planned = plan_sizes_and_commitments(problem)
    best = best_by_trying(problem)
    assert planned.bound <= best
    assert float(planned.cost) <= float(best) * (1 + 1e-3)
    assert all(planned.cost <= cost for cost in planned.orders.values())
