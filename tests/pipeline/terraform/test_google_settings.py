"""What findings of Google Cloud set in a Terraform resource, and what they leave to a person."""

from typing import Any

import pytest

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
