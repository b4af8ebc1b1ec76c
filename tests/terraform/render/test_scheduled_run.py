"""Terraform for EventBridge Scheduler and ECS: valid on both bundled providers, planned, and exact in what it runs."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from costopt.errors import TerraformError
from costopt.model.schedule import BillSource, DailyRun
from costopt.model.terraform import Engine, Evaluation
from costopt.terraform.configuration.directory import read_configuration
from costopt.terraform.evaluate.engine import evaluate
from costopt.terraform.evaluate.request import Request
from costopt.terraform.evaluate.stand_ins import stand_ins
from costopt.terraform.render.scheduled_run import render_scheduled_run
from tests.oracles.terraform_binary import needs_terraform, terraform, validated
from tests.terraform.render.naughty import AIMED, nfc

GIVEN = {
    "region": "eu-west-1",
    "account_id": "123456789012",
    "subnet_ids": ["subnet-0a"],
    "security_group_ids": ["sg-0a"],
}
BILL = BillSource(kind="focus", uri="s3://exports/focus")
SETTINGS = 'currency = "EUR" # ${not} a template\n'


def put(run: DailyRun, folder: Path, **given: object) -> Path:
    file = render_scheduled_run(run, "1.0.0")
    (folder / file.path).write_text(file.text)
    (folder / "costopt.toml").write_text(SETTINGS)
    (folder / "terraform.tfvars.json").write_text(json.dumps({**GIVEN, **given}))
    return folder


def planned(folder: Path) -> Evaluation:
    return evaluate(Request(folder=folder, engines=(Engine.STUB,)))


def container_of(folder: Path) -> dict[str, Any]:
    """The container as terraform itself plans it; costopt masks definitions of containers, which may hold secrets."""
    with stand_ins(read_configuration(folder)).serving() as reattach:
        for arguments in (["init"], ["plan", "-out=plan"]):
            ended = terraform(folder, *arguments, "-no-color", extra=reattach)
            assert ended.returncode == 0, ended.stderr
        shown = json.loads(terraform(folder, "show", "-json", "plan", extra=reattach).stdout)
    resources = {one["address"]: one["values"] for one in shown["planned_values"]["root_module"]["resources"]}
    found: list[dict[str, Any]] = json.loads(resources["aws_ecs_task_definition.this"]["container_definitions"])
    return found[0]


@needs_terraform
@pytest.mark.parametrize(("constraint", "version"), [(">= 5.99, < 6.0", "5.99.1"), (">= 5.99, < 7.0", "6.69.1")])
def test_it_is_formatted_valid_and_plans_with_both_providers(tmp_path: Path, constraint: str, version: str) -> None:
    put(DailyRun(bills=(BILL,), time_zone="Europe/Berlin", hour=6, minute=5, secrets=("SLACK_URL",)), tmp_path,
        secret_arns={"SLACK_URL": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:slack"})  # fmt: skip
    path = tmp_path / "costopt-budget-check.tf"
    path.write_text(path.read_text().replace(">= 5.99, < 7.0", constraint))
    assert terraform(tmp_path, "fmt", "-check", "-diff", "-no-color").stdout == ""
    assert validated(tmp_path)["diagnostics"] == []
    plan = planned(tmp_path)
    assert plan.provider_versions == {"registry.terraform.io/hashicorp/aws": version}
    schedule = plan.resources["aws_scheduler_schedule.this"].values
    assert schedule["schedule_expression"] == "cron(5 6 * * ? *)"
    assert schedule["schedule_expression_timezone"] == "Europe/Berlin"
    assert "aws_s3_bucket.state" in plan.resources


@needs_terraform
def test_the_container_runs_exactly_what_was_asked_for_and_may_write_one_folder(tmp_path: Path) -> None:
    options = tuple(one for one in (*AIMED, "a'b") if one.isprintable())
    container = container_of(put(DailyRun(bills=(BILL,), keeps_state=False, options=options), tmp_path))
    assert container["entryPoint"] == ["/bin/sh", "-c"]
    (script,) = container["command"]
    assert script.startswith("set -e\n")
    *_, collect, check, last = shell_lines(script)
    taking = ["costopt", "collect", "focus", "s3://exports/focus", "--config", "/var/lib/costopt/costopt.toml"]
    assert (collect, last) == ([*taking, "||", "taken=$?"], ["exit", "$taken"])
    assert check[5:] == [nfc(one) for one in options]
    assert {one["name"]: one["value"] for one in container["environment"]}["COSTOPT_TOML"] == SETTINGS
    assert container["readonlyRootFilesystem"] is True
    assert container["user"] == "65532"
    assert [one["containerPath"] for one in container["mountPoints"]] == ["/var/lib/costopt"]


def test_no_bucket_is_made_where_the_settings_keep_the_state_elsewhere() -> None:
    kept, elsewhere = (render_scheduled_run(DailyRun(keeps_state=keeps), "1.0.0").text for keeps in (True, False))
    assert 'resource "aws_s3_bucket" "state"' in kept
    assert "aws_s3_bucket" not in elsewhere
    assert "COSTOPT_NOTIFY_STATE" not in elsewhere


def shell_lines(script: str) -> list[list[str]]:
    return [shlex.split(line) for line in script.splitlines()]


@needs_terraform
def test_a_secret_that_the_settings_need_has_to_be_given(tmp_path: Path) -> None:
    folder = put(DailyRun(secrets=("SLACK_URL",)), tmp_path, secret_arns={"OTHER": "arn:aws:ssm:x"})
    with pytest.raises(TerraformError, match="The settings need SLACK_URL"):
        planned(folder)


def test_no_role_may_do_more_than_its_part() -> None:
    """Passing roles is bound to ECS, running to this task and cluster; no statement allows every action."""
    text = render_scheduled_run(DailyRun(), "1.0.0").text
    assert 'Action   = "*"' not in text
    assert '"iam:PassedToService" = "ecs-tasks.amazonaws.com"' in text
    assert '"ecs:cluster" = aws_ecs_cluster.this.arn' in text
    assert text.count('"aws:SourceAccount" = var.account_id') == 3
