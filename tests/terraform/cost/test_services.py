"""Databases, networks, functions and the like: quantities worked out by hand."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.terraform.cost.lines import tiers, unit_rate
from tests.terraform.cost.made import components, costs, quantities, resource


def test_a_standby_doubles_storage_and_operations() -> None:
    one = resource(
        "aws_db_instance.a",
        engine="mysql",
        instance_class="db.m5.large",
        multi_az=True,
        storage_type="io1",
        allocated_storage=200,
        iops=2000,
    )
    found = costs(one)["aws_db_instance.a"]
    instance, storage, operations = found.lines
    assert instance.component.name == "Database instance (on-demand, Multi-AZ, db.m5.large)"
    assert storage.monthly == 200 * 2 * Decimal("0.125")
    assert operations.monthly == 2000 * 2 * Decimal("0.10")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 2, 28), {}),
        (date(2024, 3, 1), {"Extended support (year 1)": 2 * 730}),
        (date(2026, 3, 1), {"Extended support (year 3)": 2 * 730}),
    ],
)
def test_extended_support_begins_on_its_day(day: date, expected: dict[str, int]) -> None:
    one = resource("aws_db_instance.a", engine="mysql", engine_version="5.7.44", instance_class="db.m5.large")
    found = quantities(one, day=day)
    assert {name: value for name, value in found.items() if "support" in name} == expected


def test_an_optimized_cluster_makes_the_hours_of_its_instances_unpriced() -> None:
    cluster = resource(
        "aws_rds_cluster.c", id="c", cluster_identifier="c", engine="aurora-mysql", storage_type="aurora-iopt1"
    )
    one = resource("aws_rds_cluster_instance.a", cluster_identifier="c", instance_class="db.r5.large")
    found = costs(one, cluster)["aws_rds_cluster_instance.a"]
    assert found.monthly is None
    assert "I/O-optimized" in found.lines[0].reason


def test_a_serverless_instance_is_paid_by_capacity_units() -> None:
    one = resource("aws_rds_cluster_instance.a", engine="aurora-mysql", instance_class="db.serverless")
    usage = {"aws_rds_cluster_instance.a": {"capacity_units_per_hr": 2}}
    assert quantities(one, usage=usage) == {"Aurora serverless v2": 1460}


@pytest.mark.parametrize(
    ("usage", "units"),
    [
        ({"processed_bytes_gb": 7300}, 10),
        ({"processed_bytes_gb": 730, "new_connections_per_second": 100}, 4),
        ({"active_connections_per_minute": 9000}, 3),
        ({"rule_evaluations_per_second": 5000, "processed_bytes_gb": 1}, 5),
    ],
)
def test_capacity_units_are_those_of_the_dimension_that_needs_most(usage: dict[str, int], units: int) -> None:
    found = quantities(resource("aws_lb.a"), usage={"aws_lb.a": usage})
    assert found["Load balancer capacity units"] == units


def test_a_gateway_endpoint_is_free_and_an_interface_is_paid_in_every_subnet() -> None:
    gateway = costs(resource("aws_vpc_endpoint.a", vpc_endpoint_type="Gateway"))["aws_vpc_endpoint.a"]
    assert (gateway.monthly, gateway.free) == (0, True)
    interface = resource("aws_vpc_endpoint.a", vpc_endpoint_type="Interface", subnet_ids=["a", "b", "c"])
    assert quantities(interface)["Endpoint (Interface)"] == 3 * 730


def test_an_address_is_charged_in_use_as_well() -> None:
    address = resource("aws_eip.a", id="eipalloc-1")
    gateway = resource("aws_nat_gateway.n", allocation_id="eipalloc-1")
    assert quantities(address) == {"IP address (if unused)": 730}
    assert quantities(address, gateway) == {"IP address (in use)": 730}


def test_a_function_is_paid_by_memory_and_time() -> None:
    one = resource("aws_lambda_function.a", memory_size=512)
    usage = {"aws_lambda_function.a": {"monthly_requests": 2_000_000, "request_duration_ms": 250}}
    found = quantities(one, usage=usage)
    assert found == {"Requests": 2, "Duration (first 6B)": Decimal(250_000)}


def test_a_function_that_nobody_measured_says_what_to_give() -> None:
    found = components(resource("aws_lambda_function.a"))
    assert all(one.quantity is None and "usage file" in one.unknown for one in found)


def test_an_index_of_a_table_has_capacity_of_its_own() -> None:
    index = {"name": "by_day", "read_capacity": 7, "write_capacity": 0}
    one = resource("aws_dynamodb_table.t", name="t", read_capacity=5, write_capacity=3, global_secondary_index=[index])
    found = quantities(one)
    assert found["Read capacity unit (RCU) of index by_day"] == 7
    assert "Write capacity unit (WCU) of index by_day" not in found


def test_a_replica_is_priced_where_it_is() -> None:
    one = resource("aws_dynamodb_table.t", write_capacity=3, replica=[{"region_name": "eu-west-1"}])
    replica = next(each for each in components(one) if "rWCU" in each.name)
    assert (replica.region, replica.quantity) == ("eu-west-1", 3)


@pytest.mark.parametrize(
    ("cpu", "memory", "vcpu", "gib"),
    [("1024", "2048", 1, 2), ("1 vCPU", "2 GB", 1, 2), (".5 vCPU", "1GB", None, None), ("256", "512", "0.25", "0.5")],
)
def test_sizes_of_tasks_are_read_in_every_spelling(
    cpu: str, memory: str, vcpu: str | int | None, gib: str | int | None
) -> None:
    task = resource("aws_ecs_task_definition.t", arn="arn:t", cpu=cpu, memory=memory)
    service = resource("aws_ecs_service.s", launch_type="FARGATE", desired_count=2, task_definition="arn:t")
    found = costs(service, task)["aws_ecs_service.s"]
    if vcpu is None or gib is None:
        assert (found.monthly, found.reason) == (None, f"cpu of its task definition is {cpu!r}")
    else:
        told = {line.component.unit: line.component.quantity for line in found.lines}
        assert told == {"GB": Decimal(gib) * 2, "CPU": Decimal(vcpu) * 2}


def test_a_service_on_instances_costs_nothing_by_itself() -> None:
    assert costs(resource("aws_ecs_service.s", desired_count=2))["aws_ecs_service.s"].free


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.integers(1, 10**6), st.integers(1, 10**6))
def test_tiers_sum_to_what_was_spread_over_them(quantity: Decimal, first: int, second: int) -> None:
    steps = [(str(size), size, unit_rate("s3", "x")) for size in (Decimal(first), Decimal(second), None)]
    found = [one.quantity for one in tiers("x", quantity, "GB", steps, "")]
    assert sum(one for one in found if one is not None) == quantity
    assert found[0] == min(quantity, first)
