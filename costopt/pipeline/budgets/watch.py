"""A scheduler in one process, for those without another: the check runs every day until somebody ends it.

Each run is a process of its own, so that one that breaks, whatever the reason, does not end the watch.
"""

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event
from typing import Any
from zoneinfo import ZoneInfo

from costopt.errors import ConfigError

MISFIRE_GRACE_SECONDS = 3600
"""A run that could not start in time, of a machine that slept say, still starts within an hour."""
GRACE_SECONDS = 20.0
"""What a run has to end in once the watch is ended; Kubernetes waits 30 s."""
USAGE = 2
"""Exit code of a run that would fail every day: settings or options that cannot be used."""

Say = Callable[[str], None]


@dataclass(slots=True)
class CheckRuns:
    """Runs of `costopt budget check`, one at a time."""

    options: Sequence[str]
    """Further options of the check."""
    say: Say
    """Takes a line on how each run ended."""
    stop: Event
    """Set where no run can ever succeed."""
    first_code: int | None = None
    """Exit code of the first run, once it has ended."""
    process: "subprocess.Popen[bytes] | None" = None
    """The one that runs."""

    def run(self) -> None:
        """Run one check to its end; its output is that of the watch."""
        command = [sys.executable, "-m", "costopt", "budget", "check", *self.options]
        # Of a session of its own: Ctrl-C at a terminal goes to a whole group, and would break off what is being told.
        with subprocess.Popen(command, start_new_session=True) as self.process:  # noqa: S603 - costopt itself
            code = self.process.wait()
        self.say(f"the check ended with {code}: {_meaning(code)}")
        if self.first_code is None:
            self.first_code = code
            if code == USAGE:
                self.stop.set()

    def end(self, grace_seconds: float = GRACE_SECONDS) -> None:
        """Let a run that works end by itself, for a while."""
        process = self.process
        if process is None:
            return
        try:
            process.wait(grace_seconds)
        except subprocess.TimeoutExpired:
            process.terminate()


def watch(
    run: Callable[[], None],
    trigger: Any,
    *,
    stop: Event,
    say: Say,
    now: datetime | None = None,
    at_end: Callable[[], None] = lambda: None,
) -> None:
    """Run something whenever a trigger fires, until told to stop.

    Args:
        run: what runs; what it raises is said, and does not end the watch.
        trigger: a trigger of APScheduler.
        stop: ends the watch once it is set.
        say: takes lines on what went wrong.
        now: time of a first run, mostly that of the clock; None for none but those of the trigger.
        at_end: called before what still runs is waited for.

    Raises:
        ConfigError: APScheduler is not installed.
    """
    _require_apscheduler()
    from apscheduler import events
    from apscheduler.schedulers.background import BackgroundScheduler

    defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": MISFIRE_GRACE_SECONDS}
    scheduler = BackgroundScheduler(timezone=UTC, job_defaults=defaults)
    missed = events.EVENT_JOB_MISSED | events.EVENT_JOB_MAX_INSTANCES
    scheduler.add_listener(lambda event: say(f"a run did not start: {_why(event)}"), missed)
    scheduler.add_listener(lambda event: say(f"a run failed: {event.exception}"), events.EVENT_JOB_ERROR)
    first = {} if now is None else {"next_run_time": now}
    scheduler.add_job(run, trigger, **first)
    scheduler.start()
    stop.wait()
    at_end()
    scheduler.shutdown(wait=True)


def daily(hour: int, minute: int, time_zone: str) -> Any:
    """A trigger at a time of day.

    Raises:
        ConfigError: APScheduler is not installed.
    """
    _require_apscheduler()
    from apscheduler.triggers.cron import CronTrigger

    return CronTrigger(hour=hour, minute=minute, timezone=ZoneInfo(time_zone))


def _require_apscheduler() -> None:
    try:
        import apscheduler  # noqa: F401 - whether it is there
    except ImportError as error:
        raise ConfigError(
            "`costopt budget watch` needs APScheduler, which is not installed",
            hint="Install cloud-costopt[watch], or let cron start the check: `costopt schedule print --cron`.",
        ) from error


def _meaning(code: int) -> str:
    known = {0: "all is well", USAGE: "settings or options are wrong", 3: "a gate was met", 4: "the data is incomplete"}
    return known.get(code, "it failed")


def _why(event: Any) -> str:
    from apscheduler import events

    late = event.code == events.EVENT_JOB_MISSED
    return f"more than {MISFIRE_GRACE_SECONDS} s late" if late else "the one before still works"
