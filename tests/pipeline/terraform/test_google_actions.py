"""What becomes of each finding of Google Cloud in Terraform: an edit, or the work of a person who is told why."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from costopt.analyzer.registry import all_checks
from costopt.model.resource import ResourceKey
from costopt.pipeline.terraform.changes import Live, Sorted, sort_advice
from costopt.terraform.state import State, StateResource
from tests.pipeline.terraform.test_settings import advice

NEVER_REMOVED = "resources are never removed without a person"
NEVER_STOPPED = "resources are never stopped without a person"
SPECS = (
    "cloud_sql",
    "gce",
    "gcp_project",
    "gke",
    "google_ml",
    "google_network",
    "google_serverless",
    "google_storage",
    "persistent_disks",
)
"""Modules of `model.specs` with resources of Google Cloud."""


class Case(NamedTuple):
    """A finding, the resource that a state holds for it, and what comes of it."""

    kind: str
    type: str
    outcome: dict[str, Any] | str
    action: str = "delete"
    target: str | None = None
    summary: str = "do it"
    values: Mapping[str, Any] = MappingProxyType({})


DISK = ("persistent_disk", "google_compute_disk")
MACHINE = ("gce_instance", "google_compute_instance")
DATABASE = ("cloud_sql_instance", "google_sql_database_instance")
RUN = ("cloud_run_service", "google_cloud_run_v2_service")
BUCKET = ("gcs_bucket", "google_storage_bucket")
NOTES = "template[0].metadata[0].annotations"
KNATIVE = {
    "metadata": [{"annotations": {"run.googleapis.com/minScale": "1"}}],
    "template": [
        {
            "metadata": [
                {"annotations": {"autoscaling.knative.dev/minScale": "2", "run.googleapis.com/cpu-throttling": "false"}}
            ]
        }
    ],
}
COLDER = {
    "lifecycle_rule[1].condition[0].age": 90,
    "lifecycle_rule[1].action[0].type": "SetStorageClass",
    "lifecycle_rule[1].action[0].storage_class": "COLDLINE",
}
WARM = {"scaling": [{"min_instance_count": 1}], "template": [{"scaling": [{"min_instance_count": 2}]}]}
ALWAYS = {"template": [{"containers": [{"resources": [{"cpu_idle": one}]} for one in (False, True)]}]}

EDITED = {
    "bigquery_slots": Case(
        "bigquery_reservation", "google_bigquery_reservation", {"slot_capacity": 1150}, "configure", "1150"
    ),
    "cloudrun_cpu_allocation": Case(
        *RUN, {"template[0].containers[0].resources[0].cpu_idle": True}, "configure", values=ALWAYS
    ),
    "cloudrun_min_instances": Case(
        *RUN,
        {"scaling[0].min_instance_count": 0, "template[0].scaling[0].min_instance_count": 0},
        "configure",
        values=WARM,
    ),
    "gce_rightsize": Case(
        *MACHINE,
        {"machine_type": "e2-custom-6-20480", "allow_stopping_for_update": True},
        "resize",
        "e2-custom-6-20480",
    ),
    "gcs_tiering": Case(*BUCKET, COLDER, "migrate", "COLDLINE", values={"lifecycle_rule": [{}]}),
    "reservation_idle": Case(
        "gce_reservation",
        "google_compute_reservation",
        {"specific_reservation[0].count": 5},
        "configure",
        summary="Lower the reservation to 5 machine(s)",
        values={"specific_reservation": [{"count": 8}]},
    ),
    "sql_rightsize": Case(*DATABASE, {"settings[0].tier": "db-custom-4-15360"}, "resize", "db-custom-4-15360"),
}
BY_HAND = {
    "bigquery_stale": Case("bigquery_table", "google_bigquery_table", "whether anybody still needs", "review"),
    "gce_address_idle": Case("gce_address", "google_compute_address", NEVER_REMOVED),
    "gce_gpu_idle": Case(*MACHINE, NEVER_STOPPED, "stop"),
    "gce_idle": Case(*MACHINE, NEVER_STOPPED, "stop"),
    "gce_image_idle": Case("gce_image", "google_compute_image", NEVER_REMOVED),
    "gce_snapshot_old": Case("disk_snapshot", "google_compute_snapshot", NEVER_REMOVED),
    "gce_stopped": Case(*MACHINE, NEVER_REMOVED),
    "gcs_no_lifecycle": Case(*BUCKET, "which objects may go, and when", "configure"),
    "gke_idle": Case("gke_cluster", "google_container_cluster", NEVER_REMOVED),
    "gke_node_underused": Case(
        "gke_cluster", "google_container_cluster", "what pods ask for is not in this configuration", "configure"
    ),
    "pd_on_stopped": Case(*DISK, NEVER_REMOVED),
    "pd_tier": Case(
        *DISK,
        "terraform would make the disk anew without its data",
        "migrate",
        "pd-balanced",
        values={"type": "pd-ssd"},
    ),
    "pd_unattached": Case(*DISK, NEVER_REMOVED),
    "project_unattended": Case("gcp_project", "google_project", "a project is shut down by its owner", "review"),
    "project_undercommitted": Case("gcp_project", "google_project", "commitments are bought by a person", "buy"),
    "sql_extended_support": Case(*DATABASE, "which version to go to", "configure"),
    "sql_idle": Case(*DATABASE, NEVER_STOPPED, "stop"),
    "tpu_idle": Case("tpu_node", "google_tpu_v2_vm", NEVER_REMOVED),
    "vertex_endpoint_idle": Case(
        "vertex_endpoint", "google_vertex_ai_endpoint", "its models are deployed by something else"
    ),
    "workbench_idle": Case("gce_instance", "google_workbench_instance", NEVER_STOPPED, "stop"),
}


def outcome(check: str, case: Case, live: Live | None = None) -> Sorted:
    key = ResourceKey("gcp", "shop", "europe-west1", case.kind, "the/one")
    named = {"id": "projects/shop/the/one", "name": "the/one", "project_id": "the/one"}
    held = StateResource(
        address=f"{case.type}.x", mode="managed", type=case.type, name="x", module="", index=None, provider="",
        values={**named, **case.values},
    )  # fmt: skip
    found = advice(check, case.target, kind=case.action, resource=key.id, key=key, summary=case.summary)
    return sort_advice([found], State(resources=(held,), terraform_version=None), lambda _: None, live or Live())


def told(check: str, case: Case) -> dict[str, Any]:
    (change,) = outcome(check, case).changes
    return {setting.text(): setting.after for setting in change.settings}


def test_every_check_of_google_has_its_place_in_the_table() -> None:
    of_google = {check.id for check in all_checks() if check.applies_to.__module__.rpartition(".")[2] in SPECS}
    assert of_google == {*EDITED, *BY_HAND}


@pytest.mark.parametrize(("check", "case"), EDITED.items(), ids=EDITED)
def test_a_finding_with_a_figure_is_an_edit(check: str, case: Case) -> None:
    assert told(check, case) == case.outcome


@pytest.mark.parametrize(("check", "case"), BY_HAND.items(), ids=BY_HAND)
def test_a_finding_that_a_person_has_to_decide_on_says_why(check: str, case: Case) -> None:
    found = outcome(check, case)
    assert not found.changes
    (work,) = found.by_hand
    assert work.reason.startswith(str(case.outcome))


def test_the_older_resource_of_cloud_run_says_the_same_in_annotations() -> None:
    case = Case("cloud_run_service", "google_cloud_run_service", {}, "configure", values=KNATIVE)
    assert told("cloudrun_min_instances", case) == {
        'metadata[0].annotations["run.googleapis.com/minScale"]': "0",
        f'{NOTES}["autoscaling.knative.dev/minScale"]': "0",
    }
    assert told("cloudrun_cpu_allocation", case) == {f'{NOTES}["run.googleapis.com/cpu-throttling"]': "true"}


def test_the_first_rule_of_a_bucket_is_a_block_of_its_own() -> None:
    (change,) = outcome("gcs_tiering", EDITED["gcs_tiering"]._replace(values={})).changes
    assert change.new_block == ("lifecycle_rule", 0)
    assert [setting.text().partition(".")[0] for setting in change.settings] == ["lifecycle_rule[0]"] * 3


@pytest.mark.parametrize(("seen", "is_edited"), [(1, True), (0, False), (2, False)])
def test_a_bucket_whose_rules_are_others_than_those_of_the_state_is_left_alone(seen: int, is_edited: bool) -> None:
    found = outcome("gcs_tiering", EDITED["gcs_tiering"], Live(bucket_rules={"the/one": seen}))
    assert bool(found.changes) is is_edited
    reasons = [] if is_edited else [f"the bucket has {seen} lifecycle rules and the state 1"]
    assert [work.reason.partition(":")[0] for work in found.by_hand] == reasons


@pytest.mark.parametrize(
    ("summary", "held"),
    [
        ("Delete the reservation", 8),
        ("Lower the reservation to 8 machine(s)", 8),  # it was lowered since
        ("Lower the reservation to 0 machine(s)", 8),
        ("Lower the reservation to 5 machine(s)", None),
    ],
)
def test_a_reservation_is_only_lowered_and_never_to_nothing(summary: str, held: int | None) -> None:
    values = {"specific_reservation": [{"count": held}]}
    found = outcome("reservation_idle", EDITED["reservation_idle"]._replace(summary=summary, values=values))
    assert not found.changes
    assert len(found.by_hand) == 1


@pytest.mark.parametrize("target", ["", "-50", "1e3", "many", "9" * 5_000])
def test_a_number_of_slots_that_is_none_sets_nothing(target: str) -> None:
    found = outcome("bigquery_slots", EDITED["bigquery_slots"]._replace(target=target))
    assert not found.changes
