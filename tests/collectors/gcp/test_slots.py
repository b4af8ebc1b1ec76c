"""Reservations of BigQuery's slots and capacity commitments, read where a project may have any."""

from datetime import UTC, datetime
from typing import Any

import grpc
import pytest
from google.cloud import billing_v1
from google.cloud.bigquery_reservation_v1 import Edition, ListReservationsResponse

from costopt.collectors.gcp.registry import select
from costopt.collectors.gcp.services.bigquery_reservations import looking_in
from costopt.collectors.gcp.services.compute_storage import COMPUTE_STORAGE
from costopt.errors import UsageError
from costopt.model.coverage import ScopeResult, Status
from costopt.model.specs.google_storage import BigQueryReservation, CapacityCommitment
from tests.collectors.gcp.conftest import Collect
from tests.oracles.fakeaws_api import FakeTime
from tests.oracles.google_assets import capacity_commitment, reservation
from tests.oracles.google_server import PROJECT, GoogleCloud, asset
from tests.oracles.google_wire import Refusal
from tests.oracles.memory_sink import MemorySink

SLOTS = select(("bigquery_reservations",))
RESERVATIONS, COMMITMENTS = "ListReservations", "ListCapacityCommitments"
DENIED, EXHAUSTED = grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.RESOURCE_EXHAUSTED


def parent(location: str) -> str:
    return f"projects/{PROJECT}/locations/{location}"


@pytest.fixture
def warehouse(cloud: GoogleCloud) -> GoogleCloud:
    """A project with a dataset, a reservation and a commitment in Belgium, and a reservation in the US."""
    name = f"//bigquery.googleapis.com/projects/{PROJECT}/datasets/sales"
    cloud.put(asset("bigquery.googleapis.com/Dataset", name, {"location": "europe-west1"}, location="europe-west1"))
    cloud.payers[PROJECT] = billing_v1.ProjectBillingInfo()
    cloud.reservations[parent("europe-west1")] = [reservation(location="europe-west1")]
    cloud.commitments[parent("europe-west1")] = [capacity_commitment(location="europe-west1")]
    cloud.reservations[parent("US")] = [
        reservation("adhoc", location="US", slot_capacity=0, autoscale={"max_slots": 200})
    ]
    return cloud


def gaps(coverage: tuple[ScopeResult, ...]) -> dict[str, tuple[str | None, str | None, tuple[str, ...]]]:
    return {
        one.scope.operation: (one.reason, one.permission, one.kinds) for one in coverage if one.status is Status.GAP
    }


def specs(sink: MemorySink) -> dict[str, Any]:
    return {row.id: row.spec for row in sink.all_resources}


def test_slots_are_read_where_there_are_datasets_in_the_us_and_in_the_eu(warehouse: GoogleCloud, run: Collect) -> None:
    collected, sink = run(services=SLOTS)
    assert specs(sink) == {
        "locations/US/reservations/adhoc": BigQueryReservation(
            location="us", slot_capacity=0, edition="ENTERPRISE", autoscale_max_slots=200, commitments_known=True
        ),
        "locations/europe-west1/reservations/base": BigQueryReservation(
            location="europe-west1", slot_capacity=100, edition="ENTERPRISE", commitments_known=True
        ),
        "locations/europe-west1/capacityCommitments/year": CapacityCommitment(
            location="europe-west1",
            slot_count=50,
            plan="ANNUAL",
            state="ACTIVE",
            edition="ENTERPRISE",
            start=datetime(2025, 6, 1, tzinfo=UTC),
            end=datetime(2026, 6, 1, tzinfo=UTC),
            renewal_plan="ANNUAL",
        ),
    }
    for method in (RESERVATIONS, COMMITMENTS):
        assert [one.parent for one in warehouse.server.asked(method)] == list(map(parent, ("EU", "US", "europe-west1")))
    assert collected.regions == ("europe-west1", "us")


