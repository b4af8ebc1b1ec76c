"""Workloads on Google Cloud: the example and its promises, and what a file may ask for; prices by hand."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from costopt.config.settings import PriceSettings, Settings
from costopt.config.workload_file import read_workload_file
from costopt.economics.gce.machines import machine_type
from costopt.errors import InfeasiblePlan, WorkloadError
from costopt.model.plan import Assignment, Plan
from costopt.model.workload import Requirements, Workload, WorkloadKind
from costopt.optimizer.fleets.pods import gke_node_type, reserved_gib
from costopt.pipeline.plan_request import PlanRequest
from costopt.pipeline.plan_workloads import plan_workloads
from costopt.pipeline.planning.google_machine import shape_of
from costopt.pipeline.planning.workloads.conditions import Conditions
from costopt.pipeline.planning.workloads.offered_type import Basis
from costopt.pipeline.planning.workloads.offered_types import TypeMarket
from costopt.pipeline.planning.workloads.planned_machines import plan_machines_workload
from costopt.pipeline.planning.workloads.workload_plans import as_planned, plan_all
from costopt.prices.catalog import open_catalog

pytestmark = pytest.mark.xdist_group("google workloads")  # the example is planned once

EXAMPLE = Path(__file__).parents[4] / "examples" / "google-cloud" / "workloads.yaml"
NOW = datetime(2026, 11, 30, tzinfo=UTC)
REGION = "europe-west4"
MONTH = Decimal(730)

E2_VCPU, E2_MEMORY = Decimal("0.02401338"), Decimal("0.00321816")
N2_VCPU, N2_MEMORY = Decimal("0.034802"), Decimal("0.004664")
N2_VCPU_1Y, N2_MEMORY_1Y = Decimal("0.021925"), Decimal("0.002938")
"""Dollars an hour in europe-west4: https://cloud.google.com/compute/vm-instance-pricing (as gcosts lists them)."""
CUSTOM, SUSTAINED = Decimal("1.05"), Decimal("0.8002")


@cache
def planned() -> Plan:
    settings = Settings(prices=PriceSettings(directory=str(EXAMPLE.parent / "none")))
    return plan_workloads(EXAMPLE, settings, PlanRequest(), now=NOW)


def assigned(name: str) -> Assignment:
    return next(one for one in planned().variant("cheapest").assignments if one.workload == name)


def test_the_example_adds_up_is_cheaper_than_all_on_demand_and_keeps_its_bound() -> None:
    as_is = planned().variant("as_is")
    for one in planned().variants:
        assert one.total == one.commitments + one.on_demand + one.spot
        assert one.total <= as_is.total
    certificate = planned().variant("cheapest").certificate
    assert certificate is not None
    assert certificate.bound is not None
    assert certificate.cost.amount / 2 < certificate.bound.amount <= certificate.cost.amount


def test_the_fleet_is_of_one_custom_type_and_carries_its_need_without_any_one_zone() -> None:
    after = assigned("api").after
    (name,) = {one.instance_type for one in after}
    size = machine_type(name)
    assert size.custom
    for lost in {one.zone for one in after}:
        left = sum(one.count for one in after if one.zone != lost)
        assert left * size.vcpu >= 12
        assert left * size.memory_gib >= 32


def test_nodes_carry_the_pods_beside_what_gke_keeps() -> None:
    nodes = [
        (gke_node_type(shape_of(machine_type(one.instance_type)), Decimal(1)), one.count)
        for one in assigned("platform").after
    ]
    assert sum(node.cpu * count for node, count in nodes) >= 12 * 0.5 + 2 * 2
    assert sum(node.memory_gib * count for node, count in nodes) >= 12 * 1 + 2 * 8


