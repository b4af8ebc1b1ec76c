"""A plan for Google Cloud, written for both bundled providers and planned by terraform: it says what the plan said."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from costopt.model.plan import Assignment
from costopt.model.shape import Shape
from costopt.model.terraform import Engine
from costopt.model.workload import Workload, WorkloadKind
from costopt.terraform.evaluate.engine import evaluate
from costopt.terraform.evaluate.request import Request
from costopt.terraform.render.library import GOOGLE_CONSTRAINT, Cloud
from costopt.terraform.render.planned.blueprints import blueprints
from costopt.terraform.render.planned.request import GenerateRequest
from costopt.terraform.render.root import render_root
from tests.oracles.made_plan import made_plan
from tests.oracles.terraform_binary import BINARY, needs_terraform, terraform, validated
from tests.terraform.render.every_google_module import IMAGE, SHARED
from tests.terraform.render.every_google_module import ZONES as NAMED
from tests.terraform.render.every_module import put, writing
from tests.terraform.render.planned.works import SHAPES, assignment, capacity, workload

VERSIONS = {"6": (">= 6.50, < 7.0", "6.50.0"), "8": (GOOGLE_CONSTRAINT, "8.7.0")}
REGION = "europe-west4"
TYPES = ("e2-custom-4-11008", "n2d-standard-4", "n2-custom-6-20480", "e2-standard-8", "a2-highgpu-1g")
GOOGLE_SHAPES = SHAPES | {
    name: Shape(
        instance_type=name, family=name.split("-")[0], vcpu=4, memory_gib=16.0, architectures=("x86_64",),
        current_generation=True, burstable=False, bare_metal=False,
    )
    for name in TYPES
}  # fmt: skip


def asked(kind: WorkloadKind, name: str, **fields: Any) -> Workload:
    return replace(workload(kind, **fields), name=name, provider="gcp", region=REGION)


ASSIGNMENTS = (
    assignment(
        *(capacity("e2-custom-4-11008", 3, zone=zone) for zone in NAMED),
        *(capacity("n2d-standard-4", 1, "spot", zone) for zone in NAMED[:2]),
        name="fleet",
    ),
    assignment(capacity("n2-custom-6-20480", 2), name="reports"),
    assignment(
        *(capacity("e2-standard-8", 1, zone=zone) for zone in NAMED),
        *(capacity("e2-standard-8", 2, "spot", zone) for zone in NAMED),
        name="pods",
    ),
    assignment(capacity("a2-highgpu-1g", 1, "spot"), capacity("a2-highgpu-1g", 1), name="job"),
)
OFFICE_HOURS = tuple(1.0 if 8 <= hour % 24 < 19 and hour < 120 else 0.0 for hour in range(168))
ASKED = (
    asked(WorkloadKind.FLEET, "fleet", profile=(1.0, 0.5), survive=True),
    asked(WorkloadKind.MACHINES, "reports", profile=OFFICE_HOURS),
    asked(WorkloadKind.PODS, "pods"),
    asked(WorkloadKind.BATCH, "job"),
)


def blueprint_of(assignments: tuple[Assignment, ...] = ASSIGNMENTS, **request: Any):  # type: ignore[no-untyped-def]
    variant = replace(made_plan().variant("recommended"), assignments=assignments)
    return blueprints(variant, ASKED, GOOGLE_SHAPES.get, GenerateRequest(**request))


def written(folder: Path, constraint: str) -> Path:
    (blueprint,) = blueprint_of(cluster="main")
    files = render_root(blueprint, writing())
    shared = {name: value for name, value in SHARED.items() if f'variable "{name}"' in files["variables.tf"]}
    images = {f"{name}_image": IMAGE for name in ("fleet__e2_custom_4_11008", "fleet__n2d_standard_4", "reports")}
    put({path: text.replace(GOOGLE_CONSTRAINT, constraint) for path, text in files.items()}, folder, shared)
    (folder / "terraform.tfvars.json").write_text(json.dumps({**shared, **images}))
    return folder


@needs_terraform
@pytest.mark.parametrize("major", VERSIONS)
def test_what_is_written_is_formatted_and_valid(tmp_path: Path, major: str) -> None:
    folder = written(tmp_path, VERSIONS[major][0])
    assert terraform(folder, "fmt", "-check", "-recursive", "-no-color").stdout == ""
    assert validated(folder)["diagnostics"] == []


@pytest.fixture(scope="module")
def values(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    if BINARY is None:
        pytest.skip("no terraform binary is on PATH")
    folder = written(tmp_path_factory.mktemp("root"), VERSIONS["8"][0])
    plan = evaluate(Request(folder=folder, engines=(Engine.STUB,)))
    return {address: one.values for address, one in plan.resources.items()}


def sizes(values: dict[str, Any], call: str, market: str) -> tuple[str, str, int, int]:
    """Type, model, least and most machines of a group."""
    template = values[f'module.{call}.google_compute_instance_template.this["{market}"]']
    (policy,) = values[f'module.{call}.google_compute_region_autoscaler.this["{market}"]']["autoscaling_policy"]
    model = template["scheduling"][0]["provisioning_model"]
    return template["machine_type"], model, policy["min_replicas"], policy["max_replicas"]


def test_a_fleet_is_a_group_for_each_type_and_follows_its_load(values: dict[str, Any]) -> None:
    # Half of 9 machines at night, rounded up; of the two on spot, one in each of their zones stays.
    assert sizes(values, "fleet__e2_custom_4_11008", "base") == ("e2-custom-4-11008", "STANDARD", 5, 9)
    assert sizes(values, "fleet__n2d_standard_4", "spot") == ("n2d-standard-4", "SPOT", 2, 2)
    assert 'module.fleet__n2d_standard_4.google_compute_instance_template.this["base"]' not in values
    group = values['module.fleet__e2_custom_4_11008.google_compute_region_instance_group_manager.this["base"]']
    assert sorted(group["distribution_policy_zones"]) == NAMED


def test_machines_take_the_zones_in_turn_and_stop_when_nobody_needs_them(values: dict[str, Any]) -> None:
    machines = [values[f'module.reports.google_compute_instance.this["{key}"]'] for key in ("1", "2")]
    assert [one["zone"] for one in machines] == NAMED[:2]
    assert {one["machine_type"] for one in machines} == {"n2-custom-6-20480"}
    (policy,) = values["module.reports__schedule.google_compute_resource_policy.this"]["instance_schedule_policy"]
    assert policy["vm_start_schedule"][0]["schedule"] == "0 8 * * MON,TUE,WED,THU,FRI"
    assert policy["vm_stop_schedule"][0]["schedule"] == "0 19 * * MON,TUE,WED,THU,FRI"


def test_nodes_on_demand_and_on_spot_are_pools_of_their_own(values: dict[str, Any]) -> None:
    firm = values["module.pods__e2_standard_8.google_container_node_pool.this"]
    spot = values["module.pods__e2_standard_8_spot.google_container_node_pool.this"]
    assert [(one["node_config"][0]["spot"], one["autoscaling"][0]["total_max_node_count"]) for one in (firm, spot)] == [
        (False, 3),
        (True, 6),
    ]
    assert {firm["cluster"], spot["cluster"]} == {"main"}


def test_a_job_is_named_with_what_to_submit() -> None:
    (blueprint,) = blueprint_of()
    (left,) = blueprint.left_out
    assert left.subject == "job"
    assert "gcloud batch jobs submit" in left.reason
    assert "a2-highgpu-1g as SPOT or a2-highgpu-1g as STANDARD" in left.reason


def test_what_exists_is_left_to_the_code_that_made_it() -> None:
    ids = ("zones/europe-west1-b/instances/old",)
    (blueprint,) = blueprint_of((assignment(capacity("n2d-standard-4", 1), resources=ids, name="old"),))
    assert (blueprint.cloud, blueprint.region, blueprint.calls) == (Cloud.GCP, "europe-west1", ())
    assert "costopt terraform patch" in blueprint.left_out[0].reason


def test_both_clouds_have_a_root_each_and_extras_go_to_their_own() -> None:
    mixed = (ASSIGNMENTS[1], assignment(capacity("m7i.large", 1), name="amazon"))
    found = blueprint_of(mixed, region="eu-west-1", extras=("gcs_bucket", "budget"))
    assert [(one.cloud, one.region, [call.module for call in one.calls]) for one in found] == [
        (Cloud.AWS, "eu-west-1", ["instance", "budget"]),
        (Cloud.GCP, REGION, ["gce_instance", "gce_schedule", "gcs_bucket"]),
    ]


def test_reserved_capacity_is_a_reservation_of_each_type_in_the_zones_of_the_plan() -> None:
    asked_for = replace(ASKED[0], reserved=True)
    (blueprint,) = blueprints(
        replace(made_plan().variant("recommended"), assignments=ASSIGNMENTS[:1]),
        (asked_for,),
        GOOGLE_SHAPES.get,
        GenerateRequest(),
    )
    (call,) = [one for one in blueprint.calls if one.module == "gce_reservation"]
    assert call.arguments == {
        "name": "fleet-reserved",
        "zones": NAMED,
        "minimum_zones": 3,
        "machine_type": "e2-custom-4-11008",
        "size": 9,
    }
    assert "9 x e2-custom-4-11008 at the peak" in call.evidence[0]


def test_zones_that_the_plan_only_counts_are_asked_for() -> None:
    counted = assignment(*(capacity("e2-standard-8", 2, zone=f"zone {number}") for number in (1, 2, 3)), name="fleet")
    (blueprint,) = blueprint_of((counted,))
    (call,) = blueprint.calls
    assert "zones" not in call.arguments
    assert call.arguments["minimum_zones"] == 3
