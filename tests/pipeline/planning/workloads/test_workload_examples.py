"""Every example is planned, and its promises are checked on what comes out."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from costopt.config.settings import PriceSettings, Settings
from costopt.config.workload_file import read_workload_file
from costopt.model.plan import Assignment, Plan, Variant
from costopt.model.workload import Workload, WorkloadKind
from costopt.pipeline.plan_request import PlanRequest
from costopt.pipeline.plan_workloads import plan_workloads
from costopt.prices.catalog import open_catalog

pytestmark = pytest.mark.xdist_group("workload examples")  # what its fixtures make is made once

FOLDER = Path(__file__).parents[4] / "examples"
EXAMPLES = ("web-service", "kubernetes", "ml-training", "inference-gpu", "data-pipeline")
NOW = datetime(2026, 11, 30, tzinfo=UTC)


@cache
def planned(example: str) -> Plan:
    """The plan of an example, made once."""
    settings = Settings(prices=PriceSettings(directory=str(FOLDER / "none")))
    return plan_workloads(FOLDER / example / "workloads.yaml", settings, PlanRequest(), now=NOW)


def assigned(example: str, kind: WorkloadKind) -> list[tuple[Workload, Assignment]]:
    """Workloads of a kind with what they run on."""
    workloads = {one.name: one for one in read_workload_file(FOLDER / example / "workloads.yaml").workloads}
    found = planned(example).variant("recommended").assignments
    return [(workloads[one.workload], one) for one in found if workloads[one.workload].kind is kind]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_cheaper_than_all_on_demand_and_adds_up(example: str) -> None:
    made = planned(example)
    as_is = made.variant("as_is")
    for one in made.variants:
        assert one.total == one.commitments + one.on_demand + one.spot
        assert one.total <= as_is.total
    assert made.variant("cheapest").total <= made.variant("recommended").total
    _keeps_its_bound(made.variant("recommended"))


def _keeps_its_bound(variant: Variant) -> None:
    certificate = variant.certificate
    assert certificate is not None
    assert certificate.bound is not None
    assert certificate.bound.amount * 2 > certificate.cost.amount
    assert certificate.bound <= certificate.cost


@pytest.mark.parametrize(("example", "gap"), [("inference-gpu", 0.01), ("data-pipeline", 0.05)])
def test_fleets_that_sleep_at_night_are_proved_to_be_near_the_cheapest(example: str, gap: float) -> None:
    certificate = planned(example).variant("cheapest").certificate
    assert certificate is not None
    assert certificate.bound is not None
    assert certificate.bound.amount > certificate.cost.amount * Decimal(repr(1 - gap))


@pytest.mark.parametrize("example", ["web-service", "inference-gpu", "data-pipeline"])
def test_fleets_of_examples_carry_their_need_without_any_one_zone(example: str) -> None:
    catalog = open_catalog()
    performance = read_workload_file(FOLDER / example / "workloads.yaml").performance
    for workload, one in assigned(example, WorkloadKind.FLEET):
        zones = {each.zone for each in one.after} if workload.spread.survive_zone_loss else {"none"}
        for lost in zones:
            left = [(catalog.shape(each.instance_type), each) for each in one.after if each.zone != lost]
            counted = [(shape, each.count * (0.7 if each.market == "spot" else 1.0)) for shape, each in left]
            vcpus = sum(shape.vcpu * performance.get(shape.family, 1.0) * count for shape, count in counted)
            assert vcpus >= (workload.requirements.vcpu or 0) - 1e-6
            assert sum(shape.gpu_count * count for shape, count in counted) >= (workload.requirements.gpus or 0)
            memory = sum(shape.memory_gib * count for shape, count in counted)
            assert memory >= (workload.requirements.memory_gib or 0) - 1e-6


def test_the_spot_workers_keep_their_on_demand_base_and_largest_pool() -> None:
    catalog = open_catalog()
    performance = read_workload_file(FOLDER / "web-service" / "workloads.yaml").performance
    ((workload, one),) = [pair for pair in assigned("web-service", WorkloadKind.FLEET) if pair[0].spread.spot]
    spread, need = workload.spread, workload.requirements.vcpu or 0

    def carried(name: str, count: int) -> float:
        shape = catalog.shape(name)
        return shape.vcpu * performance.get(shape.family, 1.0) * count

    firm = sum(carried(each.instance_type, each.count) for each in one.after if each.market == "on_demand")
    assert firm >= spread.on_demand_fraction * need - 1e-6
    spot = [each for each in one.after if each.market == "spot"]
    assert len(spot) >= spread.minimum_pools
    assert all(
        carried(each.instance_type, each.count) * 0.7 <= spread.largest_pool_fraction * need + 1e-6 for each in spot
    )


def test_deadlines_of_examples_are_kept() -> None:
    for example in ("ml-training", "data-pipeline"):
        for _, one in assigned(example, WorkloadKind.BATCH):
            assert any("deadline is kept" in note or "deadline is 0.0%" in note for note in one.notes)


def test_the_capacity_block_of_the_training_example_costs_its_window() -> None:
    """Two machines for 48 hours at 11.80."""
    (block,) = [one for _, one in assigned("ml-training", WorkloadKind.BATCH) if one.workload == "pretraining"]
    assert float(block.monthly_after.amount) == pytest.approx(2 * 48 * 11.80, abs=0.01)


def test_notebooks_of_the_training_example_pay_for_55_of_168_hours() -> None:
    """Four g4dn.xlarge at 0.526 an hour."""
    ((_, one),) = assigned("ml-training", WorkloadKind.MACHINES)
    assert float(one.monthly_after.amount) == pytest.approx(4 * 0.526 * 730 * 55 / 168, abs=0.01)
