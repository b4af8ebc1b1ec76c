"""Engines: which one is taken, what each finds, and that none leaves a trace."""

import json
import re
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from costopt.errors import TerraformError
from costopt.model.terraform import UNKNOWN, Engine, Evaluation, Masked
from costopt.terraform.evaluate import tfparse_engine
from costopt.terraform.evaluate.engine import evaluate
from costopt.terraform.evaluate.request import Request
from tests.oracles.terraform_binary import needs_terraform

FIXTURES = Path(__file__).parents[1] / "fixtures"
ESTATE = FIXTURES / "estate"
TYPES = {
    "aws_instance.by_default": "m5.xlarge",
    'aws_instance.fleet["api"]': "c5.2xlarge",
    'aws_instance.fleet["worker"]': "c5.4xlarge",
    "aws_instance.literal": "m5.4xlarge",
    "module.app.aws_instance.node[0]": "r5.2xlarge",
    "module.app.aws_instance.node[1]": "r5.2xlarge",
    "module.app.aws_launch_template.node": "r5.2xlarge",
}
"""By hand, from the files of the estate."""


def types_of(evaluation: Evaluation) -> dict[str, object]:
    return {
        address: values["instance_type",]
        for address, values in evaluation.flat().items()
        if ("instance_type",) in values
    }


def test_the_stub_gives_the_values_of_every_origin(estate_plan: Evaluation) -> None:
    assert estate_plan.engine is Engine.STUB
    assert types_of(estate_plan) == TYPES
    flat = estate_plan.flat()
    assert flat["aws_instance.literal"]["root_block_device", 0, "volume_type"] == "gp2"
    assert flat["aws_instance.by_default"]["tags", "kubernetes.io/role"] == "node"
    assert flat["aws_db_instance.db"]["allocated_storage",] == 200
    assert flat["aws_ebs_volume.data"]["availability_zone",] == "us-east-1a"


def test_what_is_known_after_apply_is_unknown_and_never_null(estate_plan: Evaluation) -> None:
    node = estate_plan.flat()["module.app.aws_instance.node[0]"]
    assert node["id",] is UNKNOWN
    assert node["launch_template", 0, "version"] is UNKNOWN


def test_the_result_says_what_stood_in_and_what_was_made_up(estate_plan: Evaluation) -> None:
    assert estate_plan.provider_versions == {"registry.terraform.io/hashicorp/aws": "6.69.1"}
    assert [(one.where, "made-up" in one.reason) for one in estate_plan.unevaluated] == [
        ("data.aws_availability_zones.here", True)
    ]
    assert [one.engine for one in estate_plan.skipped] == [Engine.PLAN_JSON]
    assert estate_plan.changes == {}


def test_regions_of_providers_and_references_are_told(estate_plan: Evaluation) -> None:
    settings = estate_plan.provider_settings
    assert (settings["aws"]["region"], settings["aws.west"]["region"]) == ("eu-west-1", "us-west-2")
    assert estate_plan.resources['aws_instance.fleet["api"]'].provider_key == "aws.west"
    assert estate_plan.resources['aws_instance.fleet["api"]'].index == "api"
    node = estate_plan.resources["module.app.aws_instance.node[1]"]
    assert (node.module, node.name, node.index) == ("module.app", "node", 1)
    assert node.references["launch_template[0].id"][0] == "aws_launch_template.node.id"


def test_no_secret_is_in_the_result(estate_plan: Evaluation) -> None:
    assert isinstance(estate_plan.resources["aws_db_instance.db"].values["password"], Masked)
    assert "hunter2" not in repr(estate_plan)