def test_the_database_gets_a_custom_type_and_a_commitment_in_the_place_of_sustained_use() -> None:
    """n2-highmem-8 beside 6 vCPUs and 44 GiB."""
    database = assigned("orders-db")
    assert [one.instance_type for one in database.after] == ["n2-custom-6-45056"]
    assert database.monthly_before is not None
    now = (8 * N2_VCPU + 64 * N2_MEMORY) * SUSTAINED * MONTH
    then = (6 * N2_VCPU + 44 * N2_MEMORY) * CUSTOM * SUSTAINED * MONTH
    assert database.monthly_before.amount == pytest.approx(now, abs=Decimal("0.01"))
    assert database.monthly_after.amount == pytest.approx(then, abs=Decimal("0.01"))
    bought = {one.scope: one for one in planned().variant("cheapest").purchases}
    assert bought[f"n2 vcpu {REGION}"].quantity == 6
    assert bought[f"n2 memory {REGION}"].quantity == 44
    paid = (6 * N2_VCPU_1Y + 44 * N2_MEMORY_1Y) * MONTH
    costs = bought[f"n2 vcpu {REGION}"].monthly_cost.amount + bought[f"n2 memory {REGION}"].monthly_cost.amount
    assert costs == pytest.approx(paid, abs=Decimal("0.02"))


def test_training_runs_on_spot_keeps_its_deadline_and_says_what_is_not_published() -> None:
    job = assigned("ranking-model")
    assert {one.market for one in job.after} == {"on_demand", "spot"}
    assert any("deadline is kept" in note for note in job.notes)
    assert any("a2-highgpu-1g is interrupted is not known" in note for note in job.notes)


def test_that_lists_are_after_sustained_use_is_said() -> None:
    assert any("after sustained use discounts" in words for words in planned().assumptions)


def test_gke_keeps_a_quarter_of_the_first_gib_and_less_of_further_ones() -> None:
    # https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes
    assert reserved_gib(0.5) == pytest.approx(255 / 1024)
    assert reserved_gib(4) == pytest.approx(1.0)
    assert reserved_gib(16) == pytest.approx(1.0 + 0.8 + 0.8)
    assert reserved_gib(256) == pytest.approx(1.0 + 0.8 + 0.8 + 112 * 0.06 + 128 * 0.02)
    node = gke_node_type(shape_of(machine_type("e2-standard-4")), Decimal("0.1"))
    assert node.cpu == pytest.approx(4 - 0.06 - 0.01 - 0.01)
    assert node.memory_gib == pytest.approx(16 - 2.6 - 100 / 1024)


def conditions() -> Conditions:
    market = TypeMarket(open_catalog(), [], spot_prices={}, horizon_months=12, upfront=False)
    return Conditions(market=market, basis=Basis.ON_DEMAND, performance={}, now=NOW, solve_seconds=10.0)


def machines(region: str = REGION, **needs: object) -> Workload:
    return Workload(
        name="db",
        kind=WorkloadKind.MACHINES,
        provider="gcp",
        region=region,
        requirements=Requirements(**needs),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("needs", "chosen"),
    [
        ({"vcpu": 6.0, "memory_gib": 20.0, "families": ("e2",)}, "e2-custom-6-20480"),
        ({"vcpu": 4.0, "memory_gib": 16.0, "families": ("e2",)}, "e2-standard-4"),
        ({"vcpu": 3.0, "memory_gib": 1.0, "families": ("e2",)}, "e2-custom-4-2048"),
        ({"vcpu": 4.0, "gpus": 1, "gpu_names": ("L4",)}, "g2-standard-4"),
        ({"vcpu": 4.0, "memory_gib": 20.0, "architectures": ("arm64",), "families": ("t2a",)}, "t2a-standard-8"),
    ],
)
def test_a_machine_gets_the_cheapest_type_that_has_what_it_asks_for(needs: dict[str, object], chosen: str) -> None:
    plan = plan_machines_workload(machines(**needs), conditions())
    assert [one.instance_type for one in plan.after] == [chosen]


def test_units_are_demand_and_the_price_is_what_is_left_after_sustained_use() -> None:
    plan = plan_machines_workload(machines(vcpu=8.0, memory_gib=64.0, families=("n2",)), conditions())
    (use,) = plan.on_demand
    assert {part.usage[1].instance_type: (part.units, part.hourly) for part in use.billed} == {
        "n2_vcpu": (8, 8 * N2_VCPU),
        "n2_memory": (64, 64 * N2_MEMORY),
    }
    assert use.hourly == (8 * N2_VCPU + 64 * N2_MEMORY) * SUSTAINED


