"""What findings of Google Cloud set in a Terraform resource, and what they leave to a person."""

from typing import Any

import pytest

from costopt.model.resource import ResourceKey
from costopt.pipeline.terraform.changes import Live, sort_advice
from costopt.terraform.state import State, StateResource
from tests.pipeline.terraform.test_settings import advice, told

RUN = "google_cloud_run_v2_service"


@pytest.mark.parametrize(
    ("values", "leave"),
    [
        ({}, {"allow_stopping_for_update": True}),
        ({"allow_stopping_for_update": None}, {"allow_stopping_for_update": True}),
        ({"allow_stopping_for_update": True}, {}),
        ({"allow_stopping_for_update": False}, {}),  # somebody's decision
        ({"desired_status": "TERMINATED"}, {}),
    ],
)
def test_a_machine_gets_its_new_type_and_leave_to_be_stopped_where_nobody_decided(
    values: dict[str, Any], leave: dict[str, bool]
) -> None:
    one = advice("gce_rightsize", "n2-custom-6-20480")
    found = told(one, "google_compute_instance", machine_type="n2-standard-8", **values)
    assert found == {"machine_type": "n2-custom-6-20480", **leave}


def test_a_database_gets_its_new_tier() -> None:
    settings = [{"tier": "db-custom-8-30720"}]
    found = told(advice("sql_rightsize", "db-custom-4-15360"), "google_sql_database_instance", settings=settings)
    assert found == {"settings[0].tier": "db-custom-4-15360"}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"template": [{"scaling": [{"min_instance_count": 2}]}]}, {"template[0].scaling[0].min_instance_count": 0}),
        ({"scaling": [{"min_instance_count": 1}]}, {"scaling[0].min_instance_count": 0}),
        ({"scaling": [{"min_instance_count": 0}]}, {}),
        ({}, {}),
    ],
)
def test_instances_that_are_kept_for_nobody_are_kept_nowhere(values: dict[str, Any], expected: dict[str, int]) -> None:
    assert told(advice("cloudrun_min_instances", None, kind="configure"), RUN, **values) == expected


def test_cpu_is_given_to_requests_in_every_container_that_has_it_always() -> None:
    containers = [{"resources": [{"cpu_idle": one}]} for one in (False, True, False)]
    found = told(advice("cloudrun_cpu_allocation", None), RUN, template=[{"containers": containers}])
    assert found == {f"template[0].containers[{place}].resources[0].cpu_idle": True for place in (0, 2)}


@pytest.mark.parametrize("source", ["gce_rightsize", "sql_rightsize", "cloudrun_min_instances"])
def test_a_resource_of_another_type_is_left_alone(source: str) -> None:
    assert told(advice(source, "x"), "google_storage_bucket") == {}


@pytest.mark.parametrize(
    ("source", "kind", "reason"),
    [
        ("pd_tier", "migrate", "terraform would make the disk anew without its data"),
        ("gcs_tiering", "migrate", "the rule is a block of its own in the bucket"),
        ("pd_unattached", "delete", "resources are never removed without a person"),
    ],
)
def test_what_no_attribute_says_is_for_a_person_who_is_told_why(source: str, kind: str, reason: str) -> None:
    held = StateResource(
        address="google_compute_disk.x", mode="managed", type="google_compute_disk", name="x", module="", index=None,
        provider="", values={"id": "projects/shop/zones/a/disks/x", "type": "pd-ssd"},
    )  # fmt: skip
    key = ResourceKey("gcp", "shop", "r", "persistent_disk", "zones/a/disks/x")
    one = advice(source, "pd-balanced", kind=kind, resource=key.id, key=key)
    found = sort_advice([one], State(resources=(held,), terraform_version=None), lambda _: None, Live())
    assert not found.changes
    (work,) = found.by_hand
    assert work.reason.startswith(reason)


def test_a_size_of_a_plan_is_found_by_the_path_below_the_project() -> None:
    held = StateResource(
        address="google_compute_instance.web", mode="managed", type="google_compute_instance", name="web", module="",
        index=None, provider="", values={"id": "projects/shop/zones/z/instances/web", "machine_type": "n2-standard-8"},
    )  # fmt: skip
    one = advice("plan", "n2-standard-4", resource="zones/z/instances/web")
    found = sort_advice([one], State(resources=(held,), terraform_version=None), lambda _: None, Live())
    assert [(change.address, change.settings[0].after) for change in found.changes] == [
        ("google_compute_instance.web", "n2-standard-4")
    ]


def test_a_machine_that_a_group_made_leads_to_the_group() -> None:
    group = "zones/z/instanceGroupManagers/web"
    held = StateResource(
        address="google_compute_instance_group_manager.web", mode="managed", name="web", module="", index=None,
        type="google_compute_instance_group_manager", provider="", values={"id": f"projects/shop/{group}"},
    )  # fmt: skip
    key = ResourceKey("gcp", "shop", "r", "gce_instance", "zones/z/instances/web-x7q1")
    summary = f"Give {group} a template of n2-standard-4, if all of its members allow it"
    one = advice("gce_rightsize", "n2-standard-4", resource=key.id, key=key, summary=summary)
    found = sort_advice([one], State(resources=(held,), terraform_version=None), lambda _: None, Live())
    assert not found.changes
    assert [(work.address, work.reason.partition(":")[0]) for work in found.by_hand] == [
        ("google_compute_instance_group_manager.web", "its group makes machines from a template")
    ]
