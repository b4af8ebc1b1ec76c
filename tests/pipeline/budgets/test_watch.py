"""The watch: what fails does not end it, what ends it lets the work in progress end."""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Timer
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.interval import IntervalTrigger

from costopt.errors import ConfigError
from costopt.pipeline.budgets.watch import CheckRuns, daily, watch

PATIENCE = 20
"""Seconds until a test that hangs is given up."""


OFTEN = IntervalTrigger(seconds=0.01)


def watched(run: Callable[[Event], None], trigger: Any, **given: Any) -> list[str]:
    """What a watch of `run` said until `run` ended it."""
    stop, said = Event(), list[str]()
    patience = Timer(PATIENCE, stop.set)
    patience.start()
    watch(lambda: run(stop), trigger, stop=stop, say=said.append, **given)
    patience.cancel()
    return said


def test_a_run_that_fails_is_said_and_the_next_one_comes() -> None:
    runs = 0

    def run(stop: Event) -> None:
        nonlocal runs
        runs += 1
        if runs < 3:
            raise OSError("no memory for a process")
        stop.set()

    said = watched(run, OFTEN)
    assert runs >= 3
    assert said.count("a run failed: no memory for a process") == 2


def test_a_first_run_comes_at_once_and_the_others_by_the_clock() -> None:
    """Nothing of the trigger is due for hours, and the watch still has run once."""
    later = (datetime.now(UTC) - timedelta(hours=2)).time()
    assert watched(lambda stop: stop.set(), daily(later.hour, later.minute, "UTC"), now=datetime.now(UTC)) == []


def test_the_end_waits_for_the_run_that_works() -> None:
    order = list[str]()
    may_end = Event()

    def run(stop: Event) -> None:
        stop.set()
        assert may_end.wait(PATIENCE)
        order.append("run ended")

    watched(run, daily(0, 0, "UTC"), now=datetime.now(UTC), at_end=may_end.set)
    assert order == ["run ended"]


def test_the_time_of_day_is_that_of_the_zone_also_where_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    trigger = daily(7, 0, "Europe/Berlin")
    before = datetime(2026, 10, 24, 12, tzinfo=berlin)  # clocks go back in the night
    following = trigger.get_next_fire_time(None, before)
    assert following.astimezone(UTC) == datetime(2026, 10, 25, 6, tzinfo=UTC)
    assert trigger.get_next_fire_time(None, datetime(2026, 10, 23, 12, tzinfo=berlin)).astimezone(UTC) == datetime(
        2026, 10, 24, 5, tzinfo=UTC
    )


def test_a_first_run_that_can_never_succeed_ends_the_watch() -> None:
    said, stop = list[str](), Event()
    runs = CheckRuns(options=("--no-such-option",), say=said.append, stop=stop)
    runs.run()
    assert stop.is_set()
    assert said == ["the check ended with 2: settings or options are wrong"]


def test_ctrl_c_at_the_terminal_of_the_watch_does_not_reach_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, noted = tmp_path / "python", tmp_path / "group"
    program.write_text(f"#!/bin/sh\nread -r _ _ _ _ group _ < /proc/$$/stat; echo $group > '{noted}'\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    CheckRuns(options=(), say=lambda _: None, stop=Event()).run()
    assert int(noted.read_text()) != os.getpgrp()


def test_a_run_that_does_not_end_in_time_is_ended() -> None:
    import subprocess

    runs = CheckRuns(options=(), say=lambda _: None, stop=Event())
    with subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE) as process:
        runs.process = process
        runs.end(grace_seconds=0)
        assert process.wait(PATIENCE) != 0


def test_an_extra_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apscheduler", None)
    with pytest.raises(ConfigError, match="APScheduler") as told:
        daily(7, 0, "UTC")
    assert "cloud-costopt[watch]" in told.value.hint