def test_the_ledger_says_that_other_places_are_not_looked_at(warehouse: GoogleCloud, run: Collect) -> None:
    collected, _ = run(services=SLOTS)
    (skipped,) = [one for one in collected.coverage if one.status is Status.SKIPPED]
    assert skipped.scope.operation == "bigquery_reservations:elsewhere"
    assert (
        skipped.reason == "slots are looked for in the US, the EU, where there are datasets, and in gcp.slot_locations"
    )
    assert gaps(collected.coverage) == {}


def test_a_reservation_has_the_owner_and_the_age_that_its_api_tells(warehouse: GoogleCloud, run: Collect) -> None:
    warehouse.reservations[parent("US")] = [reservation("etl", location="US", labels={"team": "data"})]
    _, sink = run(services=SLOTS)
    (row,) = [one for one in sink.all_resources if one.name == "etl"]
    assert (row.tags, row.region, row.account) == ({"team": "data"}, "us", PROJECT)
    assert row.created_at == datetime(2025, 11, 3, 10, 21, 1, 334000, UTC)


def test_both_pages_of_each_list_are_read(warehouse: GoogleCloud, run: Collect) -> None:
    warehouse.page_size = 2
    warehouse.reservations[parent("US")] = [reservation(f"r{number}", location="US") for number in range(3)]
    warehouse.commitments[parent("US")] = [capacity_commitment(f"c{number}", location="US") for number in range(4)]
    _, sink = run(services=SLOTS)
    found = [row.id for row in sink.all_resources if row.region == "us"]
    assert len(found) == len(set(found)) == 7


def test_commitments_that_may_not_be_read_are_a_gap_and_the_reservations_say_so(
    warehouse: GoogleCloud, run: Collect
) -> None:
    warehouse.server.refusals.append(Refusal(COMMITMENTS, DENIED))
    collected, sink = run(services=SLOTS)
    missing = ("denied", "bigquery.capacityCommitments.list", ("capacity_commitment",))
    assert gaps(collected.coverage) == {"assets:capacity_commitments": missing}
    assert {name: spec.commitments_known for name, spec in specs(sink).items()} == {
        "locations/US/reservations/adhoc": False,
        "locations/europe-west1/reservations/base": False,
    }


def test_commitments_that_fail_in_one_place_are_known_in_the_others(warehouse: GoogleCloud, run: Collect) -> None:
    refusal = Refusal(COMMITMENTS, grpc.StatusCode.INVALID_ARGUMENT, when=lambda one: one.parent == parent("US"))
    warehouse.server.refusals.append(refusal)
    collected, sink = run(services=SLOTS)
    (gap,) = [one for one in collected.coverage if one.status is Status.GAP]
    assert (gap.detail or "").startswith("of US: ")
    known = {
        one.location: one.commitments_known for one in specs(sink).values() if isinstance(one, BigQueryReservation)
    }
    assert known == {"us": False, "europe-west1": True}


@pytest.mark.parametrize("more", [(), ("bigquery",)])
def test_an_api_that_is_not_enabled_loses_the_slots_and_nothing_else(
    more: tuple[str, ...], warehouse: GoogleCloud, run: Collect
) -> None:
    for method in (RESERVATIONS, COMMITMENTS):
        told = {"service": "bigqueryreservation.googleapis.com"}
        warehouse.server.refusals.append(Refusal(method, DENIED, reason="SERVICE_DISABLED", metadata=told))
    collected, sink = run(services=select(("bigquery_reservations", *more)))
    api = "bigqueryreservation.googleapis.com"
    assert gaps(collected.coverage) == {
        "assets:bigquery_reservations": ("not enabled", api, ("bigquery_reservation",)),
        "assets:capacity_commitments": ("not enabled", api, ("capacity_commitment",)),
    }
    assert list(specs(sink)) == (["datasets/sales"] if more else [])


def test_an_exhausted_quota_is_waited_for_as_long_as_google_asks(
    warehouse: GoogleCloud, run: Collect, clock: FakeTime
) -> None:
    warehouse.server.refusals.append(Refusal(COMMITMENTS, EXHAUSTED, retry_seconds=20.5, times=1))
    collected, sink = run(services=SLOTS)
    assert gaps(collected.coverage) == {}
    assert len(specs(sink)) == 3
    assert clock.now == pytest.approx(20.5, abs=3)


