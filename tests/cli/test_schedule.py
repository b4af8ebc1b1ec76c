"""`costopt schedule print` from the command line."""

from pathlib import Path

import click
import pytest
import yaml

from costopt.cli.main import costopt
from costopt.model.schedule import BILL_KINDS, CLOUDS, BillSource, DailyRun, ScheduledCommand
from tests.cli.conftest import Run

CONFIG = """
[notify]
state = "s3://state/alerts.json"

[[notify.channels]]
name = "team"
kind = "slack"
url_env = "SLACK_URL"

[budget]
heartbeat_url_env = "HEARTBEAT_URL"
"""


@pytest.mark.parametrize("scheduler", ["cron", "systemd", "k8s", "github", "eventbridge"])
def test_every_scheduler_prints_what_runs_the_check(run: Run, scheduler: str) -> None:
    ended = run("schedule", "print", f"--{scheduler}")
    assert ended.code == 0, ended.err
    assert "check" in ended.out
    assert "there is no costopt.toml here" in ended.err


def test_the_scheduler_has_to_be_named(run: Run) -> None:
    ended = run("schedule", "print")
    assert ended.code == 2
    assert "--systemd" in ended.err


def test_secrets_and_state_are_those_of_the_settings(run: Run, tmp_path: Path) -> None:
    (tmp_path / "costopt.toml").write_text(CONFIG)
    text = run("schedule", "print", "--k8s").out
    job = next(one for one in yaml.safe_load_all(text) if one["kind"] == "CronJob")["spec"]["jobTemplate"]["spec"]
    container = job["template"]["spec"]["containers"][0]
    assert "--from-literal=HEARTBEAT_URL=... --from-literal=SLACK_URL=..." in text
    assert container["envFrom"] == [{"secretRef": {"name": "costopt", "optional": False}}]
    assert {one["name"] for one in container["env"]} == {"HOME", "COSTOPT_BILLING_STORE"}


def test_settings_that_cannot_be_read_are_refused_before_anything_is_scheduled(run: Run, tmp_path: Path) -> None:
    (tmp_path / "costopt.toml").write_text("[notfy]\n")
    ended = run("schedule", "print", "--cron")
    assert ended.code == 2
    assert ended.out == ""
    assert "Did you mean notify?" in ended.err


def test_cron_is_given_absolute_paths(run: Run, tmp_path: Path) -> None:
    (tmp_path / "costopt.toml").write_text(CONFIG)
    line = run("schedule", "print", "--cron", "--executable", "bin/costopt").out.splitlines()[-1]
    assert f"{tmp_path}/bin/costopt budget check --config {tmp_path}/costopt.toml" in line


def test_options_behind_two_dashes_go_to_the_check(run: Run) -> None:
    line = run("schedule", "print", "--cron", "--at", "23:59", "--", "--fail-on", "risk").out.splitlines()[-1]
    assert line.startswith("59 23 * * * ")
    assert "--fail-on risk" in line


def test_what_would_not_work_is_said_beside_the_files(run: Run) -> None:
    ended = run("schedule", "print", "--k8s")
    assert "nothing takes the bill in" in ended.err
    assert "podman build" in ended.err
    ended = run("schedule", "print", "--k8s", "--image", "example.com/costopt:1", "--bill", "s3://a/b")
    assert "note: nothing" not in ended.err
    assert "podman" not in ended.err
    assert "told again" in run("schedule", "print", "--github").err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--at", "7"], "no time of day"),
        (["--at", "24:00"], "no time of day"),
        (["--time-zone", "Berlin"], "there is no time zone 'Berlin'"),
        (["--image", "a b"], "is no image"),
    ],
)
def test_what_cannot_be_meant_is_refused(run: Run, arguments: list[str], said: str) -> None:
    ended = run("schedule", "print", "--k8s", *arguments)
    assert ended.code == 2
    assert said in ended.err


def test_files_are_written_and_never_over_others(run: Run, tmp_path: Path) -> None:
    ended = run("schedule", "print", "--systemd", "--out", "units")
    service, timer = map(Path, ended.out.splitlines())
    assert (tmp_path / service).read_text().startswith("[Unit]")
    assert (tmp_path / timer).name == "costopt-budget-check.timer"
    assert run("schedule", "print", "--systemd", "--out", "units").code == 0
    (tmp_path / service).write_text("mine")
    ended = run("schedule", "print", "--systemd", "--out", "units")
    assert ended.code == 2
    assert (tmp_path / service).read_text() == "mine"


def test_two_files_are_printed_each_under_its_path(run: Run) -> None:
    """As `systemctl cat` does."""
    heads = [line for line in run("schedule", "print", "--systemd").out.splitlines() if line.startswith("# /")]
    assert heads == [f"# /etc/systemd/system/costopt-budget-check.{kind}" for kind in ("service", "timer")]


@pytest.mark.parametrize("command", ScheduledCommand)
def test_what_is_scheduled_is_what_the_command_line_takes(command: ScheduledCommand) -> None:
    bills = tuple(BillSource(kind=kind, uri="s3://a/b") for kind in BILL_KINDS)
    run = DailyRun(command=command, bills=bills, clouds=CLOUDS, options=("--fail-on", "never"))
    for step in run.steps("costopt.toml", "snapshot"):
        found: click.Command = costopt
        rest = list(step)
        with click.Context(costopt) as context:
            while isinstance(found, click.Group):
                inner = found.get_command(context, rest.pop(0))
                assert inner, step
                found = inner
        with found.make_context("costopt", rest) as parsed:
            assert parsed.params["config_file"] == Path("costopt.toml")