def test_tfparse_gives_the_same_values_without_any_binary(
    estate_plan: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    found = evaluate(Request(folder=ESTATE))
    assert found.engine is Engine.TFPARSE
    assert [one.reason for one in found.skipped[1:]] == ["neither terraform nor tofu is on PATH"] * 2
    assert types_of(found) == TYPES
    planned = estate_plan.flat()
    for address, values in found.flat().items():
        known = {
            path: value for path, value in values.items() if value is not UNKNOWN and not isinstance(value, Masked)
        }
        if address == "aws_ebs_volume.data":
            known.pop(("availability_zone",), None)  # of a data source, which tfparse does not make up
        assert known == {path: planned[address][path] for path in known}


def test_ids_that_tfparse_makes_up_are_unknown() -> None:
    found = evaluate(Request(folder=ESTATE, engines=(Engine.TFPARSE,))).flat()
    node = found["module.app.aws_instance.node[0]"]
    assert node["launch_template", 0, "id"] is UNKNOWN
    assert ("id",) not in node
    assert not [
        value for values in found.values() for value in values.values() if re.search(r"[0-9a-f]{12}", str(value))
    ]


def test_literals_are_the_last_resort(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", "")
    absent = tmp_path / "worker.py"
    absent.write_text('import sys\nsys.stderr.write("the package tfparse is not installed")\nsys.exit(3)\n')
    monkeypatch.setattr(tfparse_engine, "_WORKER", absent)
    found = evaluate(Request(folder=ESTATE))
    assert found.engine is Engine.LITERALS
    assert found.skipped[-1].reason == "the package tfparse is not installed"
    flat = found.flat()
    assert flat["aws_instance.literal"]["root_block_device", 0, "volume_size"] == 100
    assert flat["aws_instance.by_default"]["instance_type",] is UNKNOWN
    assert flat["aws_db_instance.db"]["allocated_storage",] == 200
    where = {one.where for one in found.unevaluated}
    assert where == {"aws_instance.fleet (main.tf:48)", "module.app.aws_instance.node (main.tf:20)"}


def test_a_given_plan_comes_first(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"format_version": "1.2", "planned_values": {"root_module": {}}}))
    assert evaluate(Request(folder=ESTATE, plan=plan)).engine is Engine.PLAN_JSON


