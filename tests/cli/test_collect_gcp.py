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
from tests.oracles.google_assets import CANARY, estate, project_asset
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
    with ComputeServer() as made:
        yield made


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
    assert {one.status for one in open_snapshot(tmp_path / "snap").manifest.coverage} <= {
        Status.OK,
        Status.EMPTY,
        Status.SKIPPED,
    }


@pytest.mark.xdist_group("company")
def test_the_snapshot_of_another_cloud_is_not_replaced(cloud: GoogleCloud, run: Run, company: Path) -> None:
    before = (company / "aws/manifest.json").read_bytes()
    ended = run("collect", "gcp", "--project", PROJECT, "--endpoint", cloud.server.url, "--out", company / "aws")
    assert ended.code == 2
    assert "holds a snapshot of aws" in ended.err
    assert (company / "aws/manifest.json").read_bytes() == before
    assert cloud.server.calls == []


@pytest.mark.xdist_group("company")
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
    assert "projects 1, scopes 14" in ended.out
    assert "metrics: " in ended.out
    assert cloud.server.asked("ListTimeSeries") == []
    assert not (tmp_path / "snap").exists()


@pytest.mark.parametrize(("more", "code"), [((), 0), (("--strict",), 4)])
def test_a_dry_run_that_could_not_list_a_project_promises_no_upper_bound(
    more: tuple[str, ...], code: int, cloud: GoogleCloud, run: Run
) -> None:
    where = ("--project", PROJECT, "--project", "acme-gone", "--endpoint", cloud.server.url)
    ended = run("collect", "gcp", *where, "--dry-run", *more)
    assert ended.code == code
    assert "metrics: at least " in ended.out
    assert "at most" not in ended.out
    assert "gap: gone: assets in global of acme-gone: 404 projects/acme-gone was not found" in ended.err


def test_a_dry_run_without_metrics_lists_no_assets(cloud: GoogleCloud, run: Run) -> None:
    ended = run("collect", "gcp", "--project", PROJECT, "--endpoint", cloud.server.url, "--dry-run", "--no-metrics")
    assert "0 series in 0 queries, at most $0" in ended.out
    assert cloud.server.calls == []


def test_how_long_the_quota_makes_it_take_is_said_before_the_first_list(cloud: GoogleCloud, run: Run) -> None:
    named = [word for number in range(200) for word in ("--project", f"acme-{number}")]
    ended = run("collect", "gcp", *named, "--endpoint", cloud.server.url, "--deadline", "0", "--dry-run")
    assert ended.err.startswith("listing the assets of 200 projects: 2 minutes at Google's quota")


def test_a_run_that_reads_nothing_fails_and_leaves_the_snapshot_that_is_there(
    cloud: GoogleCloud, run: Run, tmp_path: Path
) -> None:
    collect = ("collect", "gcp", "--project", PROJECT, "--endpoint", cloud.server.url, "--out", "snap", "--no-metrics")
    assert run(*collect).code == 0
    before = (tmp_path / "snap/manifest.json").read_bytes()
    cloud.server.refusals.append(Refusal("ListAssets", grpc.StatusCode.UNAUTHENTICATED, "the token has expired"))
    ended = run(*collect)
    assert ended.code == 1
    assert f"nothing could be read: credentials: {PROJECT}" in ended.err
    assert "stays" in ended.err
    assert (tmp_path / "snap/manifest.json").read_bytes() == before
    cloud.server.refusals.clear()
    assert run(*collect, "--resume").code == 0


def test_a_list_of_projects_that_may_not_be_read_is_nothing(cloud: GoogleCloud, run: Run, tmp_path: Path) -> None:
    cloud.assets["folders/55"] = [project_asset()]
    of_projects = Refusal(
        "ListAssets", grpc.StatusCode.PERMISSION_DENIED, when=lambda asked: "projects/" in asked.parent
    )
    cloud.server.refusals.append(of_projects)
    ended = run("collect", "gcp", "--folder", "55", "--endpoint", cloud.server.url, "--out", "snap", "--no-metrics")
    assert ended.code == 1
    assert f"denied (needs cloudasset.assets.listResource): {PROJECT}" in ended.err
    assert not (tmp_path / "snap/manifest.json").exists()


def test_settings_name_the_projects_and_options_win(cloud: GoogleCloud, run: Run, tmp_path: Path) -> None:
    (tmp_path / "costopt.toml").write_text('[gcp]\nprojects = ["acme-other"]\n')
    named = run("collect", "gcp", "--endpoint", cloud.server.url, "--out", "one", "--no-metrics")
    assert named.code == 1
    assert "nothing could be read: gone: acme-other" in named.err
    given = run("collect", "gcp", "--project", PROJECT, "--endpoint", cloud.server.url, "--out", "two", "--no-metrics")
    assert "gone" not in given.err


def test_settings_name_where_slots_are_looked_for(cloud: GoogleCloud, run: Run, tmp_path: Path) -> None:
    (tmp_path / "costopt.toml").write_text('[gcp]\nslot_locations = ["europe-west4"]\n')
    where = ("--project", PROJECT, "--endpoint", cloud.server.url, "--no-metrics", "--only", "bigquery_reservations")
    assert run("collect", "gcp", *where).code == 0
    asked = {request.parent.rpartition("/")[2] for request in cloud.server.asked("ListReservations")}
    assert asked == {"EU", "US", "europe-west4"}


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


@pytest.mark.parametrize(
    "endpoint",
    [
        *("https://monitoring.googleapis.com", "http://", "http://host/path", "ftp://x"),
        *("typo", "http://host", "http://host:99999", "http://host:x"),
    ],
)
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


def test_who_uses_google_alone_is_well_without_credentials_of_aws(
    cloud: GoogleCloud, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    settings = tmp_path / "costopt.toml"
    settings.write_text(f'[gcp]\nprojects = ["{PROJECT}"]\n')
    ended = run("doctor", "--gcp-endpoint", cloud.server.url)
    assert "! aws credentials: AWS cannot be read" in ended.out
    assert ended.code == 0
    settings.write_text(f'[gcp]\nprojects = ["{PROJECT}"]\n[aws]\nregions = ["eu-west-1"]\n')
    ended = run("doctor", "--gcp-endpoint", cloud.server.url)
    assert "✗ aws credentials" in ended.out
    assert ended.code == 1


def test_the_doctor_asks_google_nothing_where_the_settings_name_nothing_of_it(run: Run) -> None:
    ended = run("doctor", "--endpoint-url", "http://127.0.0.1:1")
    assert "✓ google credentials: not asked" in ended.out