def test_what_is_installed_is_what_the_settings_need(run: Run, tmp_path: Path) -> None:
    for state, theta, extras in (
        ("gs://b/k", False, "[gcp]"),
        ("s3://b/k", True, "[forecast]"),
        ("s3://b/k", False, ""),
    ):
        model = '[budget]\nforecast = "theta"\n' if theta else ""
        (tmp_path / "costopt.toml").write_text(f'[notify]\nstate = "{state}"\n{model}')
        assert f"'cloud-costopt{extras}==" in run("schedule", "print", "--github").out
    (tmp_path / "costopt.toml").write_text('[notify]\nstate = "gs://b/k"\n')
    assert "cloud-costopt[gcp], which that image does not have" in run("schedule", "print", "--k8s").err


def test_a_file_of_secrets_is_found_wherever_cron_starts_the_shell(run: Run, tmp_path: Path) -> None:
    line = run("schedule", "print", "--cron", "--environment-file", "secrets").out.splitlines()[-1]
    assert f". {tmp_path}/secrets; " in line


def test_a_file_of_secrets_that_a_container_would_not_see_is_said(run: Run, tmp_path: Path) -> None:
    channel = '[[notify.channels]]\nname = "team"\nkind = "slack"\nurl_file = "/run/slack"\n'
    (tmp_path / "costopt.toml").write_text(channel)
    assert "channel team reads /run/slack" in run("schedule", "print", "--k8s").err
    assert "/run/slack" not in run("schedule", "print", "--cron").err


def commands(run: Run, *arguments: str) -> list[str]:
    """What a workflow runs behind the installation."""
    ended = run("schedule", "print", "--github", *arguments)
    assert ended.code == 0, ended.err
    steps = yaml.safe_load(ended.out)["jobs"]["costopt"]["steps"]
    return [step["run"] for step in steps if step.get("run", "").startswith("costopt ")]


def test_each_bill_is_taken_in_as_what_it_is(run: Run) -> None:
    table, bucket = "bigquery://billing.export.lines", "gs://exports/focus"
    taken = commands(run, "--bill", "s3://exports/cur", "--bill", table, "--bill-kind", "cur")[:2]
    assert taken == [
        "costopt collect cur s3://exports/cur --config costopt.toml",
        f"costopt collect gcp-export {table} --config costopt.toml",
    ]
    named = ("--bill-kind", "gcp-export", "--bill-kind", "focus")
    assert commands(run, "--bill", table, "--bill", bucket, *named)[:2] == [
        f"costopt collect gcp-export {table} --config costopt.toml",
        f"costopt collect focus {bucket} --config costopt.toml",
    ]


def test_an_audit_of_two_clouds_reads_each_into_its_folder_and_judges_both(run: Run) -> None:
    audit = ("--command", "audit", "--cloud", "aws", "--cloud", "gcp")
    assert commands(run, *audit) == [
        "costopt collect aws --out snapshots/aws --config costopt.toml",
        "costopt collect gcp --out snapshots/gcp --config costopt.toml",
        "costopt audit --snapshot snapshots --config costopt.toml",
    ]
    assert commands(run, "--command", "audit", "--cloud", "gcp")[0].startswith("costopt collect gcp --out snapshot ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--bill", "bigquery://p.d.t", "--bill-kind", "focus"], "BigQuery holds Google's own export"),
        (["--bill", "https://example.com/bill"], "no bill is read from https://"),
        (["--bill", "s3://a/b", "--bill-kind", "cur", "--bill-kind", "focus"], "2 times --bill-kind for 1 bills"),
        (["--cloud", "gcp"], "--cloud is of an audit"),
    ],
)
def test_a_bill_that_would_be_refused_every_day_is_refused_now(run: Run, arguments: list[str], said: str) -> None:
    ended = run("schedule", "print", "--cron", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


@pytest.mark.parametrize(
    "arguments", [("--bill", "bigquery://p.d.t"), ("--bill", "gs://b/f"), ("--command", "audit", "--cloud", "gcp")]
)
def test_what_reads_google_comes_with_its_extra_and_a_way_to_credentials(run: Run, arguments: tuple[str, ...]) -> None:
    text = run("schedule", "print", "--github", *arguments).out
    assert "'cloud-costopt[gcp]==" in text
    assert "google-github-actions/auth@v3" in text
    assert "google-github-actions" not in run("schedule", "print", "--github", "--bill", "s3://a/b").out
    assert "no credentials for Google Cloud" in run("schedule", "print", "--eventbridge", *arguments).err


@pytest.mark.parametrize("kind", ["bigquery", "athena", "spark"])
def test_a_bill_that_lies_with_an_engine_comes_with_what_asks_it(run: Run, tmp_path: Path, kind: str) -> None:
    (tmp_path / "costopt.toml").write_text(f'[engine]\nkind = "{kind}"\ntable = "p.d.focus"\n')
    ended = run("schedule", "print", "--github")
    assert f"'cloud-costopt[{kind}]==" in ended.out
    assert ("google-github-actions/auth" in ended.out) == (kind == "bigquery")
    assert ("SPARK_REMOTE: ${{ secrets.SPARK_REMOTE }}" in ended.out) == (kind == "spark")
    assert "empty store" not in ended.err


def test_a_topic_of_pub_sub_needs_the_extra_too(run: Run, tmp_path: Path) -> None:
    (tmp_path / "costopt.toml").write_text(
        '[[notify.channels]]\nname = "bus"\nkind = "pubsub"\ntopic = "projects/p/topics/ttt"\n'
    )
    assert "'cloud-costopt[gcp]==" in run("schedule", "print", "--github").out
