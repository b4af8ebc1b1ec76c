"""`costopt terraform check`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from costopt.cli.terraform_check import command

WRONG = 'resource "aws_ebs_volume" "v" {\n  availability_zone = "eu-west-1a"\n  sise              = 1\n}\n'


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    result = CliRunner().invoke(command, [str(one) for one in arguments], standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.return_value, result.stdout, result.stderr


@pytest.mark.parametrize(("gate", "code"), [("error", 3), ("warning", 3), ("never", 0)])
def test_an_error_meets_the_gate(tmp_path: Path, gate: str, code: int) -> None:
    (tmp_path / "main.tf").write_text(WRONG)
    found, out, err = run(tmp_path, "--without-terraform", "--fail-on", gate)
    assert found == code
    assert "aws_ebs_volume.v: there is no argument sise" in out
    assert err.startswith("1 error, 0 warnings")


def test_redacted_problems_name_neither_address_nor_file(tmp_path: Path) -> None:
    (tmp_path / "payroll.tf").write_text(WRONG.replace('"v"', '"payroll"'))
    code, out, _ = run(tmp_path, "--without-terraform", "--redact")
    assert code == 3
    assert "file-1.tf:3" in out
    assert "payroll" not in out


def test_the_gate_outranks_what_could_not_be_done(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(WRONG)
    assert run(tmp_path, "--without-terraform", "--strict")[0] == 3
    (tmp_path / "main.tf").write_text(WRONG.replace("sise", "size"))
    assert run(tmp_path, "--without-terraform", "--strict")[0] == 4
    assert run(tmp_path, "--without-terraform")[0] == 0


def test_sarif_names_files_from_where_the_command_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "main.tf").write_text(WRONG)
    monkeypatch.chdir(tmp_path)
    _, out, _ = run("infra", "--without-terraform", "-f", "sarif")
    place = json.loads(out)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "infra/main.tf"}, "region": {"startLine": 3}}
