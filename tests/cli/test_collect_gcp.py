"""`costopt collect gcp` against a Google Cloud on loopback, then `costopt audit`, as a user runs them."""

from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from google.auth.exceptions import DefaultCredentialsError
from google.cloud import billing_v1

from costopt.model.coverage import Status
from costopt.store.open import open_snapshot
from tests.cli.conftest import Run
from tests.oracles.google_assets import CANARY, estate
from tests.oracles.google_compute import ComputeServer
from tests.oracles.google_server import PROJECT, GoogleCloud, Points
from tests.oracles.google_wire import Refusal

CPU = "compute.googleapis.com/instance/cpu/utilization"


@pytest.fixture
def cloud() -> Iterator[GoogleCloud]:
    """A project with one of everything, and a machine that is measured."""
    made = GoogleCloud()
    made.put(*estate())
    made.payers[PROJECT] = billing_v1.ProjectBillingInfo(billing_account_name="billingAccounts/1", billing_enabled=True)
    made.accounts["billingAccounts/1"] = "USD"
    made.series[CPU] = [Points(labels={"resource.label.instance_id": "4158127351007949610"}, values=[0.01] * 336)]
    yield made
    made.server.close()
    assert made.server.bugs == []


@pytest.fixture
def compute() -> Iterator[ComputeServer]:
    made = ComputeServer()
    yield made
    made.close()


