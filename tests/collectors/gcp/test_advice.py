"""Google's own recommendations: few reads, kept for the day, and a gap where the reads are used up."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.cloud import billing_v1, recommender_v1

from costopt.collectors.gcp.limits import ADVICE_READS
from costopt.model.coverage import Status
from costopt.model.resource import Resource
from costopt.model.specs.commitment import ProviderAdvice
from tests.collectors.gcp.conftest import Collect
from tests.oracles.google_assets import disk, instance
from tests.oracles.google_server import NUMBER, PROJECT, GoogleCloud
from tests.oracles.google_wire import Refusal
from tests.oracles.memory_sink import MemorySink

ZONE = "us-central1-a"
NAME = f"//compute.googleapis.com/projects/{PROJECT}/zones/{ZONE}/instances/web-1"


def parent(recommender: str, place: str = ZONE) -> str:
    return f"projects/{PROJECT}/locations/{place}/recommenders/google.{recommender}Recommender"


def recommendation(currency: str = "USD") -> recommender_v1.Recommendation:
    """A smaller type that saves 30 dollars and 50 cents in 30 days."""
    made = f"projects/{NUMBER}/locations/{ZONE}/recommenders/google.compute.instance.MachineTypeRecommender"
    return recommender_v1.Recommendation(
        {
            "name": f"{made}/recommendations/0a1b",
            "recommender_subtype": "CHANGE_MACHINE_TYPE",
            "content": {
                "operation_groups": [
                    {
                        "operations": [
                            {"action": "test", "resource": NAME, "path": "/machineType"},
                            {
                                "action": "replace",
                                "resource": NAME,
                                "path": "/machineType",
                                "value": "zones/us-central1-a/machineTypes/n1-standard-1",
                            },
                        ]
                    }
                ]
            },
            "primary_impact": {
                "category": "COST",
                "cost_projection": {
                    "cost": {"currency_code": currency, "units": -30, "nanos": -500_000_000},
                    "duration": {"seconds": 2_592_000},
                },
            },
        }
    )


@pytest.fixture
def shop(cloud: GoogleCloud) -> GoogleCloud:
    """A project with one machine."""
    cloud.put(instance())
    cloud.payers[PROJECT] = billing_v1.ProjectBillingInfo()
    return cloud


def advice_in(sink: MemorySink) -> list[Resource]:
    return [row for row in sink.all_resources if isinstance(row.spec, ProviderAdvice)]


def test_advice_names_the_resource_by_its_id_and_its_saving_a_month(
    shop: GoogleCloud, run: Collect, tmp_path: Path
) -> None:
    shop.advice[parent("compute.instance.MachineType")] = [recommendation()]
    _, sink = run(advice=tmp_path)
    (row,) = advice_in(sink)
    assert (row.region, row.id) == ("us-central1", "0a1b")
    assert row.spec == ProviderAdvice(
        adviser="google-recommender",
        resource_id=f"zones/{ZONE}/instances/web-1",
        finding="CHANGE_MACHINE_TYPE",
        recommended="n1-standard-1",
        monthly_saving_usd=Decimal("30.50"),
    )


def test_a_saving_in_another_currency_is_not_taken_for_dollars(shop: GoogleCloud, run: Collect, tmp_path: Path) -> None:
    shop.advice[parent("compute.instance.MachineType")] = [recommendation("EUR")]
    _, sink = run(advice=tmp_path)
    spec: Any = advice_in(sink)[0].spec
    assert spec.monthly_saving_usd is None


DISK = f"//compute.googleapis.com/projects/{PROJECT}/zones/{ZONE}/disks/old"
SNAPSHOT_FIRST = [
    {"action": "add", "path": "/", "resource": f"//compute.googleapis.com/projects/{PROJECT}/global/snapshots/$name"},
    {"action": "remove", "path": "/", "resource": DISK},
]


@pytest.mark.parametrize("targets", [[], [DISK]])
def test_advice_to_save_a_disk_before_it_goes_is_about_the_disk(
    shop: GoogleCloud, run: Collect, tmp_path: Path, targets: list[str]
) -> None:
    """Google's first operation adds the snapshot, whose name is yet to be given."""
    content = {"operation_groups": [{"operations": SNAPSHOT_FIRST}]}
    shop.put(disk())
    shop.advice[parent("compute.disk.IdleResource")] = [
        recommender_v1.Recommendation(
            name="projects/1/recommendations/2c3d",
            recommender_subtype="SNAPSHOT_AND_DELETE_DISK",
            content=content,
            target_resources=targets,
        )
    ]
    _, sink = run(advice=tmp_path)
    (row,) = advice_in(sink)
    assert isinstance(row.spec, ProviderAdvice)
    assert (row.spec.resource_id, row.spec.finding) == (f"zones/{ZONE}/disks/old", "SNAPSHOT_AND_DELETE_DISK")


