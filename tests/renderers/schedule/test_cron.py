"""The crontab, read as cron reads it and run by the shell that it names."""

import fcntl
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from costopt.errors import UsageError
from costopt.model.schedule import BillSource, ScheduledCommand
from costopt.renderers.schedule.cron import crontab
from tests.renderers.schedule.runs import BILL, HOSTILE, daily

LINE = re.compile(r"(?P<minute>\d+) (?P<hour>\d+) \* \* \* (?P<command>.+)")
ASSIGNMENT = re.compile(r"[A-Z_]+=[^\n]*")


def command_of(text: str) -> tuple[str, str, str]:
    """Minute, hour and the command that cron hands to the shell; anything but comments and assignments is refused."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    *assignments, last = lines
    assert all(ASSIGNMENT.fullmatch(line) for line in assignments)
    assert text.endswith("\n")
    found = LINE.fullmatch(last)
    assert found
    assert not re.search(r"(?<!\\)%", found["command"]), "an unescaped percent sign ends the command"
    return found["minute"], found["hour"], found["command"].replace("\\%", "%")


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder with a short name: crons take commands of less than 1,000 characters."""
    with TemporaryDirectory() as name:
        yield Path(name)


@pytest.fixture
def executable(tmp_path: Path) -> Path:
    """Something that takes the place of costopt, notes its arguments, and ends as EXIT says."""
    path = tmp_path / "a tool's.sh"
    script = 'import json,os,sys; open(os.environ["NOTES"],"a").write(json.dumps(sys.argv[1:])+"\\n"); print("said")'
    note = f'import os,sys; exec({script!r}); sys.exit(int(os.environ.get("EXIT", "0")))'
    path.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -c {shlex.quote(note)} "$@"\n')
    path.chmod(0o755)
    return path


def run_it(command: str, folder: Path, code: int = 0) -> tuple[str, list[list[str]]]:
    """What cron would mail, and the arguments of each call."""
    notes = folder / "notes"
    environment = {"PATH": "/usr/bin:/bin", "NOTES": str(notes), "EXIT": str(code), "HOME": str(folder)}
    ended = subprocess.run(
        ["/bin/sh", "-c", command], env=environment, cwd=folder, capture_output=True, text=True, check=False
    )
    calls = [json.loads(line) for line in notes.read_text().splitlines()] if notes.exists() else []
    return ended.stdout + ended.stderr, calls


def test_every_argument_arrives_as_it_was_given(executable: Path, tmp_path: Path) -> None:
    config = tmp_path / "100% ours" / "costopt.toml"
    config.parent.mkdir()
    options = tuple(one for one in HOSTILE if "\\" not in one)
    run = daily(executable=str(executable), config=str(config), options=options)
    minute, hour, command = command_of(crontab(run).text)
    assert (minute, hour) == ("5", "6")
    mailed, calls = run_it(command, tmp_path)
    assert mailed == ""
    assert calls == [
        ["collect", "cur", "s3://exports/cur?a=%2F", "--config", str(config)],
        ["budget", "check", "--config", str(config), *options],
    ]


def test_a_failed_run_is_mailed_and_an_audit_does_not_go_on(executable: Path, tmp_path: Path) -> None:
    run = daily(executable=str(executable), config=str(tmp_path / "costopt.toml"), command=ScheduledCommand.AUDIT)
    mailed, calls = run_it(command_of(crontab(run).text)[2], tmp_path, code=3)
    assert mailed == "said\n"
    assert [call[0] for call in calls] == ["collect"]


@pytest.mark.parametrize(("fails", "mailed"), [("collect", "said\nsaid\n"), ("budget", "said\nsaid\n"), ("", "")])
def test_a_bill_that_is_not_taken_in_is_mailed_and_checked_all_the_same(
    fails: str, mailed: str, executable: Path, tmp_path: Path
) -> None:
    only = tmp_path / "only.sh"
    only.write_text(
        f'#!/bin/sh\nif [ "$1" = "{fails}" ]; then export EXIT=1; fi\nexec {shlex.quote(str(executable))} "$@"\n'
    )
    only.chmod(0o755)
    run = daily(executable=str(only), config=str(tmp_path / "costopt.toml"))
    told, calls = run_it(command_of(crontab(run).text)[2], tmp_path)
    assert told == mailed
    assert [call[0] for call in calls] == ["collect", "budget"]


def test_of_two_bills_the_second_is_taken_in_though_the_first_is_not(executable: Path, tmp_path: Path) -> None:
    bills = (BILL, BillSource(kind="gcp-export", uri="bigquery://p.d.t"))
    run = daily(executable=str(executable), config=str(tmp_path / "c.toml"), bills=bills)
    _, calls = run_it(command_of(crontab(run).text)[2], tmp_path, code=1)
    assert [call[1] for call in calls] == ["cur", "gcp-export", "check"]


def test_a_run_is_left_out_quietly_while_the_one_before_works(executable: Path, tmp_path: Path) -> None:
    run = daily(executable=str(executable), config=str(tmp_path / "costopt.toml"), bills=())
    with tmp_path.joinpath("notes").open("w"):
        pass
    descriptor = __import__("os").open(tmp_path, 0)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    assert run_it(command_of(crontab(run).text)[2], tmp_path, code=1) == ("", [])


def test_secrets_come_from_a_file_and_are_not_in_the_crontab(executable: Path, tmp_path: Path) -> None:
    secrets = tmp_path / "the secrets"
    secrets.write_text("EXIT=5\n")
    run = daily(
        executable=str(executable), config=str(tmp_path / "c.toml"), environment_file=str(secrets), secrets=("EXIT",)
    )
    text = crontab(run).text
    assert "EXIT" not in text
    assert run_it(command_of(text)[2], tmp_path)[0] == "said\nsaid\n"


def test_a_time_zone_is_written_with_what_it_depends_on() -> None:
    text = crontab(daily(time_zone="Europe/Berlin", mail_to="finops@example.com")).text
    assert "\nCRON_TZ=Europe/Berlin\n" in text
    assert "Debian" in text
    assert "\nMAILTO=finops@example.com\n" in text
    assert "CRON_TZ" not in crontab(daily()).text


def test_a_command_that_cron_would_cut_is_refused() -> None:
    with pytest.raises(UsageError, match="too long for cron"):
        crontab(daily(options=("x" * 900,)))


def test_a_command_is_measured_in_bytes_as_cron_does() -> None:
    assert len(crontab(daily(options=("x" * 500,))).text.splitlines()[-1]) < 900
    with pytest.raises(UsageError, match="too long for cron"):
        crontab(daily(options=("\u00fc" * 500,)))


def test_backslashes_are_refused_since_before_a_percent_sign_no_cron_keeps_both() -> None:
    with pytest.raises(UsageError, match="backslash"):
        crontab(daily(options=("50\\%",)))


@pytest.mark.parametrize("text", ["a\nb", "a\x00b", "\u202eb", "a\r"])
def test_characters_that_would_end_a_line_or_hide_it_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="holds a character"):
        daily(options=(text,))
    with pytest.raises(UsageError, match="holds a character"):
        daily(mail_to=text)
