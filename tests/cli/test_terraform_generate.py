"""`costopt terraform generate` from the command line."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from costopt.cli.terraform_generate import command
from costopt.renderers.plan_json import PlanJsonRenderer
from tests.oracles.made_plan import made_plan


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    path = tmp_path / "plan.json"
    path.write_text(PlanJsonRenderer().render(made_plan(hostile=True)))
    return path


def test_files_are_named_on_standard_output_and_the_sum_on_standard_error(plan_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "gen"
    ended = CliRunner().invoke(
        command, ["--plan", str(plan_file), "--out", str(out), "--with", "budget", "--tag", "Team=web=1"]
    )
    assert ended.exit_code == 0, ended.output
    named = {Path(line) for line in ended.stdout.splitlines()}
    assert named == {path for path in out.rglob("*") if path.is_file() and path.name != ".costopt-generated.json"}
    assert "modules called" in ended.stderr.splitlines()[-1]
    assert "\x1b" not in ended.stderr
    assert 'Team      = "web=1"' in (out / "variables.tf").read_text()


def test_what_is_no_tag_is_refused(plan_file: Path, tmp_path: Path) -> None:
    ended = CliRunner().invoke(command, ["--plan", str(plan_file), "--out", str(tmp_path / "g"), "--tag", "x"])
    assert ended.exit_code == 2
    assert "is no tag" in ended.stderr