def test_a_page_token_that_comes_back_ends_as_a_gap(warehouse: GoogleCloud, run: Collect) -> None:
    warehouse.server.answers[RESERVATIONS] = lambda _: ListReservationsResponse(next_page_token="again")
    collected, _ = run(services=SLOTS)
    assert gaps(collected.coverage) == {
        "assets:bigquery_reservations": ("paging loop", None, ("bigquery_reservation",))
    }


def test_a_commitment_that_makes_no_sense_is_named_and_the_others_are_not_taken_for_all(
    warehouse: GoogleCloud, run: Collect
) -> None:
    warehouse.commitments[parent("US")] = [capacity_commitment("odd", location="US", slot_count=-5)]
    collected, sink = run(services=SLOTS)
    assert gaps(collected.coverage)["assets:rows"][2] == ("capacity_commitment",)
    assert specs(sink)["locations/US/reservations/adhoc"].commitments_known is False
    assert "locations/US/capacityCommitments/odd" not in specs(sink)


@pytest.mark.parametrize(
    ("mode", "most", "added"),
    [("AUTOSCALE_ONLY", 300, 200), ("ALL_SLOTS", 300, 200), ("IDLE_SLOTS_ONLY", 300, 0)],
)
def test_slots_that_may_be_added_follow_from_the_most_that_a_reservation_may_have(
    mode: str, most: int, added: int, warehouse: GoogleCloud, run: Collect
) -> None:
    """A baseline of 100; idle slots of others are borrowed and not paid for."""
    warehouse.reservations[parent("US")] = [reservation(location="US", max_slots=most, scaling_mode=mode)]
    _, sink = run(services=SLOTS)
    assert specs(sink)["locations/US/reservations/base"].autoscale_max_slots == added


def test_the_copy_of_a_reservation_in_another_region_is_not_charged_twice(warehouse: GoogleCloud, run: Collect) -> None:
    at = {"original_primary_location": "us", "secondary_location": "europe-west1", "edition": Edition.ENTERPRISE_PLUS}
    for location in ("US", "europe-west1"):
        warehouse.reservations[parent(location)] = [reservation("dr", location=location, **at)]
    _, sink = run(services=SLOTS)
    found = [name for name in specs(sink) if "/reservations/" in name]
    assert found == ["locations/US/reservations/dr"]


def test_a_place_that_is_no_name_is_not_asked_for(warehouse: GoogleCloud, run: Collect) -> None:
    name = f"//bigquery.googleapis.com/projects/{PROJECT}/datasets/odd"
    warehouse.put(asset("bigquery.googleapis.com/Dataset", name, {}, location="US/../../x"))
    run(services=SLOTS)
    assert {one.parent for one in warehouse.server.asked(RESERVATIONS)} == set(
        map(parent, ("EU", "US", "europe-west1"))
    )


def test_slots_are_looked_for_where_the_user_says_too(warehouse: GoogleCloud, run: Collect) -> None:
    (service,) = SLOTS
    for location in ("europe-west4", "eu"):  # one is asked for anyhow
        warehouse.reservations[parent(location)] = [reservation("admin", location=location)]
    _, sink = run(services=(looking_in(service, ("europe-west4", "eu")),))
    assert [one.parent for one in warehouse.server.asked(RESERVATIONS)] == list(
        map(parent, ("EU", "US", "europe-west1", "europe-west4"))
    )
    assert "locations/europe-west4/reservations/admin" in specs(sink)


def test_a_place_of_the_settings_that_is_none_is_an_error() -> None:
    with pytest.raises(UsageError, match=r"gcp\.slot_locations has 'eu/west'") as refused:
        looking_in(SLOTS[0], ("eu/west",))
    assert "europe-west4" in refused.value.hint


def test_other_services_look_where_they_did() -> None:
    assert looking_in(COMPUTE_STORAGE, ("europe-west4",)) is COMPUTE_STORAGE
