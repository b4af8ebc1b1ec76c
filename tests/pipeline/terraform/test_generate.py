"""From a plan or workloads to files, and from a file that is none to a message."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from costopt.config.settings import Settings
from costopt.errors import UsageError
from costopt.pipeline.terraform.generate import generate, read_plan
from costopt.renderers.plan_json import PlanJsonRenderer
from costopt.terraform.render.planned.request import GenerateRequest
from tests.oracles.made_plan import made_plan
from tests.oracles.terraform_binary import needs_terraform, terraform

NOW = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    path = tmp_path / "plan.json"
    path.write_text(PlanJsonRenderer().render(made_plan()))
    return path


def test_a_plan_reads_back_as_it_was_written(plan_file: Path) -> None:
    assert read_plan(plan_file) == made_plan()


@needs_terraform
def test_a_plan_becomes_a_root_that_terraform_formats_no_further(plan_file: Path, tmp_path: Path) -> None:
    request = GenerateRequest(extras=("budget",), region="eu-west-1", tags={"Team": "web"})
    made = generate(Settings(), request, tmp_path / "gen", plan_path=plan_file, now=NOW)
    assert made.roots == (".",)
    assert made.calls > 1
    assert terraform(tmp_path / "gen", "fmt", "-check", "-recursive", "-no-color").stdout == ""
    again = generate(Settings(), request, tmp_path / "gen", plan_path=plan_file, now=NOW)
    assert (again.placed.written, again.placed.removed) == ((), ())


def test_modules_for_google_go_to_a_folder_of_their_own(plan_file: Path, tmp_path: Path) -> None:
    request = GenerateRequest(extras=("gcs_bucket",), region="eu-west-1", tags={"Team": "web"})
    made = generate(Settings(), request, tmp_path / "gen", plan_path=plan_file, now=NOW)
    assert made.roots == ("eu-west-1", "google-cloud")
    assert "google_storage_bucket" in (tmp_path / "gen/google-cloud/modules/gcs_bucket/main.tf").read_text()


def test_workloads_are_planned_and_written(tmp_path: Path) -> None:
    path = tmp_path / "workloads.yaml"
    path.write_text(
        "region: eu-west-1\nworkloads:\n"
        "  - {name: 'reports \"}', kind: machines, count: 2, requirements: {vcpu: 3, memory_gib: 12},"
        " profile: {mon-fri 8-20: 1.0, else: 0.0}}\n"
    )
    made = generate(Settings(), GenerateRequest(), tmp_path / "gen", workloads_path=path, now=NOW)
    assert (made.calls, made.adopted, made.left_out) == (2, 0, ())
    text = (tmp_path / "gen" / "main.tf").read_text()
    assert 'start_cron   = "cron(0 8 ? * MON,TUE,WED,THU,FRI *)"' in text
    assert 'module "reports" {' in text


def test_workloads_of_google_are_planned_and_written(tmp_path: Path) -> None:
    path = tmp_path / "workloads.yaml"
    path.write_text(
        "provider: gcp\nregion: europe-west4\nworkloads:\n"
        "  - {name: reports, kind: machines, count: 2, reserved: true,"
        " requirements: {vcpu: 6, memory_gib: 20, families: [e2]}}\n"
    )
    made = generate(Settings(), GenerateRequest(), tmp_path / "gen", workloads_path=path, now=NOW)
    assert (made.roots, made.calls, made.left_out) == ((".",), 2, ())
    calls = (tmp_path / "gen" / "main.tf").read_text().split('module "')[1:]
    assert ["modules/gce_instance" in calls[0], "modules/gce_reservation" in calls[1]] == [True, True]
    assert all('= "e2-custom-6-20480"' in call for call in calls)
    assert 'default     = "europe-west4"' in (tmp_path / "gen" / "variables.tf").read_text()


@pytest.mark.parametrize("content", [b"", b"{}", b"[1", b"\xff\xfe", b'{"schema_version": 1}', b"[" * 100_000])
def test_what_is_no_plan_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="is no plan"):
        read_plan(path)


def test_a_plan_of_another_version_is_refused(plan_file: Path) -> None:
    document = msgspec.json.decode(plan_file.read_bytes())
    plan_file.write_bytes(msgspec.json.encode({**document, "schema_version": 99}))
    with pytest.raises(UsageError, match="version 99"):
        read_plan(plan_file)


def test_a_missing_file_and_a_missing_choice_are_named(tmp_path: Path, plan_file: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_plan(tmp_path / "none.json")
    with pytest.raises(UsageError, match="nothing to write"):
        generate(Settings(), GenerateRequest(), tmp_path / "gen", now=NOW)
    with pytest.raises(UsageError, match="no variant 'best'"):
        generate(Settings(), GenerateRequest(variant="best"), tmp_path / "gen", plan_path=plan_file, now=NOW)
    with pytest.raises(UsageError, match="no module 'rdz'"):
        generate(Settings(), GenerateRequest(extras=("rdz",)), tmp_path / "gen", plan_path=plan_file, now=NOW)
    with pytest.raises(UsageError, match="version 4"):
        generate(Settings(), GenerateRequest(aws_major=4), tmp_path / "gen", plan_path=plan_file, now=NOW)
    assert not (tmp_path / "gen").exists()
