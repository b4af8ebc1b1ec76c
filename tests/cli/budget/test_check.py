"""`costopt budget check` and `budget status` as a user or a scheduler runs them."""

import json
from datetime import date
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.oracles.bill_files import FOCUS_LINE, csv_file
from tests.oracles.bill_rows import publish
from tests.oracles.budget_bills import NOW, autumn, days
from tests.oracles.http_inbox import HttpInbox

EXAMPLE = Path(__file__).resolve().parents[3] / "examples/harbourline"
MOMENT = ("--now", "2026-11-20T12:00:00Z")
BUDGETS = """
[[budgets]]
name = "breached"
amount = 100

[[budgets]]
name = "soon"
amount = 295
"""


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """Settings where the command runs, and a store of 10.00 a day."""
    publish(tmp_path / "bills", autumn(10), now=NOW)
    path = tmp_path / "costopt.toml"
    path.write_text(BUDGETS)
    return path


def test_the_example_has_a_breach_a_risk_a_fine_budget_and_the_planted_anomaly(run: Run, tmp_path: Path) -> None:
    ended = run("budget", "check", "--config", EXAMPLE / "costopt.toml", *MOMENT, "-f", "json")
    assert ended.code == 3
    document = json.loads(ended.out)
    assert [(one["budget"]["name"], one["state"]) for one in document["budgets"]] == [
        ("all of harbourline", "fine"), ("projects at Google", "fine"), ("machine learning", "at_risk"),
        ("platform", "breached"),
    ]  # fmt: skip
    (anomaly,) = document["anomalies"]
    assert (anomaly["value"], anomaly["start"]) == ("Amazon Elastic Compute Cloud", "2026-11-16T00:00:00Z")
    (cause,) = (one for one in anomaly["causes"] if one["dimension"] == "ResourceId")
    assert cause["value"].startswith("arn:aws:ec2:us-east-1:111122223333:natgateway/")
    assert cause["excess"] == "180"
    assert list(tmp_path.iterdir()) == []


def test_the_readme_shows_what_the_example_prints(run: Run) -> None:
    printed = run("budget", "check", "--config", EXAMPLE / "costopt.toml", *MOMENT).out
    readme = (EXAMPLE.parents[1] / "README.md").read_text()
    shown = readme.split("<!-- output: costopt budget check")[1].split("```text\n")[1].split("\n...\n```")[0]
    assert printed.startswith(shown)


def test_what_the_example_finds_open_comes_from_its_snapshot(run: Run) -> None:
    looked = ("--config", EXAMPLE / "costopt.toml", *MOMENT, "--report", EXAMPLE / "report.json", "-f", "json")
    ended = run("budget", "status", *looked, "--snapshot", EXAMPLE / "snapshot")
    assert ended.code == 0
    whole, google, _, platform = json.loads(ended.out)["budgets"]
    assert 0 < len(platform["findings"]) < len(google["findings"]) < len(whole["findings"])


@pytest.mark.usefixtures("settings")
def test_a_breach_is_exit_3_and_a_status_is_not(run: Run) -> None:
    ended = run("budget", "check", *MOMENT)
    assert ended.code == 3
    assert ended.out.startswith("2 budgets: 1 breached, 1 at risk")
    assert "gate met: --fail-on breach" in ended.err
    assert "there is no [[notify.channels]]" in ended.err
    status = run("budget", "status", *MOMENT)
    assert (status.code, status.out, status.err) == (0, ended.out, "")


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize(("gate", "code"), [("never", 0), ("risk", 3), ("anomaly", 3)])
def test_the_gate_is_the_users(run: Run, gate: str, code: int) -> None:
    assert run("budget", "check", *MOMENT, "--fail-on", gate).code == code


def test_the_gate_of_the_settings_holds_where_no_option_says_otherwise(run: Run, settings: Path) -> None:
    settings.write_text(f'[budget]\nfail_on = "never"\n{BUDGETS}')
    assert run("budget", "check", *MOMENT).code == 0


def test_what_could_not_be_judged_is_exit_4_under_strict_and_a_breach_outranks_it(run: Run, settings: Path) -> None:
    lost = '[[budgets]]\nname = "lost"\namount = 5\nscope = { RegionId = "nowhere" }\n'
    settings.write_text(lost)
    assert run("budget", "check", *MOMENT).code == 0
    assert run("budget", "check", *MOMENT, "--strict").code == 4
    settings.write_text(lost + BUDGETS)
    assert run("budget", "check", *MOMENT, "--strict").code == 3


def test_without_a_bill_nothing_is_judged_and_the_command_fails(run: Run, tmp_path: Path) -> None:
    (tmp_path / "costopt.toml").write_text(BUDGETS)
    ended = run("budget", "check", *MOMENT)
    assert (ended.code, ended.out.splitlines()[0]) == (1, "There is no current bill: no budget could be judged")


