"""The workflow: its rights, its time, and its commands as a shell reads them."""

import shlex
from typing import Any

import pytest
import yaml

from costopt.errors import UsageError
from costopt.model.schedule import ScheduledCommand
from costopt.renderers.schedule.github import workflow
from tests.renderers.schedule.runs import HOSTILE, daily


def content_of(**given: object) -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load(workflow(daily(config="finops/costopt.toml", **given), "1.2.3").text)
    return found


def steps_of(**given: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = content_of(**given)["jobs"]["costopt"]["steps"]
    return found


def test_nothing_is_allowed_but_reading_the_repository_and_proving_who_it_is() -> None:
    content = content_of()
    assert content["permissions"] == {}
    assert content["jobs"]["costopt"]["permissions"] == {"contents": "read", "id-token": "write"}
    assert steps_of()[0]["with"] == {"persist-credentials": False}
    assert content["concurrency"]["cancel-in-progress"] is False
    assert content["jobs"]["costopt"]["timeout-minutes"] == 60


def test_it_starts_by_the_clock_and_by_hand() -> None:
    """GitHub reads `on` as text; YAML 1.1 would make a truth of it without quotes."""
    assert content_of()["on"] == {"schedule": [{"cron": "5 6 * * *"}], "workflow_dispatch": {}}


def test_every_argument_arrives_as_it_was_given() -> None:
    commands = [shlex.split(step["run"]) for step in steps_of(options=HOSTILE) if "run" in step]
    assert commands == [
        ["python", "-m", "pip", "install", "cloud-costopt[notify]==1.2.3"],
        ["costopt", "collect", "cur", "s3://exports/cur?a=%2F", "--config", "finops/costopt.toml"],
        ["costopt", "budget", "check", "--config", "finops/costopt.toml", *HOSTILE],
    ]


def test_the_check_runs_though_the_bill_is_not_taken_in_but_an_audit_does_not() -> None:
    *_, collect, check = steps_of()
    assert "if" not in collect
    assert check["if"] == "${{ !cancelled() && steps.install.outcome == 'success' }}"
    assert "if" not in steps_of(command=ScheduledCommand.AUDIT)[-1]


def test_the_package_comes_with_what_the_settings_need() -> None:
    (install,) = (step["run"] for step in steps_of(extras=("gcp", "notify")) if step.get("id") == "install")
    assert install == "python -m pip install 'cloud-costopt[gcp,notify]==1.2.3'"


def test_secrets_are_given_to_the_check_alone() -> None:
    steps = steps_of(secrets=("SLACK_URL", "SMTP_URL"))
    given = [step["env"] for step in steps if "env" in step]
    assert given == [{"SLACK_URL": "${{ secrets.SLACK_URL }}", "SMTP_URL": "${{ secrets.SMTP_URL }}"}]
    assert "budget check" in steps[-1]["run"]
    assert "env" in steps[-1]


def test_actions_are_named_by_major_version_with_the_advice_to_pin_them() -> None:
    uses = [step["uses"] for step in steps_of() if "uses" in step]
    assert uses
    assert all(one.rpartition("@v")[2].isdigit() for one in uses)
    assert "SHA" in workflow(daily(), "1").text


def test_a_time_zone_is_refused_since_github_has_none() -> None:
    with pytest.raises(UsageError, match="in UTC, not in Europe/Berlin"):
        workflow(daily(time_zone="Europe/Berlin"), "1")
    assert content_of(time_zone="Etc/UTC")["on"]["schedule"] == [{"cron": "5 6 * * *"}]


def test_text_that_github_would_evaluate_is_refused() -> None:
    with pytest.raises(UsageError, match="expression"):
        workflow(daily(options=("${{ secrets.GITHUB_TOKEN }}",)), "1")
