"""The units, by systemd's own verifier and by its rules of quoting."""

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from costopt.model.schedule import BillSource
from costopt.renderers.schedule.systemd import units
from tests.renderers.schedule.runs import BILL, HOSTILE, daily

ANALYZE = shutil.which("systemd-analyze")


def lines_of(text: str) -> list[tuple[str, str]]:
    """Key and value of every line, sections left out."""
    pairs = [line.partition("=") for line in text.splitlines() if line and line[0] not in "#["]
    return [(key, value) for key, _, value in pairs]


def unquoted(command: str) -> list[str]:
    """A command line as systemd splits it: quotes, backslashes, `%%` and `$$`; a single one of these is refused."""
    words = [
        (match[1], True) if match[1] is not None else (match[2], False)
        for match in re.finditer(r'"((?:[^"\\]|\\.)*)"(?= |$)|([^\s"\'\\;]+)(?= |$)', command)
    ]
    assert " ".join(f'"{word}"' if quoted else word for word, quoted in words) == command
    plain = [re.sub(r"\\(.)", r"\1", word) for word, _ in words]
    for word in plain:
        assert not re.search(r"(?<!%)(?:%%)*%(?!%)|(?<!\$)(?:\$\$)*\$(?!\$)", word)
    return [word.replace("%%", "%").replace("$$", "$") for word in plain]


def test_every_argument_arrives_as_it_was_given() -> None:
    service, _ = units(daily(executable="/opt/cost opt/costopt", config="/etc/100%/costopt.toml", options=HOSTILE))
    commands = [unquoted(value) for key, value in lines_of(service.text) if key == "ExecStart"]
    # The - of the first: where the bill cannot be taken in the check runs all the same.
    assert commands == [
        ["-/opt/cost opt/costopt", "collect", "cur", "s3://exports/cur?a=%2F", "--config", "/etc/100%/costopt.toml"],
        ["/opt/cost opt/costopt", "budget", "check", "--config", "/etc/100%/costopt.toml", *HOSTILE],
    ]


def test_no_bill_that_is_not_taken_in_stops_the_check() -> None:
    service, _ = units(daily(bills=(BILL, BillSource(kind="gcp-export", uri="gs://exports/google"))))
    starts = [value for key, value in lines_of(service.text) if key == "ExecStart"]
    assert [one.startswith("-") for one in starts] == [True, True, False]


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not on this machine")
def test_systemd_finds_nothing_to_say_against_the_units(tmp_path: Path) -> None:
    run = daily(executable=sys.executable, options=HOSTILE, time_zone="Europe/Berlin")
    paths = []
    for file in units(run):
        paths.append(tmp_path / Path(file.path).name)
        paths[-1].write_text(file.text)
    assert ANALYZE
    ended = subprocess.run([ANALYZE, "verify", *paths], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout + ended.stderr) == (0, "")
    exposure = subprocess.run(
        [ANALYZE, "security", "--offline=true", "--threshold=20", paths[0]], capture_output=True, text=True, check=False
    )
    assert exposure.returncode == 0, exposure.stdout[-300:]


def test_a_breach_is_no_failure_of_the_unit_and_missed_runs_are_made_up_for() -> None:
    service, timer = units(daily(time_zone="Europe/Berlin"))
    assert ("SuccessExitStatus", "3") in lines_of(service.text)
    found = configparser.ConfigParser(interpolation=None)
    found.optionxform = str  # type: ignore[assignment, method-assign]
    found.read_string(timer.text)
    assert dict(found["Timer"]) == {
        "OnCalendar": "*-*-* 06:05:00 Europe/Berlin",
        "Persistent": "true",
        "RandomizedDelaySec": "5min",
    }
    assert found["Install"]["WantedBy"] == "timers.target"
    assert Path(timer.path).stem == Path(service.path).stem


def test_a_state_that_the_settings_place_elsewhere_is_not_overruled() -> None:
    kept, elsewhere = (units(daily(keeps_state=keeps))[0].text for keeps in (True, False))
    assert "COSTOPT_NOTIFY_STATE=/var/lib/costopt/alerts.sqlite" in kept
    assert "COSTOPT_NOTIFY_STATE" not in elsewhere
