"""`costopt terraform patch`, as a user runs it."""

import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from costopt.cli.terraform_patch import command
from costopt.errors import CostoptError
from tests.oracles.terraform_binary import needs_terraform

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "harbourline"


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the example, the working directory beside it."""
    shutil.copytree(EXAMPLE / "infra", tmp_path / "infra")
    for name in ("terraform.tfstate", "report.json"):
        shutil.copy(EXAMPLE / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    given = ["infra", "--state", "terraform.tfstate", "--out", "pr", *arguments]
    return CliRunner().invoke(command, given, standalone_mode=False)


@needs_terraform
def test_the_show_works(example: Path) -> None:
    ended = run("--report", "report.json")
    assert ended.exception is None
    assert ended.stdout == "pr/patch.diff\n"
    assert "21 changes in 6 files, saving at least $" in ended.stderr
    check = subprocess.run(["git", "apply", "--check", "pr/patch.diff"], cwd=example, capture_output=True, check=False)
    assert check.returncode == 0, check.stderr
    assert (example / "infra" / "terraform.tfvars").read_bytes() == (EXAMPLE / "infra/terraform.tfvars").read_bytes()


@needs_terraform
def test_secrets_near_an_edit_are_told_before_the_diff_is_shown_to_anybody(example: Path) -> None:
    values = example / "infra" / "terraform.tfvars"
    values.write_text(values.read_text() + 'db_password = "hunter2-hunter2"\n')
    ended = run("--report", "report.json")
    assert "pr/patch.diff shows lines that look like secrets, such as terraform.tfvars:" in ended.stderr
    assert "hunter2" not in ended.output + (example / "pr" / "body.md").read_text()


@needs_terraform
def test_write_edits_the_files_and_a_second_run_finds_nothing_left(example: Path) -> None:
    assert run("--report", "report.json", "--write").exception is None
    assert "m6g.2xlarge" in (example / "infra" / "terraform.tfvars").read_text()
    again = run("--report", "report.json")
    assert again.stdout == "pr/body.md\n"
    assert "No change could be proven" in again.stderr
    assert not (example / "pr" / "patch.diff").exists()
    assert "the configuration says so already" in (example / "pr" / "body.md").read_text()


@pytest.mark.parametrize("options", [(), ("--report", "report.json", "--plan", "plan.json"), ("--report", "gone.json")])
def test_what_cannot_be_used_writes_nothing(example: Path, options: tuple[str, ...]) -> None:
    ended = run(*options)
    assert isinstance(ended.exception, CostoptError)
    assert not (example / "pr").exists()


def test_a_variable_without_a_value_is_refused(example: Path) -> None:
    ended = run("--report", "report.json", "--var", "region")
    assert "--var region is not NAME=VALUE" in str(ended.exception)


@needs_terraform
def test_the_output_may_not_be_the_configuration(example: Path) -> None:
    ended = run("--report", "report.json", "--out", "infra")
    assert "is the configuration itself" in str(ended.exception)


def test_help_shows_an_example() -> None:
    text = CliRunner().invoke(command, ["--help"]).output
    assert "--state terraform.tfstate" in text
    assert "never refreshes" in text
