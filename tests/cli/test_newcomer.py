"""What somebody meets who types something else than was meant: the thing by its name, and the next step."""

import json
import logging
from pathlib import Path
from shutil import copytree

import pytest

from costopt.cli.logs import set_up
from tests.cli.conftest import Run


def test_without_a_snapshot_the_next_step_is_said(run: Run, tmp_path: Path) -> None:
    ended = run("audit")
    assert ended.code == 2
    assert "no snapshot/ here" in ended.err
    assert "costopt collect aws" in ended.err
    (tmp_path / "costopt-demo/snapshot").mkdir(parents=True)
    assert "--snapshot costopt-demo/snapshot" in run("explain", "F-1").err


def test_the_snapshot_that_collect_writes_is_the_default(run: Run, volumes: Path, tmp_path: Path) -> None:
    copytree(volumes, tmp_path / "snapshot")
    found = json.loads(run("audit", "-f", "json").out)["findings"][0]
    ended = run("explain", found["id"])
    assert found["resource"]["id"] in ended.out
    masked = run("explain", found["id"], "--redact")
    assert masked.code == 0
    assert found["resource"]["id"] not in masked.out
    assert found["resource"]["account"] not in masked.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("audti",), "Did you mean audit?"),
        (("audit", "--now", "0001-01-01"), "not between 2000 and 2200"),
        (("audit", "--now", "9999-12-31T23:59:59-05:00"), "no ISO 8601 time"),
        (("prices", "find", "--region", "us-esat-1"), "us-east-1"),
        (("prices", "find", "--region", "us-east-1", "--os", "beos"), "Known names: linux"),
        (("init", "--file", "no/such/folder/costopt.toml"), "cannot write no/such/folder/costopt.toml"),
    ],
)
def test_a_slip_is_named_with_what_was_meant(arguments: tuple[str, ...], said: str, run: Run) -> None:
    ended = run(*arguments)
    assert ended.code == 2
    assert said in ended.err
    assert "bug" not in ended.err


def test_a_place_that_cannot_be_written_is_no_bug(run: Run) -> None:
    ended = run("demo", "--out", "/proc/nowhere")
    assert ended.code == 1
    assert "cannot read or write /proc/nowhere" in ended.err
    assert "bug" not in ended.err


def test_a_message_cannot_speak_to_the_terminal(run: Run, tmp_path: Path) -> None:
    ended = run("audit", "--snapshot", "x\x1b]0;title\x07\u202ey")
    assert ended.code == 1
    assert "no snapshot at x" in ended.err
    assert not {"\x1b", "\x07", "\u202e"} & set(ended.err)


def test_a_mute_until_a_past_day_is_said(run: Run) -> None:
    ended = run("mute", "F-0123456789ab", "--until", "2020-01-01", "--reason", "r")
    assert ended.code == 0
    assert "that day is past" in ended.err


def test_a_mute_that_silences_nothing_is_said(run: Run, volumes: Path, tmp_path: Path) -> None:
    (tmp_path / "costopt.toml").write_text('[[mute]]\nid = "F-000000000000"\nuntil = 2099-01-01\nreason = "r"\n')
    assert "muted but not found: F-000000000000" in run("audit", "--snapshot", volumes).err


def test_warnings_are_few_clean_and_without_traces(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = logging.getLogger()
    own = logging.getLogger("costopt")
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    monkeypatch.setattr(own, "level", own.level)
    set_up(0)
    for number in range(50):
        own.warning("check %s failed on %s", "c", f"i-{number}\x1b[31m", exc_info=ValueError("inner"))
    said = capsys.readouterr().err
    assert said.count("failed on") == 3
    assert "-v shows all" in said
    assert "inner" not in said
    assert "\x1b" not in said