def test_files_that_are_named_are_read_in_place_of_a_store_and_nothing_is_kept(run: Run, settings: Path) -> None:
    csv_file(settings.parent / "bill.csv", [{"BilledCost": "99.00"}], base=FOCUS_LINE)
    before = sorted(settings.parent.rglob("*"))
    ended = run("budget", "check", "--bill", "bill.csv", "--now", "2026-10-06T12:00:00Z", "-f", "json")
    assert [one["spent"] for one in json.loads(ended.out)["budgets"]] == ["99", "99"]
    assert sorted(settings.parent.rglob("*")) == before
    refused = run("budget", "check", "--bill", "bill.csv", "--store", "bills", *MOMENT)
    assert (refused.code, "--store beside --bill" in refused.err) == (2, True)


@pytest.mark.usefixtures("settings")
def test_each_format_goes_to_its_own_file(run: Run, tmp_path: Path) -> None:
    files = {"json": "b.json", "markdown": "b.md", "junit": "b.xml", "openmetrics": "b.prom"}
    outputs = [part for form, name in files.items() for part in ("-f", form, "-o", name)]
    assert run("budget", "check", *MOMENT, *outputs).out == ""
    heads = {"b.json": "{", "b.md": "## 2 budgets", "b.xml": "<?xml ", "b.prom": "# TYPE costopt_budget_amount gauge"}
    for name, head in heads.items():
        assert (tmp_path / name).read_text().startswith(head)


def test_what_was_told_is_not_told_again_and_what_is_new_is(run: Run, settings: Path) -> None:
    settings.write_text(f'{BUDGETS}\n[[notify.channels]]\nname = "screen"\nkind = "console"\n')
    first, second = (run("budget", "check", *MOMENT) for _ in range(2))
    assert (first.code, second.code) == (3, 3)
    assert "told: screen (" in first.err
    assert "nothing new to tell" in second.err
    publish(settings.parent / "bills", [*autumn(10), *days(date(2026, 11, 19), date(2026, 11, 19), 200)], now=NOW)
    third = run("budget", "check", *MOMENT)
    assert "told: screen (" in third.err


@pytest.mark.usefixtures("settings")
def test_masked_output_names_nobody(run: Run) -> None:
    shown = run("budget", "check", *MOMENT, "--redact", "-f", "json").out
    assert "222222222222" not in shown
    assert '"soon"' not in shown


def test_a_mistyped_setting_is_an_error_with_the_nearest(run: Run, settings: Path) -> None:
    settings.write_text(BUDGETS.replace("amount", "amont"))
    ended = run("budget", "check")
    assert ended.code == 2
    assert "Did you mean budgets.amount?" in ended.err


def test_who_could_not_be_told_is_said_and_ends_the_command_as_failed(
    run: Run, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK", "http://127.0.0.1:9/")
    monkeypatch.setenv("KEY", "k" * 40)
    channel = 'name = "hook"\nkind = "webhook"\nurl_env = "HOOK"\nsecret_env = "KEY"\n'
    settings.write_text(f"{BUDGETS}\n[[notify.channels]]\n{channel}")
    ended = run("budget", "check", *MOMENT, "--fail-on", "never")
    assert ended.code == 1
    assert "not told: hook: " in ended.err
    assert "127.0.0.1:9" not in ended.err
    assert run("budget", "check", *MOMENT).code == 1  # and not 3, which schedulers take for told
    settings.write_text(f'{settings.read_text()}\n[[notify.channels]]\nname = "screen"\nkind = "console"\n')
    assert run("budget", "check", *MOMENT).code == 3


@pytest.mark.parametrize(("url", "path"), [("HOOK", "/beat"), ("GONE", "/beat/fail")])
def test_a_heartbeat_says_whether_everybody_could_be_told(
    url: str, path: str, run: Run, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    channels = f'[[notify.channels]]\nname = "chat"\nkind = "slack"\nurl_env = "{url}"\n'
    settings.write_text(f'[budget]\nheartbeat_url_env = "BEAT"\n{BUDGETS}\n{channels}')
    with HttpInbox() as server:
        monkeypatch.setenv("HOOK", f"{server.url}/chat")
        monkeypatch.setenv("BEAT", f"{server.url}/beat")
        run("budget", "check", *MOMENT)
    assert server.received[-1].path == path


def test_a_heartbeat_that_cannot_be_given_is_said_and_changes_nothing(run: Run, settings: Path) -> None:
    settings.write_text(f'[budget]\nheartbeat_url_env = "NOT_SET"\n{BUDGETS}')
    ended = run("budget", "check", *MOMENT)
    assert (ended.code, "heartbeat: " in ended.err, "NOT_SET" in ended.err) == (3, True, True)