def test_types_of_an_earlier_generation_are_for_those_who_ask_for_them() -> None:
    needs: dict[str, object] = {"vcpu": 2.0, "memory_gib": 7.0}
    plain = {one.name for one in conditions().market.offered(machines(**needs)).types}
    allowed = conditions().market.offered(machines(**needs, previous_generations=True)).types
    assert not any(name.startswith("n1-") for name in plain)
    assert any(one.name.startswith("n1-") for one in allowed)


def test_a_licensed_system_has_no_price_and_is_refused_by_name() -> None:
    with pytest.raises(InfeasiblePlan, match=r"'db'.*no price is known for windows in europe-west4"):
        conditions().market.offered(machines(vcpu=4.0, operating_system="windows"))


def test_a_region_that_nobody_knows_is_named() -> None:
    with pytest.raises(WorkloadError, match="no instance types are known in region 'europe-west99'"):
        conditions().market.offered(machines("europe-west99", vcpu=4.0))


def test_reserved_capacity_is_paid_for_at_the_peak_at_all_hours() -> None:
    """Two machines that rest at night: without a reservation they run 12 of 24 hours."""
    office = replace(machines(vcpu=4.0, memory_gib=16.0, families=("e2",)), count=2, profile=(1.0,) * 12 + (0.0,) * 12)
    found = plan_all([office, replace(office, name="reserved", reserved=True)], conditions())
    free, reserved = found.listed
    hour = 4 * E2_VCPU + 16 * E2_MEMORY
    assert free.monthly == 2 * hour * MONTH / 2
    assert reserved.monthly == 2 * hour * MONTH
    assert any("reserved by zone" in note for note in as_planned(reserved, ()).notes)
    assert not any("reserved" in note for note in as_planned(free, ()).notes)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "workloads.yaml"
    path.write_text(text)
    return path


HEAD = "provider: gcp\nregion: europe-west4\nworkloads:\n"


def test_the_provider_stands_at_the_top_or_at_a_workload(tmp_path: Path) -> None:
    text = (
        f"{HEAD}"
        "  - {name: a, kind: machines, requirements: {vcpu: 2}}\n"
        "  - {name: b, kind: machines, provider: aws, region: eu-west-1, requirements: {vcpu: 2}}\n"
    )
    found = read_workload_file(written(tmp_path, text)).workloads
    assert [(one.provider, one.region) for one in found] == [("gcp", "europe-west4"), ("aws", "eu-west-1")]


def test_a_provider_that_there_is_not_is_refused(tmp_path: Path) -> None:
    text = HEAD.replace("gcp", "azure") + "  - {name: a, kind: machines, requirements: {vcpu: 2}}\n"
    with pytest.raises(WorkloadError, match=r"'a'.*azure"):
        read_workload_file(written(tmp_path, text))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ("kind: fleet, requirements: {vcpu: 2}, spread: {spot: true}", "never spot"),
        (
            "kind: batch, job: {work_hours: 1, deadline_hours: 3, reference_type: g2-standard-4,"
            " throughput: {g2-standard-4: 1.0}}",
            "a job is not reserved",
        ),
    ],
)
def test_a_reservation_of_what_comes_and_goes_is_refused(tmp_path: Path, fields: str, words: str) -> None:
    with pytest.raises(WorkloadError, match=words):
        read_workload_file(written(tmp_path, f"{HEAD}  - {{name: a, reserved: true, {fields}}}\n"))


def test_a_zone_of_another_region_is_refused(tmp_path: Path) -> None:
    text = (
        f"{HEAD}  - {{name: a, kind: fleet, requirements: {{vcpu: 2}},"
        " spread: {zones: [europe-west4-a, europe-west1-b]}}\n"
    )
    with pytest.raises(WorkloadError, match="the zone europe-west1-b is not in europe-west4"):
        read_workload_file(written(tmp_path, text))