def test_only_places_that_hold_something_are_asked(shop: GoogleCloud, run: Collect, tmp_path: Path) -> None:
    run(advice=tmp_path)
    asked = {request.parent for request in shop.server.asked("ListRecommendations")}
    assert asked == {parent("compute.instance.IdleResource"), parent("compute.instance.MachineType")}


def test_nothing_is_asked_twice_on_one_day(shop: GoogleCloud, run: Collect, tmp_path: Path) -> None:
    shop.advice[parent("compute.instance.MachineType")] = [recommendation()]
    run(advice=tmp_path)
    asked = len(shop.server.asked("ListRecommendations"))
    _, again = run(advice=tmp_path)
    assert len(shop.server.asked("ListRecommendations")) == asked
    assert len(advice_in(again)) == 1


def test_a_quota_of_the_day_is_a_gap_and_the_inventory_stays(shop: GoogleCloud, run: Collect, tmp_path: Path) -> None:
    message = "Quota exceeded for quota metric 'Reads' and limit 'Reads per day'"
    shop.server.refusals.append(Refusal("ListRecommendations", grpc.StatusCode.RESOURCE_EXHAUSTED, message=message))
    collected, sink = run(advice=tmp_path)
    (gap,) = [one for one in collected.coverage if one.status is Status.GAP]
    assert (gap.scope.operation, gap.reason, gap.kinds) == ("assets:advice", "quota", ("provider_advice",))
    assert [row.name for row in sink.all_resources if row.spec.KIND == "gce_instance"] == ["web-1"]


def test_a_run_never_uses_up_the_reads_of_the_organisation(cloud: GoogleCloud, run: Collect, tmp_path: Path) -> None:
    zones = [f"us-east{number}-b" for number in range(1, ADVICE_READS)]
    cloud.put(*(instance(f"m-{zone}", zone, id=str(number)) for number, zone in enumerate(zones)))
    cloud.payers[PROJECT] = billing_v1.ProjectBillingInfo()
    collected, _ = run(advice=tmp_path)
    assert len(cloud.server.asked("ListRecommendations")) == ADVICE_READS
    (gap,) = [one for one in collected.coverage if one.status is Status.GAP]
    assert gap.reason == "quota"


def test_what_is_denied_is_asked_for_once_and_named(cloud: GoogleCloud, run: Collect, tmp_path: Path) -> None:
    cloud.put(instance(), instance("far", "europe-west4-a", id="2"))
    cloud.payers[PROJECT] = billing_v1.ProjectBillingInfo()
    cloud.server.refusals.append(Refusal("ListRecommendations", grpc.StatusCode.PERMISSION_DENIED))
    collected, _ = run(advice=tmp_path)
    (gap,) = [one for one in collected.coverage if one.status is Status.GAP]
    assert gap.permission == "recommender.computeInstanceIdleResourceRecommendations.list"
    assert len(cloud.server.asked("ListRecommendations")) == 2


def test_nothing_is_read_unless_it_is_asked_for(shop: GoogleCloud, run: Collect) -> None:
    collected, _ = run()
    assert shop.server.asked("ListRecommendations") == []
    assert "provider_advice" not in collected.coverage[0].kinds