def test_a_project_is_collected_and_audited_offline(
    cloud: GoogleCloud, compute: ComputeServer, run: Run, tmp_path: Path
) -> None:
    ended = run(
        "collect", "gcp", "--project", PROJECT, "--endpoint", cloud.server.url, "--compute-endpoint", compute.url,
        "--out", "snap", "--strict",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    assert "gap" not in ended.err
    assert "next: costopt audit --snapshot snap" in ended.err
    snapshot = open_snapshot(tmp_path / "snap")
    assert snapshot.manifest.accounts == (PROJECT,)
    assert {row.provider for row in snapshot.resources} == {"gcp"}
    kept = b"".join(path.read_bytes() for path in (tmp_path / "snap").rglob("*") if path.is_file())
    assert CANARY.encode() not in kept
    cloud.server.close()
    audited = run("audit", "--snapshot", "snap", "-f", "json")
    assert audited.code == 0, audited.err
    assert PROJECT in audited.out


def test_an_api_that_is_not_enabled_is_said_and_strict_runs_exit_4(
    cloud: GoogleCloud, run: Run, tmp_path: Path
) -> None:
    disabled = Refusal(
        "ListTimeSeries",
        grpc.StatusCode.PERMISSION_DENIED,
        reason="SERVICE_DISABLED",
        metadata={"service": "monitoring.googleapis.com"},
    )
    cloud.server.refusals.append(disabled)
    where = ("--project", PROJECT, "--endpoint", cloud.server.url, "--out", "snap")
    ended = run("collect", "gcp", *where, "--strict")
    assert ended.code == 4
    assert "gap: not enabled (needs monitoring.googleapis.com)" in ended.err
    audited = run("audit", "--snapshot", "snap")
    assert audited.code == 0
    assert "not enabled" in audited.out
    cloud.server.refusals.clear()
    asked = len(cloud.server.asked("ListAssets"))
    again = run("collect", "gcp", *where, "--resume", "--strict")
    assert again.code == 0, again.err
    # The sizes of buckets and tables were missing, so that the inventory is read once more.
    assert len(cloud.server.asked("ListAssets")) == asked + 1
    assert {one.status for one in open_snapshot(tmp_path / "snap").manifest.coverage} <= {Status.OK, Status.EMPTY}


def test_the_snapshot_of_another_cloud_is_not_replaced(cloud: GoogleCloud, run: Run, company: Path) -> None:
    before = (company / "aws/manifest.json").read_bytes()
    ended = run("collect", "gcp", "--project", PROJECT, "--endpoint", cloud.server.url, "--out", company / "aws")
    assert ended.code == 2
    assert "holds a snapshot of aws" in ended.err
    assert (company / "aws/manifest.json").read_bytes() == before
    assert cloud.server.calls == []


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_a_folder_of_snapshots_is_not_collected_into(
    more: tuple[str, ...], cloud: GoogleCloud, run: Run, company: Path
) -> None:
    ended = run("collect", "gcp", "--project", PROJECT, "--endpoint", cloud.server.url, "--out", company, *more)
    assert ended.code == 2
    assert "is a folder of snapshots: aws, gcp" in ended.err
    assert "/gcp." in "".join(ended.err.split())
    assert cloud.server.calls == []


def test_a_dry_run_counts_what_would_be_asked_and_asks_for_no_metric(
    cloud: GoogleCloud, run: Run, tmp_path: Path
) -> None:
    ended = run("collect", "gcp", "--project", PROJECT, "--endpoint", cloud.server.url, "--out", "snap", "--dry-run")
    assert ended.code == 0, ended.err
    assert "projects 1, scopes 13" in ended.out
    assert "metrics: " in ended.out
    assert cloud.server.asked("ListTimeSeries") == []
    assert not (tmp_path / "snap").exists()


def test_settings_name_the_projects_and_options_win(cloud: GoogleCloud, run: Run, tmp_path: Path) -> None:
    (tmp_path / "costopt.toml").write_text('[gcp]\nprojects = ["acme-other"]\n')
    named = run("collect", "gcp", "--endpoint", cloud.server.url, "--out", "one", "--no-metrics")
    assert named.code == 0
    assert "gap: gone" in named.err
    given = run("collect", "gcp", "--project", PROJECT, "--endpoint", cloud.server.url, "--out", "two", "--no-metrics")
    assert "gone" not in given.err


def test_collecting_without_credentials_says_what_to_do(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(**_: object) -> None:
        raise DefaultCredentialsError("none")

    monkeypatch.setattr("google.auth.default", none)
    ended = run("collect", "gcp", "--project", PROJECT)
    assert ended.code == 1
    assert "gcloud auth application-default login" in ended.err
    assert not (tmp_path / "snapshot").exists()


def test_a_damaged_file_of_credentials_is_said_and_not_repeated(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key.json").write_text('["hunter2"]')
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))
    for command in (("collect", "gcp", "--project", PROJECT), ("prices", "refresh", "--cloud", "gcp")):
        ended = run(*command)
        assert ended.code == 1
        assert "credentials for Google Cloud is damaged" in ended.err
        assert "Traceback" not in ended.err
        assert "hunter2" not in ended.err


@pytest.mark.parametrize("endpoint", ["https://monitoring.googleapis.com", "http://", "http://host/path", "ftp://x"])
def test_an_endpoint_is_plain_http_so_that_no_credentials_go_there(endpoint: str, run: Run) -> None:
    ended = run("collect", "gcp", "--project", PROJECT, "--endpoint", endpoint)
    assert ended.code == 2
    assert "--endpoint" in ended.err


def test_a_typo_in_a_service_is_refused_with_its_neighbours(cloud: GoogleCloud, run: Run) -> None:
    ended = run("collect", "gcp", "--project", PROJECT, "--endpoint", cloud.server.url, "--only", "compute_instance")
    assert ended.code == 2
    assert "compute_instances" in ended.err


def test_the_role_is_printed_without_asking_anybody(run: Run) -> None:
    ended = run("permissions", "gcp")
    assert ended.code == 0
    assert "- cloudasset.assets.listResource" in ended.out


def test_the_doctor_says_who_pays_for_the_project(cloud: GoogleCloud, run: Run, tmp_path: Path) -> None:
    (tmp_path / "costopt.toml").write_text(f'[gcp]\nprojects = ["{PROJECT}"]\n')
    ended = run("doctor", "--gcp-endpoint", cloud.server.url, "--endpoint-url", "http://127.0.0.1:1")
    assert f"✓ google credentials: project {PROJECT}, paid by 1" in ended.out


def test_the_doctor_names_the_permission_that_is_missing(cloud: GoogleCloud, run: Run, tmp_path: Path) -> None:
    (tmp_path / "costopt.toml").write_text('[gcp]\nprojects = ["acme-other"]\n')
    ended = run("doctor", "--gcp-endpoint", cloud.server.url, "--endpoint-url", "http://127.0.0.1:1")
    assert ended.code == 1
    assert "✗ google credentials: project acme-other cannot be read: denied" in ended.out
    assert "resourcemanager.projects.get" in ended.out


def test_the_doctor_asks_google_nothing_where_the_settings_name_nothing_of_it(run: Run) -> None:
    ended = run("doctor", "--endpoint-url", "http://127.0.0.1:1")
    assert "✓ google credentials: not asked" in ended.out
