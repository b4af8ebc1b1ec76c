"""Machines of a file: the cheapest type that will do for each, and hours in which they are stopped."""

from decimal import Decimal

import pytest

from costopt.errors import InfeasiblePlan
from costopt.model.workload import Requirements, Workload, WorkloadKind
from costopt.pipeline.planning.workloads.offered_type import Basis
from costopt.pipeline.planning.workloads.planned_machines import plan_machines_workload
from tests.oracles.planner_market import conditions, market, workload


def machines(**more: object) -> Workload:
    return workload(WorkloadKind.MACHINES, **({"count": 3, "requirements": Requirements(vcpu=3, memory_gib=10)} | more))


def test_each_machine_gets_the_cheapest_type_that_will_do() -> None:
    planned = plan_machines_workload(machines(), conditions())
    assert [(one.instance_type, one.count) for one in planned.after] == [("m7i.xlarge", 3)]
    assert planned.monthly == 3 * Decimal("0.20") * 730


def test_a_credit_metered_type_is_taken_only_where_allowed() -> None:
    small = Requirements(vcpu=1, memory_gib=4)
    assert plan_machines_workload(machines(requirements=small), conditions()).after[0].instance_type == "m7i.large"
    metered = Requirements(vcpu=1, memory_gib=4, burstable=True)
    quiet = machines(requirements=metered, profile=(1.0, *(0.1,) * 23))
    assert plan_machines_workload(quiet, conditions()).after[0].instance_type == "t3.large"


def test_machines_are_stopped_in_hours_without_load() -> None:
    office = machines(profile=(0.0,) * 8 + (1.0,) * 8 + (0.0,) * 8)
    planned = plan_machines_workload(office, conditions())
    assert planned.monthly == Decimal("0.20") * 730
    assert planned.plain_monthly == 3 * Decimal("0.20") * 730
    assert planned.schedule == ("they run 56 of 168 hours a week and are stopped else",)


def test_a_type_that_is_cheaper_once_committed_is_found_at_committed_rates() -> None:
    chosen = market(committed={"m7i.large": "0.02", "m7i.xlarge": "0.04"})
    small = machines(requirements=Requirements(vcpu=4, memory_gib=8))
    assert plan_machines_workload(small, conditions(chosen)).after[0].instance_type == "c7i.xlarge"
    committed = plan_machines_workload(small, conditions(chosen, basis=Basis.COMMITTED))
    assert committed.after[0].instance_type == "m7i.xlarge"
    (asked,) = committed.asked
    assert asked.prove(lambda rate: rate).bound == pytest.approx(3 * 0.04)


def test_what_no_machine_has_is_named() -> None:
    with pytest.raises(InfeasiblePlan, match=r"workload 'web': 500 GiB of memory"):
        plan_machines_workload(machines(requirements=Requirements(vcpu=1, memory_gib=500)), conditions())
