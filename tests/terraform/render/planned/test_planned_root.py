"""A plan of every kind, written, and planned by terraform: what it says is what the plan said."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from costopt.model.terraform import Engine
from costopt.model.workload import WorkloadKind
from costopt.terraform.configuration.hcl import read_hcl
from costopt.terraform.evaluate.engine import evaluate
from costopt.terraform.evaluate.request import Request
from costopt.terraform.render.planned.blueprints import blueprints
from costopt.terraform.render.planned.request import GenerateRequest
from costopt.terraform.render.root import render_root
from tests.oracles.made_plan import made_plan
from tests.oracles.terraform_binary import needs_terraform, terraform
from tests.terraform.render.every_module import SHARED, put, writing
from tests.terraform.render.planned.works import SHAPES, ZONES, assignment, capacity, workload

ASSIGNMENTS = (
    assignment(
        *(capacity("m7i.large", 2, zone=zone) for zone in ZONES),
        *(capacity("c7i.xlarge", 1, "spot", zone) for zone in ZONES),
        name="fleet",
    ),
    assignment(capacity("m7g.large", 2), resources=("i-0aaaaaaaaaaaaaaaa", "i-0bbbbbbbbbbbbbbbb"), name="old"),
    assignment(capacity("m7i.xlarge", 2), name="new"),
    assignment(*(capacity("m7g.2xlarge", 2, zone=zone) for zone in ZONES), name="pods"),
    assignment(capacity("g5.xlarge", 2, "spot"), capacity("g6.2xlarge", 1), name="job"),
)
ASKED = (
    replace(workload(WorkloadKind.FLEET, profile=(1.0, 0.5), survive=True), name="fleet"),
    replace(
        workload(WorkloadKind.MACHINES, profile=tuple(1.0 if 8 <= hour < 19 else 0.0 for hour in range(24))), name="new"
    ),
    replace(workload(WorkloadKind.PODS), name="pods"),
    replace(workload(WorkloadKind.BATCH), name="job"),
)
FILLED: dict[str, object] = {
    "image_id": "ami-0123456789abcdef0",
    "security_group_ids": ["sg-0a"],
    "root_volume": {"size_gib": 50},
    "image": "example.com/train:3",
    "email_addresses": ["finops@example.com"],
}


def filled(variables: str) -> dict[str, object]:
    """Values for every variable of a root that has no default."""
    asked = [one for one in read_hcl(variables.encode(), Path("x.tf")) if not one.argument("default")]
    names = [one.labels[0] for one in asked]
    ending = {name: next((one for one in FILLED if name.endswith(one)), "") for name in names}
    return {name: SHARED[name] if name in SHARED else FILLED[ending[name]] for name in names}


@needs_terraform
def test_terraform_plans_what_the_plan_says(tmp_path: Path) -> None:
    variant = replace(made_plan().variant("recommended"), assignments=ASSIGNMENTS)
    request = GenerateRequest(extras=("budget",), region="eu-west-1")
    (blueprint,) = blueprints(variant, ASKED, SHAPES.get, request)
    assert blueprint.left_out == ()
    files = render_root(blueprint, writing())
    folder = put(files, tmp_path)
    (folder / "terraform.tfvars.json").write_text(json.dumps(filled(files["variables.tf"])))
    assert terraform(folder, "fmt", "-check", "-recursive", "-no-color").stdout == ""
    plan = evaluate(Request(folder=folder, engines=(Engine.STUB,)))

    def of(address: str) -> Any:
        return plan.resources[address].values

    group = of("module.fleet.aws_autoscaling_group.this")
    policy = group["mixed_instances_policy"][0]
    assert policy["instances_distribution"][0]["on_demand_base_capacity"] == 6  # 6 m7i.large of one unit
    assert policy["instances_distribution"][0]["spot_allocation_strategy"] == "price-capacity-optimized"
    overrides = policy["launch_template"][0]["override"]
    assert [(one["instance_type"], one["weighted_capacity"]) for one in overrides] == [
        ("c7i.xlarge", "2"),
        ("m7i.large", "1"),
    ]
    assert (group["min_size"], group["max_size"]) == (6, 14)  # half of 12; 12 and a tenth, rounded up
    assert {one.importing for one in plan.changes.values() if one.importing} == {
        "i-0aaaaaaaaaaaaaaaa",
        "i-0bbbbbbbbbbbbbbbb",
    }
    assert of('module.old.aws_instance.this["i_0aaaaaaaaaaaaaaaa"]')["instance_type"] == "m7g.large"
    assert of('module.new.aws_instance.this["2"]')["subnet_id"] == "subnet-0b"
    assert of('module.new__schedule.aws_scheduler_schedule.this["stop"]')["schedule_expression"] == "cron(0 19 ? * * *)"
    assert of("module.pods.aws_eks_node_group.this")["scaling_config"][0]["min_size"] == 6
    spot = of('module.job.aws_batch_compute_environment.this["spot"]')["compute_resources"][0]
    assert (spot["max_vcpus"], spot["min_vcpus"]) == (8, 0)
    limit = of("module.budget.aws_budgets_budget.this")["limit_amount"]
    assert int(limit) >= variant.total.amount
