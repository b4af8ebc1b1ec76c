"""What stands in the way of a cheaper size."""

from decimal import Decimal

from costopt.optimizer.sizing.explanation import explain_size, next_cheaper_rejected
from costopt.optimizer.sizing.judgement import Judge
from costopt.optimizer.sizing.machines import tabulate
from costopt.optimizer.sizing.workload import Limit
from tests.oracles.sizing_estate import load, machine, workload

CATALOG = tabulate(
    [
        machine("c5.large", "0.08"),
        machine("m5.large", "0.10"),
        machine("m5.xlarge", "0.20"),
        machine("t3.large", "0.05"),
    ]
)
JUDGE = Judge(CATALOG)


def test_the_requirement_that_binds_and_what_relaxing_it_saves():
    asked = workload(load=load(vcpu=2, memory=9))
    (memory,) = explain_size(JUDGE, CATALOG, asked, Decimal("0.20"))
    assert memory.limit is Limit.MEMORY
    assert memory.description == "9 GiB of memory (the largest type offers 16)"
    assert memory.machine.shape.instance_type == "c5.large"
    assert memory.hourly_saving == Decimal("0.12")


def test_bindings_are_sorted_by_what_they_save():
    asked = workload(load=load(vcpu=0.4, memory=6, mean_vcpu=0.3))
    found = explain_size(JUDGE, CATALOG, asked, Decimal("0.10"))
    assert [(one.limit, one.hourly_saving) for one in found] == [
        (Limit.BURSTABLE, Decimal("0.05")),
        (Limit.MEMORY, Decimal("0.02")),
    ]


def test_the_cheapest_of_all_is_bound_by_nothing():
    asked = workload(burstable=True, load=load(vcpu=0.4, memory=2))
    assert explain_size(JUDGE, CATALOG, asked, Decimal("0.05")) == ()
    assert next_cheaper_rejected(JUDGE, CATALOG, asked, Decimal("0.05")) is None


def test_the_next_cheaper_type_says_which_requirement_it_fails_first():
    asked = workload(load=load(vcpu=2, memory=9))
    rejected = next_cheaper_rejected(JUDGE, CATALOG, asked, Decimal("0.20"))
    assert rejected.machine.shape.instance_type == "m5.large"
    assert rejected.limit is Limit.MEMORY


def test_spreading_on_fewer_machines_is_explained_too():
    """Memory asks for three machines, CPU for one: without it, two fewer."""
    asked = workload(load=load(vcpu=2, memory=24), max_replicas=10, families=frozenset({"m5"}))
    found = {one.limit: one for one in explain_size(JUDGE, CATALOG, asked, Decimal("0.30"))}
    assert found[Limit.MEMORY].hourly_saving == Decimal("0.20")
    assert found[Limit.MEMORY].replicas == 1
