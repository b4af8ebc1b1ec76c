"""The gate: what it finds with and without terraform, where, and what it does not do."""

from pathlib import Path

import pytest

from costopt.errors import TerraformError
from costopt.model.terraform import ConfigurationProblem, Severity
from costopt.model.terraform_check import CheckReport, Outcome
from costopt.terraform.check.check import CheckOptions, check, merged
from tests.oracles.terraform_binary import needs_terraform

CLEAN = """\
resource "aws_ebs_volume" "v" {
  availability_zone = "eu-west-1a"
  size              = 10
}
"""
WITH, WITHOUT = CheckOptions(), CheckOptions(without_terraform=True)


def checked(folder: Path, text: str, options: CheckOptions = WITH, **files: str) -> CheckReport:
    """What a check of these files says."""
    (folder / "main.tf").write_text(text)
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_tf", ".tf")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return check(folder, options)


def outcomes(report: CheckReport) -> dict[str, str]:
    """Step to outcome."""
    return {one.name: one.outcome.value for one in report.steps}


@needs_terraform
def test_a_clean_configuration_passes_every_step(tmp_path: Path) -> None:
    report = checked(tmp_path, CLEAN)
    assert outcomes(report) == dict.fromkeys(("schema", "fmt", "validate", "plan"), "passed")
    assert report.problems == ()
    assert report.terraform_version


def test_without_terraform_the_schema_is_checked_and_the_rest_says_why_not(tmp_path: Path) -> None:
    report = checked(tmp_path, CLEAN.replace("size ", "sise "), WITHOUT)
    assert outcomes(report) == {"schema": "failed", "fmt": "skipped", "validate": "skipped", "plan": "skipped"}
    assert [(one.rule, one.address, one.line) for one in report.problems] == [
        ("unknown-argument", "aws_ebs_volume.v", 3)
    ]
    assert not report.complete


@needs_terraform
def test_what_schema_and_terraform_say_of_one_line_is_said_once(tmp_path: Path) -> None:
    report = checked(tmp_path, CLEAN.replace("size ", "sise "))
    assert [(one.rule, one.line) for one in report.problems] == [("unknown-argument", 3)]
    assert outcomes(report)["plan"] == "skipped"


@needs_terraform
def test_what_only_terraform_knows_has_its_file_and_line(tmp_path: Path) -> None:
    report = checked(tmp_path, CLEAN.replace("= 10", "= var.nowhere"))
    assert [(one.rule, one.file, one.line) for one in report.problems] == [("terraform-validate", "main.tf", 3)]
    assert "undeclared" in report.problems[0].message


@needs_terraform
def test_files_that_are_not_formatted_are_warnings_in_local_modules_too(tmp_path: Path) -> None:
    call = 'module "m" {\n  source = "./m"\n}\n'
    report = checked(tmp_path, CLEAN + call, m__main_tf='output "x" {\nvalue=1\n}\n')
    assert [(one.rule, one.severity, one.file) for one in report.problems] == [
        ("not-formatted", Severity.WARNING, "m/main.tf")
    ]


@needs_terraform
def test_a_plan_that_fails_is_an_error_and_one_that_lacks_values_is_not(tmp_path: Path) -> None:
    condition = 'variable "n" {\n  type = number\n  validation {\n    condition     = var.n > 5\n'
    text = condition + '    error_message = "too small"\n  }\n}\n'
    assert outcomes(checked(tmp_path, CLEAN + text))["plan"] == "skipped"
    report = check(tmp_path, CheckOptions(variables={"n": "3"}))
    assert outcomes(report)["plan"] == "failed"
    assert "too small" in report.problems[-1].message or "Invalid value" in report.problems[-1].message
    assert outcomes(check(tmp_path, CheckOptions(variables={"n": "7"})))["plan"] == "passed"


@needs_terraform
def test_a_remote_backend_is_never_asked_and_nothing_is_written(tmp_path: Path) -> None:
    backend = 'terraform {\n  backend "s3" {\n    bucket = "b"\n    key    = "k"\n  }\n}\n'
    report = checked(tmp_path, CLEAN + backend)
    assert outcomes(report)["plan"] == "passed"
    assert [one.name for one in tmp_path.iterdir()] == ["main.tf"]


@needs_terraform
def test_a_module_of_a_registry_that_is_not_installed_is_named(tmp_path: Path) -> None:
    call = 'module "m" {\n  source  = "terraform-aws-modules/vpc/aws"\n  version = "5.0.0"\n}\n'
    report = checked(tmp_path, CLEAN + call)
    validate = next(one for one in report.steps if one.name == "validate")
    assert validate.outcome is Outcome.PASSED
    assert "not installed" in validate.reason


def test_broken_hcl_is_a_finding_with_its_place(tmp_path: Path) -> None:
    report = checked(tmp_path, CLEAN, WITHOUT, bad_tf='resource "aws_eip" "x" {\n')
    assert [(one.rule, one.file) for one in report.problems] == [("syntax", "bad.tf")]
    assert report.count(Severity.ERROR) == 1


def test_a_directory_without_a_configuration_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TerraformError, match="holds no Terraform configuration"):
        check(tmp_path, WITHOUT)


def test_a_link_that_leaves_the_tree_stops_the_check(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    folder = tmp_path / "root"
    folder.mkdir()
    (folder / "link.txt").symlink_to(tmp_path / "secret")
    (folder / "main.tf").write_text(CLEAN)
    with pytest.raises(TerraformError, match="leaves the tree"):
        check(folder, CheckOptions(binary=Path("/bin/true")))


def test_only_terraforms_errors_of_the_same_line_are_left_out() -> None:
    def problem(rule: str, line: int) -> ConfigurationProblem:
        return ConfigurationProblem(
            rule=rule, severity=Severity.ERROR, message="m", address="", file="main.tf", line=line
        )

    found = merged([problem("unknown-argument", 3)], [problem("terraform-validate", n) for n in (3, 4)])
    assert [(one.rule, one.line) for one in found] == [("unknown-argument", 3), ("terraform-validate", 4)]
