"""Every command by its exit code, its streams and its files."""

import json
from pathlib import Path
from shutil import copytree

import click
import pytest

from costopt.cli.main import COMMANDS, GROUPS, costopt
from tests.cli.conftest import Run


def every_command(command: click.Command = costopt, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Names of all commands and subcommands."""
    if not isinstance(command, click.Group):
        return [path]
    context = click.Context(command)
    found = [path]
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        assert inner is not None
        found += every_command(inner, (*path, name))
    return found


@pytest.mark.parametrize("path", every_command(), ids=" ".join)
def test_every_command_explains_itself(path: tuple[str, ...], run: Run) -> None:
    ended = run(*path, "--help")
    assert ended.code == 0
    assert "Usage" in ended.out
    assert ended.err == ""


def test_the_help_page_lists_every_command_once() -> None:
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(COMMANDS)


def test_each_format_goes_to_the_output_after_it(run: Run, volumes: Path, tmp_path: Path) -> None:
    ended = run("audit", "--snapshot", volumes, "-f", "json", "-o", "a.json", "-f", "csv", "-f", "html", "-o", "r.html")
    assert ended.code == 0
    assert json.loads((tmp_path / "a.json").read_text())["findings"]
    assert (tmp_path / "r.html").read_text().startswith("<!doctype html>")
    assert ended.out.startswith("id,")


def test_an_output_alone_tells_its_format(run: Run, volumes: Path, tmp_path: Path) -> None:
    assert run("audit", "--snapshot", volumes, "-o", "a.json", "-o", "b.md").code == 0
    assert json.loads((tmp_path / "a.json").read_text())
    assert (tmp_path / "b.md").read_text().startswith("#")


@pytest.mark.parametrize(
    "arguments", [("-f", "json", "-f", "csv"), ("-o", "thing.xyz"), ("-f", "json", "-o", "no/such/folder/a.json")]
)
def test_outputs_that_cannot_be_meant_are_usage_errors(arguments: tuple[str, ...], run: Run, volumes: Path) -> None:
    ended = run("audit", "--snapshot", volumes, *arguments)
    assert ended.code == 2
    assert ended.out == ""
    assert "error" in ended.err.lower()


@pytest.mark.parametrize(
    ("gate", "code"),
    [
        ("never", 0),
        ("any", 3),
        ("waste", 3),
        ("saving>=1", 3),
        ("saving>=99999999", 0),
        ("total>=1", 3),
        ("check:ebs_*", 3),
        ("check:nothing", 0),
        ("sometimes", 2),
    ],
)
def test_gates(gate: str, code: int, run: Run, volumes: Path) -> None:
    assert run("audit", "--snapshot", volumes, "-f", "json", "--fail-on", gate).code == code


@pytest.mark.xdist_group("company")
def test_strict_says_that_something_was_not_read_and_a_gate_outranks_it(run: Run, company: Path) -> None:
    assert run("audit", "--snapshot", company, "--check", "ec2_idle", "--strict").code == 4
    assert run("audit", "--snapshot", company, "--check", "ec2_idle", "--strict", "--fail-on", "waste").code == 3


@pytest.mark.xdist_group("company")
def test_the_same_snapshot_gives_the_same_report_to_the_byte(run: Run, company: Path, tmp_path: Path) -> None:
    copy, forms = tmp_path / "copy", ("json", "html", "csv", "markdown", "jsonl", "table")
    copytree(company, copy)
    for run_id, snapshot, now in (("a", company, "2026-11-20T06:00Z"), ("b", copy, "2026-11-20T07:00+01:00")):
        outputs = [word for form in forms for word in ("-f", form, "-o", f"{run_id}.{form}")]
        assert run("audit", "--snapshot", snapshot, "--now", now, *outputs).code == 0
    for form in forms:
        first, again = ((tmp_path / f"{run_id}.{form}").read_text() for run_id in "ab")
        # Only the next command of the table names where the snapshot is.
        assert first == again.replace(str(copy), str(company))


@pytest.mark.xdist_group("company")
def test_only_one_check_runs_where_one_is_named(run: Run, company: Path) -> None:
    report = json.loads(run("audit", "--snapshot", company, "-f", "json", "--check", "ec2_idle").out)
    assert {finding["check_id"] for finding in report["findings"]} == {"ec2_idle"}
    wrong = run("audit", "--snapshot", company, "--check", "ec2_idel")
    assert wrong.code == 2
    assert "ec2_idle" in wrong.err


def test_explain_prints_the_arithmetic_of_a_finding(run: Run, volumes: Path) -> None:
    findings = json.loads(run("audit", "--snapshot", volumes, "-f", "json").out)["findings"]
    top = findings[0]
    ended = run("explain", top["id"], "--snapshot", volumes)
    assert ended.code == 0
    assert top["resource"]["id"] in ended.out
    assert top["check_id"] in ended.out
    unknown = run("explain", "F-000000000000", "--snapshot", volumes)
    assert unknown.code == 2
    assert "F-000000000000" in unknown.err


def test_a_muted_finding_is_listed_but_not_counted_until_its_last_day(run: Run, volumes: Path, tmp_path: Path) -> None:
    before = json.loads(run("audit", "--snapshot", volumes, "-f", "json").out)
    top = before["findings"][0]
    assert run("mute", top["id"], "--until", "2026-11-20", "--reason", "launch").code == 0
    assert "launch" in (tmp_path / "costopt.toml").read_text()
    after = json.loads(run("audit", "--snapshot", volumes, "-f", "json").out)
    (muted,) = (finding for finding in after["findings"] if finding["id"] == top["id"])
    assert muted["silence"]["reason"] == "launch"
    assert float(muted["counted"]["amount"]) == 0
    assert float(after["totals"]["saving"]["amount"]) < float(before["totals"]["saving"]["amount"])
    late = json.loads(run("audit", "--snapshot", volumes, "-f", "json", "--now", "2026-11-21").out)
    assert not any(finding["silence"] for finding in late["findings"] if finding["id"] == top["id"])
    assert run("mute", "F-1", "--until", "2026-11-20", "--reason", "r").code == 2


def test_checks_lists_all_and_shows_one_with_its_source(run: Run) -> None:
    listed = run("checks")
    assert listed.out.count("\n") >= 30
    shown = run("checks", "ec2_idle")
    assert "[checks.ec2_idle]" in shown.out
    assert "https://" in shown.out
    assert run("checks", "nothing").code == 2


def test_config_show_names_the_origin(run: Run, tmp_path: Path) -> None:
    (tmp_path / "costopt.toml").write_text("[aws]\nprofile = 'reader'\n")
    ended = run("config", "show", "--origin")
    assert 'aws.profile = "reader"' in ended.out
    assert "costopt.toml" in ended.out


def test_init_writes_a_file_once(run: Run, tmp_path: Path) -> None:
    assert run("init").code == 0
    assert (tmp_path / "costopt.toml").exists()
    assert run("init").code == 2


def test_the_doctor_finds_a_broken_setting_and_is_content_without(run: Run, tmp_path: Path) -> None:
    assert run("doctor", "--offline").code == 0
    (tmp_path / "costopt.toml").write_text("[checks.ec2_idle]\ndyas = 3\n")
    ended = run("doctor", "--offline")
    assert ended.code == 1
    assert "dyas" in ended.out


def test_prices_are_found_cheapest_first(run: Run) -> None:
    ended = run("prices", "find", "--vcpu", 4, "--memory-gib", 16, "--region", "eu-west-1", "-f", "json")
    offers = json.loads(ended.out)["offers"]
    assert all(offer["shape"]["vcpu"] >= 4 and offer["shape"]["memory_gib"] >= 16 for offer in offers)
    amounts = [float(offer["price"]["amount"]) for offer in offers]
    assert amounts == sorted(amounts)
    assert run("prices", "find", "--region", "eu-wst-1").code == 2
    assert run("prices", "diff").code == 1


@pytest.mark.parametrize("snapshot", ["nowhere", "file"])
def test_no_snapshot_is_an_error_and_writes_nothing(snapshot: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    ended = run("audit", "--snapshot", snapshot, "-o", "r.html")
    assert ended.code == 1
    assert "no snapshot" in ended.err
    assert "next:" in ended.err
    assert not (tmp_path / "r.html").exists()


def test_the_policy_allows_only_reads(run: Run) -> None:
    policy = json.loads(run("permissions", "aws").out)
    (allowed,) = (statement for statement in policy["Statement"] if statement["Effect"] == "Allow")
    verbs = {action.split(":")[1] for action in allowed["Action"]}
    assert all(verb.startswith(("Describe", "Get", "List")) for verb in verbs)


def test_collecting_without_credentials_says_so_and_leaves_nothing(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    ended = run("collect", "aws", "--out", "snap")
    assert ended.code == 1
    assert "credential" in ended.err.lower()
    assert not (tmp_path / "snap/manifest.json").exists()
    assert run("collect", "aws", "--region", "us-esat-1").code == 2
    assert run("collect", "aws", "--only", "ebs_volume").code == 2
