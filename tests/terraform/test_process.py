"""Terraform is started in a cleaned environment, and stopped when it does not end."""

from pathlib import Path

import pytest

from costopt.errors import TerraformError
from costopt.terraform.process import Ended, binary_version, clean_environment, find_binary, run_terraform
from tests.oracles.terraform_binary import BINARY, needs_terraform

DROPPED = (
    "TF_LOG",
    "TF_CLI_ARGS_plan",
    "TF_VAR_x",
    "AWS_ACCESS_KEY_ID",
    "GOOGLE_CREDENTIALS",
    "VAULT_TOKEN",
    "GITHUB_TOKEN",
    "https_proxy",
    "ARM_CLIENT_SECRET",
    "KUBECONFIG",
)


def script(folder: Path, text: str) -> Path:
    path = folder / "terraform"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o700)
    return path


@pytest.mark.parametrize("name", DROPPED)
def test_credentials_and_settings_are_dropped(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "secret-of-the-user")
    assert "secret-of-the-user" not in clean_environment(tmp_path).values()


def test_home_and_network_lead_nowhere_and_the_path_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/the/path")
    environment = clean_environment(tmp_path, {"TF_VAR_x": "1"})
    assert environment["PATH"] == "/the/path"
    assert environment["HOME"] == str(tmp_path)
    assert environment["TF_VAR_x"] == "1"
    assert environment["TF_INPUT"] == "0"
    assert "127.0.0.1" in environment["HTTPS_PROXY"]
    assert Path(environment["TF_CLI_CONFIG_FILE"]).is_file()


def test_the_environment_that_the_process_sees_is_the_cleaned_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    ended = run_terraform(
        ["x"], binary=script(tmp_path, "env"), folder=tmp_path, environment=clean_environment(tmp_path)
    )
    assert "TF_IN_AUTOMATION=1" in ended.stdout
    assert "production" not in ended.stdout


def test_a_command_that_does_not_end_is_stopped(tmp_path: Path) -> None:
    binary = script(tmp_path, "exec tail -f /dev/null")
    with pytest.raises(TerraformError, match=r"`terraform plan` did not end within 0\.2 s"):
        run_terraform(
            ["plan"], binary=binary, folder=tmp_path, environment={"PATH": "/usr/bin:/bin"}, timeout_seconds=0.2
        )


def test_a_binary_that_cannot_be_started_is_named(tmp_path: Path) -> None:
    with pytest.raises(TerraformError, match="cannot be started"):
        run_terraform(["plan"], binary=tmp_path / "absent", folder=tmp_path, environment={})


def test_tofu_is_taken_where_there_is_no_terraform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_binary() is None
    script(tmp_path, "").rename(tmp_path / "tofu")
    assert find_binary() == tmp_path / "tofu"


@pytest.mark.parametrize(
    ("stderr", "said"),
    [
        ("╷\n│ Error: No value\n│ \n│ for x\n╵\n", "Error: No value for x"),
        ("Warning: old\nError: bad\n", "Error: bad"),
        ("", "exit code 1"),
    ],
)
def test_the_first_complaint_is_told_in_one_line(stderr: str, said: str) -> None:
    assert Ended(code=1, stdout="", stderr=stderr).first_error() == said


def test_a_complaint_in_lines_of_json_is_told_with_its_place() -> None:
    line = '{"@level":"error","diagnostic":{"summary":"No value","detail":"for x","range":%s}}'
    place = '{"filename":"main.tf","start":{"line":7}}'
    text = f'{{"@level":"info"}}\nnot json "@level":"error"\n{line % place}\n'
    assert Ended(code=1, stdout=text, stderr="").first_error() == "Error: main.tf:7: No value for x"
    assert Ended(code=1, stdout=line % "null", stderr="").first_error() == "Error: No value for x"


@needs_terraform
def test_the_version_of_the_binary_is_read() -> None:
    assert BINARY
    assert binary_version(Path(BINARY)).split(".")[0] == "1"
