"""`costopt terraform cost`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from costopt.cli.terraform_cost import command
from costopt.errors import TerraformError, UsageError

VOLUME = """\
variable "size" {
  type = number
}
provider "aws" {
  region = "us-east-1"
}
resource "aws_ebs_volume" "v" {
  availability_zone = "us-east-1a"
  type              = "gp2"
  size              = var.size
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration with one volume."""
    (tmp_path / "main.tf").write_text(VOLUME)
    return tmp_path


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    result = CliRunner().invoke(command, [str(one) for one in arguments], standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.return_value, result.stdout, result.stderr


def test_a_directory_is_priced(folder: Path) -> None:
    code, out, err = run(folder, "--var", "size=100", "-f", "json")
    assert code == 0
    assert json.loads(out)["monthly"] == "10"
    assert "$10.00 a month" in err


def test_a_redacted_cost_keeps_its_figures_and_no_name(folder: Path) -> None:
    text = VOLUME.replace('"v"', '"payroll"')
    (folder / "main.tf").write_text(text)
    _, out, _ = run(folder, "--var", "size=100", "--redact")
    assert "aws_ebs_volume.resource-1" in out
    assert "$10.00" in out
    assert "payroll" not in out


def test_a_usage_file_and_strict_decide_on_completeness(folder: Path) -> None:
    (folder / "bucket.tf").write_text('resource "aws_sqs_queue" "q" {}\n')
    code, _, err = run(folder, "--var", "size=1", "--strict")
    assert code == 4
    assert err.startswith("at least")


def test_a_plan_is_priced_without_terraform(tmp_path: Path) -> None:
    values = {"type": "gp2", "size": 20, "availability_zone": "us-east-1a"}
    resource = {
        "address": "aws_ebs_volume.v",
        "mode": "managed",
        "type": "aws_ebs_volume",
        "name": "v",
        "values": values,
    }
    plan = tmp_path / "plan.json"
    document = {"format_version": "1.2", "planned_values": {"root_module": {"resources": [resource]}}}
    plan.write_text(json.dumps(document))
    code, out, _ = run(plan, "-f", "json")
    assert (code, json.loads(out)["monthly"]) == (0, "2")


def test_a_plan_takes_no_state(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text("{}")
    with pytest.raises(TerraformError, match="holds its own state"):
        run(plan, "--state", plan)


@pytest.mark.parametrize("text", ["version: 0.1\nresource_usage: 3\n", "a: &x 1\nb: *x\n", "version: 9\n"])
def test_a_usage_file_that_is_none_is_refused(folder: Path, text: str) -> None:
    usage = folder / "usage.yml"
    usage.write_text(text)
    with pytest.raises(TerraformError):
        run(folder, "--usage", usage, "--var", "size=1")


def test_a_variable_without_a_value_is_refused(folder: Path) -> None:
    with pytest.raises(UsageError, match="is not NAME=VALUE"):
        run(folder, "--var", "size")
