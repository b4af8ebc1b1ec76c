"""`costopt budget mute` as a user runs it."""

from pathlib import Path

import pytest

from costopt.config.layers import load
from tests.cli.conftest import Ended, Run
from tests.oracles.bill_rows import publish
from tests.oracles.budget_bills import NOW, autumn

SETTINGS = """# mine
[budget]
fail_on = "risk"

[[budgets]]
name = "web shop"
amount = 10
"""


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "costopt.toml"
    path.write_text(SETTINGS)
    return path


def mute(run: Run, target: str, *more: str, until: str = "2099-01-01") -> Ended:
    return run("budget", "mute", target, "--until", until, "--reason", "agreed", *more)


def test_a_mute_is_written_beside_what_is_there_and_replaced_by_the_next(run: Run, settings: Path) -> None:
    for until in ("2099-01-01", "2099-02-01"):
        assert mute(run, "web shop", until=until).code == 0
    found = load(file=settings, environ={}).settings
    assert [(one.target, str(one.until), one.reason) for one in found.budget.mutes] == [
        ("web shop", "2099-02-01", "agreed")
    ]
    assert found.budget.fail_on == "risk"
    assert settings.read_text().startswith("# mine\n")


def test_an_id_makes_the_file_where_there_is_none(run: Run, tmp_path: Path) -> None:
    ended = mute(run, "A-0123456789abcdef", until="2020-01-01")
    assert "that day is past: nothing is silenced" in ended.err
    (one,) = load(directory=tmp_path, environ={}).settings.budget.mutes
    assert one.target == "A-0123456789abcdef"


@pytest.mark.parametrize(("target", "meant"), [("web shpo", "'web shop'"), ("Amazon EC3", "'Amazon EC2'")])
def test_a_misspelt_name_is_refused_with_what_was_meant(
    run: Run, settings: Path, tmp_path: Path, target: str, meant: str
) -> None:
    publish(tmp_path / "bills", autumn(10), now=NOW)
    ended = mute(run, target)
    assert ended.code == 2
    assert f"nothing in the bill is called {target!r}" in ended.err
    assert f"Did you mean {meant}?" in ended.err
    assert settings.read_text() == SETTINGS


def test_what_the_bill_knows_can_be_muted(run: Run, settings: Path, tmp_path: Path) -> None:
    publish(tmp_path / "bills", autumn(10), now=NOW)
    assert mute(run, "Amazon EC2").code == 0
    assert 'target = "Amazon EC2"' in settings.read_text()


def test_what_people_were_told_of_can_be_muted_though_no_bill_is_here(run: Run, settings: Path, tmp_path: Path) -> None:
    settings.write_text(f'{SETTINGS}\n[[notify.channels]]\nname = "log"\nkind = "console"\n')
    store = publish(tmp_path / "elsewhere", autumn(10), now=NOW).path
    assert "told: log" in run("budget", "check", "--store", store, "--now", "2026-11-25T12:00:00Z").err
    assert mute(run, "made").code == 0  # the source, which was late then


@pytest.mark.usefixtures("settings")
def test_what_is_to_come_is_muted_on_request(run: Run) -> None:
    assert mute(run, "Amazon Neptune").code == 2
    assert mute(run, "Amazon Neptune", "--anyway").code == 0


@pytest.mark.usefixtures("settings")
def test_a_name_of_a_stranger_cannot_write_on_the_terminal(run: Run) -> None:
    assert "\x1b" not in mute(run, "web\x1b[31m shop").err