@needs_terraform
def test_a_configuration_that_needs_no_provider_is_planned_by_terraform_alone(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "terraform_data" "x" {\n  input = upper("a")\n}\n')
    found = evaluate(Request(folder=tmp_path))
    assert found.engine is Engine.PROVIDERS
    assert found.flat()["terraform_data.x"]["input",] == "A"


@needs_terraform
def test_a_state_gives_changes_although_it_is_newer_than_the_schema(tmp_path: Path) -> None:
    request = Request(folder=ESTATE, state=FIXTURES / "estate.tfstate", engines=(Engine.STUB,))
    changes = evaluate(request).changes
    literal = changes["aws_instance.literal"]
    assert literal.actions == ("update",)
    assert literal.before
    assert literal.after
    assert (literal.before["instance_type"], literal.after["instance_type"]) == ("m5.8xlarge", "m5.4xlarge")
    assert literal.after["id"] == "i-0aaa"
    assert changes['aws_instance.fleet["worker"]'].actions == ("create",)
    assert changes["aws_s3_bucket.logs"].actions == ("delete",)
    assert "state-secret" not in repr(changes)


@needs_terraform
def test_settings_of_the_user_do_not_reach_terraform_and_no_trace_stays(
    estate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "t"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.setenv("TF_CLI_ARGS_plan", "-destroy")
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", "/no/such/file")
    monkeypatch.setenv("TF_VAR_node_type", "x1.32xlarge")
    monkeypatch.setenv("TF_WORKSPACE", "elsewhere")
    before = {path: path.read_bytes() for path in sorted(estate.rglob("*")) if path.is_file()}
    found = evaluate(Request(folder=estate, workspace="prod", engines=(Engine.STUB,)))
    assert types_of(found) == TYPES
    assert found.flat()["aws_ebs_volume.data"]["type",] == "io2"
    assert {path: path.read_bytes() for path in sorted(estate.rglob("*")) if path.is_file()} == before
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("engine", [pytest.param(Engine.STUB, marks=needs_terraform), Engine.TFPARSE])
def test_given_values_outrank_defaults_and_files_outrank_them(engine: Engine, estate: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.tfvars"
    more.write_text('fleet = { only = { type = "t3.nano" } }\n')
    request = Request(
        folder=estate,
        variables={"instance_type": "m6i.large", "node_type": "never: terraform.tfvars outranks it"},
        variable_files=(more,),
        engines=(engine,),
    )
    found = types_of(evaluate(request))
    assert found["aws_instance.by_default"] == "m6i.large"
    assert found['aws_instance.fleet["only"]'] == "t3.nano"
    assert found["module.app.aws_instance.node[0]"] == "r5.2xlarge"


@needs_terraform
def test_a_module_beside_the_root_is_copied_too() -> None:
    found = evaluate(Request(folder=FIXTURES / "shared_module" / "root", engines=(Engine.STUB,)))
    assert list(found.resources) == ["module.db.aws_ebs_volume.data"]


@needs_terraform
def test_a_program_in_the_configuration_is_never_run(tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    folder = tmp_path / "root"
    folder.mkdir()
    (folder / "main.tf").write_text(
        f'data "external" "x" {{\n  program = ["touch", "{trace}"]\n}}\n'
        'resource "terraform_data" "x" {\n  input = data.external.x.result\n'
        f'  provisioner "local-exec" {{\n    command = "touch {trace}"\n  }}\n}}\n'
    )
    (folder / ".terraform/providers/registry.terraform.io/hashicorp/external").mkdir(parents=True)
    found = evaluate(Request(folder=folder))
    assert found.engine is Engine.STUB
    assert 'data "external" would run a program' in found.skipped[1].reason
    assert not trace.exists()


@needs_terraform
def test_a_plan_that_fails_leads_to_the_next_engine_with_the_reason(estate: Path) -> None:
    (estate / "terraform.tfvars").unlink()
    found = evaluate(Request(folder=estate, engines=(Engine.STUB, Engine.TFPARSE)))
    assert found.engine is Engine.TFPARSE
    assert "No value for required variable" in found.skipped[-1].reason
    node = found.flat()["module.app.aws_instance.node[0]"]
    assert node["instance_type",] is UNKNOWN


def test_a_module_that_is_not_installed_is_named(estate: Path) -> None:
    (estate / "vpc.tf").write_text('module "vpc" {\n  source = "terraform-aws-modules/vpc/aws"\n}\n')
    found = evaluate(Request(folder=estate, engines=(Engine.STUB, Engine.TFPARSE, Engine.LITERALS)))
    assert any("module.vpc (vpc.tf:1)" in one.where for one in found.unevaluated)
    assert types_of(found) == TYPES


def test_no_engine_at_all_is_an_error_that_gives_the_reasons(estate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(TerraformError, match="neither terraform nor tofu is on PATH"):
        evaluate(Request(folder=estate, engines=(Engine.STUB,)))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("broken.tf", 'resource "aws_instance" {\n  x = \n', r"broken\.tf:\d+: this is not valid HCL"),
        ("broken.tf.json", '{"resource": ', "broken.tf.json: this is not valid JSON"),
        ("list.tf.json", "[]", "must hold one JSON object"),
        ("circle.tf", 'module "again" {\n  source = "./"\n}\n', r"circle\.tf:1: modules call each other in a circle"),
    ],
)
def test_a_broken_configuration_is_refused_with_its_place(estate: Path, name: str, content: str, message: str) -> None:
    (estate / name).write_text(content)
    with pytest.raises(TerraformError, match=message):
        evaluate(Request(folder=estate))


def test_a_directory_without_a_configuration_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TerraformError, match="holds no Terraform configuration"):
        evaluate(Request(folder=tmp_path))
    with pytest.raises(TerraformError, match="is not a directory"):
        evaluate(replace(Request(folder=tmp_path / "absent")))
